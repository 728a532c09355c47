"""Probe ``trial``: does changing this one thing, and nothing else, make the network learn?

Each arm is a copy of the set-up with its changes applied, trained from fresh weights (frozen and
pretrained ones are kept) on the same rows from the same seed. Judged by skill (`apparatus.skill`):
an arm helped when it gains `GAIN` over the original and reaches `REACHED`; both thresholds come
from 24 known repairs (20 found, none wrongly). Training mode can hide a wrong preprocessing in
front of a frozen base, and batch normalisation that lags; where an arm has such a change, all arms
are judged by the same rows in inference mode.

Options: ``arms``: list of ``{"name", "changes": [{"op", ...}]}``, the first being the original;
``steps``: at most (default 300); ``seconds``: for all arms (default 8).
Returns ``arms``: for each ``name``, ``status`` (learnt, stuck, falling, not-finite, refused,
not-applicable, no-time), ``losses``, ``skill_start``, ``skill_end``, ``skill_other``,
``accuracy``, ``steps``, ``seconds``, ``initial_loss``, ``helped``, ``reason``; and ``shrunk``,
``rows``, ``size``, ``judged_by``.

An arm is not begun when what is left would not carry it past its first step, measured by the first
arm; and each arm is handed over when it ends (`Reporter.results`), so that a trial that is ended
from outside keeps the arms that did finish.

Cost: 1 to 3 s an arm. Cannot see: what needs thousands of steps; over-fitting; faults of the code
around the model.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from probes.apparatus.bench import Bench
from probes.apparatus.sharing import known_runs
from probes.apparatus.training import Run
from probes.apparatus.workshop import RESERVE, Workshop
from probes.change import Change, keep_logits
from probes.errors import ProbeError
from probes.finding import Finding
from probes.reporter import Reporter
from probes.surgery import NotApplicable, apply

GAIN = 0.3
REACHED = 0.5
STEPS = 300
SECONDS = 8.0
#: an arm is not begun with less time than this
LEAST = 1.0
#: changes whose effect shows in inference mode alone
_SEEN_IN_INFERENCE = frozenset(
    {"use-preprocessing", "set-batch-normalization", "call-base-in-inference"}
)


@dataclass(frozen=True)
class Arm:
    """One version of the set-up to train."""

    name: str
    changes: tuple[Change, ...]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Arm:
        changes = tuple(Change.from_dict(change) for change in data.get("changes") or ())
        return cls(str(data["name"]), changes)


def run(bench: Bench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """Train the arms; emits ``trial-helped`` or ``trial-did-not-help`` for each but the first."""
    arms = [Arm.from_dict(arm) for arm in options.get("arms") or ()]
    if not arms:
        raise ProbeError("trial-without-arms")
    steps = int(options.get("steps") or STEPS)
    seconds = min(float(options.get("seconds") or SECONDS), report.deadline)
    begun = time.monotonic()
    workshop = Workshop(bench.setup, len(arms), steps, seconds, bench.seed, known_runs(bench))
    judged_by = _judged_by(arms)
    results: list[dict[str, Any]] = []
    base: Run | None = None
    least = LEAST
    for place, arm in enumerate(arms):
        left = min(seconds - (time.monotonic() - begun), report.deadline)
        share = left / (len(arms) - place)
        started = time.monotonic()
        if left < least:
            result, trained = _not_run(arm, "no-time"), None
        else:
            result, trained = _train(bench, arm, workshop, share, report)
        if place == 0:
            base = trained
            least = max(LEAST, _beginning(trained, time.monotonic() - started) + RESERVE)
        elif trained is not None:
            _judge(result, trained, base, judged_by, report)
        results.append(result)
        report.results(_data(results, workshop, judged_by))
    return _data(results, workshop, judged_by)


def _data(results: list[dict[str, Any]], workshop: Workshop, judged_by: str) -> dict[str, Any]:
    return {
        "arms": list(results),
        "shrunk": workshop.shrunk,
        "rows": workshop.plan.rows,
        "size": workshop.plan.size,
        "judged_by": judged_by,
    }


def _beginning(trained: Run | None, seconds: float) -> float:
    """Seconds that an arm takes until its first step is done, by one that took so many in all."""
    if trained is None:
        return seconds
    return max(0.0, seconds - trained.seconds) + trained.begun


def _judged_by(arms: list[Arm]) -> str:
    ops = {change.op for arm in arms for change in arm.changes}
    return "inference" if ops & _SEEN_IN_INFERENCE else "training"


def _train(
    bench: Bench, arm: Arm, workshop: Workshop, share: float, report: Reporter
) -> tuple[dict[str, Any], Run | None]:
    setup, already = bench.setup, [Change.from_dict(c) for c in bench.subject.changes]
    try:
        changed = setup
        changes = [*already, *keep_logits(arm.changes, setup.network.from_logits)]
        for change in changes[len(already) :]:
            changed = apply(changed, change)
        seconds = max(share, LEAST)
        trained = workshop.run(changed, report, seconds=seconds, arm=arm.name, changes=changes)
    except NotApplicable as error:
        return _not_run(
            arm, "not-applicable", reason=error.key, error=error.error, **error.fields
        ), None
    return _table(arm, trained), trained


def _not_run(arm: Arm, status: str, **fields: Any) -> dict[str, Any]:
    return {**_table(arm, Run((), (), "refused")), "status": status, **fields}


def _judge(
    result: dict[str, Any], trained: Run, base: Run | None, judged_by: str, report: Reporter
) -> None:
    reached, before = _figure(trained, judged_by), _figure(base, judged_by)
    if trained.status == "refused":
        return
    helped = reached >= REACHED and reached - max(0.0, before) >= GAIN
    if not helped and trained.learns is None:
        return  # time ran out while it was still getting better: no verdict
    result["helped"] = helped
    details = {"before": round(before, 3), "after": round(reached, 3), "steps": trained.steps}
    id = "trial-helped" if helped else "trial-did-not-help"
    report.finding(Finding(id, True, result["name"], source="probe", details=details))


def _figure(trained: Run | None, judged_by: str) -> float:
    """The skill that counts: of the batch, in training or in inference mode."""
    if trained is None:
        return 0.0
    if judged_by == "inference" and trained.skill_inference is not None:
        return max(-1.0, trained.skill_inference)
    return trained.end


def _table(arm: Arm, trained: Run) -> dict[str, Any]:
    return {
        "name": arm.name,
        "changes": [change.to_dict() for change in arm.changes],
        "status": trained.status,
        "losses": [float(f"{loss:.5g}") for loss in trained.losses],
        "initial_loss": trained.losses[0] if trained.losses else None,
        "skill_start": round(trained.start, 4),
        "skill_end": round(trained.end, 4),
        "skill_inference": _rounded(trained.skill_inference),
        "skill_other": _rounded(trained.skill_other),
        "accuracy": _rounded(trained.accuracy),
        "steps": trained.steps,
        "seconds": round(trained.seconds, 3),
        "helped": None,
        "reason": trained.error,
    }


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(max(-1.0, figure), 4)
