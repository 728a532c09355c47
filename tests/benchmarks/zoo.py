"""The networks of the zoo through a warm worker: who is left in peace, and who is found out.

``python -m tests.benchmarks zoo --seed 33`` builds the zoo of a seed (healthy networks, faulty
ones, and each faulty one repaired) and prints the verdict on each, then the tables. The shapes and
sizes of a seed are its own; state figures of seeds that chose no threshold (below 33 were used).

    --seed N      may be given several times
    --only NAME   networks of this name alone (and their twins); may be given several times
    --keep PATH   keep the networks and the verdicts there; what lies there is not built again
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant.laboratory import Laboratory
from knowledge.loader import load_knowledge
from tests.benchmarks.family import Watch
from tests.benchmarks.verdicts import row, verdict_of
from tests.benchmarks.zoo_build import Saved, build
from tests.benchmarks.zoo_score import Judged, Scores, report

VERDICTS = "verdicts.jsonl"


def judge(folder: Path, cases: Sequence[Saved]) -> Iterator[Judged]:
    """The verdict on each network in turn, printed as it comes."""
    with Laboratory() as laboratory:
        laboratory.start()
        while not laboratory.ready:
            time.sleep(0.1)
        for case in cases:
            saved = folder / case.folder
            files = [saved / name for name in ("model.keras", "data.npz", "log.txt")]
            with Watch() as watch:
                result, seconds = verdict_of([f for f in files if f.exists()], laboratory)
            judged = judged_from(case, result, seconds, watch)
            print(row(f"{case.name:<40}", result, seconds), flush=True)
            with (folder / VERDICTS).open("a", encoding="utf-8") as file:
                file.write(json.dumps({**asdict(judged), "result": result}) + "\n")
            yield judged


def judged_from(case: Saved, result: dict[str, Any], seconds: float, watch: Watch) -> Judged:
    """What of a verdict's JSON is scored."""
    causes = result["causes"]
    return Judged(
        name=case.name,
        kind=case.kind,
        causes=case.causes,
        also=case.also,
        verdict=str(result["verdict"]),
        ranked=tuple(c["id"] for c in causes),
        confirmed=tuple(c["id"] for c in causes if c["confirmed"]),
        faults=tuple(c["id"] for c in causes if c["kind"] == "fault"),
        probability=max((float(c["probability"]) for c in causes[:1]), default=0.0),
        seconds=seconds,
        processor=watch.seconds,
        megabytes=watch.megabytes,
    )


def measure(folder: Path, seed: int, names: Sequence[str]) -> list[Judged]:
    """Build the zoo of a seed below `folder` and judge it."""
    cases = build(folder, seed, names)
    print(f"-- seed {seed}: {len(cases)} networks", flush=True)
    return list(judge(folder, cases))


def main(arguments: Sequence[str] = ()) -> None:
    """Print a line for each network, then the tables; * marks a confirmed cause."""
    parser = argparse.ArgumentParser(prog="zoo", description=__doc__)
    parser.add_argument("--seed", type=int, action="append")
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--keep", type=Path)
    chosen = parser.parse_args(arguments)
    judged: list[Judged] = []
    with tempfile.TemporaryDirectory() as passing:
        for seed in chosen.seed or [32]:
            folder = (chosen.keep or Path(passing)) / f"seed-{seed}"
            judged += measure(folder, seed, chosen.only)
    fixes = {name: rule.fix for name, rule in load_knowledge().causes.items()}
    print(report(Scores(judged, fixes)))
