"""The networks of the zoo through a warm worker: who is left in peace, and who is found out.

``python -m tests.benchmarks healthy`` runs the healthy ones; ``python -m tests.benchmarks.healthy
--faulty`` the faulty ones, each with its repaired twin. The zoo needs TensorFlow, so a process of
its own builds and saves it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.laboratory import Laboratory
from knowledge.loader import load_knowledge
from tests.benchmarks.verdicts import row, verdict_of

SEED = 11
TWIN = "repaired"
_BUILD = "--build"
_MANIFEST = "cases.json"


@dataclass(frozen=True)
class Judged:
    """The verdict on one saved network. ``cause`` is the fault it has, "" for none."""

    name: str
    cause: str
    verdict: str
    ranked: tuple[str, ...]
    confirmed: frozenset[str]
    seconds: float


def build_healthy(folder: Path) -> dict[str, str]:
    """Save every healthy network below `folder`; returns name -> "". Imports TensorFlow."""
    from tests.zoo.case import save
    from tests.zoo.healthy import HEALTHY

    for name, case in HEALTHY.items():
        save(case.build(SEED), folder / name)
    return dict.fromkeys(HEALTHY, "")


def build_faulty(folder: Path) -> dict[str, str]:
    """Save every faulty network and its repaired twin; returns name -> cause, "" for the twins.

    One that Keras refuses to train is saved as it is before training, as its owner would have it.
    """
    from dataclasses import replace

    from tests.zoo.case import save
    from tests.zoo.faulty import FAULTY

    causes: dict[str, str] = {}
    for name, case in FAULTY.items():
        for cause, whole in ((case.cause, name), ("", f"{name} {TWIN}")):
            made = case.build(SEED, not cause)
            try:
                save(made, folder / whole)
            except Exception:
                if not cause:
                    raise
                save(replace(made, epochs=0), folder / whole)
            causes[whole] = cause
    return causes


def judge(folder: Path, causes: dict[str, str]) -> Iterator[Judged]:
    """The verdict on each network in turn, printed as it comes."""
    with Laboratory() as laboratory:
        laboratory.start()
        while not laboratory.ready:
            time.sleep(0.1)
        for name, cause in causes.items():
            saved = folder / name
            result, seconds = verdict_of(saved / "model.keras", saved / "data.npz", laboratory)
            print(row(f"{name:<40}", result, seconds), flush=True)
            found: list[dict[str, object]] = result["causes"]  # type: ignore[assignment]
            yield Judged(
                name,
                cause,
                str(result["verdict"]),
                tuple(str(c["id"]) for c in found),
                frozenset(str(c["id"]) for c in found if c["confirmed"]),
                seconds,
            )


def print_healthy(judged: Sequence[Judged]) -> None:
    """How many were left in peace; a cause confirmed on one of these is the worst there is."""
    print(f"\n{len(judged)} healthy networks")
    for verdict in ("healthy", "unsure", "cause"):
        print(f"  {verdict:<10} {sum(j.verdict == verdict for j in judged):4d}")
    print(f"  confirmed  {sum(bool(j.confirmed) for j in judged):4d}")
    _print_seconds(judged)


def print_faulty(judged: Sequence[Judged]) -> None:
    """How many faults were named, and told from their twins. One cure counts as one cause."""
    fixes = {name: rule.fix for name, rule in load_knowledge().causes.items()}

    def right(cause: str, case: Judged) -> bool:
        return fixes[cause] == fixes[case.cause]

    faulty = [j for j in judged if j.cause]
    twins = {j.name: j for j in judged if not j.cause}
    first = [j for j in faulty if j.ranked and right(j.ranked[0], j)]
    three = [j for j in faulty if any(right(c, j) for c in j.ranked[:3])]
    confirmed = [j for j in faulty if any(right(c, j) for c in j.confirmed)]
    apart = [j for j in faulty if j.verdict == "cause" != twins[f"{j.name} {TWIN}"].verdict]
    wrong = [
        f"{j.name}: {c}"
        for j in judged
        for c in sorted(j.confirmed)
        if not j.cause or not right(c, j)
    ]
    print(f"\n{len(faulty)} faulty networks, each with a repaired twin")
    for what, cases in (
        ("named first", first),
        ("among three", three),
        ("confirmed", confirmed),
        ("twin told apart", apart),
    ):
        print(f"  {what:<22} {len(cases):4d}")
    print(f"  wrong confirmations    {len(wrong):4d}   {'; '.join(wrong)}")
    _print_seconds(judged)


def _print_seconds(judged: Sequence[Judged]) -> None:
    times = sorted(j.seconds for j in judged)
    print(f"  seconds    median {times[len(times) // 2]:.1f}, most {times[-1]:.1f}")


def main(arguments: Sequence[str] = ()) -> None:
    """Print a line for each network and the totals; * marks a confirmed cause."""
    kind = ["--faulty"] if "--faulty" in arguments else []
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.benchmarks.healthy", _BUILD, folder, *kind]
        quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
        subprocess.run(command, check=True, env=quiet, stderr=subprocess.DEVNULL)
        causes: dict[str, str] = json.loads(Path(folder, _MANIFEST).read_text("utf-8"))
        judged = list(judge(Path(folder), causes))
    (print_faulty if kind else print_healthy)(judged)


def _build(arguments: Sequence[str]) -> None:
    folder = Path(arguments[arguments.index(_BUILD) + 1])
    build = build_faulty if "--faulty" in arguments else build_healthy
    (folder / _MANIFEST).write_text(json.dumps(build(folder)), "utf-8")


if __name__ == "__main__":
    (_build if _BUILD in sys.argv else main)(sys.argv[1:])
