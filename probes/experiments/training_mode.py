"""Probe ``training-mode``: is the network that is trained the one that answers?

Dropout and batch normalisation work otherwise in training than in inference. The same rows go
through the saved network in training mode, in training mode without dropout, and in inference mode,
all together and one by one:

* learnt in training mode and lost in inference: ``train-eval-disagree`` (skills `APART` apart);
* batch normalisation whose stored moments are not those of the rows, though it is trained:
  ``batchnorm-statistics-lag`` (variance beyond a factor `LAG_RATIO`, or means `LAG_SHIFT` standard
  deviations off, the middle of all channels, in the worst layer). Says nothing alone, so it is
  given only where training and inference disagree;
* the same where no usual momentum could have caught up: ``batchnorm-updates-too-few``. Keras moves
  the moments by 1 - momentum a step, so that momentum ** steps of the initial ones is left; the
  saved optimizer tells the steps (`saved.optimizer_state`). Too few: at `USUAL`, Keras's default,
  `LEFT` or more would be left, which are 229 steps and fewer. A momentum of `NEAR_ONE` and more is
  a fault of its own. Measured on 48 sound networks of 4 to 400 steps: of those with 150 steps and
  fewer, 20 disagreed by `APART`, of those with 400 none;
* batches of one or two rows: `experiments.small_batches`;
* answers that depend on other rows or differ from call to call: `experiments.stability`;
* training loss that is above the one in inference because of dropout: its share of the gap
  (``dropout-makes-the-gap``: half of a gap of at least `GAP` of the constant loss). No fault: it
  says why validation is better than training.

Thresholds measured on the healthy zoo, see tests/benchmarks.

Cost: 0.1 to 0.3 s for small networks, 1 s for 240 layers. Cannot see: shift between training and
validation data; the steps before the model was compiled anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from probes.apparatus.bench import Bench
from probes.apparatus.dropout import noisy_layers, without_dropout
from probes.apparatus.look import Look, found, kept, look
from probes.apparatus.skill import Yardstick, yardstick
from probes.apparatus.training import feed, predict
from probes.apparatus.watching import wrapped
from probes.experiments.base_check import Moments, moments_of
from probes.experiments.output_check import comparable
from probes.experiments.small_batches import (
    batch_size,
    single_row_findings,
    small_batches,
    trained_norms,
)
from probes.experiments.stability import stability_findings
from probes.finding import Finding
from probes.loading.columns import Array
from probes.network.layer_facts import MOMENTUM_NEAR_ONE as NEAR_ONE
from probes.reporter import Reporter
from probes.saved.optimizer_state import updates_made

APART = 0.5
LAG_RATIO, LAG_SHIFT = 5.0, 1.0
USUAL, LEFT = 0.99, 0.1
GAP = 0.1


@dataclass(frozen=True)
class Lag:
    """The batch normalisation furthest from its stored moments.

    Args:
        moments: of its input, against the stored ones.
        updates: steps that the optimizer has made; None where the file does not tell.
    """

    layer: str
    momentum: float
    moments: Moments
    updates: int | None = None

    @property
    def behind(self) -> bool:
        moments = self.moments
        within = 1 / LAG_RATIO <= moments.ratio <= LAG_RATIO
        return not within or moments.shift > LAG_SHIFT

    @property
    def left(self) -> float | None:
        """Share of the initial moments that is left in the stored ones."""
        return None if self.updates is None else float(self.momentum**self.updates)

    @property
    def too_few(self) -> bool | None:
        """Whether a usual momentum would not have caught up either; None where not known."""
        if self.updates is None:
            return None
        usual = min(self.momentum, USUAL) ** self.updates
        return self.momentum < NEAR_ONE and usual >= LEFT


def run(bench: Bench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """Emit the findings; returns the skills: ``training``, ``without_dropout``, ``inference`` and,
    where the batches are small, ``small_batches``."""
    seen = look(bench)
    for finding in stability_findings(seen):
        report.finding(finding)
    report.check()
    yard = yardstick(seen.setup.network, seen.y)
    if not seen.trained or not comparable(yard, seen.outputs):
        return {}
    norms = trained_norms(seen.model)
    skills, lag = _skills(seen, yard, norms, None if bench.subject.changes else bench)
    small = small_batches(seen, norms, batch_size(bench))
    for finding in single_row_findings(seen, norms, small, skills["without_dropout"]):
        report.finding(finding)
        lag = None if finding.present else lag  # what one row does to the moments is no lag
    if small is not None:
        skills["small_batches"] = small.skill
    for finding in mode_findings(skills, lag):
        report.finding(finding)
    return {name: round(max(-1.0, skill), 3) for name, skill in skills.items()}


def mode_findings(skills: Mapping[str, float], lag: Lag | None) -> Iterator[Finding]:
    """Training mode against inference mode.

    Args:
        skills: ``training``, ``without_dropout`` and ``inference``, perhaps ``small_batches``.
        lag: None without batch normalisation that is trained.
    """
    inference = max(-1.0, skills["inference"])
    best = max(skill for mode, skill in skills.items() if mode != "inference")
    apart = best >= APART and best - inference >= APART
    yield found(
        "train-eval-disagree",
        apart,
        round(best - inference, 3),
        training=round(best, 3),
        inference=round(inference, 3),
    )
    if lag is not None:
        yield from _lag_findings(lag, apart, best - inference)
    gap = skills["inference"] - skills["training"]
    share = min(1.0, (skills["without_dropout"] - skills["training"]) / gap) if gap > GAP else 0.0
    yield found("dropout-makes-the-gap", share >= 0.5, round(share, 2), gap=round(gap, 3))


def _lag_findings(lag: Lag, apart: bool, gap: float) -> Iterator[Finding]:
    figures: dict[str, Any] = {"ratio": lag.moments.ratio, "shift": lag.moments.shift}
    if lag.left is not None:
        figures |= {"updates": lag.updates, "momentum": lag.momentum, "left": lag.left}
    yield found("batchnorm-statistics-lag", apart and lag.behind, lag.layer, **figures)
    if lag.too_few is not None:
        few = lag.too_few and gap >= APART
        yield found("batchnorm-updates-too-few", few, lag.updates, layer=lag.layer, left=lag.left)


def _skills(
    seen: Look, yard: Yardstick, norms: list[Any], file: Bench | None
) -> tuple[dict[str, float], Lag | None]:
    """Skills by mode, and the lag. `file`: None for a copy that the saved optimizer says nothing
    of."""
    lags: list[tuple[Any, Moments]] = []

    def note(layer: Any, given: Any, output: Any) -> None:
        lags.append((layer, moments_of(layer, given)))

    def skill(outputs: Array) -> float:
        return yard.skill_of(outputs)

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
    if not lags:
        return skills, None
    layer, moments = max(lags, key=lambda pair: pair[1].distance)
    updates = None if file is None else updates_made(file.archive)
    return skills, Lag(layer.name, float(layer.momentum), moments, updates)
