"""Binds names, takes values apart and puts them together."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from assistant.reading.script.frame import Frame
from assistant.reading.script.values import (
    Attr,
    Binary,
    Call,
    Const,
    Either,
    Instance,
    Item,
    Layer,
    Map,
    Member,
    Model,
    Seq,
    Tensor,
    Unknown,
    Value,
    const_of,
)

if TYPE_CHECKING:
    from assistant.reading.script.interpreter import Interpreter

_OPERATORS: dict[type[ast.AST], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.Mult: ("*", operator.mul),
    ast.Div: ("/", operator.truediv),
    ast.FloorDiv: ("//", operator.floordiv),
    ast.Mod: ("%", operator.mod),
    ast.Pow: ("**", operator.pow),
    ast.MatMult: ("@", operator.matmul),
    ast.BitAnd: ("&", operator.and_),
    ast.BitOr: ("|", operator.or_),
    ast.BitXor: ("^", operator.xor),
    ast.LShift: ("<<", operator.lshift),
    ast.RShift: (">>", operator.rshift),
}
#: longest list or text that arithmetic on constants may make
_LONGEST = 4096


def bind(run: Interpreter, target: ast.expr, value: Value, frame: Frame) -> None:
    """Give a value to an assignment target of any form."""
    if isinstance(target, ast.Name):
        if isinstance(value, (Model, Layer)) and not value.name:
            value.name = target.id
        frame.bind(target.id, value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        _unpack(run, target, value, frame)
    elif isinstance(target, ast.Attribute):
        _set_attribute(run, target, run.evaluate(target.value, frame), value, frame)
    elif isinstance(target, ast.Subscript):
        base = run.evaluate(target.value, frame)
        key = run.evaluate(target.slice, frame)
        _set_item(run, target, base, key, value, frame)
    elif isinstance(target, ast.Starred):
        bind(run, target.value, Unknown(target), frame)


def _unpack(run: Interpreter, target: ast.Tuple | ast.List, value: Value, frame: Frame) -> None:
    starred = any(isinstance(part, ast.Starred) for part in target.elts)
    for position, part in enumerate(target.elts):
        if starred:
            bind(run, part, Unknown(part), frame)
        else:
            bind(run, part, item(part, value, Const(part, position)), frame)


def _set_attribute(
    run: Interpreter, target: ast.Attribute, base: Value, value: Value, frame: Frame
) -> None:
    if target.attr == "trainable":
        statement = run.statement or target
        run.note_event("trainable", base, statement, frame, value=value)
    elif isinstance(base, Instance):
        if isinstance(value, (Model, Layer)) and not value.name:
            value.name = target.attr
        base.attrs[target.attr] = value
    elif target.attr in ("lr", "learning_rate"):
        run.note_event("set-rate", base, run.statement or target, frame, value=value)


def _set_item(
    run: Interpreter, target: ast.Subscript, base: Value, key: Value, value: Value, frame: Frame
) -> None:
    plain = const_of(key)
    if isinstance(base, Map) and plain is not None:
        base.items[plain] = value
        return
    if (
        isinstance(base, Seq)
        and isinstance(plain, int)
        and -len(base.items) <= plain < len(base.items)
    ):
        base.items[plain] = value
        return
    changed = Call(target, "setitem", base, [key, value], order=run.next_order(), loops=run.loops)
    run.calls.append(changed)
    if isinstance(target.value, (ast.Name, ast.Attribute)):
        bind(run, target.value, changed, frame)
    elif isinstance(target.value, ast.Subscript) and isinstance(base, Item):
        # ``masks[i][inside] = 255`` writes into masks.
        _set_item(run, target.value, base.base, base.index, changed, frame)


def combine(node: ast.AST, op: type[ast.AST], left: Value, right: Value) -> Value:
    """``left op right``: worked out for constants, remembered for data, a layer for tensors."""
    sign, work = _OPERATORS.get(op, ("?", operator.add))
    if isinstance(left, Const) and isinstance(right, Const):
        return _fold(node, sign, work, left.value, right.value)
    if isinstance(left, Seq) and isinstance(right, Seq) and sign == "+":
        return Seq(node, [*left.items, *right.items], left.kind, left.many or right.many)
    if isinstance(left, Seq) and isinstance(right, Const) and sign == "*" and not left.many:
        times = right.value
        if isinstance(times, int) and 0 <= times * len(left.items) <= _LONGEST:
            return Seq(node, left.items * times, left.kind)
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        return Tensor(node, f"op:{sign}", [left, right])
    return Binary(node, sign, left, right)


def _fold(node: ast.AST, sign: str, work: Callable[[Any, Any], Any], a: Any, b: Any) -> Value:
    numbers = isinstance(a, (int, float)) and isinstance(b, (int, float))
    modest = numbers and abs(a) < 1e12 and abs(b) < 1e12
    if sign in ("**", "<<") and not (modest and abs(a) <= 1e4 and abs(b) <= 64):
        return Unknown(node)
    texts = isinstance(a, str) and isinstance(b, str) and sign == "+"
    if not (modest or (texts and len(a) + len(b) <= _LONGEST)):
        return Unknown(node)
    try:
        result = work(a, b)
    except (ArithmeticError, ValueError, TypeError):
        return Unknown(node)
    return Unknown(node) if isinstance(result, complex) else Const(node, result)


def item(node: ast.AST, base: Value, index: Value) -> Value:
    """``base[index]``."""
    plain = const_of(index)
    if isinstance(base, Seq) and base.kind != "slice":
        return _item_of_sequence(node, base, index, plain)
    if isinstance(base, Map) and plain is not None and _hashable(plain):
        return base.items.get(plain) or Unknown(node)
    if isinstance(base, Const) and isinstance(base.value, (str, tuple)):
        if isinstance(plain, int) and -len(base.value) <= plain < len(base.value):
            return Const(node, base.value[plain])
        return Unknown(node)
    if isinstance(base, Either):
        return Either(node, [item(node, option, index) for option in base.options])
    if isinstance(base, Tensor):
        return Tensor(node, "op:[]", [base])
    if isinstance(base, Attr) and base.name == "layers" and isinstance(base.base, Model):
        return _layer_of_model(node, base.base, index, plain)
    stored = _stored(base, plain)
    return stored if stored is not None else Item(node, base, index)


def _item_of_sequence(node: ast.AST, base: Seq, index: Value, plain: Any) -> Value:
    if base.many and base.items:
        whole = isinstance(index, Seq) and index.kind == "slice"
        return Item(node, base, index) if whole else base.items[0]
    if isinstance(plain, int) and -len(base.items) <= plain < len(base.items):
        return base.items[plain]
    if isinstance(index, Seq) and index.kind == "slice":
        bounds = [const_of(bound) for bound in index.items]
        known = all(
            isinstance(bound, Const) and (bound.value is None or isinstance(bound.value, int))
            for bound in index.items
        )
        if known and bounds[2:] != [0]:
            return Seq(node, base.items[slice(*bounds)], base.kind)
    return Unknown(node)


def _layer_of_model(node: ast.AST, model: Model, index: Value, plain: Any) -> Value:
    certain = model.kind == "Sequential" and not any(part.conditional for part in model.parts)
    if isinstance(plain, int) and certain and -len(model.parts) <= plain < len(model.parts):
        return model.parts[plain].value
    return Member(node, model, partial=True)


def _stored(base: Value, key: Any) -> Value | None:
    """What was last put into a table under a constant key, such as ``df['label']``."""
    while isinstance(base, Call) and base.path == "setitem" and base.receiver is not None:
        written = const_of(base.args[0])
        if key is not None and written == key:
            return base.args[1]
        if written is None:
            return None
        base = base.receiver
    return None


def _hashable(plain: Any) -> bool:
    return isinstance(plain, (str, int, float, tuple, bool))


def items_of(run: Interpreter, value: Value) -> list[Value] | None:
    """The items of a value that can be walked through, where the text tells them all."""
    if isinstance(value, Seq) and not value.many and value.kind != "slice":
        return value.items
    if isinstance(value, Map):
        return [Const(value.node, key) for key in value.items]
    if isinstance(value, Const) and isinstance(value.value, (tuple, str)):
        return [Const(value.node, part) for part in value.value]
    return None


def count_of(value: Value) -> int | None:
    """How often a loop over this value runs, where the text tells."""
    if isinstance(value, Call) and value.path == "builtins.range":
        bounds = [const_of(bound) for bound in value.args]
        if bounds and all(isinstance(bound, int) for bound in bounds) and 0 not in bounds[2:]:
            return len(range(*bounds))
    if isinstance(value, Call) and value.last == "split" and isinstance(value.receiver, Call):
        folds = const_of(value.receiver.arg("n_splits", 0))
        return folds if isinstance(folds, int) else None
    if isinstance(value, Call) and value.path in ("builtins.enumerate", "tqdm.tqdm"):
        return count_of(value.args[0]) if value.args else None
    return None


def element_of(node: ast.AST, iterable: Value) -> Value:
    """What one turn of a loop over a value gets."""
    if isinstance(iterable, Seq):
        if iterable.items and iterable.many:
            return iterable.items[0]
        return Either(node, list(iterable.items)) if iterable.items else Unknown(node)
    if isinstance(iterable, Attr) and iterable.name == "layers":
        return member(node, iterable.base, partial=False)
    whole = iterable.base if isinstance(iterable, Item) else None
    if isinstance(whole, Attr) and whole.name == "layers":
        return member(node, whole.base, partial=True)
    if isinstance(iterable, Member):  # model.layers[:-4] of a model whose layers are not known
        return iterable
    if isinstance(iterable, Call):
        if iterable.path == "builtins.range":
            return Unknown(node)
        if iterable.path == "builtins.enumerate" and iterable.args:
            return Seq(node, [Unknown(node), element_of(node, iterable.args[0])], "tuple")
        if iterable.path == "builtins.zip":
            return Seq(node, [element_of(node, given) for given in iterable.args], "tuple")
        if iterable.path in ("tqdm.tqdm", "builtins.reversed", "builtins.list") and iterable.args:
            return element_of(node, iterable.args[0])
    return Item(node, iterable, Unknown(node))


def member(node: ast.AST, model: Value, partial: bool) -> Value:
    if isinstance(model, Instance) and model.model is not None:
        model = model.model
    return Member(node, model, partial) if isinstance(model, Model) else Unknown(node)
