"""How well the probes tell faulty networks from healthy ones.

For every finding: how many faulty networks of the zoo show it, how many healthy ones and repaired
twins show it wrongly. For every repair: whether its trial proved it. Use seeds that were not used
to choose thresholds (0 to 3 were): ``python -m tests.benchmarks probes --seed 11``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from probes.errors import ProbeError
from probes.protocol import Subject
from tests.probes.lab import CONTEXTS, run_probe

PROBES = (
    "label-shape",
    "input-statistics",
    "tiny-batch-overfit",
    "activation-audit",
    "output-check",
    "gradient-flow",
    "initial-weights",
    "training-mode",
    "base-check",
    "signal-check",
)


@dataclass
class Score:
    """Counts over all cases and seeds."""

    hits: Counter[str] = field(default_factory=Counter)
    healthy: Counter[str] = field(default_factory=Counter)
    twins: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    trials: Counter[str] = field(default_factory=Counter)
    unproved: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def look(subject: Subject, score: Score) -> set[str]:
    """Findings that are true of a subject, contexts left out."""
    seen: set[str] = set()
    for probe in PROBES:
        start = time.perf_counter()
        try:
            seen |= run_probe(probe, subject).true
        except ProbeError:
            continue  # a probe that has no measure for this case
        finally:
            score.seconds.append(time.perf_counter() - start)
    return seen - CONTEXTS


def prove(subject: Subject, cause: str, repair: list[Mapping[str, Any]], score: Score) -> str:
    """What the trial of a repair says."""
    arms = [{"name": "original", "changes": []}, {"name": cause, "changes": repair}]
    start = time.perf_counter()
    trial = run_probe("trial", subject, {"arms": arms})
    score.seconds.append(time.perf_counter() - start)
    return next(iter(trial.true), "no-verdict")


def measure(seed: int, folder: Path, score: Score) -> None:
    """Build and probe the whole zoo from one seed."""
    import keras

    from tests.zoo.case import save
    from tests.zoo.faulty import FAULTY
    from tests.zoo.healthy import HEALTHY

    for name, sound in HEALTHY.items():
        keras.backend.clear_session()
        keras.utils.set_random_seed(seed)
        subject = save(sound.build(seed), folder / name)
        wrong = look(subject, score) - sound.hints
        score.healthy.update(wrong)
        print(f"{seed} healthy {name:34} {', '.join(sorted(wrong))}", flush=True)
    for name, case in FAULTY.items():
        keras.backend.clear_session()
        keras.utils.set_random_seed(seed)
        subject = save(case.build(seed, False), folder / name)
        seen = look(subject, score)
        score.hits.update(seen)
        missed = case.finds - seen
        score.missed += [f"{name}/{seed}: {id}" for id in sorted(missed)]
        verdict = ""
        if case.repair:
            verdict = prove(subject, case.cause, [c.to_dict() for c in case.repair], score)
            score.trials[verdict] += 1
            if verdict != "trial-helped":
                score.unproved.append(f"{name}/{seed}: {verdict}")
        twin = save(case.build(seed, True), folder / f"{name}-repaired")
        wrong = look(twin, score)
        score.twins.update(wrong)
        line = f"{seed} faulty  {name:34} {verdict:20}"
        print(f"{line} missed: {', '.join(missed)}  twin: {', '.join(wrong)}", flush=True)


def table(score: Score) -> str:
    """Hits and false alarms by finding, then the trials."""
    ids = sorted({*score.hits, *score.healthy, *score.twins})
    lines = [f"{'finding':42} {'faulty':>7} {'healthy':>8} {'twins':>6}"]
    lines += [f"{id:42} {score.hits[id]:7} {score.healthy[id]:8} {score.twins[id]:6}" for id in ids]
    lines.append(f"trials: {dict(score.trials)}; not proved: {score.unproved or 'none'}")
    lines.append(f"missed: {score.missed or 'none'}")
    ordered = sorted(score.seconds)
    lines.append(
        f"seconds a probe: median {ordered[len(ordered) // 2]:.2f}, most {ordered[-1]:.2f}"
    )
    return "\n".join(lines)


def main(arguments: Sequence[str] = ()) -> None:
    """Print the table for the seeds asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, action="append", help="may be given several times")
    score = Score()
    for seed in parser.parse_args(arguments).seed or [10]:
        with tempfile.TemporaryDirectory() as folder:
            measure(seed, Path(folder), score)
    print(table(score))


if __name__ == "__main__":
    main(sys.argv[1:])
