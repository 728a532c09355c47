"""What the verdicts over a zoo amount to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tests.benchmarks.zoo_build import TWIN

#: a verdict of this probability is said as "9 of 10 or better" (`assistant.reasoning.reasons`)
NINE_OF_TEN = 0.8


@dataclass(frozen=True)
class Judged:
    """The verdict on one saved network.

    Args:
        kind: healthy, faulty or twin (a faulty network repaired).
        causes: its faults in the order to fix; none for healthy ones and twins.
        also: causes that say the same of this network in other words.
        ranked: causes named, best first; ``fault`` of each: it is one, not normal behaviour.
        probability: of the first of them.
        seconds, processor: wall clock, and time of all cores.
        megabytes: the most that a process held.
    """

    name: str
    kind: str
    causes: tuple[str, ...]
    also: tuple[str, ...]
    verdict: str
    ranked: tuple[str, ...]
    confirmed: tuple[str, ...]
    faults: tuple[str, ...]
    probability: float
    seconds: float
    processor: float
    megabytes: float


@dataclass(frozen=True)
class Scores:
    """Every judged network, with what counts as right. One cure counts as one cause.

    Args:
        fixes: cause to the name of its cure.
    """

    judged: Sequence[Judged]
    fixes: Mapping[str, str]

    @property
    def faulty(self) -> list[Judged]:
        return [j for j in self.judged if j.kind == "faulty"]

    def right(self, cause: str, case: Judged) -> bool:
        """Whether a cause named for a network is one of its faults."""
        return cause in case.also or any(
            self.fixes.get(cause) == self.fixes[c] for c in case.causes
        )

    def named(self, case: Judged, among: Iterable[str]) -> bool:
        """Whether each fault of a network is among the causes named."""
        found = list(among)
        wanted = [{c, self.fixes[c]} for c in case.causes]
        if len(wanted) == 1:
            return any(self.right(c, case) for c in found)
        names = {*found, *(self.fixes[c] for c in found)}
        return all(fault & names for fault in wanted)

    def first(self, case: Judged) -> bool:
        return bool(case.ranked) and self.right(case.ranked[0], case)

    def in_three(self, case: Judged) -> bool:
        return self.named(case, case.ranked[:3])

    def confirmed(self, case: Judged) -> bool:
        return self.named(case, case.confirmed)

    def apart(self, case: Judged) -> bool:
        """The broken one is flagged for the right cause, and its repair is left in peace."""
        twin = next((j for j in self.judged if j.name == f"{case.name} {TWIN}"), None)
        flagged = case.verdict == "cause" and self.first(case)
        return flagged and twin is not None and twin.verdict != "cause"

    def wrong_confirmations(self) -> list[str]:
        return [
            f"{j.name}: {cause}"
            for j in self.judged
            for cause in j.confirmed
            if cause in j.faults and not self.right(cause, j)
        ]

    def calibration(self) -> tuple[int, int]:
        """Of the verdicts said as "9 of 10 or better": how many are right, and how many."""
        said = [j for j in self.judged if j.ranked and j.probability >= NINE_OF_TEN]
        right = [j for j in said if self.first(j) or (not j.causes and j.ranked[0] not in j.faults)]
        return len(right), len(said)


def report(scores: Scores) -> str:
    """The tables: by cause, then in total."""
    return "\n".join([*_by_cause(scores), "", *_totals(scores)])


def _by_cause(scores: Scores) -> list[str]:
    groups: dict[str, list[Judged]] = defaultdict(list)
    for case in scores.faulty:
        groups[" + ".join(case.causes)].append(case)
    lines = [f"{'cause':<68} {'n':>3} {'first':>6} {'three':>6} {'conf.':>6} {'apart':>6}"]
    for cause, cases in sorted(groups.items()):
        counts = [sum(map(how, cases)) for how in _measures(scores)]
        cells = " ".join(f"{count:6d}" for count in counts)
        lines.append(f"{cause:<68} {len(cases):3d} {cells}")
    return lines


def _measures(scores: Scores) -> tuple[Callable[[Judged], bool], ...]:
    return scores.first, scores.in_three, scores.confirmed, scores.apart


def _totals(scores: Scores) -> list[str]:
    faulty, lines = scores.faulty, []
    single = [j for j in faulty if len(j.causes) == 1]
    double = [j for j in faulty if len(j.causes) > 1]
    causes = {c for j in faulty for c in j.causes}
    lines.append(
        f"{len(faulty)} faulty networks over {len(causes)} causes, {len(double)} with two faults"
    )
    names = ("named first", "in the first three", "confirmed", "twins told apart")
    for name, how in zip(names, _measures(scores), strict=True):
        parts = ", ".join(
            f"{what} {_share(sum(map(how, cases)), len(cases))}"
            for what, cases in (("all", faulty), ("single", single), ("double", double))
            if cases
        )
        lines.append(f"  {name:<20} {parts}")
    for kind, title in (("healthy", "healthy networks"), ("twin", "repaired twins")):
        cases = [j for j in scores.judged if j.kind == kind]
        flagged = [j.name for j in cases if j.verdict == "cause"]
        lines.append(f"  {title} flagged: {len(flagged)} of {len(cases)}   {'; '.join(flagged)}")
    wrong = scores.wrong_confirmations()
    lines.append(f"  wrong confirmations: {len(wrong)}   {'; '.join(wrong)}")
    lines.append(f"  right, of what is said as 9 of 10 or better: {_share(*scores.calibration())}")
    return [*lines, *_costs(scores.judged)]


def _costs(judged: Sequence[Judged]) -> list[str]:
    if not judged:
        return []
    lines = []
    for name, values in (
        ("seconds", [j.seconds for j in judged]),
        ("processor seconds", [j.processor for j in judged]),
    ):
        ten, twenty = (sum(v <= limit for v in values) for limit in (10, 20))
        lines.append(
            f"  {name:<18} median {_middle(values):.1f}, most {max(values):.1f}; "
            f"within 10: {_share(ten, len(values))}, within 20: {_share(twenty, len(values))}"
        )
    memory = [j.megabytes for j in judged]
    lines.append(f"  peak megabytes     median {_middle(memory):.0f}, most {max(memory):.0f}")
    return lines


def _middle(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} ({100 * part / whole:.0f} %)" if whole else "0/0"
