"""Runs one experiment through the laboratory and tells of it as events."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from assistant.dialogue.situation import Situation
from assistant.events import AND, Curve, Event, ProbeDone, ProbeFailed, ProbeProgress, ProbeStarted
from assistant.reasoning.evidence import gate_holds
from knowledge.files import HERE, read_many
from knowledge.parse_causes import parse_gate
from knowledge.schema import Gate
from knowledge.texts import pick, say
from probes import protocol
from probes.change import Change
from probes.finding import Finding

#: Seconds; a look at the data alone costs no more.
CHEAP = 1.0
#: Need of an experiment that makes sense for a model with several outputs alone.
OUTPUTS = "outputs"


class Laboratory(Protocol):
    """The client of the probe process (`assistant.laboratory`), as far as it is used here."""

    def run(
        self,
        probe: str,
        subject: protocol.Subject,
        options: Mapping[str, Any],
        seconds: float,
    ) -> Generator[protocol.Event, None, None]: ...

    def cancel(self) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class ProbeRule:
    """What the rule base says of one experiment (``knowledge/probes.yaml``).

    ``needs`` names what must be at hand, ``when`` what must be known to hold of the case. ``run``
    says when it is run unasked: "always" (the verdict that nothing is wrong rests on it),
    "suspected" (when it can tell something about the suspects), "last" (when all else is done), or
    "asked" (never).
    """

    id: str
    needs: frozenset[str]
    when: tuple[Gate, ...]
    run: str
    seconds: float
    title: Mapping[str, str]
    purpose: Mapping[str, str]
    fine: Mapping[str, str]


@dataclass(frozen=True)
class Outcome:
    """How an experiment ended: its findings and its own results, or the reason it has none."""

    probe: str
    ok: bool
    findings: tuple[Finding, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    cancelled: bool = False
    error: str = ""


def probe_rules() -> dict[str, ProbeRule]:
    """The experiments by id, in the order of the file."""
    path = HERE / "probes.yaml"
    entries = read_many([path], "probes")[path]
    return {
        e["id"]: ProbeRule(
            e["id"],
            frozenset(e["needs"]),
            tuple(gate for text in e.get("when", ()) if (gate := parse_gate(text)) is not None),
            e.get("run", "suspected"),
            e["seconds"],
            e["title"],
            e["purpose"],
            e["fine"],
        )
        for e in entries
    }


def by_hand(rule: ProbeRule) -> bool:
    """Whether the user may start it: everything but what serves the report alone."""
    return rule.run != "asked" or rule.id == "trial"


#: Why data or model cannot be used by any experiment that needs them. What is not among these
#: concerns one experiment, and the others go on.
_NO_DATA = """
data-missing data-unreadable data-kind-unknown data-pickle-refused data-no-arrays data-no-images
data-needs-target-column data-needs-pyarrow data-needs-consent data-file-without-loader
data-file-fails
"""
_NO_MODEL = """
model-missing model-not-a-model model-too-large model-leaves-its-folder model-savedmodel
model-weights-only model-has-lambda model-has-code model-reads-files model-needs-classes
model-not-loadable weights-do-not-fit custom-missing custom-needs-consent custom-file-fails
"""


def _unusable(situation: Situation) -> set[str]:
    """What an experiment has found to be unusable; said once, it need not be found again."""
    reasons = {str(e.data.get("result", {}).get("reason")) for e in situation.failures()}
    said = {"data": _NO_DATA.split(), "model": _NO_MODEL.split()}
    return {part for part, why in said.items() if reasons & set(why)}


def runnable(situation: Situation) -> dict[str, ProbeRule]:
    """The experiments for which usable model and data are at hand, and that make sense for the
    case."""
    lost = _unusable(situation)
    return {i: rule for i, rule in _called_for(situation).items() if not rule.needs & lost}


def _called_for(situation: Situation) -> dict[str, ProbeRule]:
    """The same, whether what was given turned out to be usable or not."""
    have = set()
    if situation.model_path is not None:
        have.add("model")
    if situation.data_path is not None:
        have.add("data")
    if len(situation.outputs) + len(situation.unlabelled) > 1:
        have.add(OUTPUTS)
    context = situation.context()
    return {
        i: rule
        for i, rule in probe_rules().items()
        if rule.needs <= have and all(gate_holds(gate, context) for gate in rule.when)
    }


def basic(situation: Situation) -> list[str]:
    """The experiments without which nothing can be said to be right, in the order of the file.

    An output that learns while all are trained together has passed the dear ones; the layers that
    outputs share are looked at with the first.
    """
    rules = {i: rule for i, rule in _called_for(situation).items() if rule.run == "always"}
    if not situation.learns_among_others:
        return list(rules)
    first = situation.outputs[0] == situation.focus
    return [
        i
        for i, rule in rules.items()
        if i != "tiny-batch-overfit" and (first or rule.seconds <= CHEAP)
    ]


def run_probe(
    situation: Situation,
    laboratory: Laboratory,
    probe: str,
    *,
    changes: Sequence[Change] = (),
    options: Mapping[str, Any] | None = None,
    seconds: float = 20.0,
    keep: bool = True,
) -> Generator[Event, None, Outcome]:
    """Run `probe` on the model and data, changed by `changes`; the outcome is the return value.

    Args:
        keep: write the findings into the case; False for looks at a repaired clone, whose
            findings say nothing of the user's own model.
    """
    rule = probe_rules()[probe]
    language = situation.language
    number = sum(1 for e in situation.case.entries if e.kind == "probe") + 1
    # What looks at all outputs says itself which of them a finding is about.
    output = "" if OUTPUTS in rule.needs else situation.focus
    title = title_of(situation, rule, output, repaired=bool(changes))
    yield ProbeStarted(number, probe, title, pick(rule.purpose, language), rule.seconds)
    findings: list[Finding] = []
    end: protocol.Event | None = None
    for event in laboratory.run(probe, situation.subject(changes), options or {}, seconds):
        if event.kind == "progress":
            yield _progress(number, event.data, language)
        elif event.kind == "finding":
            found = Finding.from_dict(event.data)
            findings.append(replace(found, output=found.output or output))
        elif event.kind in ("done", "failed", "cancelled"):
            end = event
    outcome = _outcome(probe, end, tuple(findings), language)
    # A trial is judged by who asked for it, since it takes rivals to tell a cure from luck.
    kept = outcome.findings if keep and probe != "trial" else ()
    situation.case.add(
        "probe",
        {
            "probe": probe,
            "ok": outcome.ok,
            "seconds": outcome.seconds,
            "error": outcome.error,
            "cancelled": outcome.cancelled,
            "changes": [c.to_dict() for c in changes],
            **({"output": output} if output else {}),
            # Pictures are for looking at now: a case that is kept or shared holds no data.
            "result": {k: v for k, v in outcome.data.items() if k != "pictures"},
        },
        origin=":".join(
            ["probe", probe, *([output] if output else []), *([] if keep else ["repaired"])]
        ),
        findings=kept,
    )
    yield closing(situation, rule, number, title, outcome)
    return outcome


def title_of(situation: Situation, rule: ProbeRule, output: str, *, repaired: bool) -> str:
    """What an experiment is called; with the output it looks at where there are several."""
    title, language = pick(rule.title, situation.language), situation.language
    if output and len(situation.outputs) > 1:
        title = say("probe-on-output", language, title=title, output=output)
    return say("probe-on-repaired", language, title=title) if repaired else title


def _progress(number: int, data: Mapping[str, Any], language: str) -> ProbeProgress:
    text = str(data.get("text") or "")
    loss = data.get("loss")
    return ProbeProgress(
        number,
        step=int(data.get("step") or 0),
        steps=int(data.get("steps") or 0),
        loss=float(loss) if loss is not None else None,
        arm=str(data.get("arm") or ""),
        text=say(text, language) if text else "",
    )


def _outcome(
    probe: str, end: protocol.Event | None, findings: tuple[Finding, ...], language: str
) -> Outcome:
    data = end.data if end is not None else {}
    seconds = float(data.get("seconds") or 0.0)
    if end is not None and end.kind == "done":
        return Outcome(probe, True, findings, data, seconds)
    if end is not None and end.kind == "cancelled":
        return Outcome(probe, False, findings, data, seconds, cancelled=True)
    fields = {k: v for k, v in data.items() if k not in ("reason", "key", "language")}
    reason = say(str(data.get("reason") or "unforeseen"), language, **fields)
    return Outcome(probe, False, findings, data, seconds, error=reason)


def closing(
    situation: Situation, rule: ProbeRule, number: int, title: str, outcome: Outcome
) -> Event:
    """How the end of an experiment is told."""
    if not outcome.ok:
        text = outcome.error or say("probe-cancelled", situation.language)
        return ProbeFailed(number, rule.id, title, text, outcome.cancelled)
    seen = [situation.finding_text(f) for f in outcome.findings if _is_news(situation, f)]
    result = "; ".join(seen[:2]) if seen else pick(rule.fine, situation.language)
    if rule.id == "trial":
        result = _trial_line(outcome, situation)
    notes = _notes(outcome.data, situation.language)
    return ProbeDone(
        number,
        rule.id,
        title,
        "; ".join((result, *notes)),
        outcome.seconds,
        outcome.findings,
        (*seen, *notes, *_not_tried(outcome.data, situation)),
        curves(outcome.data),
        outcome.data,
    )


def _notes(data: Mapping[str, Any], language: str) -> tuple[str, ...]:
    """What reading the data brought up besides findings, such as images that cannot be read."""
    return tuple(
        say(str(note["key"]), language, **{k: v for k, v in note.items() if k != "key"})
        for note in data.get("notes", ())
    )


def _is_news(situation: Situation, finding: Finding) -> bool:
    rule = situation.knowledge.findings.get(finding.id)
    return bool(finding.present and rule is not None and rule.kind in ("symptom", "evidence"))


def _trial_line(outcome: Outcome, situation: Situation) -> str:
    key = "skill_inference" if outcome.data.get("judged_by") == "inference" else "skill_end"
    arms = [a for a in outcome.data.get("arms", ()) if a.get("steps", 1) and a.get(key) is not None]
    shown = ", ".join(f"{arm_title(str(a['name']), situation)} {_percent(a[key])}" for a in arms)
    return say("trial-line", situation.language, arms=shown)


def _not_tried(data: Mapping[str, Any], situation: Situation) -> Iterator[str]:
    """Why an arm of a trial was not trained: one sentence each."""
    for arm in data.get("arms", ()):
        late = arm.get("status") == "no-time"
        reason = "change-no-time" if late else str(arm.get("reason") or "")
        if arm.get("steps", 1) or not reason:
            continue
        # What Keras itself refused says so in Keras's words.
        known = reason.startswith("change-")
        fields = {k: v for k, v in arm.items() if isinstance(v, (str, int)) and k != "name"}
        text = say(reason, situation.language, **fields) if known else reason
        yield f"{arm_title(str(arm['name']), situation)}: {text}"


def _percent(skill: Any) -> str:
    return f"{100 * max(0.0, float(skill)):.0f} %"


def arm_title(name: str, situation: Situation) -> str:
    """How an arm of a trial is called: the codes of its causes, or original and repaired."""
    causes = [situation.knowledge.causes.get(part) for part in name.split(AND)]
    codes = [cause.code for cause in causes if cause is not None]
    return AND.join(codes) if codes else say(f"arm-{name}", situation.language)


def curves(data: Mapping[str, Any]) -> tuple[Curve, ...]:
    """The loss curves in a probe's results, of a trial's arms or of the runs with an optimizer."""
    found = []
    for arm in data.get("arms", ()) or data.get("runs", ()):
        values = arm.get("losses") or arm.get("values") or ()
        if values:
            found.append(Curve(str(arm.get("name", "")), tuple(float(v) for v in values)))
    return tuple(found)
