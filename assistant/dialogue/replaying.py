"""Shows a saved case again: the user's words, what was read, the experiments and their results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from assistant.case import Entry
from assistant.dialogue.cures import first_cure_to_try
from assistant.dialogue.experiments import Outcome, closing, probe_rules, title_of
from assistant.dialogue.materials import Material
from assistant.dialogue.questions import SYMPTOM, fact_question, symptom_question
from assistant.dialogue.situation import Situation
from assistant.dialogue.trials import Search, TrialRecord
from assistant.events import AND, Answered, Event, Heard, Question, Said, Spoken
from knowledge.texts import say


def replay(situation: Situation, materials: Mapping[str, list[Material]]) -> Iterator[Event]:
    """The conversation of a case so far.

    Args:
        materials: what was read out of each thing given, by the origin of its entry.
    """
    number = 0
    for entry in situation.case.standing():
        if entry.kind == "given":
            yield _spoken(entry)
            for material in materials.get(entry.origin, ()):
                yield heard(material)
        elif entry.kind == "answer":
            yield from _answer(situation, entry)
        elif entry.kind == "probe":
            number += 1
            yield from _experiment(situation, entry, number)
        elif entry.kind == "outcome":
            yield from _outcome(situation, entry)


def recall_search(situation: Situation) -> Search | None:
    """What earlier trials showed; None when there was none."""
    if len(situation.outputs) > 1 and not situation.output:
        views = [situation.of_output(name) for name in situation.outputs]
        found = {view.focus: one for view in views if (one := recall_search(view)) is not None}
        return Search(by_output=found) if found else None
    search = Search()
    rules, context = situation.knowledge.causes, situation.context()
    for entry in situation.case.standing():
        own = str(entry.data.get("output") or "") in ("", situation.focus)
        if own and entry.kind == "probe" and entry.data.get("probe") == "trial":
            search.trials.update(_trials(entry.data.get("result") or {}))
        for finding in entry.findings if entry.kind == "findings" else ():
            cause = rules.get(str(finding.value))
            cure = first_cure_to_try(cause, context) if cause is not None else None
            own = finding.output in ("", situation.focus)
            if own and finding.id == "trial-helped" and finding.present and cure is not None:
                search.cured[str(finding.value)] = cure
    return search if search.trials else None


def heard(material: Material) -> Heard:
    """The chip of a material."""
    return Heard(material.kind, material.name, material.summary, material.findings, material.notes)


def question_of(situation: Situation, data: Mapping[str, Any]) -> Question | None:
    """The question that an answer was given to, from what the case keeps of the answer."""
    name = str(data.get("question"))
    if name != SYMPTOM:
        return fact_question(situation, name)
    return symptom_question(situation, [str(value) for value in data.get("choices") or ()])


def _spoken(entry: Entry) -> Spoken:
    path = entry.data.get("path")
    return (
        Spoken("", (str(path).replace("\\", "/").split("/")[-1],))
        if path
        else Spoken(str(entry.data.get("text") or ""))
    )


def _answer(situation: Situation, entry: Entry) -> Iterator[Event]:
    question, value = question_of(situation, entry.data), str(entry.data.get("value"))
    if question is not None:
        labels = {answer.value: answer.label for answer in question.answers}
        yield Answered(question, labels.get(value, value))


def _experiment(situation: Situation, entry: Entry, number: int) -> Iterator[Event]:
    data = entry.data
    rule = probe_rules().get(str(data.get("probe")))
    if rule is None:
        return
    output, repaired = str(data.get("output") or ""), bool(data.get("changes"))
    title = title_of(situation, rule, output, repaired=repaired)
    outcome = Outcome(
        rule.id,
        bool(data.get("ok")),
        entry.findings,
        data.get("result") or {},
        float(data.get("seconds") or 0.0),
        bool(data.get("cancelled")),
        str(data.get("error") or ""),
    )
    yield closing(situation, rule, number, title, outcome)


def _outcome(situation: Situation, entry: Entry) -> Iterator[Event]:
    cause = situation.knowledge.causes.get(str(entry.data.get("cause")))
    key = f"replay-{entry.data.get('outcome')}"
    if cause is not None:
        yield Said(say(key, situation.language, code=cause.code))


def _trials(result: Mapping[str, Any]) -> dict[str, TrialRecord]:
    arms = [arm for arm in result.get("arms") or () if isinstance(arm, Mapping)]
    inference = result.get("judged_by") == "inference"
    found: dict[str, TrialRecord] = {}
    for arm in arms[1:]:
        causes, helped = str(arm.get("name")).split(AND), arm.get("helped")
        # A pair that did not help says nothing of either alone.
        if helped or (helped is not None and len(causes) == 1):
            found |= {c: TrialRecord(c, arms[0], arm, bool(helped), inference) for c in causes}
    return found
