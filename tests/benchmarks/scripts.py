"""Faulty and healthy scripts: the right cause first, cured by the diff, left alone."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.corpus.manifest import Script, faulty_scripts, healthy_scripts
from tests.corpus.runner import Runner
from tests.corpus.treatment import SHOWN, Course, Examination, examine, prepare, treat


def place(found: Examination, script: Script) -> str:
    """Where the right cause stands: 1, 2, 3 ... or - when it is not named."""
    rank = found.rank(script.causes)
    return "-" if rank is None else str(rank)


def faulty_table(runner: Runner, folder: Path) -> None:
    """A line for each faulty script, and the sums."""
    scripts = faulty_scripts()
    courses = treat(scripts, runner, folder)
    alone = {s.name: examine(_fresh(s, folder / "alone"), s.answers) for s in scripts}
    print(f"{'':<36} {'place of the cause':<22} {'figure':<14} {'before':>8} {'after':>8}")
    print(f"{'':<36} {'script':<8}{'and its log':<14}")
    for script in scripts:
        course = courses[script.name]
        first = course.examinations[0] if course.examinations else alone[script.name]
        print(
            f"{script.name:<36} {place(alone[script.name], script):<8}{place(first, script):<14} "
            f"{script.figure:<14} {_figure(course, 0):>8} {_figure(course, -1):>8} "
            f"{'cured' if course.cured else 'MISS'}",
            flush=True,
        )
    _sums("script alone", scripts, alone)
    with_log = {n: c.examinations[0] for n, c in courses.items() if c.examinations}
    _sums("with its log", scripts, with_log)
    print(f"cured by the diff: {sum(c.cured for c in courses.values())} of {len(scripts)}")
    for course in courses.values():
        if not course.cured:
            print(f"  {course.script.name}: {course.why_not}")
            print(f"    known: {course.script.expect_miss or 'no'}")


def healthy_table(runner: Runner, folder: Path) -> None:
    """How many healthy scripts are left alone, alone and with their log."""
    scripts = healthy_scripts()
    outcomes = runner.run([(prepare(s, folder), 0) for s in scripts])
    silent = 0
    for script, outcome in zip(scripts, outcomes, strict=True):
        path = folder / script.name / "train.py"
        found = [examine(path), examine(path, printed=outcome.output)]
        quiet = not any(e.diff or e.held for e in found)
        silent += quiet
        if not quiet or not script.learns(outcome):
            print(f"  {script.name}: {found[0]} | with its log {found[1]} | {outcome.figures}")
    print(f"healthy scripts left alone: {silent} of {len(scripts)}")


def _fresh(script: Script, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return prepare(script, folder)


def _figure(course: Course, number: int) -> str:
    figures = course.outcomes[number].figures
    return "error" if figures is None else f"{figures[course.script.figure]:.3f}"


def _sums(title: str, scripts: Sequence[Script], found: dict[str, Examination]) -> None:
    ranks = [found[s.name].rank(s.causes) if s.name in found else None for s in scripts]
    first = sum(rank == 1 for rank in ranks)
    shown = sum(rank is not None and rank <= SHOWN for rank in ranks)
    print(f"{title}: right cause first {first}, in the first three {shown}, of {len(scripts)}")


def main() -> None:
    """Print both tables; a minute or two of training on two cores."""
    with tempfile.TemporaryDirectory() as place_, Runner() as runner:
        (Path(place_) / "faulty").mkdir()
        (Path(place_) / "healthy").mkdir()
        faulty_table(runner, Path(place_) / "faulty")
        healthy_table(runner, Path(place_) / "healthy")


if __name__ == "__main__":
    main()
