"""Makes the record of a model (`probes.network.Network`) out of what the script says of it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from assistant.reading.script import head as heads
from assistant.reading.script.layers import model_in, shape_of
from assistant.reading.script.settings import (
    layer_activation,
    loss_setting,
    metric_names,
    optimizer_setting,
    plain_setting,
)
from assistant.reading.script.setup import Head, Placed
from assistant.reading.script.trainable import Frozen
from assistant.reading.script.values import (
    Call,
    Const,
    Function,
    Layer,
    Model,
    Part,
    Tensor,
    Value,
    const_of,
    number_of,
)
from assistant.reading.script.vocabulary import application_family
from probes.network import Layer as LayerRecord
from probes.network import Network

#: most layers of one model that are written down
_MOST_LAYERS = 2000
_OPERATIONS = {"+": "Add", "concat": "Concatenate", "concatenate": "Concatenate", "/": "TrueDivide",
               "*": "Multiply", "-": "Subtract", "add": "Add", "multiply": "Multiply",
               "reshape": "Reshape", "flatten": "Flatten"}  # fmt: skip
_OPERATION_ACTIVATIONS = ("relu", "softmax", "sigmoid", "tanh", "leaky_relu", "elu", "gelu", "selu",
                          "softplus", "swish", "silu")  # fmt: skip
_AT_INPUT = re.compile(r"Input|Random|Resizing|CenterCrop|ZeroPadding|Reshape|Permute|Cast")
_NORMALISING = ("BatchNormalization", "LayerNormalization", "TrueDivide")
_SCALING = ("Rescaling", "Normalization", "preprocess_input")


class Names:
    """Names that Keras would give: ``dense``, ``dense_1``; the script's own where it gives them."""

    def __init__(self, layers: Iterable[Layer]) -> None:
        self._names: dict[int, str] = {}
        self._counts: Counter[str] = Counter()
        for layer in layers:
            self.of(layer)

    def of(self, value: Layer | Model | Tensor) -> str:
        known = self._names.get(id(value))
        if known is None:
            known = self._names[id(value)] = self._new(value)
        return known

    def _new(self, value: Layer | Model | Tensor) -> str:
        given = const_of(value.args.get("name")) if isinstance(value, (Layer, Model)) else None
        if isinstance(given, str) and given:
            return given
        if isinstance(value, Layer):
            base = snake(value.kind)
        elif isinstance(value, Model):
            base = value.application.lower() or snake(value.name or value.kind)
        else:
            base = operation(value)[0].lower()
        number = self._counts[base]
        self._counts[base] += 1
        return f"{base}_{number}" if number else base


