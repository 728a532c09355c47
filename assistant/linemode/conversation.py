"""A case in lines: the dialogue of the chat, and those commands that need no screen."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.chat.commands import COMMANDS, find, nearest, split
from assistant.dialogue import Dialogue
from assistant.events import Advice, Event, Question, Ranking
from assistant.plain import lines_of
from assistant.report.markdown import VENUES
from knowledge.schema import LANGUAGES
from knowledge.texts import say

#: commands that need a screen
_OF_THE_SCREEN = frozenset({"suspects", "copy", "theme", "new", "resume", "cancel"})


class LineConversation:
    """Reads messages and writes what the dialogue says.

    Args:
        dialogue: the case.
        write: takes one line.
    """

    def __init__(self, dialogue: Dialogue, write: Callable[[str], None]) -> None:
        self._dialogue = dialogue
        self._write = write
        self._question: Question | None = None
        self._offers: list[tuple[str, int]] = []
        self._causes: list[str] = []
        self._over = False

    def run(self, given: Iterable[str]) -> None:
        """Talk until there is no message left, or the user leaves."""
        self._show(self._dialogue.start())
        self._say("plain-how")
        for message in given:
            self.take(message)
            if self._over:
                return

    def take(self, message: str) -> None:
        """One message: a command, the number of an answer, or anything else."""
        command = split(message)
        if command is not None:
            self._command(*command)
        elif self._question is not None and message.strip().isdecimal():
            self._answer(int(message))
        else:
            self._show(self._dialogue.tell(message))

    # What is shown ----------------------------------------------------------------------------

    def _show(self, events: Iterator[Event]) -> None:
        with _interruptible(self._dialogue.cancel):
            for event in events:
                self._note(event)
                for line in lines_of(event, self._dialogue.language):
                    self._write(line)

    def _note(self, event: Event) -> None:
        """What a number or a command may refer to later."""
        if isinstance(event, Question):
            self._question = event
        elif isinstance(event, Ranking):
            self._causes = [suspect.cause for suspect in event.suspects]
            self._question, self._offers = None, []
        elif isinstance(event, Advice):
            self._offers += [
                (event.cause, i) for i, offer in enumerate(event.offers) if offer.applicable
            ]

    def _say(self, key: str, **fields: object) -> None:
        self._write(say(key, self._dialogue.language, **fields))

    # What the user does -----------------------------------------------------------------------

    def _answer(self, number: int) -> None:
        question = self._question
        if question is None or not 1 <= number <= len(question.answers):
            self._say("plain-no-such-number")
            return
        self._question = None
        self._show(self._dialogue.answer(question.id, question.answers[number - 1].value))

    def _command(self, name: str, argument: str) -> None:
        command = find(name)
        if command is None or command.name in _OF_THE_SCREEN:
            meant = nearest(name)
            known = meant is not None and meant.name not in _OF_THE_SCREEN
            hint = f"/{meant.name}" if meant is not None and known else "/help"
            self._say("plain-no-such-command", name=name, hint=hint)
        else:
            getattr(self, f"_do_{command.name}")(argument)

    def _do_help(self, argument: str) -> None:
        language = self._dialogue.language
        for command in COMMANDS:
            if command.name not in _OF_THE_SCREEN:
                usage = f"/{command.name} {command.usage(language)}".rstrip()
                self._write(f"{usage}: {say(command.help, language)}")

    def _do_next(self, argument: str) -> None:
        self._show(self._dialogue.proceed())

    def _do_why(self, argument: str) -> None:
        question = self._question
        self._show(self._dialogue.why())
        self._question = question
        for suspect in self._dialogue.ranking().suspects:
            for reason in suspect.reasons:
                sign = "+" if reason.bits > 0 else "-"
                self._write(f"  {suspect.code} {sign} {reason.text}")

    def _do_advice(self, argument: str) -> None:
        self._show(self._dialogue.advise(self._cause(argument)))

    def _do_probe(self, argument: str) -> None:
        self._show(self._dialogue.run_probe(argument))

    def _do_tried(self, argument: str) -> None:
        self._show(self._dialogue.tried(self._cause(argument)))

    def _do_back(self, argument: str) -> None:
        self._show(self._dialogue.change_answer())

    def _do_remove(self, argument: str) -> None:
        self._show(self._dialogue.remove(argument))

    def _do_model(self, argument: str) -> None:
        self._show(self._dialogue.attach(Path(argument)))

    _do_data = _do_script = _do_model

    def _do_apply(self, argument: str) -> None:
        number = int(argument) if argument.isdecimal() else 1
        if 1 <= number <= len(self._offers):
            self._show(self._dialogue.apply(*self._offers[number - 1]))
        else:
            self._say("chat-nothing-to-apply")

    def _do_undo(self, argument: str) -> None:
        self._show(self._dialogue.undo())

    def _do_report(self, argument: str) -> None:
        venue = argument.lower() or "plain"
        if venue not in (*VENUES, "html", "json"):
            self._say("chat-no-such-venue", venues=", ".join(VENUES))
            return
        self._show(self._dialogue.write_script())
        for line in self._dialogue.report(venue).splitlines():
            self._write(line)

    def _do_explain(self, argument: str) -> None:
        from assistant.explain import explain

        language = self._dialogue.language
        page = explain(self._cause(argument), language)
        for line in (page or say("cause-unknown", language, cause=argument)).splitlines():
            self._write(line)

    def _do_language(self, argument: str) -> None:
        if argument in LANGUAGES:
            self._dialogue.language = argument
            self._say("plain-how")
        else:
            self._say("chat-no-such-language", languages=", ".join(LANGUAGES))

    def _do_quit(self, argument: str) -> None:
        self._over = True

    def _cause(self, argument: str) -> str:
        """A suspect by its place in the ranking, or what was typed; without either the first."""
        place = int(argument or 1) if not argument or argument.isdecimal() else 0
        known = 1 <= place <= len(self._causes)
        return self._causes[place - 1] if known else argument


@contextmanager
def _interruptible(cancel: Callable[[], None]) -> Iterator[None]:
    """Ctrl+C stops the experiment that runs, and not the program."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, lambda *_: cancel())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
