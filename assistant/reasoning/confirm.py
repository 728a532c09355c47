"""When a cause is proved and no longer only likely."""

from __future__ import annotations

from assistant.reasoning.evidence import Evidence, gate_holds
from knowledge.loader import Knowledge


def confirmed_causes(evidence: Evidence, knowledge: Knowledge) -> frozenset[str]:
    """Causes whose trial helped, or for which a whole set of ``confirmed_by`` was read by machine.

    What a person says confirms nothing, and neither does a finding while a gate of the cause is
    known to fail.
    """
    return frozenset(
        name
        for name, cause in knowledge.causes.items()
        if name in evidence.helped
        or (
            any(all(evidence.has(f) for f in group) for group in cause.confirmed_by)
            and all(gate_holds(gate, evidence.context) is not False for gate in cause.needs)
        )
    )
