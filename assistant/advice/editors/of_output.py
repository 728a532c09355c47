"""Arguments that hold something for each output of a model: written for one output alone."""

from __future__ import annotations

import ast

from assistant.advice.editing import CannotSplice, Editing
from assistant.reading.script.arguments import argument_node
from assistant.reading.script.outputs import entry_node, settings_node


def set_of_compile(edit: Editing, name: str, value: str, position: int) -> None:
    """Give an argument of ``compile`` a value; of several outputs for the one the case is about.

    What is written for all outputs becomes a list with an entry for each.
    """
    call = edit.compile_call()
    if edit.output is None or edit.facts.main is None:
        edit.set_keyword(call, name, value, position=position)
        return
    own = own_entry(edit, name, position)
    count = len(edit.facts.main.model.outputs)
    given = argument_node(call, name, position=position)
    container = settings_node(edit.facts.main, name, position)
    if own is not None:
        edit.replace(own, value)
    elif isinstance(container, ast.Dict):
        _add_entry(edit, container, edit.output[0], value)
    elif container is None and given is not None:
        entries = [edit.text(given)] * count
        entries[edit.output[1]] = value
        edit.replace(given, f"[{', '.join(entries)}]")
    else:
        raise CannotSplice("advice-place-unknown")


def own_entry(edit: Editing, name: str, position: int) -> ast.expr | None:
    """Where an argument of ``compile`` says something of the output the case is about alone."""
    if edit.output is None or edit.facts.main is None:
        return None
    return entry_node(settings_node(edit.facts.main, name, position), *edit.output)


def _add_entry(edit: Editing, container: ast.Dict, name: str, value: str) -> None:
    text = f"{edit.style.quote(name)}: {value}"
    if not container.values:
        edit.replace(container, "{" + text + "}")
        return
    _, end = edit.source.span(container.values[-1])
    edit.insert(end, f", {text}")
