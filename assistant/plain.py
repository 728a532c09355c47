"""Events as plain lines, for `check`, for pipes and for screen readers."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator

from assistant.events import (
    Advice,
    Answered,
    Event,
    Heard,
    Offer,
    ProbeDone,
    ProbeFailed,
    ProbeProgress,
    ProbeStarted,
    Question,
    Ranking,
    Said,
    Spoken,
    Verdict,
)
from knowledge.texts import say

WIDTH = 96
COLUMN = 14


def lines_of(event: Event, language: str = "en") -> list[str]:
    """The lines that say `event`; none for what a reader of lines has no use for."""
    if isinstance(event, Said):
        return [event.text]
    if isinstance(event, Spoken):
        said = [*event.text.splitlines(), *(f"[{label}]" for label in event.labels)]
        return ["", *(f"> {line}" for line in said)]
    if isinstance(event, Answered):
        return [event.question.text, f"> {event.label or '–'}"]
    if isinstance(event, Heard):
        return [f"  · {event.summary}", *(f"    {note}" for note in event.notes)]
    if isinstance(event, Question):
        return [event.text, *(f"  {i}  {a.label}" for i, a in enumerate(event.answers, 1))]
    if isinstance(event, ProbeStarted):
        return [f"… {event.title}: {event.purpose}"]
    if isinstance(event, ProbeProgress):
        return []
    if isinstance(event, ProbeDone):
        return [f"✓ {event.title}: {event.result} ({event.seconds:.1f} s)"]
    if isinstance(event, ProbeFailed):
        return [f"✗ {event.title}: {event.text}"]
    if isinstance(event, Ranking):
        return [f"  {s.code}  {s.title}: {s.odds}" for s in event.suspects]
    if isinstance(event, Verdict):
        return ["", event.text, ""]
    return list(_advice(event, language))


def _advice(advice: Advice, language: str) -> Iterator[str]:
    yield ""
    yield f"{advice.code}  {advice.title}    [{advice.odds}]"
    yield from _part(say("part-see", language), "; ".join(advice.see))
    yield from _part(say("part-means", language), advice.means)
    for offer in advice.offers:
        yield from _offer(offer, language)
    tried = advice.trial.sentence if advice.trial is not None else advice.untried
    yield from _part(say("part-trial", language), tried)
    yield from _part(say("part-know", language), advice.worked_when)
    yield from _part(say("part-not-sure", language), advice.not_sure)


def _offer(offer: Offer, language: str) -> Iterator[str]:
    grade = say(f"grade-{offer.grade}", language)
    yield from _part(say("part-change", language), f"{offer.summary} ({grade})")
    if offer.question is not None:
        answers = " / ".join(a.label for a in offer.question.answers)
        yield from _part("", f"{offer.question.text} {answers}")
    for line in offer.diff.splitlines() if offer.diff else offer.lines:
        yield f"{'':<{COLUMN}}{line}"


def _part(name: str, text: str) -> Iterator[str]:
    if not text:
        return
    lines = textwrap.wrap(text, WIDTH - COLUMN, break_on_hyphens=False) or [""]
    yield f"{name}{' ' * max(2, COLUMN - _cells(name))}{lines[0]}"
    yield from (f"{'':<{COLUMN}}{line}" for line in lines[1:])


def _cells(text: str) -> int:
    """Terminal cells: a wide (Chinese) character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
