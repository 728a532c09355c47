"""From findings to how likely each cause is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from assistant.reasoning.confirm import contradicted_causes
from assistant.reasoning.evidence import Evidence, channel, gate_holds, weigh
from assistant.reasoning.hypotheses import Array, Hypotheses
from probes.finding import Finding

#: A gate that is known to fail: not zero, since the context itself may be misread.
GATE = 0.02
#: A remedy that was tried in vain speaks against its cause, but people apply remedies wrongly or
#: with a second fault in the way, so it is no proof.
TRIED = 0.2
CONFIRMED = 500.0
#: An error message has a usual cause; it counts like a finding that shows with that cause and with
#: one in sixty others, so that what the numbers prove still goes before it.
NAMED = 60.0
FLOOR_WHEN_CONFIRMED = 0.97


@dataclass(frozen=True)
class Belief:
    """How likely each cause is, given the findings.

    Attributes:
        probability: cause id to the probability that it is among the causes at work.
        confirmed: causes proved by contradiction, by arithmetic or by a trial.
        nothing, other: probability that nothing is wrong, or something this rule base lacks.
        log_posterior: (sets,) not normalised; columns: per finding id its (sets,) log-likelihood.
    """

    probability: dict[str, float]
    confirmed: frozenset[str]
    contradicted: frozenset[str]  # the confirmed ones that need no trial
    nothing: float
    other: float
    evidence: Evidence
    hypotheses: Hypotheses
    log_posterior: Array
    columns: dict[str, Array]

    def ranked(self, least: float = 0.0) -> list[str]:
        """Cause ids with at least `least`: what is confirmed in the order to apply, then the rest.

        A contradiction goes before what only a trial showed: the trial stands on its cure.
        """
        found = {cause: place for place, cause in enumerate(self.evidence.helped, 1)}

        def place(cause: str) -> tuple[bool, bool, int, float]:
            by_trial = cause in found and cause not in self.contradicted
            order = found[cause] if by_trial else 0
            return (cause not in self.confirmed, by_trial, order, -self.probability[cause])

        return [c for c in sorted(self.probability, key=place) if self.probability[c] >= least]

    def of_fix(self, fix: str) -> float:
        """Probability that a cause with this cure is at work; its causes need no telling apart."""
        rules = self.hypotheses.knowledge.causes
        columns = [self.hypotheses.index[c] for c in rules if rules[c].fix == fix]
        some = self.hypotheses.members[:, columns].any(axis=1)
        return float(self.posterior[some].sum())

    def joint(self, one: str, other: str) -> float:
        """Probability that both causes are at work."""
        columns = [self.hypotheses.index[c] for c in (one, other)]
        both = self.hypotheses.members[:, columns].all(axis=1)
        return float(self.posterior[both].sum())

    @property
    def posterior(self) -> Array:
        """(sets,) summing to 1."""
        return normalise(self.log_posterior)


def believe(findings: Iterable[Finding], hypotheses: Hypotheses) -> Belief:
    """The belief after `findings`, whose order does not matter among equally reliable sources."""
    evidence = weigh(findings, hypotheses.knowledge)
    contradicted = contradicted_causes(evidence, hypotheses.knowledge)
    confirmed = contradicted | {c for c in evidence.helped if c in hypotheses.index}
    columns = {
        name: log_likelihood(report, hypotheses)
        for name, report in evidence.reports.items()
        if name in hypotheses.column
    }
    factors = _factors(evidence, confirmed, hypotheses)
    score = hypotheses.log_prior + hypotheses.over_sets(factors)
    for column in columns.values():
        score = score + column
    posterior = normalise(score)
    marginal = hypotheses.over_causes(posterior)
    probability = dict(zip(hypotheses.causes, marginal.tolist(), strict=True))
    for cause in confirmed:
        # Squeezed above the floor, so that the order among the confirmed stays.
        probability[cause] = FLOOR_WHEN_CONFIRMED + (1 - FLOOR_WHEN_CONFIRMED) * probability[cause]
    return Belief(
        probability=probability,
        confirmed=confirmed,
        contradicted=contradicted,
        nothing=float(posterior[hypotheses.nothing]),
        other=float(posterior[hypotheses.other]),
        evidence=evidence,
        hypotheses=hypotheses,
        log_posterior=score,
        columns=columns,
    )


def log_likelihood(report: Finding, hypotheses: Hypotheses) -> Array:
    """(sets,) log-probability of one report."""
    leak = hypotheses.knowledge.findings[report.id].leak
    return hypotheses.log_reported(report.id, bool(report.present), *channel(report.source, leak))


def normalise(score: Array) -> Array:
    """(sets,) probabilities from unnormalised logarithms."""
    weight = np.exp(score - score.max())
    total: Array = weight / weight.sum()
    return total


def _factors(evidence: Evidence, confirmed: frozenset[str], hypotheses: Hypotheses) -> Array:
    """(causes,) logarithm of what gates, remedies tried and trials do to a cause's odds."""
    factors = np.zeros(len(hypotheses.causes))
    for name, cause in hypotheses.knowledge.causes.items():
        i = hypotheses.index[name]
        if any(gate_holds(gate, evidence.context) is False for gate in cause.needs):
            factors[i] += np.log(GATE)
        if name in confirmed:
            factors[i] += np.log(CONFIRMED)
            continue
        if name in evidence.named:
            factors[i] += np.log(NAMED)
        if {name, cause.fix} & evidence.tried:
            factors[i] += np.log(TRIED)
        if name in evidence.did_not_help:
            factors[i] += np.log(TRIED)
    return factors
