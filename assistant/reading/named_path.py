"""The file or folder that a text names, as people type it and terminals paste it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlparse

#: A longer line is text, and asking the file system about it an error.
LONGEST = 4_096


def named_path(text: str) -> Path | None:
    """The existing file or folder of that name: bare, quoted, backslash-escaped, or ``file:``."""
    line = text.strip()
    if not line or "\n" in line or "\0" in line or len(line) > LONGEST:
        return None
    if line.startswith("file:"):
        line = unquote(urlparse(line).path)
    bare = line.strip("\"'")
    if not bare.strip() or bare in (".", "..", "~"):
        return None
    for candidate in dict.fromkeys((line, bare, bare.replace("\\ ", " "))):
        try:
            path = Path(candidate).expanduser()
            if path.exists():
                return path
        except (OSError, ValueError, RuntimeError):
            continue
    return None


def looks_like_path(text: str) -> bool:
    """A bare word is a word, even when a folder happens to bear that name."""
    return any(mark in text for mark in "/\\.")
