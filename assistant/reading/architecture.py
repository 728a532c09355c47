"""The layers that a script shows -> the configuration by which Keras builds them.

For weights that were saved alone: what does not fit them is refused when they are loaded. Only what
the script tells in full is written; a model with parts that were not read gives None.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from probes.network import Layer, Network
from probes.saved.keras_names import CODE_LAYERS, is_keras_layer

_WRAPPERS = ("Bidirectional", "TimeDistributed")
_OBJECTS = ("_initializer", "_regularizer", "_constraint")
#: what the readers note of a layer that is no argument of it
_NOTES = frozenset(
    {"inbound", "wrapped", "shape", "input_shape", "batch_shape", "batch_input_shape"}
)
_FILTERS = ("Conv", "SeparableConv")


def architecture_of(network: Network) -> dict[str, Any] | None:
    """The configuration of a script's model, as ``model.to_json()`` writes it; None where a layer
    is not known in full: a class of the user's own, a nested model, an input without shape."""
    layers = network.layers
    if not layers or any(layer.depth or not _is_plain(layer) for layer in layers):
        return None
    if network.model_class == "Sequential":
        return _sequential(network)
    return _functional(layers) if network.model_class == "Functional" else None


def _is_plain(layer: Layer) -> bool:
    if layer.kind in CODE_LAYERS or not is_keras_layer(layer.kind):
        return False
    wrapped = layer.config.get("wrapped")
    return layer.kind not in _WRAPPERS or (isinstance(wrapped, str) and is_keras_layer(wrapped))


def _sequential(network: Network) -> dict[str, Any] | None:
    if network.input_shape is None:
        return None
    inputs = _entry("InputLayer", "input", {"batch_shape": [None, *network.input_shape]})
    layers = [_layer(layer) for layer in network.layers if layer.kind != "InputLayer"]
    config = {"name": "sequential", "layers": [inputs, *layers]}
    return {"class_name": "Sequential", "config": config}


def _functional(layers: tuple[Layer, ...]) -> dict[str, Any] | None:
    """A graph with one output, each layer used once, as Keras 2 wrote it."""
    feeds = {layer.name: list(layer.config.get("inbound") or ()) for layer in layers}
    inputs = [layer for layer in layers if layer.kind == "InputLayer"]
    starts = {layer.name for layer in inputs if layer.config.get("shape") is not None}
    used = {name for names in feeds.values() for name in names}
    ends = [layer.name for layer in layers if layer.name not in used]
    fed = all(names or name in starts for name, names in feeds.items())
    if len(feeds) != len(layers) or len(ends) != 1 or not used <= set(feeds) or not fed:
        return None
    entries = []
    for layer in layers:
        entry = _layer(layer)
        if layer.kind == "InputLayer":
            entry["config"] = {"name": layer.name, "batch_shape": [None, *layer.config["shape"]]}
        nodes = [[[name, 0, 0, {}] for name in feeds[layer.name]]] if feeds[layer.name] else []
        entries.append({**entry, "name": layer.name, "inbound_nodes": nodes})
    config = {
        "name": "functional",
        "layers": entries,
        "input_layers": [[layer.name, 0, 0] for layer in inputs],
        "output_layers": [[ends[0], 0, 0]],
    }
    return {"class_name": "Functional", "config": config}


def _layer(layer: Layer) -> dict[str, Any]:
    own = {key: _value(key, v) for key, v in layer.config.items() if key not in _NOTES}
    kind = str(layer.config.get("wrapped") or layer.kind)
    if layer.units is not None and "units" not in own and "filters" not in own:
        own["filters" if kind.startswith(_FILTERS) else "units"] = layer.units
    if layer.activation is not None and kind not in (
        "LeakyReLU",
        "ReLU",
        "Softmax",
        "PReLU",
        "ELU",
    ):
        own["activation"] = layer.activation
    if layer.rate is not None:
        own["rate"] = layer.rate
    if layer.kind in _WRAPPERS:
        merge = {key: own.pop(key) for key in ("merge_mode",) if key in own}
        wrapped = {"layer": _entry(kind, f"{layer.name}_inner", own), **merge}
        return _entry(layer.kind, layer.name, wrapped)
    return _entry(layer.kind, layer.name, {**own, "trainable": layer.trainable})


def _entry(kind: str, name: str, config: dict[str, Any]) -> dict[str, Any]:
    return {"class_name": kind, "config": {"name": name, **config}}


def _value(key: str, value: Any) -> Any:
    if isinstance(value, Mapping) and key.endswith(_OBJECTS) and "name" in value:
        settings = {name: part for name, part in value.items() if name != "name"}
        return {"class_name": value["name"], "config": settings}
    return list(value) if isinstance(value, tuple) else value
