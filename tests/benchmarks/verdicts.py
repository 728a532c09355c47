"""The four cases with model and data, worker warm: what is said, and after how many seconds."""

from __future__ import annotations

import time
from pathlib import Path

from assistant.case import Case
from assistant.demo import CASES, demo_folder
from assistant.dialogue import Dialogue, Options
from assistant.laboratory import Laboratory
from assistant.report import as_json


def verdict_of(model: Path, data: Path, laboratory: Laboratory) -> tuple[dict[str, object], float]:
    """The JSON of one model and data set, and the seconds it took."""
    start = time.perf_counter()
    dialogue = Dialogue(Case("memory"), laboratory, Options())
    list(dialogue.bring(model))
    list(dialogue.bring(data))
    list(dialogue.examine())
    return as_json(dialogue.situation, dialogue.search), time.perf_counter() - start


def row(name: str, result: dict[str, object], seconds: float) -> str:
    """One line of the table: verdict, seconds, the causes with their marks."""
    causes: list[dict[str, object]] = result["causes"]  # type: ignore[assignment]
    shown = ", ".join(
        f"{c['id']}{'*' if c['confirmed'] else ''} {float(c['probability']):.2f}"  # type: ignore[arg-type]
        for c in causes[:3]
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
                found = verdict_of(folder / "model.keras", folder / "data.npz", laboratory)
                print(row(f"{case}{' repaired' if repaired else ''}", *found), flush=True)


if __name__ == "__main__":
    main()
