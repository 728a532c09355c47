"""The way a script is written: its quotes, its import root, its indentation."""

from __future__ import annotations

import ast
import re

from assistant.reading.script.source import Source
from assistant.reading.script.values import Ref
from assistant.reading.script.vocabulary import ROOTS, canonical


class Style:
    """How new text has to look to fit a script.

    Args:
        tree: the module.
        source: its text.
        names: what the module's names are bound to, as followed.
    """

    def __init__(self, tree: ast.Module, source: Source, names: dict[str, object]) -> None:
        self.tree = tree
        self.source = source
        self.paths = {name: value.path for name, value in names.items() if isinstance(value, Ref)}
        for node in ast.walk(tree):  # a fragment uses np, keras, layers without importing them
            if isinstance(node, ast.Name) and node.id in ROOTS and node.id not in names:
                self.paths.setdefault(node.id, ROOTS[node.id])
        code = source.code
        self.quote_mark = '"' if code.count('"') > code.count("'") else "'"

    def quote(self, word: str, like: ast.AST | None = None) -> str:
        """A string in the file's quotes, or in those of the string it replaces."""
        mark = self.quote_mark
        if isinstance(like, ast.Constant) and isinstance(like.value, str):
            written = self.source.text_of(like).lstrip("rbuRBU")
            mark = written[:1] if written[:1] in "'\"" else mark
        return f"{mark}{word}{mark}"

    @property
    def root(self) -> str:
        """Where the script takes Keras from: ``keras``, ``tensorflow.keras`` or ``tf_keras``."""
        for node in ast.walk(self.tree):
            module = ""
            if isinstance(node, ast.ImportFrom):
                module = node.module or ""
            elif isinstance(node, ast.Import):
                module = node.names[0].name
            for root in ("tensorflow.keras", "tf_keras", "keras"):
                if module == root or module.startswith(root + "."):
                    return root
            if module == "tensorflow" and not self._imports_keras():
                return "tensorflow.keras"
        return "tensorflow.keras" if re.search(r"\btf\.", self.source.code) else "keras"

    def _imports_keras(self) -> bool:
        return bool(re.search(r"^\s*(?:from|import)\s+keras\b", self.source.code, re.M))

    def bound_to(self, path: str) -> str | None:
        """The name under which the script has a library path, if it has."""
        return next((name for name, known in self.paths.items() if known == path), None)

    def reach(self, path: str) -> str | None:
        """A dotted expression for a library path by names that are bound; None if there is none.

        ``keras.layers.Dense`` is reached as ``Dense``, ``layers.Dense``, ``keras.layers.Dense`` or
        ``tf.keras.layers.Dense``.
        """
        path = canonical(path)
        direct = self.bound_to(path)
        if direct is not None:
            return direct
        parts = path.split(".")
        for cut in range(len(parts) - 1, 0, -1):
            name = self.bound_to(".".join(parts[:cut]))
            if name is not None:
                return ".".join([name, *parts[cut:]])
        tensorflow = self.bound_to("tensorflow")
        if tensorflow is not None and parts[0] == "keras":
            return f"{tensorflow}.{path}"
        return None

    def indent_of(self, node: ast.AST) -> str:
        """The white space before a statement."""
        code = self.source.lines[getattr(node, "lineno", 1) - 1].code
        return code[: len(code) - len(code.lstrip())]

    @property
    def step(self) -> str:
        """One level of indentation as the file has it."""
        widths = [
            len(match.group(1))
            for match in re.finditer(r":\s*\n( +)\S", self.source.code)
        ]  # fmt: skip
        return " " * (min(widths) if widths and min(widths) in (2, 4, 8) else 4)
