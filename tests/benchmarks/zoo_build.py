"""Builds and saves the zoo of a seed: ``python -m tests.benchmarks.zoo_build FOLDER SEED [NAME]``.

A process of its own, since it needs TensorFlow. Writes one line of JSON a saved network into
``cases.jsonl`` of the folder; networks that lie there already are left alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

MANIFEST = "cases.jsonl"
TWIN = "repaired"


@dataclass(frozen=True)
class Saved:
    """One network on disk. ``causes`` are its faults, none for healthy ones and twins."""

    name: str
    folder: str
    kind: str  # healthy, faulty, twin
    causes: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


def build(folder: Path, seed: int, names: Sequence[str] = ()) -> list[Saved]:
    """The zoo of a seed (all, or the networks named) below `folder`; by a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.zoo_build", str(folder), str(seed), *names]
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    subprocess.run(command, check=True, env=quiet, stderr=subprocess.DEVNULL)
    found = [s for s in _present(folder) if not names or s.name.removesuffix(f" {TWIN}") in names]
    return sorted(found, key=lambda s: (s.kind != "healthy", s.name))


def _present(folder: Path) -> list[Saved]:
    path = folder / MANIFEST
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    rows = [json.loads(line) for line in lines]
    return [Saved(**{**row, "causes": tuple(row["causes"]), "also": tuple(row["also"])})
            for row in rows]  # fmt: skip


def _wanted(names: Sequence[str]) -> Iterator[tuple[Saved, Callable[[int], Any]]]:
    from tests.zoo.faulty import FAULTY
    from tests.zoo.healthy import HEALTHY

    for name, sound in HEALTHY.items():
        if not names or name in names:
            yield Saved(name, name, "healthy"), sound.build
    for name, case in FAULTY.items():
        if names and name not in names:
            continue
        faults = Saved(name, name, "faulty", case.causes, tuple(sorted(case.also)))
        yield faults, lambda seed, case=case: case.build(seed, False)  # type: ignore[misc]
        twin = Saved(f"{name} {TWIN}", f"{name}-{TWIN}", "twin")
        yield twin, lambda seed, case=case: case.build(seed, True)  # type: ignore[misc]


def _build_here(folder: Path, seed: int, names: Sequence[str]) -> None:
    """Save what is not there yet.

    A faulty network that Keras refuses to train is saved as it is before training, as its owner
    would have it.
    """
    import keras

    from tests.zoo.case import save

    folder.mkdir(parents=True, exist_ok=True)
    there = {saved.name for saved in _present(folder)}
    for saved, make in _wanted(names):
        if saved.name in there:
            continue
        keras.backend.clear_session()
        keras.utils.set_random_seed(seed)
        made = make(seed)
        try:
            save(made, folder / saved.folder)
        except Exception:
            if saved.kind != "faulty":
                raise
            save(replace(made, epochs=0), folder / saved.folder)
        with (folder / MANIFEST).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(saved)) + "\n")


if __name__ == "__main__":
    _build_here(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
