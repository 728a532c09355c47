"""Probe ``sequence-check``: do sequences reach the network in the form it reads them?

Looks for padding behind the content that a recurrent layer reads as content, for token ids that are
no whole numbers, and for time on the wrong axis. Works on the sample; nothing is trained.

Thresholds:

* `TRAILING`: middle share of padding behind the content, with no mask, in front of a recurrent
  layer of which the last state alone is used. An LSTM of 32 units on 100 steps, six telling
  tokens before the padding, reached an accuracy of 1.0 in 8 epochs without padding, 0.66 and 0.77
  with 0.3 of it, 0.5 (chance) with 0.5 and 0.7; with a mask always 1.0 (measured, 2 seeds).
* time on the feature axis: at least twice as many features as steps, neighbours along them
  correlate by `SMOOTH` or more, neighbours along the steps by less than `ROUGH`. Waves, walks and
  noisy sensors have 0.79 to 0.92 along time and at most 0 across channels; spectra are smooth along
  both, word vectors and noise along neither (all measured).

Cost: 20 ms and the reading of the sample. Cannot see: padding other than 0; a time axis of values
that do not follow each other smoothly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from probes.apparatus.bench import Bench
from probes.arrays.inputs import InputFacts, input_facts
from probes.finding import Finding, Scalar
from probes.loading.columns import Array
from probes.network import Layer, Network
from probes.network.graph import is_recurrent
from probes.reporter import Reporter

TRAILING = 0.5
SMOOTH = 0.7
ROUGH = 0.3
LEAST_FEATURES = 8
MOST_ROWS = 128


def run(bench: Bench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """Emit the findings; returns ``inputs``: for each sequence its shape and share of padding."""
    network = bench.read if bench.has_model else None
    table: list[dict[str, Any]] = []
    found: dict[str, Finding] = {}
    for array in bench.data.train.x:
        facts = input_facts(array[:MOST_ROWS], network)
        if facts.is_text or facts.kind not in ("tokens", "sequence", "series"):
            continue
        padding = _trailing(facts)
        table.append({"kind": facts.kind, "shape": list(array.shape), "padding": padding})
        for finding in _judge(facts, padding, network):
            if finding.present or finding.id not in found:
                found[finding.id] = finding
    for finding in found.values():
        report.finding(finding)
    return {"inputs": table}


def _found(id: str, present: bool, value: Scalar = None, **details: Any) -> Finding:
    return Finding(id, bool(present), value, source="probe", details=details)


def _judge(facts: InputFacts, padding: float, network: Network | None) -> Iterator[Finding]:
    reader = _reads_last_state(network)
    if network is not None and reader is not None:
        unmasked = padding >= TRAILING and not _masks(network)
        yield _found("padding-read-as-content", unmasked, round(padding, 3), layer=reader.name)
    if facts.kind == "tokens":
        values = facts.values[np.isfinite(facts.values)]
        broken = float(np.mean(values != np.round(values))) if values.size else 0.0
        top = float(values.max()) if values.size else 0.0
        yield _found("token-ids-not-whole", broken > 0, round(broken, 3), maximum=round(top, 4))
    elif facts.kind == "sequence" and facts.values.ndim == 3 and _walks_along_steps(network):
        yield from _time_axis(facts.values)


def _trailing(facts: InputFacts) -> float:
    """Middle share of a row's steps that are zero and have nothing behind them."""
    content = facts.values != 0
    if content.ndim > 2:
        content = content.reshape(*content.shape[:2], -1).any(axis=2)
    behind = np.where(content.any(1), np.argmax(content[:, ::-1], axis=1), content.shape[1])
    return float(np.median(behind / content.shape[1]))


def _reads_last_state(network: Network | None) -> Layer | None:
    """A recurrent layer that reads forwards and hands on its last state alone."""
    layers = network.layers if network is not None else ()
    for layer in layers:
        if not is_recurrent(layer) or layer.kind == "Bidirectional":
            continue
        config = layer.config
        if config.get("return_sequences") is False and not config.get("go_backwards"):
            return layer
    return None


def _masks(network: Network) -> bool:
    return any(layer.kind == "Masking" or layer.config.get("mask_zero") for layer in network.layers)


def _walks_along_steps(network: Network | None) -> bool:
    """Whether a layer takes the second axis for time."""
    layers = network.layers if network is not None else ()
    return any(is_recurrent(layer) or layer.kind.endswith("Conv1D") for layer in layers)


def _time_axis(values: Array) -> Iterator[Finding]:
    steps, features = values.shape[1:]
    if steps < 2 or features < max(LEAST_FEATURES, 2 * steps):
        return
    along, across = _follow(values, 1), _follow(values, 2)
    if along is None or across is None:
        return
    swapped = across >= SMOOTH and along < ROUGH
    yield _found("time-on-feature-axis", swapped, round(across, 3), along_steps=round(along, 3))


def _follow(values: Array, axis: int) -> float | None:
    """Middle correlation of neighbours along an axis of each row, -1 to 1.

    Each line is taken without its own mean, so that levels of channels do not count.
    """
    lines = np.moveaxis(np.nan_to_num(values), axis, -1)
    lines = lines - lines.mean(-1, keepdims=True)
    size = np.square(lines).mean(-1)
    if lines.shape[-1] < 3 or not (size > 0).any():
        return 0.0 if axis == 1 else None
    product = (lines[..., 1:] * lines[..., :-1]).mean(-1)
    return float(np.median(product[size > 0] / size[size > 0]))
