"""The things the engine is asked to do, each as a job for the background thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from textual.message import Message

from assistant.chat.attachments import Attachment
from assistant.chat.engine import Engine, Outcome
from assistant.chat.messages import CaseOpened, NamesLoaded, PageWritten, Replayed, ReportWritten
from assistant.chat.worker import Job
from assistant.events import Event, Said

Yields = Iterator[Event | Message]


def opening() -> Job:
    """What was said before, then the start. A new case needs no greeting: the welcome says it."""

    def work(engine: Engine) -> Yields:
        before = tuple(engine.events_so_far())
        if before:
            yield Replayed(before)
            yield from engine.start()
        else:
            yield from (event for event in engine.start() if not isinstance(event, Said))
        yield _names(engine)

    return Job("open", work)


def changing_case(name: str) -> Job:
    """Go on with another saved case; an empty name begins a new one."""

    def work(engine: Engine) -> Yields:
        from knowledge.texts import say

        if not engine.open_case(name):
            yield Said(say("no-such-case", engine.language), "warning")
            return
        before = tuple(engine.events_so_far())
        yield CaseOpened(engine.case_name, before)
        if before:
            yield from engine.start()

    return Job("open", work)


def sending(text: str, attachments: tuple[Attachment, ...]) -> Job:
    """The user's words with everything attached; only the last of them makes the engine go on."""

    def work(engine: Engine) -> Yields:
        given = [a.path if a.path is not None else a.text for a in attachments]
        if text.strip():
            given.append(text)
        for thing in given[:-1]:
            yield from engine.bring(thing)
        for thing in given[-1:]:
            yield from engine.attach(thing) if isinstance(thing, Path) else engine.tell(thing)

    return Job("tell", work, text, attachments)


def plain(name: str, call: Callable[[Engine], Iterator[Event]], title: str = "") -> Job:
    """A job that is one call of the engine."""

    def work(engine: Engine) -> Yields:
        yield from call(engine)

    return Job(name, work, title=title)


def outcome(cause: str, result: Outcome) -> Job:
    """What became of an advice."""
    return plain("outcome", lambda engine: engine.outcome(cause, result))


def reporting(venue: str) -> Job:
    """Write the report, to be read before anything is done with it."""

    def work(engine: Engine) -> Yields:
        yield from engine.write_script()
        text = engine.report(venue)
        shown = engine.report("plain") if venue == "html" else text
        yield ReportWritten(venue, text, shown, engine.masked_words())

    return Job("report", work)


def explaining(name: str) -> Job:
    """The long page of one cause, else a word that there is none."""

    def work(engine: Engine) -> Yields:
        from assistant.explain import explain
        from knowledge.texts import say

        page = explain(name, engine.language)
        if page is None:
            yield Said(say("cause-unknown", engine.language, cause=name), "warning")
        else:
            yield PageWritten(name.upper(), page)

    return Job("explain", work)


def _names(engine: Engine) -> NamesLoaded:
    """The names that complete ``/probe`` and ``/explain``; none while the rule base is broken."""
    try:
        from assistant.dialogue.experiments import by_hand, probe_rules
        from knowledge.loader import load_knowledge
        from knowledge.texts import pick

        language = engine.language
        causes = load_knowledge().causes.values()
        return NamesLoaded(
            tuple((r.id, pick(r.title, language)) for r in probe_rules().values() if by_hand(r)),
            tuple(sorted((cause.code, pick(cause.title, language)) for cause in causes)),
        )
    except Exception:  # completion is a comfort; whoever diagnoses will say what is broken
        return NamesLoaded((), ())
