"""The hypotheses: every set of at most two causes, "nothing is wrong" and "something else".

Noisy-OR: a finding shows unless its leak and every cause at work fail to raise it,
``P(f | S) = 1 - (1 - leak) * prod over c in S of (1 - p[c, f])`` (Heckerman 1989). Sets of three
bring no accuracy (measured by simulation), so two is where it ends.
"""

from __future__ import annotations

import itertools
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from knowledge.loader import Knowledge

Array = NDArray[np.float64]
Rows = slice | NDArray[np.intp]

EXPECTED_FAULTS = 1.3  # a third of 153 collected questions had two causes or more
OTHER = 0.05
NOTHING = 0.10
_LOW, _HIGH = 0.002, 0.998  # never certain: one wrong reading must not end the case
#: Columns of log-probabilities that are kept, 0.1 MB each.
KEPT = 256


class Hypotheses:
    """Matrices of one rule base; built once, read only.

    Attributes:
        causes, findings: ids by column.
        members: (sets, causes) 1.0 where the set holds the cause.
        shows: (sets, findings) probability that the finding is really there.
        log_prior: (sets,) natural logarithm.
        nothing, other: row numbers of the two special hypotheses.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.causes = list(knowledge.causes)
        rules = [r for r in knowledge.findings.values() if r.kind in ("symptom", "evidence")]
        self.findings = [r.id for r in rules]
        self.column = {f: i for i, f in enumerate(self.findings)}
        self.index = {c: i for i, c in enumerate(self.causes)}
        sets = self._sets()
        self.members: Array = np.zeros((len(sets) + 2, len(self.causes)))
        nobody = len(self.causes)
        self._pair = np.full((len(sets) + 2, 2), nobody)
        for row, members in enumerate(sets):
            self.members[row, list(members)] = 1.0
            self._pair[row, : len(members)] = members
        self.nothing, self.other = len(sets), len(sets) + 1
        self.log_prior = self._log_prior()
        self._logs: dict[tuple[str, bool, float, float], Array] = {}

    def over_sets(self, by_cause: Array) -> Array:
        """(sets,) sums of a value over the members of each set; as `members` @ value, but quick."""
        padded = np.append(by_cause, 0.0)
        total: Array = padded[self._pair[:, 0]] + padded[self._pair[:, 1]]
        return total

    def over_causes(self, by_set: Array) -> Array:
        """(causes,) sums of a value over the sets that hold each cause."""
        size = len(self.causes) + 1
        total: Array = np.bincount(self._pair[:, 0], by_set, size).astype(float)
        total += np.bincount(self._pair[:, 1], by_set, size)
        return total[:-1]

    def _sets(self) -> list[tuple[int, ...]]:
        rules = list(self.knowledge.causes.values())
        singles: list[tuple[int, ...]] = [(i,) for i in range(len(rules))]
        pairs = [
            (i, j)
            for i, j in itertools.combinations(range(len(rules)), 2)
            # A harmless explanation needs no companion, and one cure needs no telling apart.
            if rules[i].kind == rules[j].kind == "fault" and rules[i].fix != rules[j].fix
        ]
        return [*singles, *pairs]

    def _log_prior(self) -> Array:
        weight = np.array([c.prior for c in self.knowledge.causes.values()], dtype=float)
        odds = np.clip(weight / max(weight.sum(), 1e-9) * EXPECTED_FAULTS, 1e-4, 0.5)
        log_prior = self.over_sets(np.log(odds / (1 - odds)))
        real = log_prior[: self.nothing]
        if len(real):
            total = np.logaddexp.reduce(real)
            log_prior[: self.nothing] = real - total + np.log(1 - OTHER - NOTHING)
        log_prior[self.nothing] = np.log(NOTHING)
        log_prior[self.other] = np.log(OTHER)
        return log_prior

    @cached_property
    def shows(self) -> Array:
        rules = self.knowledge.findings
        leak = np.array([rules[f].leak for f in self.findings])
        link = np.zeros((len(self.causes), len(self.findings)))
        for c, cause in enumerate(self.knowledge.causes.values()):
            for finding, likelihood in cause.shows.items():
                if finding in self.column:
                    link[c, self.column[finding]] = likelihood
        missing = self.members @ np.log1p(-link) + np.log1p(-leak)
        shows: Array = -np.expm1(missing)
        # Something unknown raises complaints like any fault, but static facts hardly more than
        # chance does.
        symptom = np.array([rules[f].kind == "symptom" for f in self.findings])
        shows[self.other] = np.where(symptom, np.maximum(leak, 0.25), np.minimum(3 * leak, 0.3))
        return shows

    def reported(
        self, finding: str, sensitivity: float, specificity: float, rows: Rows = slice(None)
    ) -> Array:
        """(sets,) probability that `finding` is reported as present, through its channel.

        Only of the sets in `rows`, where some are given.
        """
        there = self.shows[rows, self.column[finding]]
        said = there * sensitivity + (1 - there) * (1 - specificity)
        return np.clip(said, _LOW, _HIGH)

    def log_reported(
        self, finding: str, present: bool, sensitivity: float, specificity: float
    ) -> Array:
        """(sets,) log-probability that `finding` is reported as present or as absent; read-only.

        Kept: a case is weighed anew at every turn, and most of its findings are the old ones.
        """
        key = (finding, present, sensitivity, specificity)
        if key not in self._logs:
            if len(self._logs) >= KEPT:
                self._logs.clear()
            said = self.reported(finding, sensitivity, specificity)
            self._logs[key] = np.log(said) if present else np.log1p(-said)
            self._logs[key].flags.writeable = False
        return self._logs[key]
