"""The four cases with model and data, worker warm: what is said, and after how many seconds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.case import Case
from assistant.demo import CASES, demo_folder
from assistant.dialogue import Dialogue, Options
from assistant.laboratory import Laboratory
from assistant.report import as_json


def verdict_of(files: Sequence[Path], laboratory: Laboratory) -> tuple[dict[str, Any], float]:
    """The JSON of one case by its files, and the seconds it took."""
    start = time.perf_counter()
    dialogue = Dialogue(Case("memory"), laboratory, Options())
    for file in files:
        list(dialogue.bring(file))
    list(dialogue.examine())
    return as_json(dialogue.situation, dialogue.search), time.perf_counter() - start


def row(name: str, result: dict[str, Any], seconds: float) -> str:
    """One line of the table: verdict, seconds, the causes with their marks."""
    shown = ", ".join(
        f"{c['id']}{'*' if c['confirmed'] else ''} {float(c['probability']):.2f}"
        for c in result["causes"][:3]
    )
    return f"{name:<18} {result['verdict']!s:<8} {seconds:6.1f} s   {shown}"


def main() -> None:
    """Print a line for each case and its repaired twin; * marks a confirmed cause."""
    with Laboratory() as laboratory:
        laboratory.start()
        while not laboratory.ready:
            time.sleep(0.1)
        for repaired in (False, True):
            for case in CASES:
                folder = demo_folder(case, repaired=repaired)
                assert folder is not None, f"{case} could not be built"
                files = [folder / "model.keras", folder / "data.npz"]
                result, seconds = verdict_of(files, laboratory)
                print(row(f"{case}{' repaired' if repaired else ''}", result, seconds), flush=True)


if __name__ == "__main__":
    main()
