"""Starts the chat, the demo and the report: puts the parts together, and nothing else."""

from __future__ import annotations

import argparse
import io
import itertools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from assistant.case import Case, new_case, open_case
from assistant.events import Event
from assistant.exit_status import OK, UNUSABLE
from assistant.options import case_options
from assistant.plain import lines_of
from knowledge.texts import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from assistant.dialogue import Dialogue


def chat(options: argparse.Namespace) -> int:
    """The chat on a new case, or on a saved one."""
    case: Case | None = None
    if options.case is not None:
        case = open_case(options.case)
        if case is None:
            print(f"unstuck: {say('no-such-case', options.lang or 'en')}", file=sys.stderr)
            return UNUSABLE
    return _run(options, case, ())


def demo(options: argparse.Namespace) -> int:
    """The chat on a bundled case; with --check its verdict without the chat."""
    from assistant.demo import CASES, demo_folder

    if options.case not in CASES:
        print(f"unstuck: {', '.join(CASES)} are bundled, not {options.case!r}", file=sys.stderr)
        return UNUSABLE
    folder = demo_folder(options.case, repaired=options.repaired, python=options.python)
    if folder is None:
        print(f"unstuck: {say('demo-not-built', options.lang or 'en')}", file=sys.stderr)
        return UNUSABLE
    if options.check:
        return _check(folder, options.lang)
    return _run(options, None, demo_words(folder))


def _check(folder: Path, language: str | None) -> int:
    from assistant.check import check
    from assistant.options import parser

    names = {"model": "model.keras", "data": "data.npz", "script": "script.py"}
    given = [part for name, file in names.items() for part in (f"--{name}", str(folder / file))]
    if language:
        given += ["--lang", language]
    return check(parser().parse_args(["check", *given]))


def demo_words(folder: Path) -> tuple[str, ...]:
    """What the demo puts into the prompt, one turn after the other, sent by Enter."""
    page = (folder / "page.txt").read_text(encoding="utf-8")
    return (page, str(folder / "script.py"), str(folder / "model.keras"), str(folder / "data.npz"))


def report(options: argparse.Namespace) -> int:
    """A saved case as a page for a forum or a browser, or as JSON."""
    from assistant.dialogue import Dialogue, Options
    from assistant.report import Wanted

    case = open_case(options.case)
    if case is None:
        print(f"unstuck: {say('no-such-case', options.lang)}", file=sys.stderr)
        return UNUSABLE
    chosen = Options(language=options.lang, language_fixed=True, python=options.python)
    laboratory = None
    if not options.no_script:
        from assistant.laboratory import Laboratory

        laboratory = Laboratory(options.python)
    dialogue = Dialogue(case, laboratory, chosen)
    try:
        _tell(dialogue.write_script(), options.lang)
        wanted = Wanted(code=options.code)
        text = dialogue.report("json" if options.json else options.venue, wanted)
        if words := dialogue.masked_words(wanted):
            told = say("report-masked", options.lang, words=", ".join(words))
            print(f"unstuck: {told}", file=sys.stderr)
    finally:
        dialogue.close()
    if options.out is None:
        print(text)
    else:
        options.out.write_text(text, encoding="utf-8")
    return OK


def _tell(events: Iterator[Event], language: str) -> None:
    """What takes time says so, away from the page itself."""
    for event in events:
        for line in lines_of(event, language):
            print(line, file=sys.stderr)


def _run(options: argparse.Namespace, case: Case | None, words: tuple[str, ...]) -> int:
    def dialogue() -> Dialogue:
        from assistant.dialogue import Dialogue, Options
        from assistant.laboratory import Laboratory

        laboratory = Laboratory(options.python)
        laboratory.start()
        chosen = Options(
            language=options.lang or "en",
            language_fixed=options.lang is not None,
            **case_options(options),
        )
        return Dialogue(case or new_case(), laboratory, chosen)

    # Without a keyboard to read from there is no screen to steer.
    if options.plain or not sys.stdin.isatty():
        return _in_lines(dialogue, words)
    from assistant.chat.app import run_chat

    return run_chat(dialogue, mouse=not options.no_mouse, first_words=words, language=options.lang)


def _in_lines(make: Callable[[], Dialogue], words: tuple[str, ...]) -> int:
    from assistant.linemode import LineConversation, messages

    def prompt() -> None:
        if sys.stdin.isatty():
            print("> ", end="", flush=True)

    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    dialogue = make()
    try:
        given = itertools.chain(words, messages(sys.stdin, prompt))
        LineConversation(dialogue, lambda line: print(line, flush=True)).run(given)
    finally:
        dialogue.close()
    return OK
