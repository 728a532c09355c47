"""What stands at the end of a model: units, activation, rank, read back through layers between."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.reading.script.layers import model_in, shape_of
from assistant.reading.script.settings import activation_name
from assistant.reading.script.setup import Head, Placed
from assistant.reading.script.values import (
    Const,
    Layer,
    Model,
    Tensor,
    Value,
    const_of,
)

if TYPE_CHECKING:
    from assistant.reading.script.network import Builder

_ACTIVATIONS = frozenset({"Activation", "Softmax", "ReLU", "LeakyReLU", "PReLU", "ELU"})
_RESHAPING = frozenset({"Flatten", "Reshape"})
_IDLE = re.compile(r"(Spatial|Alpha|Gaussian)?Dropout(\dD)?$|Identity$|ActivityRegularization$")
_GLOBAL = re.compile(r"Global(Average|Max|Avg)Pool")
_RECURRENT = re.compile(r"(CuDNN)?(LSTM|GRU)$|SimpleRNN$|RNN$")
_CONV = re.compile(r"(Conv|Convolution|SeparableConv|DepthwiseConv|MaxPool|AveragePool|UpSampl|"
                   r"ZeroPadding|Cropping)\D*(\d)D")  # fmt: skip
_KEEPS_RANK = re.compile(
    r"Dense$|Activation$|.*Dropout(\dD)?$|BatchNormalization$|.*ReLU$|Softmax$|LayerNormalization$"
    r"|Masking$|GaussianNoise$|Rescaling$|Normalization$|TimeDistributed$|ELU$|Add$|Concatenate$"
    r"|Multiply$|Average$|Random|Resizing$|MultiHeadAttention$|TrueDivide$|Subtract$"
)


def is_pretrained(model: Model) -> bool:
    """Whether a base brings weights: ``weights`` is not None, or the model was loaded."""
    if model.kind == "Loaded":
        return True
    weights = model.args.get("weights")
    if weights is None:
        return True  # Keras' default is imagenet
    return isinstance(weights, Const) and weights.value is not None


def find_head(model: Model, placed: list[Placed], builder: Builder) -> Head:
    """The head of a model; empty for several outputs or where conditions decide."""
    if model.kind == "Base":
        return _base_head(model)
    chain = _chain_back(model, placed, builder)
    units: int | None = None
    activation: str | None = None
    activated_by: Placed | None = None
    reshaped = False
    for entry in chain:
        if (entry.part and entry.part.conditional) or (entry.tensor and entry.tensor.conditional):
            return Head(certain=False)
        kind = entry.record.kind
        if kind in _ACTIVATIONS:
            if activated_by is None:
                activated_by, activation = entry, entry.record.activation
                if activation is None:
                    return Head(certain=False)
        elif kind in _RESHAPING:
            reshaped = True
            units = units if units is not None else _last_size(entry)
        elif not _IDLE.match(kind):
            return _producer(entry, units, activation, activated_by, reshaped, builder)
    return Head(certain=False)


def _producer(
    entry: Placed,
    units: int | None,
    activation: str | None,
    activated_by: Placed | None,
    reshaped: bool,
    builder: Builder,
) -> Head:
    """The head, once the layer that makes the output is reached."""
    if isinstance(entry.value, Model):
        inner = builder.__class__(builder.names, builder.frozen, builder.order)
        inner.layers(entry.value)
        nested = find_head(entry.value, inner.placed, builder)
        own, by, made = nested.activation, nested.activated_by, nested.layer or entry
        count = nested.units
    else:
        own, by, made = entry.record.activation, entry, entry
        twice = entry.record.kind == "Bidirectional" and (
            entry.record.config.get("merge_mode", "concat") == "concat"
        )
        count = entry.record.units
        count = count * 2 if count and twice else count
    # What stands behind the layer works last, unless it is linear.
    behind = activated_by is not None and activation != "linear"
    in_force, decided_by = (activation, activated_by) if behind else (own, by)
    if isinstance(entry.value, Layer) and entry.record.kind == "Lambda":
        return Head(certain=False)
    return Head(
        units=units if units is not None else (None if reshaped else count),
        activation=in_force,
        layer=made,
        activated_by=decided_by,
    )


def _base_head(model: Model) -> Head:
    """A published network used with its own top: 1000 classes and softmax unless told otherwise."""
    if const_of(model.args.get("include_top")) is False:
        return Head()
    classes = const_of(model.args["classes"]) if "classes" in model.args else 1000
    written = model.args.get("classifier_activation")
    return Head(
        units=classes if isinstance(classes, int) else None,
        activation="softmax" if written is None else activation_name(written),
    )


def _last_size(entry: Placed) -> int | None:
    shape = entry.record.config.get("target_shape")
    last = shape[-1] if isinstance(shape, tuple) and shape else None
    return last if isinstance(last, int) and last > 0 else None


def _chain_back(model: Model, placed: list[Placed], builder: Builder) -> list[Placed]:
    """Own layers from the end backwards, as long as each is fed by one."""
    own = [entry for entry in placed if entry.record.depth == 0]
    if model.kind == "Sequential":
        return own[::-1]
    if len(model.outputs) != 1 or not isinstance(model.outputs[0], Tensor):
        return []
    by_name = {entry.record.name: entry for entry in own}
    chain: list[Placed] = []
    tensor: Value = model.outputs[0]
    while isinstance(tensor, Tensor):
        entry = by_name.get(builder.name_of_tensor(tensor))
        if entry is None:
            break
        chain.append(entry)
        fed = [given for given in tensor.inputs if isinstance(given, Tensor)]
        if len(fed) != 1 or len(chain) > 50:
            break
        tensor = fed[0]
    return chain


def output_rank(model: Model, builder: Builder) -> int | None:
    """Rank of the output, batch axis included, as far as the layers tell it."""
    if model.kind == "Sequential":
        rank: int | None = None
        for position, part in enumerate(builder.parts(model)):
            rank = _rank_after(part.value, rank, first=position == 0)
            if part.conditional and rank is None:
                return None
        return rank
    if len(model.outputs) != 1:
        return None
    return _rank_of(model.outputs[0], {}, 0)


def _rank_of(value: Value, known: dict[int, int | None], depth: int) -> int | None:
    if not isinstance(value, Tensor) or depth > 400:
        return None
    if id(value) in known:
        return known[id(value)]
    known[id(value)] = None
    before = _rank_of(value.inputs[0], known, depth + 1) if value.inputs else None
    if isinstance(value.maker, str):
        operation = value.maker.rpartition(".")[2]
        rank = before if operation in ("relu", "softmax", "sigmoid", "tanh", "op:+") else None
    else:
        rank = _rank_after(value.maker, before, first=not value.inputs)
    known[id(value)] = rank
    return rank


def _rank_after(value: Value, rank: int | None, *, first: bool) -> int | None:
    if isinstance(value, Tensor) and isinstance(value.maker, Layer):
        value = value.maker
    model = model_in(value)
    if model is not None:
        return _rank_after_base(model) if model.kind == "Base" else None
    if not isinstance(value, Layer):
        return None
    if first:
        shape = shape_of(value)
        rank = len(shape) + 1 if shape is not None else rank
    return _rank_after_layer(value, rank)


def _rank_after_base(model: Model) -> int | None:
    top = const_of(model.args.get("include_top")) is not False
    pooled = const_of(model.args.get("pooling")) in ("avg", "max")
    return 2 if top or pooled else 4


def _rank_after_layer(layer: Layer, rank: int | None) -> int | None:
    kind = layer.kind
    if kind == "InputLayer":
        return rank
    if kind == "Flatten" or (_GLOBAL.match(kind) and layer.const("keepdims") is not True):
        return 2
    if kind in ("RepeatVector", "Embedding"):
        return 3
    spoken = layer.wrapped if kind == "Bidirectional" and layer.wrapped else layer
    if _RECURRENT.match(spoken.kind):
        returned = spoken.args.get("return_sequences")
        if returned is None:
            return 2
        known = const_of(returned)
        return None if known is None else (3 if known else 2)
    if kind == "Reshape":
        target = layer.args.get("target_shape")
        plain = const_of(target)
        return len(plain) + 1 if isinstance(plain, tuple) else None
    spatial = _CONV.match(kind)
    if spatial:
        return int(spatial.group(2)) + 2
    return rank if _KEEPS_RANK.match(kind) else None
