"""Small readers of the JSON that Keras saves, shared by all that read it. Standard library only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from probes.saved.keras_names import KERAS_LOSSES, is_keras_layer, loss_name

Json = Mapping[str, Any]

_GRAPHS = ("Sequential", "Functional", "Model")
_KERAS_MODULES = ("keras", "keras_hub", "tf_keras")
#: activation layers that are named otherwise than the activation
_ACTIVATION_LAYERS = {"LeakyReLU": "leaky_relu", "ThresholdedReLU": "relu"}
_ACTIVATION_KINDS = ("Softmax", "ReLU", "PReLU", "ELU", "Sigmoid", "Tanh", "Relu")


def kind_of(entry: Json) -> str:
    """The class name of a serialised object; empty if it has none."""
    name = entry.get("class_name")
    return name if isinstance(name, str) else ""


def inner(entry: Json) -> Json:
    """The ``config`` of a serialised object; empty if it has none."""
    config = entry.get("config")
    return config if isinstance(config, Mapping) else {}


def name_of(written: Any) -> str | None:
    """The class or function name out of a serialised object (string, dictionary)."""
    if isinstance(written, str):
        return written
    if not isinstance(written, Mapping):
        return None
    config = written.get("config")
    if written.get("class_name") == "function":
        return config if isinstance(config, str) else name_of(config)
    if written.get("class_name") == "LossFunctionWrapper":
        return name_of(inner(written).get("fn")) or name_of(inner(written).get("name"))
    if written.get("class_name") == "MeanMetricWrapper":
        return name_of(inner(written).get("fn")) or name_of(inner(written).get("name"))
    name = written.get("class_name")
    return name.rpartition(">")[2] if isinstance(name, str) else None


def layer_entries(model: Json) -> list[Json]:
    """The entries of a model's own layers in the order saved; Keras 1 kept a bare list."""
    config = model.get("config", model)
    entries = config if isinstance(config, list) else inner(model).get("layers")
    entries = entries if isinstance(entries, list) else []
    return [entry for entry in entries if isinstance(entry, Mapping)]


def is_model(entry: Json) -> bool:
    """Whether an entry is itself a model with layers that can be read."""
    return kind_of(entry) in _GRAPHS or bool(layer_entries(entry))


def all_layers(model: Json) -> Iterator[Json]:
    """Every layer entry, into nested models and wrappers (TimeDistributed, Bidirectional)."""
    for entry in layer_entries(model):
        yield entry
        wrapped = inner(entry).get("layer")
        if is_model(entry):
            yield from all_layers(entry)
        elif isinstance(wrapped, Mapping):
            yield wrapped


def foreign_layers(model: Json) -> list[Json]:
    """Entries of layers, or of the model itself, whose class is not Keras's own."""
    found: list[Json] = []
    if kind_of(model) not in _GRAPHS:
        found.append(model)
    return found + [entry for entry in all_layers(model) if not _from_keras(entry)]


def foreign_loss(loss: Any) -> str | None:
    """The name of a loss that Keras does not have; None for one that it has."""
    name = name_of(loss)
    if not name or loss_name(name) in KERAS_LOSSES:
        return None
    return name


def activation_of(kind: str, config: Json) -> str | None:
    """The activation of one layer, ``linear`` for none; None where the kind has no activation."""
    if kind in _ACTIVATION_LAYERS:
        return _ACTIVATION_LAYERS[kind]
    if kind in _ACTIVATION_KINDS:
        return kind.lower()
    if "activation" not in config:
        return None
    name = name_of(config["activation"])
    return (name or "linear").lower()


def whole(value: Any) -> int | None:
    """The integer of a JSON number; None for anything else."""
    return int(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def entry_name(entry: Json) -> str:
    """The name of a layer; its class where none is written."""
    return str(inner(entry).get("name") or entry.get("name") or kind_of(entry))


def inbound_names(entry: Json) -> list[str]:
    """Names of the layers that feed a layer of a functional model; each once."""
    return list(dict.fromkeys(_histories(entry.get("inbound_nodes"))))


def _histories(written: Any) -> Iterator[str]:
    """Names of feeding layers, out of Keras 3 ``keras_history`` or Keras 2 ``[name, 0, 0, {}]``."""
    if isinstance(written, Mapping):
        history = written.get("keras_history")
        if isinstance(history, list) and history:
            yield str(history[0])
            return
        for value in written.values():
            yield from _histories(value)
    elif isinstance(written, list):
        if len(written) >= 3 and isinstance(written[0], str) and isinstance(written[1], int):
            yield written[0]
            written = written[3:]
        for value in written:
            yield from _histories(value)


def _from_keras(entry: Json) -> bool:
    module = entry.get("module")
    if isinstance(module, str) and module.split(".")[0] in _KERAS_MODULES:
        return True
    if ">" in str(entry.get("registered_name") or ""):
        return False
    name = kind_of(entry)
    return name in _GRAPHS or is_keras_layer(name)
