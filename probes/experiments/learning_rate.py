"""Probe ``learning-rate``: does the user's optimizer learn at its rate, and if not, at which?

One fresh copy, one traced step, a few rows. First five steps at the present rate: by how much of
its own size each kernel moves in a step (``updates-too-small``, ``updates-too-large``). Then, where
this rate does not learn the rows, a range test (Smith, Cyclical learning rates, 2017): the rate
grows from step to step, from `LOWEST` to `HIGHEST`, and the rate is noted at which the skill was
best. A thirtieth, a tenth and a third of it are tried in a run of their own; the first that learns
is named (``higher-rate-learns``, ``lower-rate-learns``). Adam at 0.001 and 0.01 are compared by
``tiny-batch-overfit`` on the same rows.

Thresholds: kernels move by a thousandth of their size a step where training goes well (CS231n); on
22 healthy networks the middle kernel moved by 3e-3 to 5e-2. Below `SMALL` a run of 1,000 steps
changes nothing that can be seen; above `LARGE` a kernel is replaced within a few steps. A rate is
another one when it is twice the present, or half of it.

Options: ``seconds`` for all (default 6).

Cost: 0.7 s for a small network that learns, 2 to 3 s for one that does not, up to 6. Cannot see: a
schedule that lowers the rate later.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Mapping
from typing import Any

import keras
import numpy as np

from probes.apparatus.bench import Bench
from probes.apparatus.gradients import kernel_names
from probes.apparatus.look import found
from probes.apparatus.setup import Setup, make_loss, make_optimizer
from probes.apparatus.training import Rows, Shown, Status, as_tensor, brief, feed, fresh, make_step
from probes.apparatus.workshop import Ready, Workshop
from probes.errors import ProbeError
from probes.finding import Finding
from probes.reporter import Reporter

SMALL, LARGE = 1e-5, 0.5
LOWEST, HIGHEST = 1e-7, 10.0
RANGE_STEPS = 60
PARTS = (30, 10, 3)
FIRST_STEPS = 5
STEPS = 150
SECONDS = 6.0
LEARNS = 0.5
OTHER = 2.0
DEFAULT = 1e-3


def run(bench: Bench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """Emit the findings; returns ``ratios`` (layer -> share of its size moved in a step), ``range``
    (pairs of rate and skill) and ``tried`` (rate -> skill)."""
    setup = bench.setup
    seconds = min(float(options.get("seconds") or SECONDS), report.deadline)
    workshop = Workshop(setup, 2, STEPS, seconds, bench.seed)
    ready = workshop.prepare(setup)
    if not ready.model.trainable_variables or not ready.rows.yard.usable:
        return {}
    lane = Lane(ready, setup, bench.seed, report, seconds)
    present = setup.network.learning_rate or DEFAULT
    try:
        ratios = lane.ratios(present)
    except Exception as error:
        if type(error).__name__ == "ResourceExhaustedError":
            raise
        raise ProbeError("training-refused", brief(error)) from error
    for finding in ratio_findings(ratios):
        report.finding(finding)
    skill, status = lane.train(present)
    tried = {present: skill}
    curve: list[tuple[float, float]] = []
    if skill < LEARNS and status != "falling":
        curve = lane.range_test()
        tried |= _candidates(lane, curve)
    for finding in rate_findings(present, tried, judged=skill >= LEARNS or bool(curve)):
        report.finding(finding)
    return {
        "ratios": {name: float(f"{ratio:.3g}") for name, ratio in ratios.items()},
        "range": [(float(f"{rate:.3g}"), round(skill, 3)) for rate, skill in curve],
        "tried": {f"{rate:g}": round(skill, 3) for rate, skill in tried.items()},
    }


def ratio_findings(ratios: Mapping[str, float]) -> Iterator[Finding]:
    """Steps too short or too long for the weights they move.

    Args:
        ratios: kernel -> its mean change in a step over its size.
    """
    finite = {name: ratio for name, ratio in ratios.items() if np.isfinite(ratio)}
    if not finite:
        return
    middle = statistics.median(finite.values())
    slowest, fastest = min(finite, key=finite.__getitem__), max(finite, key=finite.__getitem__)
    shown = float(f"{middle:.3g}")
    yield found("updates-too-small", middle < SMALL, shown, layer=slowest)
    yield found("updates-too-large", middle > LARGE, shown, layer=fastest)


def rate_findings(present: float, tried: Mapping[float, float], judged: bool) -> Iterator[Finding]:
    """The rate that works, when the present one does not.

    Args:
        tried: rate -> skill reached.
        judged: whether the present rate is known to learn or not.
    """
    if not judged:
        return
    works = [rate for rate, skill in tried.items() if skill >= LEARNS]
    other = works[0] if works and works[0] != present else None
    for id, higher in (("higher-rate-learns", True), ("lower-rate-learns", False)):
        apart = other is not None and (
            other >= OTHER * present if higher else other <= present / OTHER
        )
        yield found(id, apart, other if apart else None, skill=tried[other] if other else None)


def _candidates(lane: Lane, curve: list[tuple[float, float]]) -> dict[float, float]:
    """Rates below the best of a range test, until one learns."""
    tried: dict[float, float] = {}
    best = best_rate(curve)
    for part in PARTS if best is not None else ():
        if lane.left <= 0:
            break
        rate = float(f"{(best or 0.0) / part:.0e}")
        tried[rate], _ = lane.train(rate)
        if tried[rate] >= LEARNS:
            break
    return tried


def best_rate(curve: list[tuple[float, float]]) -> float | None:
    """The rate at which the skill was best, smoothed over three; None where nothing was gained."""
    skills = [skill for _, skill in curve]
    smooth = [statistics.median(skills[max(0, i - 1) : i + 2]) for i in range(len(skills))]
    if not smooth or max(smooth) - smooth[0] < 0.01:
        return None
    return curve[max(range(len(smooth)), key=smooth.__getitem__)][0]


class Lane:
    """One copy and one traced step, put back to the start for each run."""

    def __init__(
        self, ready: Ready, setup: Setup, seed: int, report: Reporter, seconds: float
    ) -> None:
        self._model: keras.Model = fresh(ready.model, ready.setup, seed)
        self._rows: Rows = ready.rows
        self._report = report
        self._end = time.monotonic() + seconds
        rate = setup.network.learning_rate or DEFAULT
        self._optimizer = make_optimizer(setup.network, setup.optimizer, rate=rate)
        self._step = make_step(self._model, make_loss(setup.network, setup.loss), self._optimizer)
        self._x, self._y = feed(self._model, ready.rows.x), as_tensor(ready.rows.y)
        self._start = [np.array(v) for v in self._variables]

    @property
    def left(self) -> float:
        """Seconds left."""
        return self._end - time.monotonic()

    @property
    def _variables(self) -> list[Any]:
        return [*self._model.variables, *self._optimizer.variables]

    def ratios(self, rate: float) -> dict[str, float]:
        """Kernel -> mean change in one of the first steps over its size, at `rate`."""
        self._reset(rate)
        names = kernel_names(self._model)
        kernels = [
            weight
            for weight in self._model.trainable_variables
            if len(weight.shape) > 1 and not weight.path.endswith("bias")
        ]
        before = [np.array(kernel) for kernel in kernels]
        for _ in range(FIRST_STEPS):
            self._report.check()
            self._step(self._x, self._y)
        return {
            names[id(kernel)]: float(
                np.linalg.norm(np.array(kernel) - old)
                / (FIRST_STEPS * max(float(np.linalg.norm(old)), 1e-12))
            )
            for kernel, old in zip(kernels, before, strict=True)
        }

    def train(self, rate: float) -> tuple[float, Status]:
        """Skill reached at `rate`, and how the run ended."""
        self._reset(rate)
        shown = Shown(self._model, self._rows)
        for number in range(STEPS):
            self._report.check()
            value, outputs = self._step(self._x, self._y)
            shown.add(float(value), outputs.numpy())
            self._report.progress(number + 1, STEPS, shown.losses[-1], arm=f"{rate:g}")
            status = shown.verdict(self._x)
            if status or self.left < 0:
                break
        clear = shown.look(self._x)
        skill = max(statistics.median(shown.skills[-3:]), -1.0 if clear is None else clear)
        return skill if status != "not-finite" else -1.0, status or "falling"

    def range_test(self) -> list[tuple[float, float]]:
        """(rate, skill before its step) from `LOWEST` up, until it diverges."""
        curve: list[tuple[float, float]] = []
        best = -1e9
        for rate in np.geomspace(LOWEST, HIGHEST, RANGE_STEPS):
            if self.left < 0:
                break
            if not curve:
                self._reset(float(rate))
            self._report.check()
            self._optimizer.learning_rate.assign(float(rate))
            value, outputs = self._step(self._x, self._y)
            skill = self._rows.yard.skill(self._rows.yard.loss_of(outputs.numpy()))
            if not np.isfinite(float(value)) or skill < best - 2.0:
                break
            best = max(best, skill)
            curve.append((float(rate), max(-1.0, skill)))
        return curve

    def _reset(self, rate: float) -> None:
        for variable, value in zip(self._variables, self._start, strict=True):
            variable.assign(value)
        self._optimizer.learning_rate.assign(rate)
