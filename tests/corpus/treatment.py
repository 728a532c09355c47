"""What the assistant says about a script, and what the script does after ``patch``."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.case import Case
from assistant.dialogue import Dialogue
from assistant.report import as_json, combined_diff
from tests.corpus.manifest import Script
from tests.corpus.runner import Outcome, Runner

#: name of the script in its folder and in the diff: says nothing of the fault
NAME = "train.py"
SHOWN = 3


@dataclass(frozen=True)
class Examination:
    """What is said of one text: causes with their probabilities, best first, and the diff."""

    causes: tuple[tuple[str, float], ...]
    confirmed: tuple[str, ...]
    diff: str

    @property
    def held(self) -> list[str]:
        """Causes held likelier than not."""
        return [name for name, probability in self.causes if probability >= 0.5]

    def rank(self, causes: Sequence[str]) -> int | None:
        """The place of the best of `causes`, from 1; None when none is named."""
        places = [i for i, (name, _) in enumerate(self.causes, 1) if name in causes]
        return min(places, default=None)

    def __str__(self) -> str:
        named = [f"{n}{'*' if n in self.confirmed else ''} {p:.2f}" for n, p in self.causes[:SHOWN]]
        return ", ".join(named) or "nothing"


@dataclass
class Course:
    """One script: every run of it, and an examination between two of them.

    A script of two faults may go through two examinations, as that of someone whose first change
    was not enough. ``trouble`` says why a diff did not apply.
    """

    script: Script
    path: Path
    outcomes: list[Outcome] = field(default_factory=list)
    examinations: list[Examination] = field(default_factory=list)
    trouble: str = ""

    @property
    def cured(self) -> bool:
        return len(self.outcomes) > 1 and self.script.learns(self.outcomes[-1])

    @property
    def why_not(self) -> str:
        """Where the course ended short of the cure; empty when it did not."""
        if self.cured or not self.examinations:
            return ""
        said = f"said: {self.examinations[-1]}"
        if self.trouble:
            return f"{self.trouble}; {said}"
        if not self.examinations[-1].diff:
            return f"no diff; {said}"
        last = self.outcomes[-1]
        figures = last.figures or last.error
        return f"patched and still {figures}, wanted {self.script.figure} {self.script.limit}"


def patch_program() -> str | None:
    """The ``patch`` of this machine, None without one."""
    return shutil.which("patch")


def examine(path: Path, answers: Mapping[str, str] | None = None, printed: str = "") -> Examination:
    """Let the assistant read a script, what it printed, and the answers to its questions."""
    dialogue = Dialogue(Case("memory"))
    list(dialogue.bring(path, "script"))
    if printed.strip():
        log = path.with_name("printed.txt")
        log.write_text(printed, encoding="utf-8")
        list(dialogue.bring(log, "log"))
    for question, value in (answers or {}).items():
        list(dialogue.answer(question, value))
    list(dialogue.examine())
    found: list[dict[str, Any]] = as_json(dialogue.situation, dialogue.search)["causes"]
    return Examination(
        causes=tuple((c["id"], float(c["probability"])) for c in found),
        confirmed=tuple(c["id"] for c in found if c["confirmed"]),
        diff=combined_diff(dialogue.situation),
    )


def apply_patch(diff: str, folder: Path) -> str:
    """Run ``patch -p1`` in the folder of the script; what it said when it failed, else nothing."""
    (folder / "cure.diff").write_bytes(diff.encode("utf-8"))
    done = subprocess.run(
        [str(patch_program()), "-p1", "--batch", "--input", "cure.diff"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return f"patch failed: {done.stdout} {done.stderr}" if done.returncode else ""


def prepare(script: Script, folder: Path) -> Path:
    """A copy of a script in a folder of its own, under a name that tells nothing."""
    place = folder / script.name
    place.mkdir()
    path = place / NAME
    path.write_bytes(script.path.read_bytes())
    return path


def treat(scripts: Sequence[Script], runner: Runner, folder: Path) -> dict[str, Course]:
    """Run, examine, patch and run again; while one script is examined, others run."""
    courses = {script.name: Course(script, prepare(script, folder)) for script in scripts}
    running = {name: runner.start(course.path) for name, course in courses.items()}
    while running:
        again: dict[str, int] = {}
        for name, number in running.items():
            course = courses[name]
            course.outcomes.append(runner.wait(number))
            if _next_round(course):
                again[name] = runner.start(course.path)
        running = again
    return courses


def _next_round(course: Course) -> bool:
    """Examine and patch once more; whether there is something new to run."""
    script, outcome = course.script, course.outcomes[-1]
    if script.learns(outcome) or len(course.examinations) >= script.faults:
        return False
    course.examinations.append(examine(course.path, script.answers, outcome.output))
    diff = course.examinations[-1].diff
    if diff:
        course.trouble = apply_patch(diff, course.path.parent)
    return bool(diff) and not course.trouble
