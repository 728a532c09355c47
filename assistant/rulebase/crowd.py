"""Simulated users: what is wrong with each, what each brings, and what each would answer.

The world they live in is not the one the rules describe: every likelihood is moved, unlisted links
and second faults occur, people do not know or are mistaken. Each draw is named by the user's cause
and by the finding it is for, so that another cause or finding leaves the others as they were.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.reasoning.evidence import CHANNELS, gate_holds
from assistant.reasoning.hypotheses import Array, Hypotheses
from knowledge.schema import CauseRule, FindingRule
from probes.finding import Source

Signs = NDArray[np.int8]
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)

#: The ways of a paste, the most reliable first; a finding is read the first way that it has.
PASTED: tuple[Source, ...] = ("log", "script", "words")
#: Judgement, after the simulation in which the engine was chosen: likelihoods are off by this many
#: logits, so many links are missing from the rules, so many cases have a second fault.
NOISE, UNLISTED, SECOND_FAULT = 0.7, 0.03, 0.25
#: Judgement: chance that a finding can be read when log and script are there. Labels are seldom
#: visible in a script; people name two of the complaints they have.
READABLE = {"log": 0.9, "script": 0.85}
READABLE_LABELS = 0.4
COMPLAINTS = 2
#: Machines misread less than the belief allows them to: no false proof in some 60 healthy logs,
#: scripts and models of the tests, so about one case in 60 with some 90 findings read in each.
FALSE_READING, PROOF_ALONE = 0.0002, 0.0001


@dataclass(frozen=True)
class Crowd:
    """Users by row.

    Attributes:
        truth: (users, causes) True where the cause is at work.
        weight: (users,) how often such a user comes; sums to 1.
        told: way to (users, findings) 1 read as there, -1 read as not there, 0 not read.
        answers: (users, findings) what they answer when asked: 1 yes, -1 no, 0 don't know.
        contexts: per user, context id to its true value.
        known: (users, contexts) True where log and script show it; ``knows``: can be answered.
    """

    truth: NDArray[np.bool_]
    weight: Array
    told: dict[Source, Signs]
    answers: Signs
    contexts: tuple[dict[str, Any], ...]
    known: NDArray[np.bool_]
    knows: NDArray[np.bool_]
    context_ids: tuple[str, ...]


def gather(hypotheses: Hypotheses, per_cause: int = 3, seed: int = 0) -> Crowd:
    """`per_cause` users for each cause, weighted by the cause's prior."""
    rules = hypotheses.knowledge
    asked = tuple(f.id for f in rules.findings.values() if f.kind == "context" and f.choices)
    users = [
        _User(hypotheses, cause, Draws(f"{cause} {k} {seed}"))
        for cause in hypotheses.causes
        for k in range(per_cause)
    ]
    weight = np.array([rules.causes[u.cause].prior for u in users], dtype=float)
    return Crowd(
        truth=np.stack([u.truth for u in users]),
        weight=weight / weight.sum(),
        told={way: np.stack([u.told[way] for u in users]) for way in PASTED},
        answers=np.stack([u.answers for u in users]),
        contexts=tuple(u.contexts for u in users),
        known=np.array([[u.shows_context(c) for c in asked] for u in users]),
        knows=np.array([[u.knows_context(c) for c in asked] for u in users]),
        context_ids=asked,
    )


