"""What reaches the conversation's screen, as Textual messages. Facts are in the past tense."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from textual.message import Message

from assistant.cases import SavedCase
from assistant.chat.attachments import Attachment
from assistant.events import Event


@dataclass
class EngineReady(Message):
    """The dialogue exists."""

    case_name: str
    language: str


@dataclass
class EngineFailed(Message):
    """The dialogue could not be made; ``error`` is one line, the rest as in `JobFailed`."""

    error: str
    words: str = ""
    attachments: tuple[Attachment, ...] = ()


@dataclass
class EngineSaid(Message):
    """The dialogue yielded one event."""

    event: Event


@dataclass
class Replayed(Message):
    """What was said before, of a resumed case."""

    events: tuple[Event, ...]


@dataclass
class CaseOpened(Message):
    """The engine goes on with another case; ``events`` is what was said in it before."""

    case_name: str
    events: tuple[Event, ...]


@dataclass
class LanguageFound(Message):
    """The engine speaks another language from now on, that of the user's words."""

    language: str


@dataclass
class JobStarted(Message):
    """The engine works on something."""

    name: str


@dataclass
class JobFailed(Message):
    """Work ended with a fault; ``words`` and ``attachments`` are what the user sent with it."""

    name: str
    error: str
    words: str
    attachments: tuple[Attachment, ...] = ()


@dataclass
class JobEnded(Message):
    """Work ended, one way or the other. ``waiting`` more jobs stand in line."""

    name: str
    waiting: int


@dataclass
class ReportWritten(Message):
    """The report is there to be read before anything is done with it.

    ``shown`` is what is read: the text itself, or for a page of markup the same in Markdown;
    ``masked`` are the user's own words that it leaves out.
    """

    venue: str
    text: str
    shown: str
    masked: tuple[str, ...] = ()


@dataclass
class PageWritten(Message):
    """A long page (``/explain``) is there."""

    title: str
    text: str


@dataclass
class NamesLoaded(Message):
    """Names that complete a command, with their titles: probes by id, causes by code."""

    probes: tuple[tuple[str, str], ...]
    causes: tuple[tuple[str, str], ...]


@dataclass
class FilesFound(Message):
    """What is at hand: files below the working folder, for ``@path``; its one model and data file,
    if so; the files and cases of late."""

    files: tuple[str, ...]
    pair: tuple[Path, ...]
    recent: tuple[Path, ...] = ()
    cases: tuple[SavedCase, ...] = ()


@dataclass
class AttachmentRead(Message):
    """What is in an attachment that waits to be sent, in the words of a chip."""

    attachment: Attachment
    label: str


@dataclass
class CopyDone(Message):
    """A text was copied: by which ways, and into which file (None: not even that)."""

    ways: tuple[str, ...]
    path: Path | None
