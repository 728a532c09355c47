"""One file of ``causes/`` to a `CauseRule`."""

from __future__ import annotations

import re
from typing import Any

from knowledge.fields import Fields
from knowledge.schema import (
    WORDS,
    CauseRule,
    FindingCase,
    Fix,
    Gate,
    Page,
)
from probes.change import Change

_KEYS = (
    "id", "code", "kind", "title", "prior", "needs", "fix", "effort", "shows", "confirmed_by",
    "means", "change", "worked_when", "not_sure", "page", "look_alikes", "references", "cases",
)  # fmt: skip
_EXPECT = ("first", "top3", "absent", "healthy")
_GATE = re.compile(r"^(?P<context>[a-z0-9-]+)(?:\s*(?P<rel>!=|=|>|<|\bin\b)\s*(?P<value>.+))?$")


def parse_cause(file: Fields) -> CauseRule | None:
    """The rule, or None when the file has no usable form; every fault is noted."""
    if not file.mapping():
        return None
    file.only(_KEYS)
    _check_identity(file)
    _check_whole(file)
    return CauseRule(
        id=file.text("id"),
        code=file.text("code"),
        kind=file.one_of("kind", ("fault", "normal"), "fault"),  # type: ignore[arg-type]
        title=file.texts("title"),
        prior=file.number("prior", 1, 0.1, 100),
        needs=_gates(file),
        fix=file.text("fix", file.data.get("id") or "unnamed"),
        effort=file.number("effort", 60, 0, 100_000),
        shows=_likelihoods(file),
        confirmed_by=_finding_sets(file),
        means=file.texts("means"),
        change=tuple(_fix(item) for item in file.items("change") if item.mapping()),
        worked_when=file.texts("worked_when"),
        not_sure=file.texts("not_sure"),
        page=_page(file),
        look_alikes=file.names("look_alikes"),
        references=file.names("references"),
        cases=tuple(_case(item) for item in file.items("cases") if item.mapping()),
    )


def _check_identity(file: Fields) -> None:
    if file.data.get("id") != file.file.stem:
        file.fault(f"must be the file's name, {file.file.stem!r}", "id")
    if not re.fullmatch(r"U\d{3}", str(file.data.get("code", ""))):
        file.fault("needs a code such as U017", "code")


def _check_whole(file: Fields) -> None:
    """A rule without an example of its cure, its look-alikes, sources and cases is half a rule."""
    wanted = {
        "change": "at least one cure",
        "look_alikes": "the causes that people mistake for this one",
        "references": "the page of a documentation or the thread, by name",
    }
    for key, what in wanted.items():
        if not file.data.get(key):
            file.fault(f"needs {what}", key)
    page = file.data.get("page")
    for key in ("wrong", "right"):
        if isinstance(page, dict) and not str(page.get(key) or "").strip():
            file.fault("needs a few lines of code", "page", key)
    if isinstance(page, dict) and page.get("wrong") and page.get("wrong") == page.get("right"):
        file.fault("is the same as 'wrong'", "page", "right")
    cases = file.data.get("cases")
    expected = [c.get("expect") for c in cases or () if isinstance(c, dict)]
    if expected.count("absent") < 1 or len(expected) - expected.count("absent") < 2:
        file.fault("needs two cases that lead here and one with expect: absent", "cases")


def _gates(file: Fields) -> tuple[Gate, ...]:
    gates = []
    for i, text in enumerate(file.names("needs")):
        gate = parse_gate(text)
        if gate is None:
            file.fault("needs the form 'class-count > 2' or 'task = regression'", "needs", i)
            continue
        gates.append(gate)
    return tuple(gates)


def parse_gate(text: str) -> Gate | None:
    """The gate that ``class-count > 2`` or ``task in a, b`` says; None for another form."""
    match = _GATE.match(text.strip())
    return _gate(match["context"], match["rel"], match["value"]) if match else None


def _gate(context: str, relation: str | None, value: str | None) -> Gate:
    if relation is None or value is None:
        return Gate(context, "known")
    if relation == "in":
        return Gate(context, "in", tuple(part.strip() for part in value.split(",")))
    number: str | float | bool = value.strip()
    if number in ("true", "false"):
        number = number == "true"
    else:
        try:
            number = float(value)
        except ValueError:
            number = value.strip()
    return Gate(context, relation, number)  # type: ignore[arg-type]


def _likelihoods(file: Fields) -> dict[str, float]:
    shows = file.data.get("shows")
    if not isinstance(shows, dict) or not shows:
        file.fault("needs at least one finding with a word", "shows")
        return {}
    inner = file.inner("shows")
    if not {"always", "usually"} & {str(word) for word in shows.values()}:
        file.fault("needs a finding that shows always or usually", "shows")
    return {str(f): WORDS[inner.one_of(f, WORDS)] for f in shows}


def _finding_sets(file: Fields) -> tuple[tuple[str, ...], ...]:
    sets = []
    for item in file.items("confirmed_by"):
        if isinstance(item.data, str):
            sets.append((item.data,))
        elif isinstance(item.data, list) and all(isinstance(v, str) for v in item.data):
            sets.append(tuple(item.data))
        else:
            item.fault("needs a finding or a list of findings")
    return tuple(sets)


def _fix(item: Fields) -> Fix:
    item.only(("grade", "summary", "do", "question", "by_answer"))
    question = item.text("question") if "question" in item.data else None
    answers = item.data.get("by_answer", {})
    if not isinstance(answers, dict):
        item.fault("needs the changes per answer", "by_answer")
        answers = {}
    by_answer = {}
    for answer in answers:
        inner = Fields(item.file, answers, item.problems, (*item.at, "by_answer"))
        by_answer[str(answer)] = _changes(inner, answer)
    if question and not by_answer and "do" not in item.data:
        item.fault("a question needs 'by_answer'", "question")
    return Fix(
        grade=item.one_of("grade", ("safe", "answer", "sketch")),  # type: ignore[arg-type]
        summary=item.texts("summary"),
        do=_changes(item, "do"),
        question=question,
        by_answer=by_answer,
    )


def _changes(item: Fields, key: str) -> tuple[Change, ...]:
    changes = []
    for entry in item.items(key):
        if not entry.mapping():
            continue
        try:
            changes.append(Change.from_dict(entry.data))
        except (KeyError, ValueError) as error:
            entry.fault("needs an 'op'" if isinstance(error, KeyError) else str(error))
    return tuple(changes)


def _page(file: Fields) -> Page:
    empty = {"en": "", "zh": ""}
    if not isinstance(file.data.get("page"), dict):
        file.fault("needs the long page: what_happens, why, how_to_check, when_wrong", "page")
        return Page(empty, empty, empty, empty)
    page = file.inner("page")
    page.only(("what_happens", "why", "wrong", "right", "how_to_check", "when_wrong"))
    return Page(
        what_happens=page.texts("what_happens"),
        why=page.texts("why"),
        how_to_check=page.texts("how_to_check"),
        when_wrong=page.texts("when_wrong"),
        wrong=str(page.data.get("wrong", "")),
        right=str(page.data.get("right", "")),
    )


def _case(item: Fields) -> FindingCase:
    item.only(("name", "findings", "expect"))
    findings: Any = item.data.get("findings")
    if not isinstance(findings, dict) or not findings:
        item.fault("needs findings with true, false or a value", "findings")
        findings = {}
    return FindingCase(
        name=item.text("name"),
        findings=findings,
        expect=item.one_of("expect", _EXPECT),  # type: ignore[arg-type]
    )
