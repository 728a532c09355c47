"""Python's own functions and the methods of lists, as far as they matter for reading a script."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from assistant.reading.script import binding
from assistant.reading.script.values import Const, Map, Seq, Value, const_of

if TYPE_CHECKING:
    from assistant.reading.script.interpreter import Interpreter

#: longest range that is written out
_RANGE = 256


def builtin(
    run: Interpreter, node: ast.AST, name: str, args: list[Value], kwargs: dict[str, Value]
) -> Value | None:
    """The result of a built-in function, where it can be told; None otherwise."""
    if name in ("list", "tuple", "sorted", "set") and len(args) == 1:
        return _as_sequence(run, node, name, args[0])
    if name == "len" and len(args) == 1:
        items = binding.items_of(run, args[0])
        return None if items is None else Const(node, len(items))
    if name == "range":
        bounds = [const_of(bound) for bound in args]
        if bounds and all(isinstance(b, int) for b in bounds) and 0 not in bounds[2:]:
            numbers = range(*bounds)
            if len(numbers) <= _RANGE:
                return Seq(node, [Const(node, number) for number in numbers])
    if name in ("zip", "enumerate") and args:
        columns = [binding.items_of(run, arg) for arg in args]
        if name == "enumerate":
            first = columns[0] or []
            columns = [[Const(node, i) for i in range(len(first))], columns[0]]
        if all(column is not None for column in columns):
            rows = zip(*(column or [] for column in columns), strict=False)
            return Seq(node, [Seq(node, list(row), "tuple") for row in rows])
    if name == "dict" and not args:
        return Map(node, dict(kwargs))
    if name in ("int", "float", "str", "bool", "round", "max", "min", "sum", "abs"):
        return _number(node, name, args)
    return None


def _as_sequence(run: Interpreter, node: ast.AST, name: str, value: Value) -> Value | None:
    if isinstance(value, Seq) and name != "set":
        return Seq(node, list(value.items), name if name == "tuple" else "list", value.many)
    items = binding.items_of(run, value)
    return Seq(node, items) if items is not None and name != "set" else None


def _number(node: ast.AST, name: str, args: list[Value]) -> Value | None:
    plain = [const_of(arg) for arg in args]
    work = {"int": int, "float": float, "str": str, "bool": bool, "round": round, "max": max,
            "min": min, "sum": sum, "abs": abs}[name]  # fmt: skip
    if not plain or any(value is None for value in plain):
        return None
    try:
        result = work(*plain)  # type: ignore[operator]
    except (TypeError, ValueError, ArithmeticError):
        return None
    return Const(node, result) if isinstance(result, (int, float, str, bool)) else None


def method(
    node: ast.AST, base: Value, name: str, args: list[Value], *, uncertain: bool
) -> Value | None:
    """The effect of a method of a list or dictionary; None for any other."""
    if isinstance(base, Seq) and base.kind == "list":
        return _of_list(node, base, name, args, uncertain)
    if isinstance(base, Map):
        return _of_map(node, base, name, args)
    if isinstance(base, Const) and isinstance(base.value, str):
        plain = [const_of(arg) for arg in args]
        if name in ("lower", "upper", "strip") and not args:
            return Const(node, getattr(base.value, name)())
        if name == "split" and all(isinstance(p, str) and p for p in plain):
            return Seq(node, [Const(node, part) for part in base.value.split(*plain)])
    return None


def _of_list(
    node: ast.AST, base: Seq, name: str, args: list[Value], uncertain: bool
) -> Value | None:
    if name == "append" and len(args) == 1:
        base.items.append(args[0])
        base.many = base.many or uncertain
    elif name == "extend" and len(args) == 1:
        more = args[0]
        if isinstance(more, Seq):
            base.items += more.items
            base.many = base.many or more.many
        else:
            base.items.append(more)
            base.many = True
    elif name == "insert" and len(args) == 2:
        where = const_of(args[0])
        base.items.insert(where if isinstance(where, int) else len(base.items), args[1])
    else:
        return None
    return Const(node, None)


def _of_map(node: ast.AST, base: Map, name: str, args: list[Value]) -> Value | None:
    if name == "get" and args:
        return base.items.get(const_of(args[0]))
    if name == "values":
        return Seq(node, list(base.items.values()))
    if name == "keys":
        return Seq(node, [Const(node, key) for key in base.items])
    if name == "items":
        pairs = [Seq(node, [Const(node, k), v], "tuple") for k, v in base.items.items()]
        return Seq(node, list(pairs))
    return None
