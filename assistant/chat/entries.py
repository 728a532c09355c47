"""What the conversation remembers, and how each entry looks when nothing about it is live."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.widget import Widget

from assistant.chat.widgets.block import note_block, said_block, verdict_block
from assistant.chat.widgets.spoken import heard_block, spoken_block
from assistant.events import (
    Advice,
    Answered,
    Event,
    Heard,
    ProbeDone,
    ProbeFailed,
    ProbeProgress,
    ProbeStarted,
    Question,
    Ranking,
    Said,
    Spoken,
    Tone,
    Verdict,
)


@dataclass(frozen=True)
class Note:
    """A remark of the chat itself."""

    text: str
    tone: Tone = "plain"


Entry = Event | Note


def widget_of(entry: Entry, language: str) -> Widget:
    """The block of one entry. The dearer widgets are imported when the first one is needed."""
    match entry:
        case Spoken():
            return spoken_block(entry, language)
        case Said():
            return said_block(entry, language)
        case Heard():
            return heard_block(entry, language)
        case Verdict():
            return verdict_block(entry, language)
        case Note():
            return note_block(entry.text, entry.tone)
        case Question():
            from assistant.chat.widgets.question import answered_block

            return answered_block(entry, "", language)
        case Answered():
            from assistant.chat.widgets.question import answered_block

            return answered_block(entry.question, entry.label, language)
        case ProbeDone() | ProbeFailed():
            from assistant.chat.widgets.probe import result_block

            return result_block(entry, language)
        case Advice():
            from assistant.chat.widgets.advice import AdviceBlock

            return AdviceBlock(entry, language)
        case ProbeStarted():
            from assistant.chat.widgets.probe import unfinished_block

            return unfinished_block(entry, language)
        case _:
            raise TypeError(type(entry).__name__)


def past(events: Iterable[Event]) -> tuple[list[Entry], Ranking | None, Question | None]:
    """A finished conversation out of its events.

    Returns:
        the entries (experiments folded to their result), the last ranking, and the question that
        still waits for an answer, if the last thing said was one.
    """
    entries: list[Entry] = []
    ranking: Ranking | None = None
    running: dict[int, int] = {}
    for event in events:
        match event:
            case Ranking():
                ranking = event
            case ProbeProgress():
                continue
            case ProbeStarted():
                running[event.run] = len(entries)
                entries.append(event)
            case ProbeDone() | ProbeFailed() if event.run in running:
                entries[running.pop(event.run)] = event
            case _:
                entries.append(event)
    waiting = entries[-1] if entries else None
    if isinstance(waiting, Question):
        return entries[:-1], ranking, waiting
    return entries, ranking, None
