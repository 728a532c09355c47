"""Reads what a setting says: activations, losses, optimizers, metrics, initialisers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from assistant.reading.script.values import (
    Call,
    Const,
    Either,
    Function,
    Instance,
    Layer,
    Map,
    Ref,
    Seq,
    Value,
    const_of,
    number_of,
)
from assistant.reading.script.vocabulary import role
from probes.saved.keras_names import (
    DEFAULT_RATES,
    KERAS_LOSSES,
    OPTIMIZERS,
    loss_name,
    optimizer_name,
)

#: activation of a layer that states none, by the beginning of its class name
_DEFAULT_ACTIVATION = {"LSTM": "tanh", "GRU": "tanh", "SimpleRNN": "tanh", "ConvLSTM": "tanh",
                       "CuDNNLSTM": "tanh", "CuDNNGRU": "tanh"}  # fmt: skip
_WITH_ACTIVATION = ("Dense", "Conv", "SeparableConv", "DepthwiseConv", "Deconvolution",
                    "LocallyConnected", "EinsumDense", *_DEFAULT_ACTIVATION)  # fmt: skip
_ACTIVATION_LAYERS = {
    "Softmax": "softmax",
    "ReLU": "relu",
    "LeakyReLU": "leaky_relu",
    "PReLU": "prelu",
    "ELU": "elu",
    "ThresholdedReLU": "relu",
}
#: positional arguments of initialisers and regularisers
_POSITIONS = {
    "RandomNormal": ("mean", "stddev"),
    "TruncatedNormal": ("mean", "stddev"),
    "RandomUniform": ("minval", "maxval"),
    "Constant": ("value",),
    "L1": ("l1",),
    "L2": ("l2",),
    "L1L2": ("l1", "l2"),
}
_REGULARIZERS = {"l1": "L1", "l2": "L2", "l1_l2": "L1L2", "l1l2": "L1L2"}
_DEFAULT_STRENGTH = {"L1": {"l1": 0.01}, "L2": {"l2": 0.01}}

#: stands for a setting that is written but cannot be read
UNKNOWN = "unknown"


@dataclass(frozen=True)
class LossSetting:
    """A loss as compiled: Keras function name, from_logits; None where not known."""

    name: str | None = None
    from_logits: bool | None = None
    custom: str | None = None


def activation_name(value: Value | None) -> str | None:
    """Lower-case name of an activation as written; ``linear`` for None; None if not known."""
    if value is None or (isinstance(value, Const) and value.value is None):
        return "linear"
    if isinstance(value, Const):
        return value.value.lower() if isinstance(value.value, str) else None
    if isinstance(value, Ref):
        name = value.last.lower()
        return "linear" if name == "identity" else name
    if isinstance(value, Layer):
        return layer_activation(value)
    return None


def layer_activation(layer: Layer) -> str | None:
    """The activation of one layer; None where the kind has none, or it cannot be known."""
    if layer.wrapped is not None:
        return layer_activation(layer.wrapped)
    if layer.kind in _ACTIVATION_LAYERS:
        return _ACTIVATION_LAYERS[layer.kind]
    if layer.kind == "Activation":
        return activation_name(layer.args.get("activation")) if layer.args else None
    if layer.custom or not layer.kind.startswith(_WITH_ACTIVATION):
        return None
    if "activation" in layer.args:
        return activation_name(layer.args["activation"])
    return next(
        (act for kind, act in _DEFAULT_ACTIVATION.items() if layer.kind.startswith(kind)), "linear"
    )


def loss_setting(value: Value | None) -> LossSetting:
    """The loss that ``compile(loss=...)`` is given, in any of its forms."""
    if isinstance(value, Const) and isinstance(value.value, str):
        name = loss_name(value.value)
        return LossSetting(name, False) if name in KERAS_LOSSES else LossSetting(custom=value.value)
    if isinstance(value, Ref):
        return _known_loss(value.last, value.path)
    if isinstance(value, Call):
        return _loss_object(value)
    if isinstance(value, (Seq, Map)):
        items = value.items if isinstance(value, Seq) else list(value.items.values())
        settings = {loss_setting(item) for item in items}
        return settings.pop() if len(settings) == 1 else LossSetting()
    if isinstance(value, Function):
        return LossSetting(custom=value.name)
    if isinstance(value, Instance):
        return LossSetting(custom=value.cls.name)
    return LossSetting()


def _known_loss(last: str, path: str) -> LossSetting:
    name = loss_name(last)
    return LossSetting(name, False) if name in KERAS_LOSSES else LossSetting(custom=path)


def _loss_object(value: Call) -> LossSetting:
    kind, last = role(value.path)
    known = _known_loss(last, value.path)
    if known.name is None or kind not in ("losses", "metrics"):
        return LossSetting(custom=value.last or None)
    written = value.kwargs.get("from_logits")
    if written is None:
        return known
    logits = const_of(written)
    return LossSetting(known.name, logits if isinstance(logits, bool) else None)


def optimizer_setting(value: Value | None) -> tuple[str | None, float | None]:
    """Class name and learning rate; a schedule counts with the rate at which it starts."""
    if isinstance(value, Const) and isinstance(value.value, str):
        name = optimizer_name(value.value)
        return name, DEFAULT_RATES.get(name)
    if isinstance(value, Ref) and value.last.lower() in OPTIMIZERS:
        name = optimizer_name(value.last)
        return name, DEFAULT_RATES.get(name)
    if not isinstance(value, Call):
        return None, None
    name = optimizer_name(value.last.removesuffix("Optimizer"))
    if name.lower() not in OPTIMIZERS:
        return None, None
    return name, rate_of(value, name)


def rate_value(optimizer: Call) -> Value | None:
    """The learning rate as an optimizer is given it: by either name, or first."""
    return optimizer.kwargs.get("lr") or optimizer.arg("learning_rate", 0)


def rate_of(optimizer: Call, name: str) -> float | None:
    written = rate_value(optimizer)
    if written is None:
        return DEFAULT_RATES.get(name)
    if isinstance(written, Call) and role(written.path)[0] == "schedule":
        return number_of(written.arg("initial_learning_rate", 0))
    return number_of(written)


def metric_names(value: Value | None) -> tuple[str, ...] | None:
    """Names of the metrics; ``Accuracy`` is the class that compares for equality.

    None when the list is written but cannot be read.
    """
    if value is None or (isinstance(value, Const) and value.value is None):
        return ()
    if isinstance(value, Either):
        return None
    items = value.items if isinstance(value, Seq) else [value]
    if isinstance(value, Map):
        items = list(value.items.values())
    names: list[str] = []
    for item in items:
        inner = metric_names(item) if isinstance(item, (Seq, Map)) else tuple(_metric(item))
        if not inner:
            return None
        names += inner
    return tuple(names)


def _metric(value: Value) -> Iterator[str]:
    if isinstance(value, Const) and isinstance(value.value, str):
        yield "accuracy" if value.value.lower() in ("acc", "accuracy") else value.value
    elif isinstance(value, (Ref, Call)) and value.last:
        yield value.last
    elif isinstance(value, Function):
        yield value.name
    elif isinstance(value, Instance):
        yield value.cls.name


def plain_setting(value: Value) -> Any:
    """A layer's argument as the network record keeps it: a constant, or an object's settings."""
    plain = const_of(value)
    if plain is not None or isinstance(value, Const):
        return plain
    if isinstance(value, Ref):
        return value.last
    if isinstance(value, Call):
        name = _REGULARIZERS.get(value.last, value.last)
        settings: dict[str, Any] = dict(_DEFAULT_STRENGTH.get(name, {}))
        for key, given in zip(_POSITIONS.get(name, ()), value.args, strict=False):
            settings[key] = const_of(given)
        settings.update({key: const_of(given) for key, given in value.kwargs.items()})
        if name in ("L1", "L2") and set(settings) - {"l1", "l2"}:  # l2(l=0.1), as Keras 2 had it
            settings = {name.lower(): next(iter(settings.values()))} | settings
        return {"name": name, **{k: v for k, v in settings.items() if v is not None}}
    return UNKNOWN


def is_loss_call(call: Call) -> bool:
    """A call of a loss object, or of a loss function of Keras."""
    if call.path == "call":
        return isinstance(call.receiver, Call) and role(call.receiver.path)[0] == "losses"
    kind, last = role(call.path)
    return kind == "losses" and last[:1].islower()
