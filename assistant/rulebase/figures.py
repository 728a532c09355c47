"""The four figures of the rule base, and the ratchet that keeps them from falling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.reasoning.cases import Replay
from assistant.reasoning.hypotheses import Hypotheses
from assistant.rulebase.crowd import gather
from assistant.rulebase.rehearsal import Course, Rehearsal
from knowledge.files import read_yaml
from knowledge.loader import Knowledge

QUESTIONS = 6
USERS = 3  # for each cause
_BINS = 5
#: A new rule draws some users anew; a figure may move by this much without a rule being worse.
#: For the last two it is twice the spread over eight crowds drawn anew from the same rules.
ROOM = {"top_1": 0.01, "top_3": 0.005, "questions": 0.2, "calibration": 0.035}
_HEAD = """\
# What the rules are worth, as `unstuck knowledge check` measures it. No figure may get
# worse; `unstuck knowledge check --record` keeps better ones. They are explained in README.md.
"""


@dataclass(frozen=True)
class Figures:
    """What the rule base is worth.

    Attributes:
        top_1, top_3: share of the labelled cases that must lead to their cause in which it is the
            first, or among the first three; causes of one cure count as one.
        questions: mean number of questions, after log and script, until the right cause leads for
            good; users for whom it never does count one more than all.
        calibration: mean distance between the probability stated for the leading cause and the
            share of users for whom it is at work, 0 is best.
    """

    top_1: float
    top_3: float
    questions: float
    calibration: float

    def __str__(self) -> str:
        return (
            f"labelled cases: right cause first {self.top_1:.1%}, among three {self.top_3:.1%}; "
            f"simulated users: {self.questions:.2f} questions to the right cause, "
            f"calibration error {self.calibration:.3f}"
        )


def measure(knowledge: Knowledge, replays: Sequence[Replay], seed: int = 0) -> Figures:
    """Replays and simulated users to figures; the same rules give the same figures."""
    wanted = [r for r in replays if r.case.expect != "absent"]
    ranks = np.array([r.rank for r in wanted] or [1])
    hypotheses = Hypotheses(knowledge)
    crowd = gather(hypotheses, USERS, seed)
    course = Rehearsal(hypotheses).run(crowd, QUESTIONS)
    return Figures(
        top_1=round(float((ranks == 1).mean()), 4),
        top_3=round(float((ranks <= 3).mean()), 4),
        questions=round(float(course.settled() @ crowd.weight), 3),
        calibration=round(calibration_error(course, crowd.weight), 4),
    )


def calibration_error(course: Course, weight: NDArray[np.float64]) -> float:
    """Expected calibration error over equal bins of the probability stated at the end."""
    stated, true = course.stated[-1], course.true[-1]
    place = np.minimum((stated * _BINS).astype(int), _BINS - 1)
    gaps = [
        abs(float(weight[here] @ (stated[here] - true[here])))
        for here in (place == b for b in range(_BINS))
    ]
    return sum(gaps)


def fallen(now: Figures, kept: Figures) -> list[str]:
    """One sentence for each figure that got worse by more than the room for a new draw."""
    told = []
    for name, before in asdict(kept).items():
        value = getattr(now, name)
        worse = value - before if name in ("questions", "calibration") else before - value
        if worse > ROOM[name]:
            told.append(f"figures.yaml: {name} was {before:g} and is {value:g}")
    return told


def read_figures(folder: Path) -> Figures | None:
    """The figures kept in a rule base, None when it keeps none.

    Raises:
        UnreadableFile, ValueError: the file is there and has another form.
    """
    path = folder / "figures.yaml"
    if not path.exists():
        return None
    data = read_yaml(path)
    names = list(Figures.__dataclass_fields__)
    if not isinstance(data, dict) or sorted(data) != sorted(names):
        raise ValueError(f"needs {', '.join(names)}")
    return Figures(**{name: float(data[name]) for name in names})


def record_figures(folder: Path, now: Figures, kept: Figures | None) -> None:
    """Keep each figure of `now` that is better than the one kept."""
    best = asdict(now)
    for name, before in asdict(kept or now).items():
        lower = name in ("questions", "calibration")
        best[name] = min(best[name], before) if lower else max(best[name], before)
    lines = "".join(f"{name}: {value:g}\n" for name, value in best.items())
    (folder / "figures.yaml").write_text(_HEAD + lines, encoding="utf-8")
