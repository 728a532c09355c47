"""What the user has brought but not sent yet: long pastes and files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.chat.paths import TEXT_ENDINGS
from knowledge.texts import say

Kind = Literal["log", "traceback", "script", "notebook", "text", "file", "folder"]

#: A paste longer than this stays out of the prompt (a terminal shows no more at once anyway).
LONG_CHARACTERS = 2_000
LONG_LINES = 20

_SIGNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("traceback", re.compile(r"^Traceback \(most recent call last\)", re.M)),
    ("notebook", re.compile(r'^\s*\{[\s\S]{0,2000}"(?:cells|nbformat)"\s*:')),
    ("script", re.compile(r"^\s*(?:from [\w.]+ import |import \w+|def \w+\(|model\.\w+\()", re.M)),
    ("log", re.compile(r"^\s*Epoch\s+\d+|\bloss\s*[:=]\s*-?[\dn]", re.M | re.I)),
)
_LOOK_AT = 20_000
_LARGE = 2_000_000


@dataclass(frozen=True)
class Attachment:
    """One thing to send along: a pasted text or a path."""

    kind: Kind
    text: str = ""
    path: Path | None = None

    @classmethod
    def pasted(cls, text: str) -> Attachment:
        return cls(kind_of(text), text)

    @classmethod
    def file(cls, path: Path) -> Attachment:
        return cls("folder" if path.is_dir() else "file", path=path)

    def label(self, language: str) -> str:
        """The words of the chip: "training log, 1,204 lines"."""
        kind = say(f"chat-kind-{self.kind}", language)
        if self.path is not None:
            return f"{kind} {self.path.name or self.path}"
        return say("chat-chip-text", language, kind=kind, lines=f"{line_count(self.text):,}")

    def recognised(self, language: str) -> str:
        """What reading it shows ("training log, 5 epochs, val stuck at .0099"); empty for what
        says nothing. Takes up to a second: not for the screen's own thread."""
        from assistant.dialogue.materials import read_path, read_text

        if self._is_large():
            return ""  # it is read once it is sent, and that is often enough
        found = read_text(self.text, language) if self.path is None else []
        if self.path is not None and self.kind == "file":
            found = read_path(self.path, language)
        telling = [m for m in found if m.kind != "data" and not m.refusal]
        telling = [m for m in telling if m.kind != "words" or m.findings]
        return " + ".join(m.summary for m in telling)

    def _is_large(self) -> bool:
        if self.path is None:
            return len(self.text) > _LARGE
        try:
            text = self.path.name.lower().endswith(TEXT_ENDINGS)
            return text and self.path.stat().st_size > _LARGE
        except OSError:
            return True

    def content(self) -> str:
        """What opening it shows."""
        return self.text if self.path is None else _file_text(self.path)


def is_long(text: str) -> bool:
    """Whether a paste becomes an attachment instead of text in the prompt."""
    return len(text) > LONG_CHARACTERS or line_count(text) > LONG_LINES


def line_count(text: str) -> int:
    return text.rstrip("\n").count("\n") + 1


def kind_of(text: str) -> Kind:
    """A name for the chip, from the first signs; the dialogue reads it properly later."""
    head = text[:_LOOK_AT]
    found = [kind for kind, sign in _SIGNS if sign.search(head)]
    return found[0] if found else "text"


def _file_text(path: Path, limit: int = 1_000_000) -> str:
    try:
        with path.open("rb") as stream:
            data = stream.read(limit)
    except OSError as error:
        return f"{path}\n{error.strerror or error}"
    if b"\0" in data[:4_096]:
        return f"{path}\n{path.stat().st_size:,} bytes"
    return data.decode("utf-8", "replace")
