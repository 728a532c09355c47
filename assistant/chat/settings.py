"""What the chat remembers between two sessions: the theme and the language that were chosen."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace

from assistant.case import cases_folder

_NAME = "chat-settings.json"
_MOST_BYTES = 10_000


@dataclass(frozen=True)
class Settings:
    """Choices of the user; an empty text means that none was made."""

    theme: str = ""
    language: str = ""


def load_settings() -> Settings:
    """What was chosen before; nothing when the file is not there or cannot be read."""
    try:
        with (cases_folder() / _NAME).open("rb") as stream:
            data = json.loads(stream.read(_MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return Settings()
    if not isinstance(data, dict):
        return Settings()
    known = {f.name: data.get(f.name) for f in fields(Settings)}
    return Settings(**{name: text for name, text in known.items() if isinstance(text, str)})


def remember(**chosen: str) -> None:
    """Keep a choice; that it cannot be kept is no reason to bother anyone."""
    settings = replace(load_settings(), **chosen)
    try:
        folder = cases_folder()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _NAME).write_text(json.dumps(asdict(settings)), encoding="utf-8")
    except (OSError, ValueError):
        return
