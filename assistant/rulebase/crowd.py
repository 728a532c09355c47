"""Simulated users: what is wrong with each, what each brings, and what each would answer.

The world they live in is not the one the rules describe: every likelihood is moved, unlisted links
and second faults occur, people do not know or are mistaken. Each user is drawn from a generator of
its own, named by its cause, so that another rule changes few of the others.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.reasoning.evidence import CHANNELS, gate_holds
from assistant.reasoning.hypotheses import Array, Hypotheses
from knowledge.schema import CauseRule, FindingRule
from probes.finding import Source

Signs = NDArray[np.int8]

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
        _User(hypotheses, cause, np.random.default_rng(zlib.crc32(f"{cause} {k} {seed}".encode())))
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


class _User:
    def __init__(self, hypotheses: Hypotheses, cause: str, rng: np.random.Generator) -> None:
        self.hypotheses, self.cause, self.rng = hypotheses, cause, rng
        self.rules = hypotheses.knowledge
        self.findings = [self.rules.findings[f] for f in hypotheses.findings]
        self.proves = _proofs(hypotheses)
        self.causes = [self.rules.causes[cause], *self._second_fault()]
        self.truth = np.array([r in self.causes for r in self.rules.causes.values()])
        self.contexts = self._contexts()
        there = self.rng.random(len(self.findings)) < self._chance()
        self.told = self._paste(there)
        self.answers = self._answers(there)

    def _second_fault(self) -> list[CauseRule]:
        first = self.rules.causes[self.cause]
        others = [
            c
            for c in self.rules.causes.values()
            if c.kind == "fault" and c.fix != first.fix and first.kind == "fault"
        ]
        chance, pick = self.rng.random(2)
        if chance >= SECOND_FAULT or not others:
            return []
        ladder = np.cumsum([c.prior for c in others])
        return [others[int(np.searchsorted(ladder, pick * ladder[-1]))]]

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
            values[rule.id] = self._one_of(fitting or choices)
        return values

    def _one_of(self, values: Sequence[Any]) -> Any:
        return values[int(self.rng.random() * len(values))]

    def _chance(self) -> Array:
        """(findings,) how likely each is there, in a world that differs from the rules."""
        n = len(self.findings)
        leak = _moved(np.array([f.leak for f in self.findings]), self.rng.normal(size=n))
        absent = 1.0 - np.where(self.proves, np.minimum(leak, PROOF_ALONE), leak)
        for cause in self.causes:
            link = np.array([cause.shows.get(f.id, 0.0) for f in self.findings])
            unlisted = (link == 0.0) & ~self.proves & (self.rng.random(n) < UNLISTED)
            link = np.where(unlisted, 0.3, link)
            absent *= 1.0 - np.where(link > 0, _moved(link, self.rng.normal(size=n)), 0.0)
        chance: Array = 1.0 - absent
        return chance

    def _paste(self, there: NDArray[np.bool_]) -> dict[Source, Signs]:
        n = len(self.findings)
        told: dict[Source, Signs] = {way: np.zeros(n, np.int8) for way in PASTED}
        luck, slip, order = self.rng.random(n), self.rng.random(n), self.rng.permutation(n)
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
        n = len(self.findings)
        knows, slip = self.rng.random(n), self.rng.random(n)
        answers = [
            _reported(bool(there[i]), slip[i], "answer") if knows[i] < rule.know else 0
            for i, rule in enumerate(self.findings)
        ]
        return np.array(answers, np.int8)

    def shows_context(self, context: str) -> bool:
        way = next((w for w in PASTED if w in self.rules.findings[context].read), None)
        return way in ("log", "script") and bool(self.rng.random() < READABLE[way])

    def knows_context(self, context: str) -> bool:
        return bool(self.rng.random() < self.rules.findings[context].know)


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
