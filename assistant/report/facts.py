"""The facts a report is built from: figures, the end of the model, the checks, what was tried."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.dialogue.experiments import probe_rules
from assistant.dialogue.situation import Situation
from knowledge.texts import pick, say

_BARS = "▁▂▃▄▅▆▇█"
_TAIL = 4


@dataclass(frozen=True)
class CheckRow:
    """One experiment of the case with its result in a line."""

    title: str
    result: str
    seconds: float


def sparkline(values: Sequence[float], width: int = 24) -> str:
    """A curve as block characters; what is not finite shows as ``×``.

    Args:
        values: figures by epoch, at least one.
        width: longer curves are thinned out to this many characters.
    """
    step = max(1, math.ceil(len(values) / width))
    shown = list(values)[::step]
    finite = [v for v in shown if math.isfinite(v)]
    if not finite:
        return "×" * len(shown)
    low, high = min(finite), max(finite)
    span = high - low or 1.0
    return "".join(
        _BARS[round((v - low) / span * (len(_BARS) - 1))] if math.isfinite(v) else "×"
        for v in shown
    )


def figures_table(situation: Situation) -> list[str]:
    """The first two and last three epochs of each run, and a sparkline for each figure."""
    lines: list[str] = []
    for material in situation.materials:
        for i, run in enumerate(material.runs, 1):
            if len(material.runs) > 1:
                lines.append(f"run {i}")
            count = len(run.epochs)
            chosen = sorted({*range(min(2, count)), *range(max(0, count - 3), count)})
            for k in chosen:
                figures = "  ".join(
                    f"{name} {value:.4g}" for name, value in run.epochs[k].metrics.items()
                )
                lines.append(f"epoch {k + 1:>3}  {figures}")
            names = dict.fromkeys(n for e in run.epochs for n in e.metrics)
            for name in names if count > 2 else ():
                curve = [e.metrics[name] for e in run.epochs if name in e.metrics]
                lines.append(f"{name:<14} {sparkline(curve)} {curve[-1]:.4g}")
    return lines[:60]


def model_lines(situation: Situation) -> list[str]:
    """The last layers and the compile settings; class names of the user's own are left out."""
    network = situation.network
    if network is None:
        return []
    own = set(network.custom)
    lines = []
    for layer in [x for x in network.layers if x.depth == 0][-_TAIL:]:
        kind = "(own layer)" if layer.kind in own else layer.kind
        parts = [kind]
        if layer.units is not None:
            parts.append(str(layer.units))
        if layer.activation not in (None, "linear"):
            parts.append(str(layer.activation))
        lines.append(" ".join(parts))
    rate = f" {network.learning_rate:g}" if network.learning_rate is not None else ""
    lines.append(f"loss {network.loss or '?'}, optimizer {network.optimizer or '?'}{rate}")
    return lines


def checks(situation: Situation) -> list[CheckRow]:
    """Each experiment that ran, with what it found."""
    rules, language = probe_rules(), situation.language
    rows = []
    for entry in situation.case.entries:
        if entry.kind != "probe" or entry.data["probe"] == "trial":
            continue
        rule = rules[str(entry.data["probe"])]
        known = situation.knowledge.findings
        bad = [f for f in entry.findings if f.present and _abnormal(known, f.id)]
        result = "; ".join(situation.finding_text(f) for f in bad) or pick(rule.fine, language)
        if not entry.data["ok"]:
            result = str(entry.data.get("error") or say("probe-cancelled", language))
        rows.append(
            CheckRow(pick(rule.title, language), result, float(entry.data.get("seconds") or 0))
        )
    return rows


def _abnormal(known: object, finding: str) -> bool:
    rule = known.get(finding) if isinstance(known, dict) else None
    return rule is not None and rule.kind in ("symptom", "evidence")


def tried_titles(situation: Situation) -> list[str]:
    """What the user tried in vain, by title."""
    rules = situation.knowledge.causes
    tried = dict.fromkeys(str(f.value) for f in situation.findings() if f.id == "already-tried")
    return [pick(rules[c].title, situation.language) for c in tried if c in rules]
