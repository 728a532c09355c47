"""What to do next: the question or probe that tells most for its time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from assistant.reasoning.belief import Belief, normalise
from assistant.reasoning.evidence import CHANNELS, gate_holds
from assistant.reasoning.hypotheses import Array
from knowledge.schema import FindingRule

#: Seconds added to every step's cost: reading and deciding take time too, and without it the
#: cheapest step would always win.
OVERHEAD = 4.0
SECONDS_TO_ANSWER = 12.0
LEAST_BITS = 0.02


@dataclass(frozen=True)
class Step:
    """One thing to do: ask about finding `id`, or run probe `id`.

    ``bits`` is the expected information about which causes are at work; ``worth`` is bits times the
    chance of an answer per second.
    """

    kind: Literal["ask", "probe"]
    id: str
    bits: float
    seconds: float
    worth: float


def next_steps(belief: Belief, probes: Mapping[str, float], *, asking: bool = True) -> list[Step]:
    """The steps still open, best first.

    Args:
        belief: what is believed now.
        probes: the probes that can run here and have not, with their seconds.
        asking: False when nobody is there to answer.
    """
    live = _Live(belief)
    steps = [_probe_step(live, name, cost) for name, cost in probes.items()]
    if asking:
        rules = belief.hypotheses.knowledge.findings.values()
        steps += [_ask_step(live, rule) for rule in rules if _can_ask(belief, rule)]
    return sorted((s for s in steps if s.bits >= LEAST_BITS), key=lambda s: -s.worth)


class _Live:
    """The sets that still carry weight; the rest cannot change what is worth asking."""

    def __init__(self, belief: Belief) -> None:
        self.belief = belief
        posterior = belief.posterior
        rows = np.argsort(-posterior)[:400]
        self.rows = rows[posterior[rows] > 1e-6]
        self.members: Array = belief.hypotheses.members[self.rows]
        self.posterior: Array = posterior[self.rows] / posterior[self.rows].sum()

    def entropy(self) -> float:
        return _entropy_bits(self.posterior)

    def gain(self, finding: str, source: Literal["answer", "probe"]) -> float:
        """Expected bits from learning whether `finding` is there."""
        hypotheses = self.belief.hypotheses
        if finding not in hypotheses.column:
            return 0.0
        said = hypotheses.reported(finding, *CHANNELS[source], rows=self.rows)
        total = float(self.posterior @ said)
        return _binary_bits(total) - float(self.posterior @ _binary_bits_array(said))


def _can_ask(belief: Belief, rule: FindingRule) -> bool:
    evidence = belief.evidence
    known = rule.id in evidence.reports or rule.id in evidence.context
    return bool(rule.ask) and not known and rule.id not in evidence.asked


def _ask_step(live: _Live, rule: FindingRule) -> Step:
    bits = _context_gain(live, rule) if rule.kind == "context" else live.gain(rule.id, "answer")
    seconds = SECONDS_TO_ANSWER if rule.seconds is None else rule.seconds
    return Step("ask", rule.id, bits, seconds, bits * rule.know / (seconds + OVERHEAD))


def _probe_step(live: _Live, probe: str, seconds: float) -> Step:
    knowledge = live.belief.hypotheses.knowledge
    known = live.belief.evidence.reports
    yields = [f.id for f in knowledge.findings.values() if f.probe == probe]
    open_gain = sum(
        live.gain(f, "probe") for f in yields if f not in known or known[f].source != "probe"
    )
    # Findings of one probe share much of their message; together they cannot tell more than all.
    bits = min(open_gain, live.entropy())
    return Step("probe", probe, bits, seconds, bits / (seconds + OVERHEAD))


def _context_gain(live: _Live, rule: FindingRule) -> float:
    """Expected bits from learning a context: what its gates would rule out, each answer alike."""
    answers = [choice.value for choice in rule.choices]
    if not answers:
        return 0.0
    now, after = live.entropy(), 0.0
    members = live.members
    for answer in answers:
        context = {rule.id: answer}
        factors = np.zeros(members.shape[1])
        for i, cause in enumerate(live.belief.hypotheses.knowledge.causes.values()):
            if any(gate_holds(g, dict(context)) is False for g in cause.needs):
                factors[i] = np.log(0.02)
        after += _entropy_bits(normalise(np.log(live.posterior) + members @ factors))
    return max(0.0, now - after / len(answers))


def _entropy_bits(p: Array) -> float:
    p = p[p > 0]
    return float(-(p * np.log2(p)).sum())


def _binary_bits(p: float) -> float:
    return float(_binary_bits_array(np.array([p]))[0])


def _binary_bits_array(p: Array) -> Array:
    p = np.clip(p, 1e-12, 1 - 1e-12)
    bits: Array = -(p * np.log2(p) + (1 - p) * np.log2(1 - p))
    return bits
