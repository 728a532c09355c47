"""Arguments of a call by their present names: their values, and where they are written."""

from __future__ import annotations

import ast

from assistant.reading.script.frame import Event
from assistant.reading.script.values import Call, Value
from assistant.reading.script.vocabulary import OLD_FIT, PARAMETERS


def arguments(event: Event) -> dict[str, Value]:
    """The arguments of compile, fit, evaluate, predict ... under their present names."""
    if event.call is None:
        return {}
    named = {OLD_FIT.get(key, key): value for key, value in event.call.kwargs.items()}
    names = PARAMETERS.get(event.kind, ())
    for name, value in zip(names, event.call.args, strict=False):
        named.setdefault(name, value)
    return named


def argument_node(
    call: ast.AST | None, *names: str, position: int | None = None
) -> ast.expr | None:
    """The expression given for an argument, by any of its names, else by position."""
    if not isinstance(call, ast.Call):
        return None
    for keyword in call.keywords:
        if keyword.arg in names:
            return keyword.value
    if position is not None and position < len(call.args):
        plain = not any(isinstance(arg, ast.Starred) for arg in call.args[: position + 1])
        return call.args[position] if plain else None
    return None


def keyword_of(call: ast.AST | None, *names: str) -> ast.keyword | None:
    """The keyword entry itself, ``name=value``."""
    if not isinstance(call, ast.Call):
        return None
    return next((keyword for keyword in call.keywords if keyword.arg in names), None)


def written(event: Event, name: str) -> ast.expr | None:
    """Where an argument of compile, fit ... is written."""
    old = tuple(key for key, present in OLD_FIT.items() if present == name)
    names = PARAMETERS.get(event.kind, ())
    position = names.index(name) if name in names else None
    return argument_node(event.node, name, *old, position=position)


def call_node(value: Value | None) -> ast.Call | None:
    """The call that made a value, where it was one."""
    node = value.node if isinstance(value, Call) else None
    return node if isinstance(node, ast.Call) else None
