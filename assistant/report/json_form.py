"""A case as one JSON object, ``schema: 1``. What it holds is an interface: add, never rename."""

from __future__ import annotations

import platform
from typing import Any

from assistant import __version__
from assistant.case import SCHEMA
from assistant.dialogue.advising import advice, verdict
from assistant.dialogue.experiments import runnable
from assistant.dialogue.naming import LEAST
from assistant.dialogue.outputs import Judged, judged
from assistant.dialogue.questions import fact_question
from assistant.dialogue.situation import Situation
from assistant.dialogue.trials import Search
from assistant.events import Advice, Offer, TrialResult
from assistant.reasoning.belief import Belief
from assistant.reasoning.reasons import weights
from assistant.reasoning.steps import Step, next_steps
from knowledge.texts import pick
from probes.finding import json_safe

NEXT = 5
#: A cause listed without being named shows its edits too, up to this many causes: each costs a
#: splice of the script.
WITH_EDITS = 6


def as_json(situation: Situation, search: Search | None) -> dict[str, Any]:
    """The case as plain data: verdict, causes, findings, next steps, probes, versions."""
    belief = situation.belief()
    result = {
        "schema": SCHEMA,
        "verdict": verdict(situation, belief).kind,
        "causes": [_cause(one, c, search, i) for i, (one, c) in enumerate(_ranked(situation))],
        "findings": _findings(situation),
        "next": _next(situation, belief),
        "probes": _probes(situation),
        "versions": _versions(situation),
    }
    safe: dict[str, Any] = json_safe(result)
    return safe


def _findings(situation: Situation) -> list[dict[str, Any]]:
    """Every finding once: two readers that say the same are one fact with its latest source."""
    rows = {}
    for finding in situation.findings():
        row = finding.to_dict()
        shown = {k: row[k] for k in ("id", "present", "value", "source", "quote", "line")}
        rows[finding.id, finding.present, str(finding.value)] = shown
    return list(rows.values())


def _ranked(situation: Situation) -> list[tuple[Judged, str]]:
    """Every cause that is shown, best first; of several outputs what is named of each comes first,
    and what is only suspected is that of the first."""
    found = judged(situation)
    if len(found) == 1:
        return [(found[0], name) for name in found[0].belief.ranked(LEAST)]
    named = [(one, name) for one in found for name in one.named]
    others = [(found[0], name) for name in found[0].belief.ranked(LEAST)]
    return [*named, *(pair for pair in others if pair[1] not in found[0].named)]


def _cause(one: Judged, name: str, search: Search | None, rank: int) -> dict[str, Any]:
    situation, belief = one.situation, one.belief
    rule = situation.knowledge.causes[name]
    explained: Advice | None = None
    if rank < WITH_EDITS:
        explained = advice(situation, belief, name, search)
    return {
        "id": name,
        "code": rule.code,
        "title": pick(rule.title, situation.language),
        "kind": rule.kind,
        "probability": round(belief.probability[name], 4),
        "confirmed": name in belief.confirmed,
        "evidence": _evidence(belief, name),
        "edits": [_edit(o) for o in explained.offers] if explained else [],
        "trial": _trial(explained.trial) if explained and explained.trial else None,
        "output": situation.focus or None,
    }


def _evidence(belief: Belief, name: str) -> list[dict[str, Any]]:
    rows = []
    for weight in weights(belief, name):
        report = belief.evidence.reports[weight.finding]
        if abs(weight.bits) >= 0.1:
            rows.append(
                {
                    "finding": weight.finding,
                    "present": report.present,
                    "value": report.value,
                    "source": report.source,
                    "bits": round(weight.bits, 2),
                }
            )
    return rows


def _edit(offer: Offer) -> dict[str, Any]:
    return {
        "grade": offer.grade,
        "summary": offer.summary,
        "diff": offer.diff,
        "lines": list(offer.lines),
        "question": offer.question.text if offer.question else None,
        "changes": [dict(c) for c in offer.changes],
    }


def _trial(trial: TrialResult) -> dict[str, Any]:
    return {
        "before": list(trial.before),
        "after": list(trial.after),
        "steps": trial.steps,
        "seconds": round(trial.seconds, 2),
        "helped": trial.helped,
        "skill_before": trial.skill_before,
        "skill_after": trial.skill_after,
    }


def _next(situation: Situation, belief: Belief) -> list[dict[str, Any]]:
    done = situation.probes_done()
    probes = {p: rule.seconds for p, rule in runnable(situation).items() if p not in done}
    probes.pop("trial", None)
    return [_step(situation, step) for step in next_steps(belief, probes)[:NEXT]]


def _step(situation: Situation, step: Step) -> dict[str, Any]:
    if step.kind == "ask":
        question = fact_question(situation, step.id)
        text = question.text if question else step.id
    else:
        text = pick(runnable(situation)[step.id].purpose, situation.language)
    return {
        "kind": step.kind,
        "id": step.id,
        "text": text,
        "bits": round(step.bits, 3),
        "seconds": step.seconds,
    }


def _probes(situation: Situation) -> list[dict[str, Any]]:
    rows = []
    for entry in situation.case.entries:
        if entry.kind == "probe":
            result = entry.data.get("result") or {}
            rows.append(
                {
                    "id": entry.data["probe"],
                    "seconds": round(float(entry.data.get("seconds") or 0.0), 2),
                    "status": "ok" if entry.data.get("ok") else "failed",
                    "error": entry.data.get("error") or None,
                    "reason": None if entry.data.get("ok") else result.get("reason"),
                }
            )
    done = {row["id"] for row in rows}
    rows += [
        {"id": p, "seconds": 0.0, "status": "skipped", "error": None, "reason": None}
        for p in runnable(situation)
        if p not in done
    ]
    return rows


def _versions(situation: Situation) -> dict[str, Any]:
    versions: dict[str, Any] = {
        "unstuck": __version__,
        "python": platform.python_version(),
        "system": platform.system(),
    }
    for entry in situation.case.entries:
        versions |= dict((entry.data.get("result") or {}).get("versions") or {})
    network = situation.network
    if network is not None and network.keras_version:
        versions["model_saved_by_keras"] = network.keras_version
    return versions
