"""Works out what a short function of numbers returns, such as a schedule of learning rates.

Only numbers are followed: constants, the parameters given, names that the script binds to numbers,
and the functions of ``math``. Everything else makes the result unknown; nothing is executed.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

from assistant.reading.script.frame import Frame
from assistant.reading.script.values import Function, const_of

Number = float | int | bool

_BINARY: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: math.pow,
}
_COMPARE: dict[type[ast.AST], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "pow": math.pow,
    "power": math.pow,
    "exp": math.exp,
    "floor": math.floor,
    "ceil": math.ceil,
    "sqrt": math.sqrt,
    "log": math.log,
    "cos": math.cos,
    "sin": math.sin,
    "min": min,
    "max": max,
    "minimum": min,
    "maximum": max,
    "abs": abs,
    "int": int,
    "float": float,
    "round": round,
}
#: methods that hand on the number they are called on
_SAME = frozenset({"numpy", "item", "astype"})
_CONSTANTS = {"pi": math.pi, "e": math.e}
#: how deep functions may call functions
_MOST_DEPTH = 4


class _Unknown(Exception):
    """Something that is no number the text tells."""


class _Returned(Exception):
    def __init__(self, value: Number) -> None:
        super().__init__()
        self.value = value


def result_of(function: Function, args: Sequence[Number], depth: int = 0) -> float | None:
    """What a function of the script returns for numbers; None where the text does not tell.

    Args:
        function: a ``def`` or ``lambda`` of the script.
        args: its first parameters; further ones must have defaults.
    """
    definition = function.definition
    if definition is None or isinstance(definition, ast.AsyncFunctionDef) or depth > _MOST_DEPTH:
        return None
    try:
        return float(_call(definition, function.frame, args, depth))
    except (_Unknown, ArithmeticError, ValueError, TypeError, RecursionError):
        return None


def takes(function: Function) -> int:
    """How many parameters a function has, ``self`` of a method left out."""
    definition = function.definition
    if definition is None:
        return 0
    return len(definition.args.args) - (1 if function.owner is not None else 0)


def _call(
    definition: ast.FunctionDef | ast.Lambda,
    frame: Frame | None,
    args: Sequence[Number],
    depth: int,
) -> Number:
    names = [arg.arg for arg in definition.args.args]
    if names[:1] == ["self"]:
        raise _Unknown
    run = _Run(dict(zip(names, args, strict=False)), frame, depth)
    for name, default in zip(reversed(names), reversed(definition.args.defaults), strict=False):
        if name not in run.known:
            run.known[name] = run.value(default)
    if isinstance(definition, ast.Lambda):
        return run.value(definition.body)
    try:
        run.execute(definition.body)
    except _Returned as returned:
        return returned.value
    raise _Unknown


class _Run:
    """One call of a function: the numbers its names hold."""

    def __init__(self, known: dict[str, Number], frame: Frame | None, depth: int) -> None:
        self.known = known
        self.frame = frame
        self.depth = depth

    def execute(self, body: Sequence[ast.stmt]) -> None:
        for statement in body:
            self._statement(statement)

    def _statement(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Return) and node.value is not None:
            raise _Returned(self.value(node.value))
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            self.known[node.targets[0].id] = self.value(node.value)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            work = _BINARY.get(type(node.op))
            if work is None:
                raise _Unknown
            before = self.value(ast.Name(node.target.id, ast.Load()))
            self.known[node.target.id] = _plain(work(before, self.value(node.value)))
        elif isinstance(node, ast.If):
            self.execute(node.body if self.value(node.test) else node.orelse)
        elif not isinstance(node, (ast.Expr, ast.Pass, ast.Global)):  # print(...), a docstring
            raise _Unknown

    def value(self, node: ast.expr) -> Number:
        """The number an expression stands for."""
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            return node.value
        if isinstance(node, ast.Name):
            return self._name(node.id)
        if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
            return _plain(_BINARY[type(node.op)](self.value(node.left), self.value(node.right)))
        if isinstance(node, ast.UnaryOp):
            inner = self.value(node.operand)
            return not inner if isinstance(node.op, ast.Not) else _signed(node.op, inner)
        if isinstance(node, ast.Compare):
            return self._compare(node)
        if isinstance(node, ast.BoolOp):
            parts = (bool(self.value(part)) for part in node.values)
            return all(parts) if isinstance(node.op, ast.And) else any(parts)
        if isinstance(node, ast.IfExp):
            return self.value(node.body if self.value(node.test) else node.orelse)
        if isinstance(node, ast.Call):
            return self._function(node)
        if isinstance(node, ast.Attribute) and node.attr in _CONSTANTS:
            return _CONSTANTS[node.attr]
        raise _Unknown

    def _name(self, name: str) -> Number:
        if name in self.known:
            return self.known[name]
        found = const_of(self.frame.find(name)) if self.frame is not None else None
        if not isinstance(found, (int, float)):
            raise _Unknown
        return found

    def _compare(self, node: ast.Compare) -> bool:
        left = self.value(node.left)
        for op, other in zip(node.ops, node.comparators, strict=True):
            work = _COMPARE.get(type(op))
            right = self.value(other)
            if work is None:
                raise _Unknown
            if not work(left, right):
                return False
            left = right
        return True

    def _function(self, node: ast.Call) -> Number:
        func = node.func
        if isinstance(func, ast.Attribute) and func.attr in _SAME:
            return self.value(func.value)
        if node.keywords:
            raise _Unknown
        args = [self.value(arg) for arg in node.args]
        name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        own = self.frame.find(name) if self.frame is not None else None
        if isinstance(func, ast.Name) and isinstance(own, Function):
            inner = result_of(own, args, self.depth + 1)
            if inner is None:
                raise _Unknown
            return inner
        if name not in _FUNCTIONS:
            raise _Unknown
        return _plain(_FUNCTIONS[name](*args))


def _signed(op: ast.unaryop, value: Number) -> Number:
    if isinstance(op, ast.USub):
        return -value
    if isinstance(op, ast.UAdd):
        return value
    raise _Unknown


def _plain(value: Any) -> Number:
    if isinstance(value, complex) or (isinstance(value, int) and abs(value) > 1e15):
        raise _Unknown
    number: Number = value
    return number
