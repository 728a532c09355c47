"""Sorts the findings of a case into what the reasoning uses: reports, context, tried, trials."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from knowledge.loader import Knowledge
from knowledge.schema import Gate
from probes.finding import Finding, Scalar, Source

#: How far a report is believed: P(reported | there), P(not reported | not there). What a machine
#: reads off figures errs far less than what a person recalls. The first two lines follow the
#: simulation this engine was chosen by. Script: 244 published training scripts showed an abnormal
#: fact in 81 of the 4,006 places looked at, and of two dozen checked by hand one was misread. The
#: others are judgement.
CHANNELS: dict[Source, tuple[float, float]] = {
    "answer": (0.88, 0.94),
    "log": (0.97, 0.995),
    "script": (0.95, 0.997),
    "probe": (0.98, 0.997),
    "model": (0.99, 0.998),
    "traceback": (0.97, 0.998),
    "words": (0.85, 0.96),
}
#: Nobody tells of a rare thing by mistake as often as of a common one. Of 346 lines that the reader
#: of words was not written after, one that names another complaint was misread as a given symptom
#: in .0004 where the symptom's leak is .01 or less, .0016 up to .02, .004 to .008 above: on a page
#: of ten lines about half the leak.
MISREAD_OF_LEAK = 0.5
#: Which report counts when two sources speak of one finding: the one that measured.
_RANK: dict[Source, int] = {
    "words": 0,
    "answer": 1,
    "log": 2,
    "script": 3,
    "traceback": 4,
    "model": 5,
    "probe": 6,
}


def channel(source: Source, leak: float) -> tuple[float, float]:
    """P(reported | there), P(not reported | not there) for a finding with that leak."""
    sensitivity, specificity = CHANNELS[source]
    if source == "words":
        specificity = max(specificity, 1 - MISREAD_OF_LEAK * leak)
    return sensitivity, specificity


_SPECIAL = ("already-tried", "trial-helped", "trial-did-not-help", "message-names")
MACHINE: frozenset[Source] = frozenset({"log", "traceback", "script", "model", "probe"})


@dataclass(frozen=True)
class Evidence:
    """The findings by role. ``asked`` holds what was answered with "I don't know"."""

    reports: dict[str, Finding] = field(default_factory=dict)
    context: dict[str, Scalar] = field(default_factory=dict)
    tried: frozenset[str] = frozenset()
    helped: tuple[str, ...] = ()  # in the order found, which is the order to apply
    did_not_help: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()  # causes that an error message points to

    def has(self, finding: str) -> bool:
        """Seen by machine, not by hearsay."""
        report = self.reports.get(finding)
        return bool(report and report.present and report.source in MACHINE)


def weigh(findings: Iterable[Finding], knowledge: Knowledge) -> Evidence:
    """Sort `findings`; of several reports on one id the most reliable counts, then the latest."""
    reports: dict[str, Finding] = {}
    contexts: dict[str, Finding] = {}
    values: dict[str, dict[str, None]] = {
        name: {}
        for name in ("already-tried", "trial-helped", "trial-did-not-help", "message-names")
    }
    asked: set[str] = set()
    for finding in findings:
        rule = knowledge.findings.get(finding.id)
        if finding.id in values:
            values[finding.id][str(finding.value)] = None
        elif finding.present is None:
            asked.add(finding.id)
        elif rule is not None and rule.kind == "context":
            _keep(contexts, finding)
        elif rule is not None:
            _keep(reports, finding)
    context = {i: f.value if f.value is not None else f.present for i, f in contexts.items()}
    helped = tuple(values["trial-helped"])
    return Evidence(
        reports=reports,
        context=context,
        tried=frozenset(values["already-tried"]) - set(helped),
        helped=helped,
        did_not_help=frozenset(values["trial-did-not-help"]) - set(helped),
        asked=frozenset(asked),
        named=frozenset(values["message-names"]),
    )


def gate_holds(gate: Gate, context: dict[str, Scalar]) -> bool | None:
    """Whether the condition holds in `context`; None while the context is not known."""
    if gate.context not in context:
        return None
    value = context[gate.context]
    if gate.relation == "known":
        return bool(value)
    if gate.relation == "in":
        return isinstance(gate.value, tuple) and str(value) in gate.value
    if gate.relation in ("=", "!="):
        same = str(value) == str(gate.value) or value == gate.value
        return same if gate.relation == "=" else not same
    if not isinstance(value, (int, float)) or not isinstance(gate.value, (int, float)):
        return None
    return value > gate.value if gate.relation == ">" else value < gate.value


def _keep(kept: dict[str, Finding], finding: Finding) -> None:
    old = kept.get(finding.id)
    if old is None or _RANK[finding.source] >= _RANK[old.source]:
        kept[finding.id] = finding
