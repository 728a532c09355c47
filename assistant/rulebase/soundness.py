"""What is wrong in the rules without any reasoning, and what weakens them without being wrong."""

from __future__ import annotations

from itertools import combinations

from assistant.explain import telling
from assistant.reading.tracebacks.rules import BadRule, faults, known_rules
from knowledge.files import UnreadableFile
from knowledge.loader import Knowledge, load_messages
from knowledge.schema import CauseRule

#: Two likelihoods this far apart tell two causes apart: from "often" to "rarely" or to nothing.
APART = 0.5


def dangling(knowledge: Knowledge) -> list[str]:
    """References to findings and causes that do not exist, and codes used twice."""
    faults = []
    codes: dict[str, str] = {}
    for cause in knowledge.causes.values():
        where = f"causes/{cause.id}.yaml"
        named = {*cause.shows, *(f for group in cause.confirmed_by for f in group)}
        named |= {f for case in cause.cases for f in case.findings}
        named |= {gate.context for gate in cause.needs}
        named |= {fix.question for fix in cause.change if fix.question}
        faults += [
            f"{where}: unknown finding {f!r}" for f in sorted(named - set(knowledge.findings))
        ]
        unknown = [c for c in cause.look_alikes if c not in knowledge.causes]
        faults += [f"{where}: look_alikes: unknown cause {c!r}" for c in unknown]
        if cause.code in codes:
            faults.append(f"{where}: code {cause.code} is that of {codes[cause.code]}")
        codes[cause.code] = cause.id
    return faults


def texts_and_errors(knowledge: Knowledge) -> list[str]:
    """Faults of the message catalogue and of the rules that read error messages."""
    found = []
    try:
        load_messages()
    except UnreadableFile as error:
        found.append(f"messages/{error}")
    try:
        rules = known_rules()
    except (BadRule, UnreadableFile) as error:
        return [*found, f"errors.yaml: {error}"]
    for rule in rules:
        told = faults(rule)
        named = [c.cause for c in rule.cases if c.cause and c.cause not in knowledge.causes]
        told += [f"unknown cause {cause!r}" for cause in named]
        yields = (*rule.always, *(y for case in rule.cases for y in case.findings))
        told += [f"unknown finding {y.id!r}" for y in yields if y.id not in knowledge.findings]
        found += [f"errors.yaml: {rule.id}: {fault}" for fault in dict.fromkeys(told)]
    return found


def advice(knowledge: Knowledge) -> list[str]:
    """What weakens the rule base without being wrong: twins, unused findings, untested causes."""
    lines = []
    used = {f for c in knowledge.causes.values() for f in c.shows}
    idle = [
        f.id
        for f in knowledge.findings.values()
        if f.kind in ("symptom", "evidence") and f.id not in used
    ]
    if idle:
        lines.append(f"findings no cause uses ({len(idle)}): {', '.join(idle)}")
    if untested := [c.id for c in knowledge.causes.values() if not c.cases]:
        lines.append(f"causes no case tests ({len(untested)}): {', '.join(untested)}")
    twins = [
        f"{a.id} / {b.id}"
        for a, b in combinations(knowledge.causes.values(), 2)
        if a.fix != b.fix and not told_apart(a, b)
    ]
    if twins:
        lines.append(f"twins no finding tells apart ({len(twins)}): {', '.join(twins)}")
    alike = [
        f"{a.id} / {b}"
        for a in knowledge.causes.values()
        for b in a.look_alikes
        if b in knowledge.causes and a.fix != knowledge.causes[b].fix
        if not telling(a, knowledge.causes[b]) and not telling(knowledge.causes[b], a)
    ]
    if alike:
        lines.append(f"look-alikes no finding tells apart ({len(alike)}): {', '.join(alike)}")
    return lines


def told_apart(a: CauseRule, b: CauseRule) -> bool:
    """One finding whose likelihood differs by half, or gates that exclude each other."""
    names = {*a.shows, *b.shows}
    if any(abs(a.shows.get(f, 0.0) - b.shows.get(f, 0.0)) >= APART for f in names):
        return True
    gates = {g.context: g for g in a.needs}
    return any(g.context in gates and gates[g.context] != g for g in b.needs)
