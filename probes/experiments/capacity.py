"""Probe ``capacity``: could this network learn more than it does, or was it not given the time?

Three figures that need no training: how much of the loss at fresh weights is penalty for the size
of the weights (``penalty-outweighs-loss``); how many of its units the narrowest hidden layer has
left to tell rows apart (``hidden-rank-too-low``: fewer directions than the classes need, the
rank of the centred activations that hold 99 % of their variance); and how many steps the saved
optimizer has made, against a network that still knows nothing (``few-updates-made``). The last is
given only when the rows are learnt badly, since whoever has learnt needed no more.

Thresholds: a penalty above `PENALTY` of the whole loss at the start (L2 of 1e-4 on a usual network
gives 0.01 to 0.2, of 1.0 more than 0.99); fewer than log2(classes) directions cannot hold that many
separate answers apart by more than a sign each; fewer than `FEW` steps with a skill below
`UNLEARNT`, which healthy networks that were saved early show as well. On 22 healthy networks the
first two were not seen.

Cost: 0.1 s. Cannot see: how many steps a network of this size needs on all of the data.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from probes.apparatus.bench import Bench
from probes.apparatus.look import Look, found, fresh_part, kept, look
from probes.apparatus.skill import yardstick
from probes.apparatus.training import feed, predict
from probes.apparatus.watching import all_leaves, wrapped
from probes.experiments.output_check import comparable
from probes.finding import Finding
from probes.reporter import Reporter
from probes.saved.optimizer_state import updates_made
from probes.surgery.output import after_output

PENALTY = 0.9
FEW = 40
UNLEARNT = 0.2
EXPLAINED = 0.99
ROWS = 64


def run(bench: Bench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """Emit the findings; returns ``updates`` and ``skill`` of the saved model."""
    seen = look(bench)
    yard = yardstick(seen.setup.network, seen.y)
    if not comparable(yard, seen.outputs):
        return {}
    for finding in penalty_findings(bench, seen):
        report.finding(finding)
    report.check()
    for finding in rank_findings(seen):
        report.finding(finding)
    skill = yard.skill_of(seen.outputs)
    updates = None if bench.subject.changes else updates_made(bench.archive)
    if updates is not None and seen.trained:
        few = updates < FEW and skill < UNLEARNT
        report.finding(found("few-updates-made", few, updates, skill=round(max(-1.0, skill), 3)))
    return {"updates": updates, "skill": round(max(-1.0, skill), 3)}


def penalty_findings(bench: Bench, seen: Look) -> Iterator[Finding]:
    """The share of regularisation in the first loss."""
    copied = fresh_part(bench)
    yard = yardstick(seen.setup.network, seen.y)
    with kept(copied):
        outputs = predict(copied, seen.x, training=True, by_call=True)
    penalty = sum(float(extra) for extra in copied.losses)
    loss = yard.loss_of(outputs)
    if np.isfinite(loss) and loss > 0:
        share = penalty / (loss + penalty)
        yield found("penalty-outweighs-loss", share > PENALTY, float(f"{share:.3g}"))


def rank_findings(seen: Look) -> Iterator[Finding]:
    """Directions that are left in front of the output of a classifier."""
    classes = seen.setup.classes
    if classes is None or seen.outputs.ndim != 2 or not seen.trained:
        return
    hidden = last_hidden(seen)
    if hidden is None or len(hidden) < 4 * classes:
        return
    rank = directions(hidden)
    yield found("hidden-rank-too-low", rank < math.log2(classes), rank, classes=classes)


def last_hidden(seen: Look) -> Any:
    """(rows, units) that go into the layer that makes the output; None where it is no list."""
    end = {seen.setup.network.output_layer, *(layer.name for layer in after_output(seen.setup))}
    given_: list[Any] = []

    def note(layer: Any, given: Any, output: Any) -> None:
        if not given_ and hasattr(given, "shape"):
            given_.append(np.asarray(given))

    layers = [layer for layer in all_leaves(seen.model) if layer.name in end]
    x, _ = seen.head(ROWS)
    with wrapped(layers, note):
        seen.model(feed(seen.model, x), training=False)
    return given_[0] if given_ and given_[0].ndim == 2 else None


def directions(hidden: Any) -> int:
    """How many directions hold `EXPLAINED` of the variance of (rows, units); 0 if constant."""
    values = np.asarray(hidden, dtype=np.float64)
    centred = values - values.mean(0)
    if not np.isfinite(centred).all() or np.abs(centred).max() < 1e-6 * (1 + np.abs(values).max()):
        return 0
    energy = np.square(np.linalg.svd(centred, compute_uv=False))
    return int(np.searchsorted(np.cumsum(energy) / energy.sum(), EXPLAINED) + 1)
