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
    if bound is not None:
        return bound
    if _any_import(edit):
        _new_line(edit, f"import {library} as {short}" if short != library else f"import {library}")
    return short


def add_import(edit: Editing, path: str) -> None:
    """``from keras.optimizers import Adam``: into an import of that module, or as a new line."""
    module, _, name = path.rpartition(".")
    module = as_written(edit, module)
    for node in _imports(edit):
        same = isinstance(node, ast.ImportFrom) and node.module == module and not node.level
        if same and isinstance(node, ast.ImportFrom) and node.names[0].name != "*":
            end = edit.source.span(node.names[-1])[1]
            edit.insert(end, f", {name}")
            return
    _new_line(edit, f"from {module} import {name}")


def _new_line(edit: Editing, line: str) -> None:
    imports = _imports(edit)
    if imports:
        edit.insert_after(imports[-1], line)
        return
    body = edit.facts.tree.body
    first = next((node for node in body if not _is_docstring(node)), None)
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
    """The imports at the top of the module: those before its first other statements, or all."""
    body = edit.facts.tree.body
    top: list[ast.stmt] = []
    for node in body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            if not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
                top.append(node)
        elif top and not _is_docstring(node):
            break
    return top or [node for node in body if isinstance(node, ast.ImportFrom)]


def _any_import(edit: Editing) -> bool:
    return any(isinstance(node, (ast.Import, ast.ImportFrom)) for node in edit.facts.tree.body)


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
