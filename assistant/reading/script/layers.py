"""Makes layers, models and tensors out of the calls that make them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from assistant.reading.script.frame import Frame
from assistant.reading.script.values import (
    Class,
    Const,
    Either,
    Instance,
    Layer,
    Map,
    Model,
    Part,
    Seq,
    Tensor,
    Value,
    const_of,
    options,
)
from assistant.reading.script.vocabulary import parameter, signature

if TYPE_CHECKING:
    from assistant.reading.script.interpreter import Interpreter

_APPLICATION = ("include_top", "weights", "input_tensor", "input_shape", "pooling", "classes")


def make_layer(
    run: Interpreter, node: ast.AST, kind: str, args: list[Value], kwargs: dict[str, Value]
) -> Layer:
    """A Keras layer; its arguments under their present names, positional ones named."""
    named = {parameter(kind, key): value for key, value in kwargs.items()}
    for name, value in zip(signature(kind), args, strict=False):
        named.setdefault(name, value)
    layer = Layer(node, kind, named, conditional=run.conditions > 0)
    inner = named.get("layer")
    if isinstance(inner, Layer):
        layer.wrapped = inner
    run.layers.append(layer)
    return layer


def custom_layer(
    run: Interpreter, node: ast.AST | None, kind: str, args: list[Value], kwargs: dict[str, Value]
) -> Layer:
    layer = Layer(node, kind, dict(kwargs), custom=True, conditional=run.conditions > 0)
    run.layers.append(layer)
    return layer


def input_layer(node: ast.AST | None) -> Layer:
    return Layer(node, "InputLayer")


def make_input(
    run: Interpreter, node: ast.AST, args: list[Value], kwargs: dict[str, Value]
) -> Tensor:
    """``Input(...)`` is a tensor, and as an entry of a Sequential model a layer."""
    named = dict(kwargs)
    if args:
        named.setdefault("shape", args[0])
    layer = Layer(node, "InputLayer", named)
    tensor = Tensor(node, layer, [])
    layer.tensor = tensor
    return tensor


def new_model(run: Interpreter, node: ast.AST | None, kind: str, frame: Frame | None) -> Model:
    model = Model(
        node,
        kind,
        loops=run.loops,
        function=frame.function if frame else "",
        order=run.next_order(),
    )
    run.models.append(model)
    return model


def make_model(
    run: Interpreter,
    node: ast.AST,
    name: str,
    args: list[Value],
    kwargs: dict[str, Value],
    frame: Frame,
) -> Model:
    """``Sequential([...])`` or ``Model(inputs, outputs)``."""
    if name == "Sequential":
        model = new_model(run, node, "Sequential", frame)
        given = kwargs.get("layers") or (args[0] if args else None)
        if isinstance(given, Seq):
            model.parts = [Part(item, item.node, given.many) for item in given.items]
        elif given is not None and not isinstance(given, Const):
            model.parts = [Part(given, given.node, conditional=True)]
        return model
    model = new_model(run, node, "Functional", frame)
    set_ends(model, args, kwargs)
    return model


def set_ends(model: Model, args: list[Value], kwargs: dict[str, Value]) -> None:
    """Inputs and outputs of a graph, as ``Model`` is given them."""
    inputs = kwargs.get("inputs") or kwargs.get("input") or (args[0] if args else None)
    outputs = kwargs.get("outputs") or kwargs.get("output") or (args[1] if len(args) > 1 else None)
    model.inputs = _ends(inputs)
    model.outputs = _ends(outputs)


def _ends(value: Value | None) -> list[Value]:
    if value is None:
        return []
    if isinstance(value, Seq):
        return list(value.items)
    if isinstance(value, Map):
        return list(value.items.values())
    return [value]


def make_base(
    run: Interpreter,
    node: ast.AST,
    name: str,
    args: list[Value],
    kwargs: dict[str, Value],
    frame: Frame,
) -> Model:
    """A published network: ``ResNet50(weights='imagenet', include_top=False)``."""
    model = new_model(run, node, "Base", frame)
    model.application = name
    model.args = dict(zip(_APPLICATION, args, strict=False)) | kwargs
    given = model.args.get("input_tensor")
    if isinstance(given, Tensor):
        model.input_tensor = given
    return model


def subclass_model(run: Interpreter, node: ast.AST | None, cls: Class) -> Model:
    model = new_model(run, node, "Subclass", None)
    model.cls = cls
    return model


def clone(run: Interpreter, node: ast.AST, original: Model, frame: Frame) -> Model:
    model = new_model(run, node, original.kind, frame)
    model.parts = list(original.parts)
    model.inputs, model.outputs = original.inputs, original.outputs
    model.args, model.application = original.args, original.application
    return model


def call_layer(
    run: Interpreter,
    node: ast.AST,
    maker: Layer | Model,
    args: list[Value],
    kwargs: dict[str, Value],
) -> Tensor:
    """The tensor that a layer or model makes of others."""
    inputs = args[:1] or [kwargs[key] for key in ("inputs", "input") if key in kwargs]
    if inputs and isinstance(inputs[0], (Seq, Map)):
        inputs = _ends(inputs[0])
    tensor = Tensor(node, maker, inputs, kwargs.get("training"), run.conditions > 0)
    if isinstance(maker, Layer):
        maker.tensor = tensor
    return tensor


def call_operation(node: ast.AST, path: str, args: list[Value], kwargs: dict[str, Value]) -> Tensor:
    """The tensor that a library function makes of others."""
    inputs: list[Value] = []
    for value in [*args, *kwargs.values()]:
        inputs += _ends(value) if isinstance(value, (Seq, Map)) else [value]
    return Tensor(node, f"op:{path}", inputs)


def holds_tensor(value: Value) -> bool:
    """Whether a value is a symbolic tensor, or a list of them."""
    if isinstance(value, Tensor):
        return True
    if isinstance(value, Seq):
        return any(isinstance(item, Tensor) for item in value.items)
    if isinstance(value, Either):
        return any(isinstance(option, Tensor) for option in options(value))
    return False


def shape_of(layer: Layer) -> tuple[int | None, ...] | None:
    """The input shape that a layer states, without the batch axis."""
    for key, skip in (("shape", 0), ("input_shape", 0), ("batch_input_shape", 1),
                      ("batch_shape", 1)):  # fmt: skip
        given = layer.args.get(key)
        if isinstance(given, Seq) and not given.many:
            sizes = [const_of(item) for item in given.items][skip:]
            return tuple(size if isinstance(size, int) else None for size in sizes)
        plain = const_of(given)
        if isinstance(plain, int):
            return (plain,)
    dim, length = const_of(layer.args.get("input_dim")), const_of(layer.args.get("input_length"))
    if layer.kind != "Embedding" and isinstance(dim, int):
        return (length, dim) if isinstance(length, int) else (dim,)
    return None


def model_in(value: Value) -> Model | None:
    """The model that a value is, or that an instance of a subclass carries."""
    if isinstance(value, Model):
        return value
    return value.model if isinstance(value, Instance) else None
