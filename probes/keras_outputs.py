"""One output of a model with several: its part of the configuration and of the compile settings.

Each output has a loss and labels of its own, so it is looked at like a model of its own. Standard
library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from probes.contradictions import contradictions
from probes.keras_config import read_network
from probes.keras_json import Json, inner

_BY_OUTPUT = ("loss", "metrics", "weighted_metrics")


def output_names(model: Json) -> tuple[str, ...]:
    """Names of the outputs of a functional model in order; empty for one output, or not known."""
    ends = inner(model).get("output_layers")
    if isinstance(ends, Mapping):
        return tuple(str(name) for name in ends)
    if not isinstance(ends, list) or len(ends) < 2 or not isinstance(ends[0], list):
        return ()
    return tuple(str(end[0]) for end in ends)


def select_output(model: Json, compiled: Json | None, output: int) -> tuple[Json, Json | None]:
    """The same model with one output alone.

    Args:
        output: its place, from 0.
    """
    names = output_names(model)
    if len(names) < 2:
        return model, compiled
    config = dict(inner(model))
    ends = config["output_layers"]
    config["output_layers"] = [ends[names[output]] if isinstance(ends, Mapping) else ends[output]]
    settings = None if compiled is None else dict(compiled)
    if settings is not None:
        for key in _BY_OUTPUT:
            settings[key] = _of_output(settings.get(key), names, output, key)
    return {**model, "config": config}, settings


def choose_output(model: Json, compiled: Json | None, wanted: Any = None) -> int:
    """The output to look at: the one asked for by name or place, else the first that contradicts
    its loss, else the first."""
    names = output_names(model)
    if isinstance(wanted, str) and wanted in names:
        return names.index(wanted)
    if isinstance(wanted, (int, str)) and str(wanted).isdigit() and int(wanted) < len(names):
        return int(wanted)
    for place in range(len(names)):
        network = read_network(*select_output(model, compiled, place))
        if any(finding.present for finding in contradictions(network, source="model")):
            return place
    return 0


def _of_output(written: Any, names: tuple[str, ...], output: int, key: str) -> Any:
    """The part of a compile setting that is for one output; one loss alone is for all."""
    if isinstance(written, Mapping) and "class_name" not in written:
        return written.get(names[output])
    if isinstance(written, list) and len(written) == len(names):
        nested = key == "loss" or any(isinstance(part, (list, type(None))) for part in written)
        return written[output] if nested else written
    return written
