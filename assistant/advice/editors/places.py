"""Takes layers out of a model and puts new ones in, in whichever form the model is written."""

from __future__ import annotations

import ast

from assistant.advice.editing import CannotSplice, Editing
from assistant.reading.script.setup import Placed


def remove_layer(edit: Editing, placed: Placed) -> None:
    """Take a layer out: its ``add``, its entry in a list, or its call in a functional graph."""
    node = placed.part.node if placed.part is not None else None
    if placed.tensor is not None:
        _remove_call(edit, placed.tensor.node)
        return
    if node is None:
        raise CannotSplice("advice-place-unknown")
    outer = edit.parent(node)
    if isinstance(outer, (ast.List, ast.Tuple)):
        edit.remove_item(node, outer.elts)
        return
    statement = edit.statement(node)
    if isinstance(statement, ast.Expr):
        edit.remove(statement)
        return
    raise CannotSplice("advice-place-unknown")


def _remove_call(edit: Editing, node: ast.AST | None) -> None:
    """``x = Dropout(0.5)(x)``: the statement goes; inside an expression only the call does."""
    if not isinstance(node, ast.Call) or not node.args:
        raise CannotSplice("advice-place-unknown")
    statement = edit.statement(node)
    given = node.args[0]
    if isinstance(statement, ast.Assign) and statement.value is node:
        target = statement.targets[0]
        if isinstance(target, ast.Name) and isinstance(given, ast.Name) and target.id == given.id:
            edit.remove(statement)
            return
    edit.replace(node, edit.text(given))


def add_behind(edit: Editing, placed: Placed, layer: str) -> None:
    """Put a layer (its text) behind another one."""
    if placed.tensor is not None:
        _wrap_call(edit, placed.tensor.node, layer)
        return
    node = placed.part.node if placed.part is not None else None
    if node is None:
        raise CannotSplice("advice-place-unknown")
    outer = edit.parent(node)
    if isinstance(outer, (ast.List, ast.Tuple)):
        _into_list(edit, node, layer)
        return
    statement = edit.statement(node)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        edit.insert_after(statement, f"{edit.text(node.func)}({layer})")
        return
    raise CannotSplice("advice-place-unknown")


def _into_list(edit: Editing, node: ast.AST, layer: str) -> None:
    start, end = edit.source.span(node)
    line = edit.source.line_of(start)
    lead = edit.source.code[edit.source.starts[line - 1] : start]
    joint = f",\n{lead}" if not lead.strip() else ", "
    edit.insert(end, joint + layer)


def _wrap_call(edit: Editing, node: ast.AST | None, layer: str) -> None:
    if node is None:
        raise CannotSplice("advice-place-unknown")
    statement = edit.statement(node)
    if isinstance(statement, ast.Assign) and statement.value is node:
        target = statement.targets[0]
        if isinstance(target, (ast.Name, ast.Attribute)):
            name = edit.text(target)
            edit.insert_after(statement, f"{name} = {layer}({name})")
            return
    start, end = edit.source.span(node)
    edit.insert(start, f"{layer}(")
    edit.insert(end, ")")
