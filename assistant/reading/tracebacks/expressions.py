"""The small language of ``when``, ``value`` and ``let`` in ``knowledge/errors.yaml``.

Names are the named groups of the rule's pattern and what ``let`` defined before. A shape such as
``(None, 10)`` or ``[32,10]`` and a list such as ``4 3 4 1`` are lists of numbers, ``None`` standing
for a length that is not known.

    value == classes            == != < <= > >=, chained with and, or, not
    first(labels) == first(logits) * last(logits)      + - * / on whole numbers; a / b is known
                                only where it comes out even
    rank(target), first(s), last(s), item(s, 1), product(s), least(s), most(s), count(s)
    megabytes(s)                what a float32 tensor of that shape takes, in 10**6 bytes
    has(node, "crossentropy")   the word stands in a text, upper and lower case alike
    known(loss)                 the group was in the message
    either(a, b, c)             the first of them that is known

A comparison with something that is not known is false, and arithmetic with it is not known. There
is no attribute, index or call beside those above, so a rule file can do nothing but compare.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from math import prod
from typing import TypeAlias

Shape: TypeAlias = "tuple[int | None, ...]"
Value: TypeAlias = "int | float | str | bool | Shape | None"

#: numbers beyond this are not multiplied further; no tensor is larger
_LARGEST = 10**18


class BadExpression(ValueError):
    """An expression that the language does not know; the message quotes it."""


def _items(value: Value) -> Shape | None:
    return value if isinstance(value, tuple) else None


def _of_shape(pick: Callable[[Shape], int | None]) -> Callable[..., Value]:
    def apply(value: Value) -> Value:
        items = _items(value)
        return pick(items) if items else None

    return apply


def _product(items: Shape) -> int | None:
    numbers = [n for n in items if n is not None]
    return prod(numbers) if len(numbers) == len(items) else None


def _megabytes(items: Shape) -> int | None:
    size = _product(items)
    return None if size is None else max(1, round(4 * size / 10**6))


def _item(value: Value, index: Value) -> Value:
    items = _items(value)
    if items is None or not isinstance(index, int) or not -len(items) <= index < len(items):
        return None
    return items[index]


def _rank(value: Value) -> Value:
    items = _items(value)
    return None if items is None else len(items)


def _has(value: Value, word: Value) -> Value:
    return isinstance(value, str) and isinstance(word, str) and word.lower() in value.lower()


_FUNCTIONS: dict[str, Callable[..., Value]] = {
    "rank": _rank,
    "count": _rank,
    "first": _of_shape(lambda s: s[0]),
    "last": _of_shape(lambda s: s[-1]),
    "product": _of_shape(_product),
    "megabytes": _of_shape(_megabytes),
    "least": _of_shape(lambda s: min((n for n in s if n is not None), default=None)),
    "most": _of_shape(lambda s: max((n for n in s if n is not None), default=None)),
    "item": _item,
    "has": _has,
    "known": lambda value: value is not None,
    "either": lambda *values: next((v for v in values if v is not None), None),
}
_ARITHMETIC: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.floordiv,
}
_COMPARISON: dict[type[ast.cmpop], Callable[[object, object], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,  # type: ignore[dict-item]
    ast.LtE: operator.le,  # type: ignore[dict-item]
    ast.Gt: operator.gt,  # type: ignore[dict-item]
    ast.GtE: operator.ge,  # type: ignore[dict-item]
}


@lru_cache(maxsize=1024)
def _parsed(text: str) -> ast.expr:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BadExpression(f"cannot read {text!r}") from error


def evaluate(text: str, values: Mapping[str, Value]) -> Value:
    """The value of an expression.

    Args:
        text: the expression.
        values: what each name stands for; a name that is missing is not known.

    Raises:
        BadExpression: the language has no such form.
    """
    return _value(_parsed(text), values, text)


def holds(text: str, values: Mapping[str, Value]) -> bool:
    """True when the condition is met; False when it is not, or cannot be told."""
    return evaluate(text, values) is True


def names_in(text: str) -> set[str]:
    """The names an expression uses, without those of its functions.

    Raises:
        BadExpression: it cannot be read at all.
    """
    return {n.id for n in ast.walk(_parsed(text)) if isinstance(n, ast.Name)} - set(_FUNCTIONS)


def _value(node: ast.expr, values: Mapping[str, Value], text: str) -> Value:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float, str)):
        return node.value
    if isinstance(node, ast.Name):
        return values.get(node.id)
    if isinstance(node, ast.UnaryOp):
        return _unary(node, values, text)
    if isinstance(node, ast.BoolOp):
        parts = [_value(part, values, text) is True for part in node.values]
        return all(parts) if isinstance(node.op, ast.And) else any(parts)
    if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        return _arithmetic(node, values, text)
    if isinstance(node, ast.Compare):
        return _comparison(node, values, text)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        function = _FUNCTIONS.get(node.func.id)
        if function is not None:
            try:
                return function(*(_value(arg, values, text) for arg in node.args))
            except TypeError as error:
                raise BadExpression(f"wrong number of values in {text!r}") from error
    raise BadExpression(f"no such form: {text!r}")


def _unary(node: ast.UnaryOp, values: Mapping[str, Value], text: str) -> Value:
    inner = _value(node.operand, values, text)
    if isinstance(node.op, ast.Not):
        return inner is not True
    if isinstance(node.op, ast.USub):
        return -inner if isinstance(inner, (int, float)) else None
    raise BadExpression(f"no such form: {text!r}")


def _arithmetic(node: ast.BinOp, values: Mapping[str, Value], text: str) -> Value:
    left, right = _value(node.left, values, text), _value(node.right, values, text)
    if not isinstance(left, int) or not isinstance(right, int):
        return None
    if abs(left) > _LARGEST or abs(right) > _LARGEST:
        return None
    if isinstance(node.op, ast.Div) and (right == 0 or left % right):
        return None
    return _ARITHMETIC[type(node.op)](left, right)


def _comparison(node: ast.Compare, values: Mapping[str, Value], text: str) -> bool:
    terms = [_value(term, values, text) for term in (node.left, *node.comparators)]
    if any(term is None for term in terms):
        return False
    for op, left, right in zip(node.ops, terms, terms[1:], strict=False):
        compare = _COMPARISON.get(type(op))
        if compare is None:
            raise BadExpression(f"no such form: {text!r}")
        try:
            if not compare(left, right):
                return False
        except TypeError:
            return False
    return True
