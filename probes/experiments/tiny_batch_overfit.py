"""Probe ``tiny-batch-overfit``: can this set-up memorise a handful of its own rows?

Trains a fresh copy on 8 to 32 rows, balanced over the classes, with the user's own optimizer
first; if that fails, with Adam at 0.001 and then at 0.01 (a regression with targets near 200 needs
the second). Judged by skill (`apparatus.skill`), never by the fall of the loss: a loss can fall
from 8.7 to 0.693 and stay there. A run that was still falling when time was up is no verdict.

Thresholds: learnt at skill 0.5 and above where it stopped, failed when it got stuck below. The loss
of the first step is judged as in `experiments.output_check`.

Options: ``steps`` at most (default 300), ``seconds`` for all (default 8). Returns ``runs`` with
curves, ``constant`` and ``floor`` (losses), ``rows``, ``shrunk``.

Cost: 1 to 3 s, up to 8. Cannot see: labels that are wrong but can be memorised; over-fitting.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from probes.apparatus.bench import Bench
from probes.apparatus.sharing import known_runs
from probes.apparatus.skill import Yardstick
from probes.apparatus.training import Run
from probes.apparatus.workshop import Workshop
from probes.change import Change
from probes.errors import ProbeError
from probes.experiments.output_check import first_loss_findings
from probes.finding import Finding, Scalar
from probes.reporter import Reporter

STEPS = 300
SECONDS = 8.0
LEAST = 1.0
LADDER: tuple[tuple[str, float], ...] = (("Adam", 1e-3), ("Adam", 1e-2))


def run(bench: Bench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """Emit the findings; returns the curves of all runs."""
    setup = bench.setup
    steps = int(options.get("steps") or STEPS)
    seconds = min(float(options.get("seconds") or SECONDS), report.deadline)
    workshop = Workshop(setup, 2, steps, seconds, bench.seed, known_runs(bench))
    ready = workshop.prepare(setup)
    yard = ready.rows.yard
    changes = [Change.from_dict(written) for written in bench.subject.changes]
    own = workshop.run(setup, report, seconds=seconds / 2, arm="own", changes=changes)
    if own.status == "refused":
        raise ProbeError("training-refused", own.error)
    runs: list[tuple[str, Run]] = [
        (f"{setup.network.optimizer} {setup.network.learning_rate}", own)
    ]
    report.finding(_found("tiny-batch-loss-nan", own.status == "not-finite", own.steps))
    if setup.classes is not None and yard.usable and not ready.cached:
        for finding in first_loss_findings(own.losses[0], yard):
            report.finding(finding)
    if own.learns is not None:
        report.finding(_found("tiny-batch-not-learnt", not own.learns, round(own.end, 3)))
    if own.learns is False:
        runs += _ladder(bench, workshop, report, seconds - own.seconds)
    return {
        "runs": [_table(name, trained, yard) for name, trained in runs],
        "constant": yard.constant,
        "floor": yard.floor,
        "rows": workshop.plan.rows,
        "size": workshop.plan.size,
        "shrunk": workshop.shrunk,
    }


def _ladder(
    bench: Bench, workshop: Workshop, report: Reporter, seconds: float
) -> list[tuple[str, Run]]:
    """Other optimizers, until one learns."""
    setup = bench.setup
    runs: list[tuple[str, Run]] = []
    for place, (name, rate) in enumerate(LADDER):
        left = min(seconds - sum(trained.seconds for _, trained in runs), report.deadline)
        if (setup.network.optimizer, setup.network.learning_rate) == (name, rate):
            continue
        if left < LEAST:
            break
        share = left / (len(LADDER) - place)
        trained = workshop.run(
            setup, report, seconds=share, arm=f"{name} {rate:g}", optimizer=name, rate=rate
        )
        runs.append((f"{name} {rate:g}", trained))
        if trained.learns:
            break
    learnt = next((name for name, trained in runs if trained.learns), None)
    if learnt or (runs and all(trained.learns is False for _, trained in runs)):
        words = learnt.split() if learnt else []
        report.finding(
            Finding(
                "tiny-batch-learnt-with-other-optimizer",
                learnt is not None,
                learnt,
                source="probe",
                details={"optimizer": words[0], "rate": float(words[1])} if words else {},
            )
        )
        report.finding(_found("tiny-batch-not-learnt-with-any-optimizer", learnt is None, learnt))
    return runs


def _found(id: str, present: bool, value: Scalar = None) -> Finding:
    return Finding(id, present, value, source="probe")


def _table(name: str, trained: Run, yard: Yardstick) -> dict[str, Any]:
    return {
        "name": name,
        "status": trained.status,
        "losses": [float(f"{loss:.5g}") for loss in trained.losses],
        "skill_start": round(trained.start, 4),
        "skill_end": round(trained.end, 4),
        "accuracy": trained.accuracy,
        "chance": yard.chance,
        "steps": trained.steps,
        "seconds": round(trained.seconds, 3),
    }
