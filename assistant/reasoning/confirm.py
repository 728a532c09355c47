"""When a cause is proved by what was read, without any experiment."""

from __future__ import annotations

from assistant.reasoning.evidence import Evidence, gate_holds
from knowledge.loader import Knowledge


def contradicted_causes(evidence: Evidence, knowledge: Knowledge) -> frozenset[str]:
    """Causes for which a whole set of ``confirmed_by`` was read by machine.

    What a person says confirms nothing, and neither does a finding while a gate of the cause is
    known to fail.
    """
    return frozenset(
        name
        for name, cause in knowledge.causes.items()
        if any(all(evidence.has(f) for f in group) for group in cause.confirmed_by)
        and all(gate_holds(gate, evidence.context) is not False for gate in cause.needs)
    )
