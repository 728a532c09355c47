"""The cases kept in their folder, to go on with, and the files they were about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from assistant.case import cases_folder

#: What a case was about is told by its first entries; a long one is not read to its end.
_LINES = 12
_LONGEST_LINE = 200_000


@dataclass(frozen=True)
class SavedCase:
    """One saved case: its name, when it was last added to (seconds since 1970), and what it is
    about: the first words, and the files that were brought."""

    name: str
    time: float
    words: str
    files: tuple[Path, ...]


def recent_cases(limit: int = 9) -> list[SavedCase]:
    """The saved cases that something was said in, the latest first."""
    return list(islice(_cases(), limit))


def recent_files(limit: int = 20) -> list[Path]:
    """The files that were brought into recent cases and still exist, the latest first."""
    found = (path for case in recent_cases(limit) for path in reversed(case.files))
    return [path for path in dict.fromkeys(found) if path.exists()][:limit]


def _cases() -> Iterator[SavedCase]:
    try:
        files = [(p, p.stat()) for p in cases_folder().glob("*.jsonl")]
    except OSError:
        return
    files.sort(key=lambda pair: pair[1].st_mtime, reverse=True)
    for path, facts in files:
        given = [e["data"] for e in _entries(path) if e.get("kind") == "given"]
        if given:
            texts = [str(d["text"]) for d in given if d.get("text")]
            paths = tuple(Path(str(d["path"])) for d in given if d.get("path"))
            words = " ".join(texts[0].split())[:200] if texts else ", ".join(p.name for p in paths)
            yield SavedCase(path.stem, facts.st_mtime, words, paths)


def _entries(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8", errors="replace") as stream:
            lines = [stream.readline(_LONGEST_LINE) for _ in range(_LINES)]
    except OSError:
        return
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and isinstance(entry.get("data"), dict):
            yield entry
