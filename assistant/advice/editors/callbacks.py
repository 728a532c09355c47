"""Takes a callback out of a fit."""

from __future__ import annotations

import ast

from assistant.advice.editing import Editing


def drop_callback(edit: Editing, made: ast.AST | None) -> bool:
    """Take a callback out wherever it is handed on: itself, or by the name it was given.

    Returns:
        Whether it was found in a list of callbacks, or appended to one.
    """
    if made is None:
        return False
    name = _name_given(edit.statement(made), made)
    done = False
    for node in ast.walk(edit.facts.tree):
        if isinstance(node, (ast.List, ast.Tuple)):
            chosen = [item for item in node.elts if item is made or _is_name(item, name)]
            done = done or bool(chosen)
            for item in chosen:
                _from_list(edit, node, item)
        elif isinstance(node, ast.Expr) and _appends(node.value, made, name):
            edit.remove(node)
            done = True
    return done


def _name_given(statement: ast.stmt, made: ast.AST) -> str | None:
    if not isinstance(statement, ast.Assign) or statement.value is not made:
        return None
    target = statement.targets[0]
    return target.id if isinstance(target, ast.Name) else None


def _is_name(node: ast.AST, name: str | None) -> bool:
    return name is not None and isinstance(node, ast.Name) and node.id == name


def _from_list(edit: Editing, outer: ast.List | ast.Tuple, item: ast.expr) -> None:
    """One item of a list; with the last one ``callbacks=[...]`` goes as a whole."""
    argument = edit.parent(outer)
    call = edit.parent(argument) if isinstance(argument, ast.keyword) else None
    if len(outer.elts) == 1 and isinstance(argument, ast.keyword) and isinstance(call, ast.Call):
        edit.remove_item(argument, [*call.args, *call.keywords])
    else:
        edit.remove_item(item, list(outer.elts))


def _appends(value: ast.expr, made: ast.AST, name: str | None) -> bool:
    """``callbacks.append(cb)``."""
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return False
    given = value.args[0] if len(value.args) == 1 else None
    return (
        value.func.attr == "append"
        and given is not None
        and (given is made or _is_name(given, name))
    )