class Draws:
    """Random numbers by name: the same name gives the same number, whatever else is drawn.

    SplitMix64 (Steele, Lea and Flood, 2014) over the checksums of the names.
    """

    def __init__(self, owner: str) -> None:
        self.owner = owner

    def uniform(self, what: str, names: Sequence[str]) -> Array:
        """(names,) numbers in 0..1."""
        start = np.uint64(zlib.crc32(f"{self.owner} {what}".encode())) << np.uint64(32)
        z = start + np.array([_checksum(name) for name in names], np.uint64)
        z = z * _GOLDEN + _GOLDEN
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return ((z ^ (z >> np.uint64(31))) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def one(self, what: str) -> float:
        """A number in 0..1."""
        return float(self.uniform(what, ("",))[0])

    def normal(self, what: str, names: Sequence[str]) -> Array:
        """(names,) normal numbers, mean 0 and deviation 1 (Box and Muller)."""
        radius = np.sqrt(-2 * np.log1p(-self.uniform(f"{what} radius", names)))
        spread: Array = radius * np.cos(2 * np.pi * self.uniform(f"{what} angle", names))
        return spread


@cache
def _checksum(name: str) -> int:
    return zlib.crc32(name.encode())


class _User:
    def __init__(self, hypotheses: Hypotheses, cause: str, draws: Draws) -> None:
        self.hypotheses, self.cause, self.draws = hypotheses, cause, draws
        self.rules = hypotheses.knowledge
        self.findings = [self.rules.findings[f] for f in hypotheses.findings]
        self.proves = _proofs(hypotheses)
        self.causes = [self.rules.causes[cause], *self._second_fault()]
        self.truth = np.array([r in self.causes for r in self.rules.causes.values()])
        self.contexts = self._contexts()
        there = draws.uniform("there", hypotheses.findings) < self._chance()
        self.told = self._paste(there)
        self.answers = self._answers(there)

    def _second_fault(self) -> list[CauseRule]:
        first = self.rules.causes[self.cause]
        others = [
            c
            for c in self.rules.causes.values()
            if c.kind == "fault" and c.fix != first.fix and first.kind == "fault"
        ]
        if self.draws.one("second") >= SECOND_FAULT or not others:
            return []
        # The one whose exponential wait is shortest (Gumbel's trick): each comes by its prior.
        luck = -np.log1p(-self.draws.uniform("which", [c.id for c in others]))
        return [others[int(np.argmin(luck / np.array([c.prior for c in others])))]]

    def _contexts(self) -> dict[str, Any]:
        """A value for each context: one that the gates of the causes allow, where there is one."""
        values: dict[str, Any] = {}
        gates = [gate for cause in self.causes for gate in cause.needs]
        for rule in self.rules.findings.values():
            choices = [choice.value for choice in rule.choices]
            if rule.kind != "context" or not choices:
                continue
            fitting = [
                v for v in choices if all(gate_holds(g, {rule.id: v}) is not False for g in gates)
            ]
            values[rule.id] = self._one_of(fitting or choices, rule.id)
        return values

    def _one_of(self, values: Sequence[Any], what: str) -> Any:
        return values[int(self.draws.one(f"value of {what}") * len(values))]

    def _chance(self) -> Array:
        """(findings,) how likely each is there, in a world that differs from the rules."""
        ids = self.hypotheses.findings
        leak = np.array([f.leak for f in self.findings])
        leak = _moved(leak, self.draws.normal("leak", ids))
        absent = 1.0 - np.where(self.proves, np.minimum(leak, PROOF_ALONE), leak)
        for cause in self.causes:
            link = np.array([cause.shows.get(f.id, 0.0) for f in self.findings])
            unlisted = (link == 0.0) & ~self.proves
            unlisted &= self.draws.uniform(f"unlisted {cause.id}", ids) < UNLISTED
            link = np.where(unlisted, 0.3, link)
            noise = self.draws.normal(f"link {cause.id}", ids)
            absent *= 1.0 - np.where(link > 0, _moved(link, noise), 0.0)
        chance: Array = 1.0 - absent
        return chance

    def _paste(self, there: NDArray[np.bool_]) -> dict[Source, Signs]:
        n = len(self.findings)
        told: dict[Source, Signs] = {way: np.zeros(n, np.int8) for way in PASTED}
        ids = self.hypotheses.findings
        luck, slip = self.draws.uniform("luck", ids), self.draws.uniform("slip", ids)
        order = np.argsort(self.draws.uniform("order", ids))
        complaints = 0
        for i in order:
            rule = self.findings[i]
            way = next((w for w in PASTED if w in rule.read), None)
            if way is None:
                continue
            if way == "words":
                if not there[i] or complaints >= COMPLAINTS:
                    continue
                complaints += 1
            elif luck[i] >= _readable(rule, way):
                continue
            told[way][i] = _reported(bool(there[i]), slip[i], way)
        return told

    def _answers(self, there: NDArray[np.bool_]) -> Signs:
        ids = self.hypotheses.findings
        knows = self.draws.uniform("knows", ids)
        slip = self.draws.uniform("answers wrongly", ids)
        answers = [
            _reported(bool(there[i]), slip[i], "answer") if knows[i] < rule.know else 0
            for i, rule in enumerate(self.findings)
        ]
        return np.array(answers, np.int8)

    def shows_context(self, context: str) -> bool:
        way = next((w for w in PASTED if w in self.rules.findings[context].read), None)
        return way in ("log", "script") and self.draws.one(f"shows {context}") < READABLE[way]

    def knows_context(self, context: str) -> bool:
        return self.draws.one(f"knows {context}") < self.rules.findings[context].know


def _proofs(hypotheses: Hypotheses) -> NDArray[np.bool_]:
    """(findings,) it proves some cause by itself."""
    causes = hypotheses.knowledge.causes.values()
    alone = {g[0] for c in causes for g in c.confirmed_by if len(g) == 1}
    return np.array([f in alone for f in hypotheses.findings])


def _readable(rule: FindingRule, way: Source) -> float:
    return READABLE_LABELS if rule.probe == "label-shape" else READABLE[way]


def _reported(there: bool, slip: float, way: Source) -> int:
    sensitivity, specificity = CHANNELS[way]
    false = FALSE_READING if way in ("log", "script") else 1 - specificity
    return 1 if slip < (sensitivity if there else false) else -1


def _moved(p: Array, by: Array) -> Array:
    """Probabilities moved by `by` times the noise, on the logit scale."""
    p = np.clip(p, 1e-4, 1 - 1e-4)
    moved: Array = 1 / (1 + np.exp(-(np.log(p / (1 - p)) + NOISE * by)))
    return moved
