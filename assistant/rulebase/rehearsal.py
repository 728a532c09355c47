"""Lets a crowd of simulated users be asked, all at once, and keeps who was understood when.

The same mathematics as `assistant.reasoning.belief` and `steps`, with one row for each user; a test
holds the two together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.reasoning.belief import CONFIRMED, FLOOR_WHEN_CONFIRMED, GATE
from assistant.reasoning.evidence import channel, gate_holds
from assistant.reasoning.hypotheses import Hypotheses
from assistant.reasoning.steps import LEAST_BITS, OVERHEAD, SECONDS_TO_ANSWER
from assistant.rulebase.crowd import Crowd
from probes.finding import Source

Matrix = NDArray[np.float32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Course:
    """What happened, by question and user.

    Attributes:
        right: (questions + 1, users) the leading cause, or one with its cure, is at work.
        among: the same for the first three cures.
        stated: the probability stated for the leading cause; ``true`` whether it is at work.
        asked: (questions, users) column of the question, -1 for none.
    """

    right: Flags
    among: Flags
    stated: NDArray[np.float64]
    true: Flags
    asked: NDArray[np.int64]

    def settled(self) -> NDArray[np.int64]:
        """(users,) questions after which the leader was right and stayed so; all + 1 for never."""
        wrong = ~self.right
        last_wrong = len(wrong) - 1 - np.argmax(wrong[::-1], axis=0)
        settled: NDArray[np.int64] = np.where(wrong.any(axis=0), last_wrong + 1, 0)
        return settled


class Rehearsal:
    """The rules as matrices, ready for any crowd.

    Questions are numbered: first the findings that can be asked about, then the contexts.
    """

    def __init__(self, hypotheses: Hypotheses) -> None:
        self.hypotheses = hypotheses
        self.members = hypotheses.members.astype(np.float32)
        rules = hypotheses.knowledge.findings
        self.facts = [f for f in hypotheses.findings if rules[f].ask]
        self.contexts = [f.id for f in rules.values() if f.kind == "context" and f.choices]
        self.questions = [*self.facts, *self.contexts]
        self.columns = [hypotheses.column[f] for f in self.facts]
        self.said = self._reported("answer")[:, self.columns]
        self.said_entropy = _bits(self.said)
        self.none = np.zeros(len(self.members), np.float32)
        self.yes, self.no = np.log(self.said), np.log1p(-self.said)
        self.failing = [self._failing(c) for c in self.contexts]
        self.gates = [np.float32(np.log(GATE)) * f @ self.members.T for f in self.failing]
        every = np.exp(np.vstack(self.gates)).T if self.gates else np.ones((len(self.members), 0))
        self.gating = np.ascontiguousarray(every, np.float32)  # (sets, answers of all contexts)
        self.gating_bits = self.gating * np.log2(self.gating)
        self.ends = np.cumsum([len(gate) for gate in self.gates])
        seconds = [rules[q].seconds for q in self.questions]
        spent = [SECONDS_TO_ANSWER if s is None else s for s in seconds]
        know = np.array([rules[q].know for q in self.questions])
        self.per_bit = know / (np.array(spent) + OVERHEAD)
        fixes = [c.fix for c in hypotheses.knowledge.causes.values()]
        self.fix = np.array([sorted(set(fixes)).index(f) for f in fixes])

    def start(self, crowd: Crowd) -> Matrix:
        """(users, sets) log-posterior after what the users brought."""
        score = np.tile(self.hypotheses.log_prior.astype(np.float32), (len(crowd.weight), 1))
        for way, told in crowd.told.items():
            said = self._reported(way)
            score += (told > 0).astype(np.float32) @ np.log(said).T
            score += (told < 0).astype(np.float32) @ np.log1p(-said).T
        factors = self.confirmed(crowd) * np.float32(np.log(CONFIRMED))
        score += factors @ self.members.T
        failed = np.zeros((len(score), len(self.hypotheses.causes)), np.float32)
        for place in range(len(self.contexts)):
            users = np.flatnonzero(crowd.known[:, place])
            failed[users] += self.failing[place][self._values(crowd, place, users)]
        # However many gates of a cause fail, it is put aside once.
        score += np.minimum(failed, 1) * np.float32(np.log(GATE)) @ self.members.T
        return score

    def run(self, crowd: Crowd, questions: int, order: Sequence[int] | None = None) -> Course:
        """Ask each user so many questions: what tells most for its time, or in a fixed `order`."""
        score, proved = self.start(crowd), self.confirmed(crowd)
        open_ = self.open(crowd)
        seen = [self._judge(crowd, softmax(score), proved)]
        asked = []
        for _ in range(questions):
            posterior = softmax(score)
            worth = self._worth(posterior) if order is None else self._listed(order)
            choice = np.where(open_, worth, 0.0).argmax(axis=1)
            choice = np.where((open_ & (worth > 0)).any(axis=1), choice, -1)
            for question in np.unique(choice[choice >= 0]):
                users = np.flatnonzero(choice == question)
                score[users] += self.answered(crowd, int(question), users)
            open_[np.arange(len(choice)), choice] &= choice < 0
            asked.append(choice)
            seen.append(self._judge(crowd, softmax(score), proved))
        right, among, stated, true = (np.stack(part) for part in zip(*seen, strict=True))
        return Course(right, among, stated, true, np.stack(asked))

    def confirmed(self, crowd: Crowd) -> Matrix:
        """(users, causes) 1 where log or script prove the cause and no known context denies it."""
        there = (crowd.told["log"] > 0) | (crowd.told["script"] > 0)
        proved = np.zeros((len(there), len(self.hypotheses.causes)), np.float32)
        column = self.hypotheses.column
        for i, cause in enumerate(self.hypotheses.knowledge.causes.values()):
            for group in cause.confirmed_by:
                if all(f in column for f in group):
                    whole = there[:, [column[f] for f in group]].all(axis=1)
                    proved[:, i] = np.maximum(proved[:, i], whole)
            for place, context in enumerate(crowd.context_ids):
                gates = [g for g in cause.needs if g.context == context]
                for user in np.flatnonzero(crowd.known[:, place] & (proved[:, i] > 0)):
                    value = {context: crowd.contexts[user][context]}
                    if any(gate_holds(gate, value) is False for gate in gates):
                        proved[user, i] = 0.0
        return proved

    def _reported(self, way: Source) -> Matrix:
        rules = self.hypotheses.knowledge.findings
        parts = [
            self.hypotheses.reported(f, *channel(way, rules[f].leak))
            for f in self.hypotheses.findings
        ]
        return np.stack(parts, axis=1).astype(np.float32)

    def _failing(self, context: str) -> Matrix:
        """(answers, causes) 1 where an answer fails a gate of the cause."""
        causes = self.hypotheses.knowledge.causes.values()
        rows = [
            [
                any(gate_holds(g, {context: choice.value}) is False for g in cause.needs)
                for cause in causes
            ]
            for choice in self.hypotheses.knowledge.findings[context].choices
        ]
        return np.array(rows, np.float32)

    def _values(self, crowd: Crowd, place: int, users: NDArray[np.intp]) -> list[int]:
        """Which of the choices of a context holds for each of these users."""
        context = self.contexts[place]
        values = [c.value for c in self.hypotheses.knowledge.findings[context].choices]
        return [values.index(crowd.contexts[u][context]) for u in users]

    def open(self, crowd: Crowd) -> Flags:
        """(users, questions) True where what the user brought has not answered it."""
        untold = np.all([told == 0 for told in crowd.told.values()], axis=0)
        return np.hstack([untold[:, self.columns], ~crowd.known])

    def _worth(self, posterior: Matrix) -> NDArray[np.float64]:
        """(users, questions) expected bits, by chance of an answer and seconds."""
        bits = _bits(posterior @ self.said) - posterior @ self.said_entropy
        surprise = posterior * np.log2(np.maximum(posterior, 1e-30))
        every = np.hstack([bits, self._context_bits(posterior, surprise)]).astype(float)
        worth: NDArray[np.float64] = np.where(every >= LEAST_BITS, every * self.per_bit, 0.0)
        return worth

    def _context_bits(self, posterior: Matrix, surprise: Matrix) -> Matrix:
        """(users, contexts) expected bits, each answer alike.

        With p f / Z for the sets after an answer, its entropy is log Z - (sum p f log p f) / Z.
        """
        total = posterior @ self.gating
        inner = surprise @ self.gating + posterior @ self.gating_bits
        after = np.log2(total) - inner / total
        now = -surprise.sum(axis=1)
        parts = np.split(after, self.ends[:-1], axis=1) if len(self.ends) else []
        gains = [np.maximum(now - part.mean(axis=1), 0.0) for part in parts]
        return np.stack(gains, axis=1) if gains else np.zeros((len(now), 0), np.float32)

    def _listed(self, order: Sequence[int]) -> NDArray[np.float64]:
        worth = np.zeros((1, len(self.questions)))
        worth[0, list(order)] = np.arange(len(order), 0, -1)
        return worth

    def answered(self, crowd: Crowd, question: int, users: NDArray[np.intp]) -> Matrix:
        """(users, sets) what the answers of these users add to their log-posterior."""
        if question < len(self.facts):
            answer = crowd.answers[users, self.columns[question]]
            effect = np.stack([self.no[:, question], self.none, self.yes[:, question]])
            return np.asarray(effect[answer + 1])
        place = question - len(self.facts)
        gated = self.gates[place][self._values(crowd, place, users)]
        return np.asarray(crowd.knows[users, place, None] * gated)

    def _judge(
        self, crowd: Crowd, posterior: Matrix, proved: Matrix
    ) -> tuple[Flags, Flags, NDArray[np.float64], Flags]:
        marginal = (posterior @ self.members).astype(float)
        squeezed = FLOOR_WHEN_CONFIRMED + (1 - FLOOR_WHEN_CONFIRMED) * marginal
        marginal = np.where(proved > 0, squeezed, marginal)
        order = np.argsort(-(marginal + 2.0 * proved), axis=1)[:, :8]
        users = np.arange(len(order))
        true_fix = crowd.truth @ (self.fix[:, None] == np.arange(self.fix.max() + 1)[None])
        fits = true_fix[users[:, None], self.fix[order]]
        place = np.cumsum([self._new_fix(order, j) for j in range(order.shape[1])], axis=0).T
        leader = order[:, 0]
        among = (fits & (place <= 3)).any(axis=1)
        return fits[:, 0], among, marginal[users, leader], crowd.truth[users, leader]

    def _new_fix(self, order: NDArray[np.int64], place: int) -> Flags:
        """(users,) the cause at `place` has a cure that none before it has."""
        fixes = self.fix[order]
        new: Flags = ~(fixes[:, :place] == fixes[:, [place]]).any(axis=1)
        return new


def softmax(score: Matrix) -> Matrix:
    weight = np.exp(score - score.max(axis=1, keepdims=True))
    total: Matrix = weight / weight.sum(axis=1, keepdims=True)
    return total


def _bits(p: Matrix) -> Matrix:
    """Entropy of yes and no, in bits."""
    p = np.clip(p, 1e-7, 1 - 1e-7)
    bits: Matrix = -(p * np.log2(p) + (1 - p) * np.log2(1 - p))
    return bits
