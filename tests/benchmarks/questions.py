"""How many questions simulated users are asked until the right cause leads for good.

The adaptive order stands against the best fixed list: the list is built greedily, on other users,
so that each question adds most to the probability of what is at work; questions that log and
script have answered are left out of it, as they are of the adaptive order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assistant.reasoning.hypotheses import Hypotheses
from assistant.rulebase.crowd import Crowd, gather
from assistant.rulebase.rehearsal import Course, Rehearsal, softmax
from knowledge.loader import load_knowledge

QUESTIONS = 20
#: A list is compared at this length: what the adaptive order needs for the same share of users.
COMPARED_AT = 10


@dataclass(frozen=True)
class Comparison:
    """Adaptive and fixed order over the same users."""

    adaptive: Course
    fixed: Course
    weight: NDArray[np.float64]

    def share(self, course: Course) -> NDArray[np.float64]:
        """(questions + 1,) share of users for whom the right cause leads."""
        share: NDArray[np.float64] = course.right @ self.weight
        return share

    def as_good(self, questions: int) -> float:
        """Questions after which the adaptive order is as good as the list after `questions`."""
        goal = self.share(self.fixed)[questions]
        share = np.maximum.accumulate(self.share(self.adaptive))
        reached = np.flatnonzero(share >= goal)
        if not len(reached):
            return float("inf")
        after = int(reached[0])
        if after == 0:
            return 0.0
        step = share[after] - share[after - 1]
        return after - 1 + float((goal - share[after - 1]) / step)


def compare(rehearsal: Rehearsal, crowd: Crowd, others: Crowd, questions: int) -> Comparison:
    """Ask `crowd` in both orders; the list is learnt from `others`."""
    order = best_list(rehearsal, others, questions)
    return Comparison(
        rehearsal.run(crowd, questions), rehearsal.run(crowd, questions, order), crowd.weight
    )


def best_list(rehearsal: Rehearsal, crowd: Crowd, length: int) -> list[int]:
    """The fixed order that does best for `crowd`, reasoning over single causes to be quick."""
    single = rehearsal.members.sum(axis=1) <= 1
    score = rehearsal.start(crowd)[:, single].astype(np.float32)
    users, questions = np.arange(len(crowd.weight)), range(len(rehearsal.questions))
    effects = [rehearsal.answered(crowd, q, users)[:, single] for q in questions]
    effects = [e * rehearsal.open(crowd)[:, [q]] for q, e in enumerate(effects)]
    right = (crowd.truth @ rehearsal.members[single].T) > 0
    chosen: list[int] = []
    for _ in range(length):
        best = max(
            (q for q in range(len(effects)) if q not in chosen),
            key=lambda q: _fitness(score + effects[q], right, crowd.weight),
        )
        chosen.append(best)
        score = score + effects[best]
    return chosen


def _fitness(
    score: NDArray[np.float32], right: NDArray[np.bool_], weight: NDArray[np.float64]
) -> float:
    true = (softmax(score) * right).sum(axis=1)
    return float(weight @ np.log(np.maximum(true, 1e-6)))


def without_paste(crowd: Crowd) -> Crowd:
    """The same users with their words alone."""
    told = {way: t if way == "words" else np.zeros_like(t) for way, t in crowd.told.items()}
    return replace(crowd, told=told, known=np.zeros_like(crowd.known))


def main() -> None:
    """Print the table."""
    hypotheses = Hypotheses(load_knowledge())
    rehearsal = Rehearsal(hypotheses)
    crowd, others = gather(hypotheses, 4, seed=1), gather(hypotheses, 4, seed=2)
    brought = {
        "log and script": (crowd, others),
        "words only": (without_paste(crowd), without_paste(others)),
    }
    for name, (own, training) in brought.items():
        found = compare(rehearsal, own, training, QUESTIONS)
        settled = found.adaptive.settled()
        print(f"{name}: {len(settled)} users")
        print("   questions            " + "".join(f"{k:>6}" for k in (0, 1, 2, 3, 5, 10, 20)))
        for order, course in (("adaptive", found.adaptive), ("fixed", found.fixed)):
            share = found.share(course)
            row = "".join(f"{share[k]:>6.2f}" for k in (0, 1, 2, 3, 5, 10, 20))
            print(f"   right, {order:<13}{row}")
        within = float((settled <= 3) @ own.weight)
        print(f"   right for good after, in the median: {np.median(settled):.0f} questions")
        print(f"   right for good after three at most: {within:.0%}")
        for k in (5, COMPARED_AT, QUESTIONS):
            need = found.as_good(k)
            print(f"   as good as the list after {k}: {need:.1f} questions, {need / k:.0%}")
