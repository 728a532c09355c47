"""What the chat needs of the dialogue. Nothing here imports it, so the first paint never waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, Protocol

from assistant.events import Event, Ranking

Outcome = Literal["worked", "no-change", "better"]
OUTCOMES: dict[str, Outcome] = {"worked": "worked", "no-change": "no-change", "better": "better"}


class Engine(Protocol):
    """One case being talked over.

    Every method that yields events may block for seconds while an experiment runs; only `cancel`
    is called from another thread.
    """

    language: str

    @property
    def case_name(self) -> str:
        """The name to resume the case by."""

    def start(self) -> Iterator[Event]:
        """Begin, or go on with a case that was resumed."""

    def events_so_far(self) -> Iterator[Event]:
        """What was said before, when the case was resumed."""

    def open_case(self, name: str) -> bool:
        """Go on with a saved case, or with a new one when the name is empty; False: not there."""

    def tell(self, text: str) -> Iterator[Event]:
        """Read anything a person types or pastes."""

    def attach(self, path: Path) -> Iterator[Event]:
        """Read a file or take it as model or data."""

    def bring(self, given: Path | str) -> Iterator[Event]:
        """Take in a text or a file without going on, because more is to come."""

    def remove(self, name: str) -> Iterator[Event]:
        """Take back what was brought, by `assistant.events.Heard.name`."""

    def answer(self, question_id: str, value: str) -> Iterator[Event]:
        """Take an answer; ``value`` is one of `assistant.events.Answer.value`."""

    def proceed(self) -> Iterator[Event]:
        """Do the next best step."""

    def run_probe(self, probe_id: str) -> Iterator[Event]:
        """Run one experiment by hand."""

    def tried(self, cause_id: str) -> Iterator[Event]:
        """Note that this cure was tried before."""

    def advise(self, cause: str) -> Iterator[Event]:
        """The advice on one cause, by id or code."""

    def outcome(self, cause_id: str, outcome: Outcome) -> Iterator[Event]:
        """Note what the user saw after the change."""

    def change_answer(self) -> Iterator[Event]:
        """Take the last answer back and ask again."""

    def why(self) -> Iterator[Event]:
        """Give the reasons for the leading suspect or the open question."""

    def apply(self, cause_id: str, offer_index: int) -> Iterator[Event]:
        """Write one offered change to the user's script, with a backup beside it."""

    def undo(self) -> Iterator[Event]:
        """Put back the script as it was before the last `apply`."""

    def report(self, venue: str) -> str:
        """The report for ``so``, ``github``, ``discourse``, ``plain`` or ``html``."""

    def write_script(self) -> Iterator[Event]:
        """Make and run the report's script with made-up data, where that is possible."""

    def masked_words(self) -> tuple[str, ...]:
        """The user's own words that the report leaves out."""

    def ranking(self) -> Ranking:
        """The suspects as they stand."""

    def cancel(self) -> None:
        """Stop the experiment that runs. Safe to call from another thread at any time."""

    def close(self) -> None:
        """Let go of the probe process and the case file."""


EngineFactory = Callable[[], Engine]
