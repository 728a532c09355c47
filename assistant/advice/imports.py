"""Makes a library name usable in a script: by a name it has, or by an import added at the top."""

from __future__ import annotations

import ast

from assistant.advice.editing import Editing
from assistant.advice.text import Splice


def use(edit: Editing, path: str, like: ast.AST | None = None) -> str:
    """The expression for a library path such as ``keras.optimizers.Adam``; imports what is missing.

    `like` is the expression that it stands in for: ``optimizers.SGD`` makes ``optimizers.Adam``.
    """
    module, _, name = path.rpartition(".")
    if not module:
        return _whole(edit, path)
    if isinstance(like, ast.Call):
        like = like.func
    if isinstance(like, ast.Attribute):
        return f"{edit.text(like.value)}.{name}"
    reached = edit.style.reach(path)
    if reached is not None:
        return reached
    if isinstance(like, ast.Name) and not _any_import(edit):
        return name  # a fragment that imports nothing: its reader has the imports elsewhere
    add_import(edit, path)
    return name


_SHORT = {"numpy": "np", "pandas": "pd"}


def _whole(edit: Editing, library: str) -> str:
    """A library by the name it goes by in the script: ``np``."""
    bound = edit.style.bound_to(library)
    short = _SHORT.get(library, library)
    if bound is None and _any_import(edit):
        edit.imports.append((library, ""))
    return bound or short


def add_import(edit: Editing, path: str) -> None:
    """Ask for an import; where it goes is settled when the place of its use is known."""
    module, _, name = path.rpartition(".")
    edit.imports.append((as_written(edit, module), name))


def place_imports(edit: Editing) -> None:
    """Write the imports asked for: above every other change, into an import of the same module
    where there is one, else behind the last import, else at the top."""
    wanted = list(dict.fromkeys(edit.imports))
    if not wanted:
        return
    first = min((edit.source.line_of(splice.start) for splice in edit.splices), default=1)
    above = [node for node in _imports(edit) if (node.end_lineno or node.lineno) < first]
    for module, name in wanted:
        same = [
            node
            for node in above
            if isinstance(node, ast.ImportFrom)
            and name
            and node.module == module
            and not node.level
            and node.names[0].name != "*"
        ]
        if same:
            edit.insert(edit.source.span(same[-1].names[-1])[1], f", {name}")
        else:
            _new_line(edit, above, _statement(module, name))


def _statement(module: str, name: str) -> str:
    if name:
        return f"from {module} import {name}"
    short = _SHORT.get(module)
    return f"import {module} as {short}" if short else f"import {module}"


def _new_line(edit: Editing, above: list[ast.stmt], line: str) -> None:
    if above:
        edit.insert_after(above[-1], line)
        return
    body = edit.facts.tree.body
    first = next((node for node in body if not _stays_first(node)), None)
    if first is not None:
        edit.insert_before(first, line)
    else:
        edit.splices.append(Splice(0, 0, line + "\n"))


def as_written(edit: Editing, module: str) -> str:
    """``keras.optimizers`` with the root that the script takes Keras from."""
    if module == "keras" or module.startswith("keras."):
        return edit.style.root + module[len("keras") :]
    return module


def _imports(edit: Editing) -> list[ast.stmt]:
    """The imports of the module itself, from its top down."""
    found: list[ast.stmt] = []
    for node in edit.facts.tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)) and not _stays_first(node):
            found.append(node)
    return found


def _any_import(edit: Editing) -> bool:
    return any(isinstance(node, (ast.Import, ast.ImportFrom)) for node in edit.facts.tree.body)


def _stays_first(node: ast.stmt) -> bool:
    """A docstring, and imports from ``__future__``."""
    if isinstance(node, ast.ImportFrom):
        return node.module == "__future__"
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
