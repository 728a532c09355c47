"""Replays the labelled cases that stand beside each rule.

``python -m assistant.reasoning.cases [CAUSE ...]`` prints the ones that do not hold.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

from assistant.reasoning.belief import Belief, believe
from assistant.reasoning.hypotheses import Hypotheses
from knowledge.loader import Knowledge, load_knowledge
from knowledge.schema import CauseRule, FindingCase
from probes.finding import Finding, Source


@dataclass(frozen=True)
class Replay:
    """How one labelled case came out. ``held`` is False when the rule base broke its promise."""

    cause: str
    case: FindingCase
    held: bool
    rank: int
    probability: float
    leader: str


def findings_of(case: FindingCase, knowledge: Knowledge) -> list[Finding]:
    """The findings of a labelled case; ``true`` and ``false`` are seen and looked for in vain."""
    return [_finding(name, value, knowledge) for name, value in case.findings.items()]


def replay(cause: CauseRule, case: FindingCase, hypotheses: Hypotheses) -> Replay:
    """Reason over one case and compare with what it expects of its cause.

    first: leads, alone or with a cause of the same fix. top3: among the first three. absent: below
    one in five and not leading. healthy: leads, being a rule that nothing is wrong.
    """
    belief = believe(findings_of(case, hypotheses.knowledge), hypotheses)
    ranked = _by_fix(belief)
    rank = ranked.index(cause.fix) + 1
    probability = belief.probability[cause.id]
    if case.expect in ("first", "healthy"):
        held = rank == 1
    elif case.expect == "top3":
        held = rank <= 3
    else:
        held = probability < 0.2 and belief.ranked()[0] != cause.id
    return Replay(cause.id, case, held, rank, probability, belief.ranked()[0])


def replay_all(knowledge: Knowledge) -> list[Replay]:
    """Every labelled case of every rule."""
    hypotheses = Hypotheses(knowledge)
    return [
        replay(cause, case, hypotheses)
        for cause in knowledge.causes.values()
        for case in cause.cases
    ]


def _finding(name: str, value: Any, knowledge: Knowledge) -> Finding:
    rule = knowledge.findings.get(name)
    source: Source = "log"
    if rule is not None and rule.probe:
        source = "probe"
    elif rule is not None and rule.kind == "symptom":
        source = "words"
    if isinstance(value, bool) and not (rule is not None and rule.kind == "context"):
        return Finding(name, present=value, source=source)
    return Finding(name, value=value, source=source)


def _by_fix(belief: Belief) -> list[str]:
    order: list[str] = []
    for cause in belief.ranked():
        fix = belief.hypotheses.knowledge.causes[cause].fix
        if fix not in order:
            order.append(fix)
    return order


def main(names: list[str]) -> int:
    """Print the cases that do not hold; 0 when all do."""
    results = [r for r in replay_all(load_knowledge()) if not names or r.cause in names]
    broken = [r for r in results if not r.held]
    for r in broken:
        print(
            f"{r.cause}: {r.case.name!r} expected {r.case.expect}, found rank {r.rank} "
            f"({r.probability:.2f}); {r.leader} leads"
        )
    print(f"{len(results) - len(broken)} of {len(results)} labelled cases hold")
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
