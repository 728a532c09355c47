"""One output of a model with several: its part of the configuration and of the compile settings.

Each output has a loss and labels of its own, so it is looked at like a model of its own. Standard
library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from probes.network import Network
from probes.network.contradictions import contradictions
from probes.saved.keras_config import read_network
from probes.saved.keras_json import Json, entry_name, inbound_names, inner, kind_of, layer_entries

_BY_OUTPUT = ("loss", "metrics", "weighted_metrics", "loss_weights")
#: settings of which a list holds one entry for each output
_ONE_EACH = ("loss", "loss_weights")


def output_names(model: Json) -> tuple[str, ...]:
    """Names of the outputs of a functional model in order; empty for one output, or not known."""
    ends = inner(model).get("output_layers")
    if isinstance(ends, Mapping):
        return tuple(str(name) for name in ends)
    if not isinstance(ends, list) or len(ends) < 2 or not isinstance(ends[0], list):
        return ()
    return tuple(str(end[0]) for end in ends)


def select_output(model: Json, compiled: Json | None, output: int) -> tuple[Json, Json | None]:
    """The same model with one output alone, and the layers that lead to it.

    Args:
        output: its place, from 0.
    """
    names = output_names(model)
    if len(names) < 2:
        return model, compiled
    config = dict(inner(model))
    ends = config["output_layers"]
    config["output_layers"] = [ends[names[output]] if isinstance(ends, Mapping) else ends[output]]
    config["layers"] = _leading_to(config["output_layers"][0], model)
    settings = None if compiled is None else dict(compiled)
    if settings is not None:
        for key in _BY_OUTPUT:
            settings[key] = _of_output(
                settings.get(key), names, output, _is_one_each(key, settings)
            )
    return {**model, "config": config}, settings


def output_networks(
    model: Json, compiled: Json | None, *, file_format: str | None, keras_version: str | None
) -> tuple[Network, ...]:
    """The network up to each output that is trained, with its name and the losses of all; of a
    model with one output that network alone, without a name."""
    names = output_names(model)
    read = [
        read_network(
            *select_output(model, compiled, place),
            file_format=file_format,
            keras_version=keras_version,
        )
        for place in range(max(1, len(names)))
    ]
    if not names:
        return (read[0],)
    pairs = zip(names, read, strict=True)
    losses = tuple((name, network.loss, bool(network.from_logits)) for name, network in pairs)
    return tuple(
        replace(read[place], output_name=names[place], losses=losses)
        for place in trained_outputs(model, compiled)
    )


def trained_outputs(model: Json, compiled: Json | None) -> tuple[int, ...]:
    """Places of the outputs that are trained: those with a loss, all where nothing was compiled.

    A model may show more than it is trained on, such as the weights of its attention.
    """
    places = range(len(output_names(model)))
    with_loss = tuple(p for p in places if (select_output(model, compiled, p)[1] or {}).get("loss"))
    return with_loss or tuple(places)


def loss_weight(model: Json, compiled: Json | None, output: int) -> float:
    """What the loss of one output is multiplied by in the joint one; 1 where nothing is said."""
    weight = (select_output(model, compiled, output)[1] or {}).get("loss_weights")
    return float(weight) if isinstance(weight, (int, float)) else 1.0


def named_output(names: tuple[str, ...], wanted: Any) -> int | None:
    """The place of the output asked for by name or place; None for none of them."""
    if isinstance(wanted, str) and wanted in names:
        return names.index(wanted)
    if isinstance(wanted, (int, str)) and str(wanted).isdigit() and int(wanted) < len(names):
        return int(wanted)
    return None


def choose_output(model: Json, compiled: Json | None, wanted: Any = None) -> int:
    """The output to look at: the one asked for by name or place, else the first that contradicts
    its loss, else the first."""
    place = named_output(output_names(model), wanted)
    if place is not None:
        return place
    for place in trained_outputs(model, compiled):
        network = read_network(*select_output(model, compiled, place))
        if any(finding.present for finding in contradictions(network, source="model")):
            return place
    return 0


def _leading_to(end: Any, model: Json) -> list[Json]:
    """The layers on which an output rests, and all inputs: Keras keeps those in any case."""
    entries = layer_entries(model)
    feeds = {entry_name(entry): inbound_names(entry) for entry in entries}
    waiting = [str(end[0])] if isinstance(end, list) and end else []
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += feeds.get(name, [])
    inputs = ("InputLayer",)
    return [e for e in entries if entry_name(e) in reached or kind_of(e) in inputs]


def _is_one_each(key: str, compiled: Json) -> bool:
    """Whether a flat list has one entry for each output: metrics have since Keras 3."""
    return key in _ONE_EACH or "jit_compile" in compiled


def _of_output(written: Any, names: tuple[str, ...], output: int, one_each: bool) -> Any:
    """The part of a compile setting that is for one output; one loss alone is for all."""
    if isinstance(written, Mapping) and "class_name" not in written:
        return written.get(names[output])
    if isinstance(written, list) and len(written) == len(names):
        nested = one_each or any(isinstance(part, (list, type(None))) for part in written)
        return written[output] if nested else written
    return written
