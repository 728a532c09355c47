"""What an editor works with: places in the script, and the splices it leaves."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from assistant.advice.style import Style
from assistant.advice.text import Splice
from assistant.reading.script import ScriptReading
from assistant.reading.script.arguments import argument_node, keyword_of
from assistant.reading.script.findings.facts import Facts
from assistant.reading.script.outputs import place_of_output, setup_of_output
from assistant.reading.script.setup import Setup
from assistant.reading.script.source import Source
from probes.finding import Scalar

_GRADES = ("safe", "answer", "sketch")


class CannotSplice(Exception):
    """A change that cannot be made exactly in this script.

    Args:
        reason: key of the sentence in ``knowledge/messages/advice.yaml``.
        question: context that would have to be known.
    """

    def __init__(self, reason: str, question: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.question = question


class Editing:
    """One edit in the making.

    Attributes:
        splices: what is to be changed, in positions of the Python read.
        imports: modules and names that the changes need, ``("numpy", "")`` for a whole module.
        grade: safe, answer (a question is open) or sketch.
        question: id of the context that is asked for.
    """

    def __init__(self, reading: ScriptReading, context: Mapping[str, Scalar]) -> None:
        if reading.facts is None:
            raise CannotSplice("advice-no-script")
        self.reading = reading
        self.facts: Facts = reading.facts
        self.source: Source = self.facts.source
        self.context = context
        self.style = Style(self.facts.tree, self.source, dict(self.facts.run.module.names))
        self.splices: list[Splice] = []
        self.imports: list[tuple[str, str]] = []
        self.grade = "safe"
        self.question: str | None = None
        self._parents: dict[ast.AST, ast.AST] = {}
        self._used: set[str] | None = None

    # -- what is known ---------------------------------------------------------------------------

    def known(self, name: str) -> Scalar:
        """A context value: what the case knows, else what the script says."""
        value = self.context.get(name)
        if value is not None:
            return value
        found = self.reading.finding(name)
        return found.value if found is not None and found.present else None

    def ask(self, question: str) -> None:
        """The edit rests on an answer that is not known yet."""
        self.worsen("answer")
        self.question = self.question or question

    def worsen(self, grade: str) -> None:
        self.grade = max(self.grade, grade, key=_GRADES.index)

    @cached_property
    def setup(self) -> Setup:
        """The model the advice is about; of several outputs the one the case is about.

        Raises:
            CannotSplice: the script shows no model.
        """
        main = self.facts.main
        if main is None:
            raise CannotSplice("advice-no-model")
        if self.output is None:
            return main
        return setup_of_output(self.facts.run, main, *self.output) or main

    @cached_property
    def output(self) -> tuple[str, int] | None:
        """Name and place of the output the case is about; None for a model with one."""
        name, place = self.context.get("output"), self.context.get("output-place")
        main = self.facts.main
        if not isinstance(name, str) or not isinstance(place, int) or main is None:
            return None
        at = place_of_output(self.facts.run, main, name, place)
        return None if at is None else (name, at)

    def compile_call(self) -> ast.Call:
        """The call that holds loss and optimizer."""
        settings = self.setup.settings
        if settings is None or not isinstance(settings.node, ast.Call):
            raise CannotSplice("advice-no-compile")
        return settings.node

    def free(self, name: str) -> str:
        """A name that the script does not use yet: `name`, or with a number behind it."""
        if self._used is None:
            names = (node for node in ast.walk(self.facts.tree) if isinstance(node, ast.Name))
            self._used = {node.id for node in names}
        number, wanted = 2, name
        while wanted in self._used:
            wanted, number = f"{name}_{number}", number + 1
        return wanted

    # -- places ----------------------------------------------------------------------------------

    def parent(self, node: ast.AST) -> ast.AST | None:
        if not self._parents:
            for outer in ast.walk(self.facts.tree):
                for inner in ast.iter_child_nodes(outer):
                    self._parents[inner] = outer
        return self._parents.get(node)

    def statement(self, node: ast.AST | None) -> ast.stmt:
        """The statement that holds a node.

        Raises:
            CannotSplice: the node is not part of the script.
        """
        while node is not None and not isinstance(node, ast.stmt):
            node = self.parent(node)
        if node is None:
            raise CannotSplice("advice-place-unknown")
        return node

    def text(self, node: ast.AST) -> str:
        return self.source.text_of(node)

    def block(self, statement: ast.stmt) -> list[ast.stmt]:
        """The statements among which a statement stands."""
        outer = self.parent(statement)
        for name in ("body", "orelse", "finalbody", "handlers"):
            body = getattr(outer, name, None)
            if isinstance(body, list) and statement in body:
                return body
        return self.facts.tree.body

    # -- changes ---------------------------------------------------------------------------------

    def replace(self, node: ast.AST, text: str) -> None:
        start, end = self.source.span(node)
        if self.source.code[start:end] != text:
            self.splices.append(Splice(start, end, text))

    def insert(self, at: int, text: str) -> None:
        self.splices.append(Splice(at, at, text))

    def insert_before(self, statement: ast.stmt, *lines: str) -> None:
        """New statements on lines of their own before one, at its indentation."""
        first = min(
            [statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", []))]
        )
        before = self.source.lines[first - 1].code[: self._column(statement)]
        if before.strip():
            raise CannotSplice("advice-line-shared")
        self.insert(self.source.starts[first - 1], self._block(statement, lines))

    def insert_after(self, statement: ast.stmt, *lines: str) -> None:
        """New statements on lines of their own behind one, at its indentation."""
        end_line = statement.end_lineno or statement.lineno
        _, end = self.source.span(statement)
        rest = self.source.code[end : self._line_end(end_line)].split("#")[0]
        if rest.strip():
            raise CannotSplice("advice-line-shared")
        text = self._block(statement, lines)
        if end_line < len(self.source.lines):
            self.insert(self.source.starts[end_line], text)
        else:
            self.insert(len(self.source.code), "\n" + text.rstrip("\n"))

    def remove(self, statement: ast.stmt) -> None:
        """Take a statement out with its lines; ``pass`` where its block would be empty."""
        first, last = statement.lineno, statement.end_lineno or statement.lineno
        start, end = self.source.span(statement)
        shared = self.source.code[self.source.starts[first - 1] : start].strip() or (
            self.source.code[end : self._line_end(last)].split("#")[0].strip()
        )
        block = self.block(statement)
        before = self.source.code[self.source.starts[first - 1] : start]
        if before.rstrip().endswith(";"):  # the second of two on one line
            self.splices.append(Splice(start - len(before) + len(before.rstrip()) - 1, end, ""))
            return
        if shared or (len(block) == 1 and block is not self.facts.tree.body):
            self.replace(statement, "pass")
            return
        stop = self.source.starts[last] if last < len(self.source.lines) else len(self.source.code)
        self.splices.append(Splice(self.source.starts[first - 1], stop, ""))

    def set_keyword(
        self, call: ast.Call, name: str, value: str, *old: str, position: int | None = None
    ) -> None:
        """Give an argument a value: in place where it is written, else as a new last keyword."""
        node = argument_node(call, name, *old, position=position)
        if node is not None:
            self.replace(node, value)
        else:
            self.add_argument(call, f"{name}={value}")

    def add_argument(self, call: ast.Call, text: str) -> None:
        """A new last argument, on a line of its own where the others stand so."""
        given: list[ast.AST] = [*call.args, *call.keywords]
        given.sort(key=lambda node: self.source.span(node))
        _, call_end = self.source.span(call)
        if not given:
            self.insert(call_end - 1, text)
            return
        start, end = self.source.span(given[-1])
        end = self._past_brackets(end, call_end - 1)
        line = self.source.line_of(start)
        own_line = not self.source.code[self.source.starts[line - 1] : start].strip()
        if own_line and len(given) > 1:
            indent = self.source.code[self.source.starts[line - 1] : start]
            self.insert(end, f",\n{indent}{text}")
        else:
            self.insert(end, f", {text}")

    def _past_brackets(self, end: int, limit: int) -> int:
        """Behind the brackets that enclose an argument: ``f((a))``."""
        tail = self.source.code[end:limit]
        at = tail.rfind(")")
        return end + at + 1 if at >= 0 and not tail[: at + 1].strip(" \t\n)") else end

    def remove_keyword(self, call: ast.Call, *names: str) -> None:
        """Take a keyword out, with the comma that belongs to it."""
        keyword = keyword_of(call, *names)
        if keyword is None:
            return
        self.remove_item(keyword, [*call.args, *call.keywords])

    def remove_item(self, item: ast.AST, among: list[Any]) -> None:
        """Take one of several items out that are separated by commas."""
        ordered = sorted(among, key=lambda node: self.source.span(node))
        at = ordered.index(item)
        start, end = self.source.span(item)
        if at > 0:
            start = self.source.span(ordered[at - 1])[1]
        elif len(ordered) > 1:
            end = self.source.span(ordered[1])[0]
        else:
            after = self.source.code[end:]
            end += len(after) - len(after.lstrip()) + 1 if after.lstrip().startswith(",") else 0
        self.splices.append(Splice(start, end, ""))

    # -- helpers ---------------------------------------------------------------------------------

    def _column(self, statement: ast.stmt) -> int:
        return self.source.span(statement)[0] - self.source.starts[statement.lineno - 1]

    def _line_end(self, line: int) -> int:
        return self.source.starts[line - 1] + len(self.source.lines[line - 1].code)

    def _block(self, statement: ast.stmt, lines: tuple[str, ...]) -> str:
        indent = self.style.indent_of(statement)
        return "".join(f"{indent}{line}\n" if line else "\n" for line in lines)
