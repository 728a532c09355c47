"""What expressions stand for."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from assistant.reading.script import binding, calls
from assistant.reading.script.frame import Frame
from assistant.reading.script.values import (
    Attr,
    Binary,
    Class,
    Const,
    Either,
    Function,
    Instance,
    Layer,
    Map,
    Member,
    Model,
    Ref,
    Seq,
    Tensor,
    Unknown,
    Value,
)
from assistant.reading.script.vocabulary import bare_path, canonical

if TYPE_CHECKING:
    from assistant.reading.script.interpreter import Interpreter

_COMPARISONS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
_ITEMS_OF_COMPREHENSION = 64


def _constant(run: Interpreter, node: ast.Constant, frame: Frame) -> Value:
    return Const(node, node.value)


def _name(run: Interpreter, node: ast.Name, frame: Frame) -> Value:
    value = frame.find(node.id)
    if value is not None:
        return value
    path = bare_path(node.id)
    if path is None:
        return run.unknown_name(node, node.id)
    if not path.startswith("builtins."):
        run.assumed.add(node.id)
    return Ref(node, path)


def _attribute(run: Interpreter, node: ast.Attribute, frame: Frame) -> Value:
    return attribute(run, node, run.evaluate(node.value, frame), node.attr)


def attribute(run: Interpreter, node: ast.AST, base: Value, name: str) -> Value:
    """``base.name``."""
    if isinstance(base, Ref):
        return Ref(node, canonical(f"{base.path}.{name}"))
    if isinstance(base, Instance):
        return _of_instance(node, base, name)
    if isinstance(base, Class):
        return base.member(name) or Unknown(node, name)
    if isinstance(base, Model):
        return _of_model(node, base, name)
    if isinstance(base, Layer) and name == "output" and base.tensor is not None:
        return base.tensor
    if isinstance(base, Member) and name == "output" and base.model.kind in ("Base", "Loaded"):
        return Tensor(node, "op:part", [calls.output_of(node, base.model)])
    if isinstance(base, Tensor) and name == "shape":
        return Unknown(node, "shape")
    return Attr(node, base, name)


def _of_instance(node: ast.AST, base: Instance, name: str) -> Value:
    if name in base.attrs:
        return base.attrs[name]
    found = base.cls.member(name)
    if isinstance(found, Function):
        return Function(node, found.definition, found.frame, base)
    if found is not None:
        return found
    return Attr(node, base.model or base, name)


def _of_model(node: ast.AST, base: Model, name: str) -> Value:
    if name in ("output", "outputs"):
        tensor = calls.output_of(node, base)
        return Seq(node, [tensor]) if name == "outputs" else tensor
    if name in ("input", "inputs"):
        tensor = calls.input_of(node, base)
        return Seq(node, [tensor]) if name == "inputs" else tensor
    return Attr(node, base, name)


def _call(run: Interpreter, node: ast.Call, frame: Frame) -> Value:
    return calls.call(run, node, frame)


def _binary(run: Interpreter, node: ast.BinOp, frame: Frame) -> Value:
    left = run.evaluate(node.left, frame)
    return binding.combine(node, type(node.op), left, run.evaluate(node.right, frame))


def _unary(run: Interpreter, node: ast.UnaryOp, frame: Frame) -> Value:
    value = run.evaluate(node.operand, frame)
    if isinstance(value, Const):
        if isinstance(node.op, ast.Not):
            return Const(node, not value.value)
        if isinstance(value.value, (int, float)):
            if isinstance(node.op, ast.USub):
                return Const(node, -value.value)
            if isinstance(node.op, ast.UAdd):
                return Const(node, +value.value)
    sign = {ast.USub: "neg", ast.Not: "not", ast.Invert: "invert"}.get(type(node.op), "pos")
    return Binary(node, sign, value, Const(node, None))


def _compare(run: Interpreter, node: ast.Compare, frame: Frame) -> Value:
    left = run.evaluate(node.left, frame)
    right = [run.evaluate(other, frame) for other in node.comparators]
    if len(right) == 1 and isinstance(left, Const) and isinstance(right[0], Const):
        work = _COMPARISONS.get(type(node.ops[0]))
        try:
            if work is not None:
                return Const(node, bool(work(left.value, right[0].value)))
        except TypeError:
            return Unknown(node)
    return Binary(node, "compare", left, right[0])


def _bool(run: Interpreter, node: ast.BoolOp, frame: Frame) -> Value:
    values = [run.evaluate(part, frame) for part in node.values]
    if all(isinstance(value, Const) for value in values):
        plain = [value.value for value in values if isinstance(value, Const)]
        return Const(node, all(plain) if isinstance(node.op, ast.And) else any(plain))
    return Binary(node, "bool", values[0], values[-1])


def _sequence(run: Interpreter, node: ast.List | ast.Tuple | ast.Set, frame: Frame) -> Value:
    items: list[Value] = []
    many = False
    for part in node.elts:
        if isinstance(part, ast.Starred):
            inner = run.evaluate(part.value, frame)
            known = binding.items_of(run, inner)
            items += known if known is not None else [inner]
            many = many or known is None
        else:
            items.append(run.evaluate(part, frame))
    kind = {ast.List: "list", ast.Tuple: "tuple"}.get(type(node), "set")
    return Seq(node, items, kind, many)


def _dict(run: Interpreter, node: ast.Dict, frame: Frame) -> Value:
    items: dict[Any, Value] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        got = run.evaluate(value, frame)
        if key is None:
            items.update(got.items if isinstance(got, Map) else {})
            continue
        plain = run.evaluate(key, frame)
        if isinstance(plain, Const) and isinstance(plain.value, (str, int, float, bool)):
            items[plain.value] = got
    return Map(node, items)


def _subscript(run: Interpreter, node: ast.Subscript, frame: Frame) -> Value:
    base = run.evaluate(node.value, frame)
    return binding.item(node, base, run.evaluate(node.slice, frame))


def _slice(run: Interpreter, node: ast.Slice, frame: Frame) -> Value:
    bounds = [node.lower, node.upper, node.step]
    return Seq(
        node,
        [Const(node, None) if part is None else run.evaluate(part, frame) for part in bounds],
        "slice",
    )


def _lambda(run: Interpreter, node: ast.Lambda, frame: Frame) -> Value:
    return Function(node, node, frame, called=True)


def _comprehension(
    run: Interpreter, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, frame: Frame
) -> Value:
    inner = Frame(parent=frame, function=frame.function)
    first = node.generators[0]
    iterable = run.evaluate(first.iter, frame)
    items = binding.items_of(run, iterable)
    simple = len(node.generators) == 1 and not first.ifs
    if simple and items is not None and len(items) <= _ITEMS_OF_COMPREHENSION:
        made = []
        for one in items:
            binding.bind(run, first.target, one, inner)
            made.append(run.evaluate(node.elt, inner))
        return Seq(node, made)
    for number, generator in enumerate(node.generators):
        source = iterable if number == 0 else run.evaluate(generator.iter, inner)
        binding.bind(run, generator.target, binding.element_of(node, source), inner)
    return Seq(node, [run.evaluate(node.elt, inner)], many=True)


def _dict_comprehension(run: Interpreter, node: ast.DictComp, frame: Frame) -> Value:
    """Not built; its parts are followed for the calls in them: ``enumerate(set(words))``."""
    inner = Frame(parent=frame, function=frame.function)
    for generator in node.generators:
        source = run.evaluate(generator.iter, inner)
        binding.bind(run, generator.target, binding.element_of(node, source), inner)
    run.evaluate(node.key, inner)
    run.evaluate(node.value, inner)
    return Unknown(node)


def _conditional(run: Interpreter, node: ast.IfExp, frame: Frame) -> Value:
    test = run.evaluate(node.test, frame)
    if isinstance(test, Const):
        return run.evaluate(node.body if test.value else node.orelse, frame)
    with run.condition():
        options = [run.evaluate(node.body, frame), run.evaluate(node.orelse, frame)]
    return Either(node, options)


def _named(run: Interpreter, node: ast.NamedExpr, frame: Frame) -> Value:
    value = run.evaluate(node.value, frame)
    binding.bind(run, node.target, value, frame)
    return value


def _yield(run: Interpreter, node: ast.Yield | ast.YieldFrom, frame: Frame) -> Value:
    value = run.evaluate(node.value, frame)
    frame.yields.append(value)
    return Unknown(node)


def _await(run: Interpreter, node: ast.Await | ast.Starred, frame: Frame) -> Value:
    return run.evaluate(node.value, frame)


def _text(run: Interpreter, node: ast.JoinedStr, frame: Frame) -> Value:
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            run.evaluate(part.value, frame)
    return Unknown(node)


Handler = Callable[["Interpreter", Any, Frame], Value]
HANDLERS: dict[type[ast.AST], Handler] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.BoolOp: _bool,
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.Set: _sequence,
    ast.Dict: _dict,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Lambda: _lambda,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _dict_comprehension,
    ast.IfExp: _conditional,
    ast.NamedExpr: _named,
    ast.Yield: _yield,
    ast.YieldFrom: _yield,
    ast.Await: _await,
    ast.Starred: _await,
    ast.JoinedStr: _text,
}
