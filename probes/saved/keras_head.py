"""What stands at the end of a saved model: its last layer with weights, units, activation, rank.

List order is not graph order: a functional model is walked back from its output. Standard library
only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from probes.saved.keras_json import (
    Json,
    activation_of,
    entry_name,
    inbound_names,
    inner,
    is_model,
    kind_of,
    layer_entries,
    whole,
)

_ACTIVATIONS = ("Activation", "Softmax", "ReLU", "LeakyReLU", "PReLU", "ELU", "Sigmoid", "Tanh")
_RESHAPING = ("Flatten", "Reshape", "Squeeze")
_IDLE = ("Dropout", "Identity", "ActivityRegularization", "Cast")
_RECURRENT = ("LSTM", "GRU", "SimpleRNN", "RNN", "ConvLSTM1D", "ConvLSTM2D", "CuDNNLSTM")
#: output rank (with the batch axis) of layers that fix it
_FIXED_RANK = {"Flatten": 2, "RepeatVector": 3}
_MERGED_TWICE = "concat"


@dataclass(frozen=True)
class Head:
    """The output of a model; None for what the configuration does not tell."""

    units: int | None = None
    activation: str | None = None
    layer: str | None = None
    rank: int | None = None


def find_head(model: Json) -> Head:
    """The head of a sequential or functional configuration; empty for several outputs."""
    graph = _Graph(model)
    return _head(graph, graph.output)


class _Graph:
    """The layers of one model by name, with the layers that feed each."""

    def __init__(self, model: Json) -> None:
        entries = layer_entries(model)
        self.entries = {entry_name(entry): entry for entry in entries}
        self.feeds: dict[str, list[str]] = {}
        self.output: str | None = None
        names = list(self.entries)
        if "output_layers" in inner(model):
            self.feeds = {entry_name(entry): inbound_names(entry) for entry in entries}
            outputs = _ends(inner(model)["output_layers"])
            self.output = outputs[0] if len(outputs) == 1 else None
        elif names:
            self.feeds = {after: [before] for before, after in pairwise(names)}
            self.output = names[-1]

    def before(self, name: str) -> str | None:
        """The one layer that feeds this one; None for several or none."""
        feeding = self.feeds.get(name, [])
        return feeding[0] if len(feeding) == 1 else None

    def rank(self, name: str | None, steps: int = 0) -> int | None:
        """Rank of a layer's output, with the batch axis, as far as the layers before tell it."""
        if name is None or name not in self.entries or steps > len(self.entries):
            return None
        entry = self.entries[name]
        kind, config = kind_of(entry), inner(entry)
        if is_model(entry):
            return find_head(entry).rank
        fixed = _rank_fixed_by(kind, config)
        if fixed is not None:
            return fixed
        shape = _built_shape(entry)
        before = len(shape) if shape else self.rank(self.before(name), steps + 1)
        if before is None:
            return None
        return before + 1 if kind == "Embedding" else before


def _head(graph: _Graph, name: str | None) -> Head:
    found = Head(rank=graph.rank(name))
    reshaped = False
    while name is not None and name in graph.entries:
        entry = graph.entries[name]
        kind, config = kind_of(entry), inner(entry)
        if kind in _ACTIVATIONS:
            found = replace(found, activation=found.activation or activation_of(kind, config))
        elif kind in _RESHAPING:
            reshaped = True
            target = config.get("target_shape")
            if isinstance(target, list) and target and found.units is None:
                size = whole(target[-1])
                found = replace(found, units=size if size and size > 0 else None)
        elif kind not in _IDLE:
            return _producer(found, entry, reshaped and graph.rank(name) != 2)
        name = graph.before(name)
    return found


def _producer(found: Head, entry: Json, reshaped: bool) -> Head:
    """The head, once the layer that makes the output is reached."""
    if is_model(entry):
        nested = find_head(entry)
    else:
        config: Json = inner(entry)
        kind = kind_of(entry)
        units = _units(kind, config)
        wrapped = config.get("layer")
        if isinstance(wrapped, Mapping):
            config, kind = inner(wrapped), kind_of(wrapped)
        nested = Head(units, activation_of(kind, config), entry_name(entry))
    own = found.activation
    merged = nested.activation if own in (None, "linear") else own
    units = found.units if found.units is not None else (None if reshaped else nested.units)
    return Head(units, merged, nested.layer, found.rank)


def _units(kind: str, config: Json) -> int | None:
    wrapped = config.get("layer")
    if isinstance(wrapped, Mapping):
        units = _units(kind_of(wrapped), inner(wrapped))
        twice = kind == "Bidirectional" and config.get("merge_mode", "concat") == _MERGED_TWICE
        return units * 2 if units and twice else units
    for key in ("units", "filters", "output_dim"):
        if key in config:
            return whole(config[key])
    return None


def _rank_fixed_by(kind: str, config: Json) -> int | None:
    wrapped = config.get("layer")
    if kind == "Bidirectional" and isinstance(wrapped, Mapping):
        kind, config = kind_of(wrapped), inner(wrapped)
    if kind in _FIXED_RANK:
        return _FIXED_RANK[kind]
    if kind.startswith("Global") and not config.get("keepdims"):
        return 2
    if kind in _RECURRENT:
        spatial = int(kind[-2]) if kind.startswith("Conv") else 0
        return (3 if config.get("return_sequences") else 2) + spatial + (1 if spatial else 0)
    shape = config.get("batch_shape", config.get("batch_input_shape"))
    if kind == "InputLayer" and isinstance(shape, list):
        return len(shape)
    target = config.get("target_shape")
    if kind == "Reshape" and isinstance(target, list):
        return len(target) + 1
    if "Conv" in kind and kind[-1:] == "D" and kind[-2:-1].isdigit():
        return int(kind[-2]) + 2
    return None


def _built_shape(entry: Json) -> list[Any] | None:
    built = entry.get("build_config")
    shape = built.get("input_shape") if isinstance(built, Mapping) else None
    shape = shape or inner(entry).get("batch_input_shape")
    flat = isinstance(shape, list) and not any(isinstance(size, (list, dict)) for size in shape)
    return shape if flat else None


def _ends(written: Any) -> list[str]:
    """Layer names of ``output_layers``: a bare triple, a list of triples, or a dictionary."""
    if isinstance(written, Mapping):
        written = list(written.values())
    if not isinstance(written, list) or not written:
        return []
    if isinstance(written[0], str):
        return [written[0]]
    return [str(end[0]) for end in written if isinstance(end, list) and end]
