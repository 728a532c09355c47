"""The report as JSON, ``schema: 1``: figures and known words, enough to reach the same verdict.

What it holds is an interface: add, never rename.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any

from assistant.case import SCHEMA
from assistant.dialogue.advising import verdict
from assistant.dialogue.materials import Material
from assistant.dialogue.naming import LEAST
from assistant.dialogue.situation import Situation
from assistant.dialogue.trials import Search
from assistant.report.masking import Discreet, Masks
from probes.finding import Finding, json_safe
from probes.network import Layer, Network

KIND = "unstuck-report"
_ARM = ("name", "helped", "steps", "skill_end", "skill_inference", "losses", "seconds")


class NotAReport(ValueError):
    """What was given is no report."""


def report_json(situation: Situation, search: Search | None) -> dict[str, Any]:
    """The case without a word of its owner."""
    masks = Masks()
    case = Discreet(situation, masks)
    belief = case.belief()
    result = {
        "kind": KIND,
        "schema": SCHEMA,
        "language": case.language,
        "verdict": verdict(case, belief).kind,
        "causes": [
            {
                "id": name,
                "code": case.knowledge.causes[name].code,
                "probability": round(belief.probability[name], 4),
                "confirmed": name in belief.confirmed,
            }
            for name in belief.ranked(LEAST)
        ],
        "findings": [_finding(masks.finding(f)) for f in situation.findings()],
        "network": _network(situation.network, masks),
        "probes": [_probe(entry.data) for entry in case.case.entries if entry.kind == "probe"],
        "figures": [
            [{masks.mask(name): value for name, value in e.metrics.items()} for e in run.epochs]
            for material in case.materials
            for run in material.runs
        ],
    }
    safe: dict[str, Any] = json_safe(result)
    return safe


def _network(network: Network | None, masks: Masks) -> dict[str, Any] | None:
    """Layers and compile settings. Names are masked, settings of single layers left out."""
    if network is None:
        return None
    row = masks.masked(asdict(network))
    for layer in row["layers"]:
        layer["config"] = {}
    return dict(row)


def _finding(finding: Finding) -> dict[str, Any]:
    row = finding.to_dict()
    return {key: row[key] for key in ("id", "present", "value", "source", "details") if key in row}


def _probe(data: Mapping[str, Any]) -> dict[str, Any]:
    result = data.get("result") or {}
    row = {
        "probe": data.get("probe"),
        "ok": bool(data.get("ok")),
        "seconds": round(float(data.get("seconds") or 0.0), 2),
        "changes": [change.get("op") for change in data.get("changes") or ()],
    }
    if data.get("probe") == "trial":
        arms = [{k: arm.get(k) for k in _ARM} for arm in result.get("arms") or ()]
        row["result"] = {"judged_by": result.get("judged_by"), "arms": arms}
    return row


def take_up(report: Any, situation: Situation) -> None:
    """Put what a report tells of into an empty case.

    Args:
        report: what the JSON held.

    Raises:
        NotAReport: when it is not an object with a list of findings.
    """
    if not isinstance(report, Mapping) or not isinstance(report.get("findings"), list):
        raise NotAReport
    for row in report.get("probes") or ():
        if isinstance(row, Mapping) and isinstance(row.get("probe"), str):
            situation.case.add("probe", {"cancelled": False, "error": "", **row})
    findings = [made for row in report["findings"] if (made := _read_finding(row))]
    if not findings:
        raise NotAReport
    situation.case.add("findings", origin="report", findings=tuple(findings))
    if (network := _read_network(report.get("network"))) is not None:
        situation.materials.append(Material("model", "report", "", network=network))


def _read_finding(row: Any) -> Finding | None:
    try:
        return Finding.from_dict(row)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _read_network(row: Any) -> Network | None:
    if not isinstance(row, Mapping) or not isinstance(row.get("layers"), list):
        return None
    layers = [_read(Layer, layer) for layer in row["layers"] if isinstance(layer, Mapping)]
    network: Network = replace(_read(Network, row), layers=tuple(layers))
    return network


def _read(record: type, row: Mapping[str, Any]) -> Any:
    """A record of plain values; one of the wrong type is left unknown."""
    made: dict[str, Any] = {"kind": str(row.get("kind"))} if record is Layer else {}
    for item in fields(record):
        value = row.get(item.name)
        if str(item.type).startswith("tuple") and isinstance(value, list):
            made[item.name] = tuple(v for v in value if v is None or isinstance(v, (str, int)))
        elif str(item.type).startswith("str"):
            if isinstance(value, str):
                made[item.name] = value
        elif isinstance(value, (bool, int, float)):
            made[item.name] = value
    return record(**made)