def snake(kind: str) -> str:
    """``Conv2D`` -> ``conv2d``, ``MaxPooling2D`` -> ``max_pooling2d``, as Keras does."""
    spaced = re.sub(r"([a-z])([A-Z])", r"\1_\2", re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", kind))
    return spaced.lower()


class Builder:
    """Writes down one model.

    Args:
        names: names of layers.
        frozen: trainable flags at that moment.
        order: running number of the moment; parts added later are left out.
    """

    def __init__(self, names: Names, frozen: Frozen, order: int) -> None:
        self.names = names
        self.frozen = frozen
        self.order = order
        self.placed: list[Placed] = []
        self.open_ends = False

    def layers(self, model: Model, depth: int = 0, trainable: bool = True) -> list[Placed]:
        """The layers of a model in order, with nested models' layers behind their entry."""
        if depth > 8 or len(self.placed) > _MOST_LAYERS:
            return self.placed
        if model.parts:
            for part in self.parts(model):
                self._add(part.value, part.node, depth, trainable, part=part)
        else:
            self._graph(model, depth, trainable)
        return self.placed

    def parts(self, model: Model) -> list[Part]:
        return [part for part in model.parts if part.order <= self.order]

    def _graph(self, model: Model, depth: int, trainable: bool) -> None:
        ordered = topological(model)
        written: set[int] = set()
        for tensor in ordered:
            maker = tensor.maker
            key = id(tensor) if isinstance(maker, str) else id(maker)
            if key in written or maker is model:
                continue
            written.add(key)
            inbound = tuple(
                name
                for given in tensor.inputs
                if isinstance(given, Tensor) and (name := self.name_of_tensor(given))
            )
            value: Value = tensor if isinstance(maker, str) else maker
            self._add(value, tensor.node, depth, trainable, tensor=tensor, inbound=inbound)

    def name_of_tensor(self, tensor: Tensor) -> str:
        return self.names.of(tensor if isinstance(tensor.maker, str) else tensor.maker)

    def _add(
        self,
        value: Value,
        node: ast.AST | None,
        depth: int,
        trainable: bool,
        *,
        part: Part | None = None,
        tensor: Tensor | None = None,
        inbound: tuple[str, ...] | None = None,
    ) -> None:
        if isinstance(value, Tensor) and isinstance(value.maker, Layer):  # Sequential([Input(..)])
            value = value.maker
        model = model_in(value)
        if model is not None:
            flag = trainable and self.frozen.of(model)
            record = self._model_record(model, depth, flag, inbound)
            self.placed.append(Placed(record, model, node, part, tensor))
            if model.kind != "Base":
                self.layers(model, depth + 1, flag)
            return
        if isinstance(value, Layer):
            flag = trainable and self.frozen.of(value, value.const("trainable") is not False)
            record = layer_record(value, self.names.of(value), depth, flag, inbound, tensor)
            self.placed.append(Placed(record, value, value.node, part, tensor))
            return
        kind, act = operation(value) if isinstance(value, Tensor) else ("unknown", None)
        name = self.names.of(value) if isinstance(value, Tensor) else f"unknown_{len(self.placed)}"
        if isinstance(value, Call):
            kind = value.last or kind
        config: dict[str, Any] = {} if inbound is None else {"inbound": inbound}
        line = getattr(value.node, "lineno", None)
        record = LayerRecord(kind, name, activation=act, line=line, config=config, depth=depth)
        self.placed.append(Placed(record, None, node, part, tensor))

    def _model_record(
        self, model: Model, depth: int, trainable: bool, inbound: tuple[str, ...] | None
    ) -> LayerRecord:
        kind = model.application or ("Sequential" if model.parts else "Functional")
        return LayerRecord(
            kind=kind,
            name=self.names.of(model),
            trainable=trainable,
            line=getattr(model.node, "lineno", None),
            config={} if inbound is None else {"inbound": inbound},
            depth=depth,
        )


def layer_record(
    layer: Layer,
    name: str,
    depth: int,
    trainable: bool,
    inbound: tuple[str, ...] | None,
    tensor: Tensor | None,
) -> LayerRecord:
    """What `Network.layers` holds of one layer."""
    spoken = layer.wrapped or layer
    config = {
        key: plain_setting(value)
        for key, value in spoken.args.items()
        if key not in ("name", "units", "filters", "activation", "rate", "layer", "trainable")
    }
    if layer.wrapped is not None:
        config["wrapped"] = layer.wrapped.kind
    if "return_sequences" not in config and spoken.kind in ("LSTM", "GRU", "SimpleRNN"):
        config["return_sequences"] = False
    if inbound is not None:
        config["inbound"] = inbound
    if tensor is not None and isinstance(tensor.training, Const):
        config["call_training"] = tensor.training.value
    units = const_of(spoken.args.get("units") or spoken.args.get("filters"))
    rate = number_of(layer.args.get("rate")) if "Dropout" in layer.kind else None
    return LayerRecord(
        kind=layer.kind,
        name=name,
        units=units if isinstance(units, int) and not isinstance(units, bool) else None,
        activation=layer_activation(layer),
        trainable=trainable,
        line=getattr(layer.node, "lineno", None),
        rate=rate,
        config=config,
        depth=depth,
    )


def operation(tensor: Tensor) -> tuple[str, str | None]:
    """Kind and activation of an operation written without a layer: ``x + y``, ``tf.nn.relu(x)``."""
    written = tensor.maker if isinstance(tensor.maker, str) else ""
    last = written.removeprefix("op:").rpartition(".")[2]
    if last in _OPERATION_ACTIVATIONS:
        return "Activation", "leaky_relu" if last == "leaky_relu" else last
    return _OPERATIONS.get(last, last or "unknown"), None


def is_known_operation(kind: str) -> bool:
    """Whether an operation without a layer is one whose effect is known."""
    known = ("Activation", "preprocess_input", "part")  # part: up to an inner layer of a base
    return kind in _OPERATIONS.values() or kind in known


def topological(model: Model) -> list[Tensor]:
    """The tensors of a graph, each behind those it is made of."""
    ordered: list[Tensor] = []
    seen: set[int] = set()
    waiting: list[tuple[Tensor, bool]] = [
        (tensor, False) for tensor in reversed(model.outputs) if isinstance(tensor, Tensor)
    ]
    while waiting and len(ordered) < _MOST_LAYERS:
        tensor, done = waiting.pop()
        if done:
            ordered.append(tensor)
            continue
        if id(tensor) in seen:
            continue
        seen.add(id(tensor))
        waiting.append((tensor, True))
        waiting += [(given, False) for given in tensor.inputs if isinstance(given, Tensor)]
    return ordered


def network_of(
    model: Model,
    builder: Builder,
    head: Head,
    compiled: Call | None,
) -> Network:
    """The record of a model and its compile settings."""
    placed = builder.placed
    loss = loss_setting(compiled.arg("loss", 1) if compiled else None)
    optimizer, rate = optimizer_setting(compiled.arg("optimizer", 0) if compiled else None)
    metrics = metric_names(compiled.arg("metrics", 2) if compiled else None)
    base, base_trainable = _pretrained(placed, builder.frozen)
    custom = [p.record.kind for p in placed if isinstance(p.value, Layer) and p.value.custom]
    return Network(
        layers=tuple(p.record for p in placed),
        model_class=_model_class(model),
        input_shape=_input_shape(model, placed),
        output_units=head.units,
        output_activation=head.activation,
        output_layer=head.layer.record.name if head.layer else None,
        output_rank=heads.output_rank(model, builder),
        loss=loss.name,
        from_logits=loss.from_logits if loss.name else None,
        optimizer=optimizer,
        learning_rate=rate,
        metrics=metrics or (),
        compiled=compiled is not None,
        pretrained_base=base,
        base_trainable=base_trainable,
        scaling_inside=_scaling(placed),
        outputs=len(model.outputs) if model.outputs else (1 if model.parts else None),
        inputs=len(model.inputs) if model.inputs else (1 if model.parts else None),
        custom=tuple(dict.fromkeys([*custom, *([loss.custom] if loss.custom else [])])),
        lambdas=tuple(p.record.name for p in placed if p.record.kind == "Lambda"),
    )


def _model_class(model: Model) -> str | None:
    if model.kind == "Subclass" and model.cls is not None:
        return model.cls.name
    return model.kind if model.kind in ("Sequential", "Functional") else None


def _input_shape(model: Model, placed: list[Placed]) -> tuple[int | None, ...] | None:
    for entry in placed[:3]:
        if isinstance(entry.value, Layer):
            shape = shape_of(entry.value)
            if shape is not None:
                return shape
        elif isinstance(entry.value, Model) and "input_shape" in entry.value.args:
            plain = const_of(entry.value.args["input_shape"])
            if isinstance(plain, tuple):
                return tuple(size if isinstance(size, int) else None for size in plain)
    return None


def _pretrained(placed: list[Placed], frozen: Frozen) -> tuple[str | None, bool | None]:
    for entry in placed:
        base = entry.value
        if not isinstance(base, Model) or base.kind not in ("Base", "Loaded"):
            continue
        if not heads.is_pretrained(base):
            continue
        name = base.application or "unnamed"
        if id(base) in frozen.open:
            return name, None
        if id(base) in frozen.partly:
            return name, True if frozen.of(base) else None
        return name, entry.record.trainable
    return None, None


def _scaling(placed: list[Placed]) -> tuple[str, ...]:
    """What the model does to its inputs itself."""
    found: list[str] = []
    at_input = True
    for entry in placed:
        kind = entry.record.kind
        if kind in _SCALING or (at_input and kind in _NORMALISING):
            found.append(kind)
        elif at_input and kind == "Lambda" and _scales(entry.value):
            found.append("Lambda")
        elif isinstance(entry.value, Model) and entry.value.kind == "Base":
            if application_family(entry.value.application) == "none" and at_input:
                found.append(entry.value.application)
            at_input = False
        elif not _AT_INPUT.search(kind) and not isinstance(entry.value, Model):
            at_input = False
    return tuple(dict.fromkeys(found))


def _scales(layer: Value | None) -> bool:
    """Whether a Lambda layer divides, multiplies or subtracts."""
    function = layer.args.get("function") if isinstance(layer, Layer) else None
    if not isinstance(function, Function) or function.definition is None:
        return False
    return any(
        isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Div, ast.Mult, ast.Sub))
        for node in ast.walk(function.definition)
    )
