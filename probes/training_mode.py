"""Probe ``training-mode``: is the network that is trained the one that answers?

Dropout and batch normalisation work otherwise in training than in inference. The same rows go
through the saved network in training mode, in training mode without dropout, and in inference mode,
all together and one by one:

* learnt in training mode and lost in inference: ``train-eval-disagree`` (skills `APART` apart);
* batch normalisation whose stored moments are not those of the rows, though it is trained:
  ``batchnorm-statistics-lag`` (variance beyond a factor `LAG_RATIO`, or means `LAG_SHIFT` standard
  deviations off, the middle of all channels, in the worst layer). Keras moves them by 1 - momentum
  a step: at 0.99 it takes 460 steps until 1 % of the initial ones is left. Says nothing alone, so
  it is given only where training and inference disagree;
* a row's answer that depends on the rows beside it: ``predictions-depend-on-batch``, a layer forced
  to training mode (1e-3 of the answers' size; float rounding stays below 1e-5);
* answers that differ from call to call: ``dropout-active-in-inference``;
* training loss that is above the one in inference because of dropout: its share of the gap
  (``dropout-makes-the-gap``: half of a gap of at least `GAP` of the constant loss). No fault: it
  says why validation is better than training.

Thresholds measured on the healthy zoo, see tests/benchmarks.

Cost: 0.1 to 0.3 s for small networks, 1 s for 240 layers. Cannot see: shift between training and
validation data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import keras
import numpy as np

from probes.base_check import Moments, moments_of
from probes.bench import Bench
from probes.dropout import noisy_layers, without_dropout
from probes.finding import Finding
from probes.loading.columns import Array
from probes.look import Look, found, kept, look
from probes.output_check import comparable
from probes.reporter import Reporter
from probes.skill import Yardstick, yardstick
from probes.training import feed, predict
from probes.watching import all_leaves, wrapped

APART = 0.5
LAG_RATIO, LAG_SHIFT = 5.0, 1.0
DEPENDS = 1e-3
GAP = 0.1
ALONE = 4


def run(bench: Bench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """Emit the findings; returns the skills: ``training``, ``without_dropout``, ``inference``."""
    seen = look(bench)
    for finding in stability_findings(seen):
        report.finding(finding)
    report.check()
    yard = yardstick(seen.setup.network, seen.y)
    if not seen.trained or not comparable(yard, seen.outputs):
        return {}
    skills, lag = _skills(seen, yard)
    for finding in mode_findings(skills, lag):
        report.finding(finding)
    return {name: round(max(-1.0, skill), 3) for name, skill in skills.items()}


def mode_findings(
    skills: Mapping[str, float], lag: tuple[str, Moments] | None
) -> Iterator[Finding]:
    """Training mode against inference mode.

    Args:
        skills: ``training``, ``without_dropout`` and ``inference``.
        lag: batch normalisation furthest from its stored moments, and how far.
    """
    inference = skills["inference"]
    best = max(skills["training"], skills["without_dropout"])
    apart = best >= APART and best - inference >= APART
    yield found(
        "train-eval-disagree",
        apart,
        round(best - max(-1.0, inference), 3),
        training=round(best, 3),
        inference=round(max(-1.0, inference), 3),
    )
    if lag is not None:
        name, moments = lag
        behind = apart and _lags(moments)
        figures = {"ratio": moments.ratio, "shift": moments.shift}
        yield found("batchnorm-statistics-lag", behind, name, **figures)
    gap = inference - skills["training"]
    share = min(1.0, (skills["without_dropout"] - skills["training"]) / gap) if gap > GAP else 0.0
    yield found("dropout-makes-the-gap", share >= 0.5, round(share, 2), gap=round(gap, 3))


def stability_findings(seen: Look) -> Iterator[Finding]:
    """Whether a row's answer stays what it is, whatever stands beside it, call after call."""
    (x, _), outputs = seen.head(2 * ALONE), seen.outputs
    if len(outputs) < 2 * ALONE or not np.isfinite(outputs).all():
        return
    size = float(np.abs(outputs).max()) + 1e-12
    together = predict(seen.model, x)
    again = predict(seen.model, x)
    random = float(np.abs(together - again).max()) / size
    yield found("dropout-active-in-inference", random > DEPENDS, float(f"{random:.3g}"))
    if random > DEPENDS:
        return
    part = predict(seen.model, tuple(array[:ALONE] for array in x))
    off = float(np.abs(part - together[:ALONE]).max()) / size
    yield found("predictions-depend-on-batch", off > DEPENDS, float(f"{off:.3g}"))


def _skills(seen: Look, yard: Yardstick) -> tuple[dict[str, float], tuple[str, Moments] | None]:
    lags: list[tuple[str, Moments]] = []

    def note(layer: Any, given: Any, output: Any) -> None:
        lags.append((layer.name, moments_of(layer, given)))

    def skill(outputs: Array) -> float:
        return yard.skill_of(outputs)

    norms = [
        layer
        for layer in all_leaves(seen.model)
        if isinstance(layer, keras.layers.BatchNormalization) and layer.trainable
    ]
    with kept(seen.model):
        with without_dropout(seen.model), wrapped(norms, note):
            clear = np.asarray(seen.model(feed(seen.model, seen.x), training=True))
        noisy = noisy_layers(seen.model)
        training = predict(seen.model, seen.x, training=True) if noisy else clear
    skills = {
        "training": skill(training),
        "without_dropout": skill(clear),
        "inference": skill(seen.outputs),
    }
    worst = max(lags, key=lambda pair: pair[1].distance, default=None)
    return skills, worst


def _lags(moments: Moments) -> bool:
    return not 1 / LAG_RATIO <= moments.ratio <= LAG_RATIO or moments.shift > LAG_SHIFT
