"""Everything given and everything found, in order, kept in a file as it grows.

A case is a list of entries; belief, report and transcript are computed from it. Each entry is one
JSON line, written and flushed when it happens, so that a crash loses nothing.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from knowledge.files import cache_folder
from probes.finding import Finding, json_safe

EntryKind = Literal[
    "given",  # something the user brought: kind, name, text or path
    "findings",  # what was read or measured; replaces what the same origin said before
    "answer",  # a question and its answer
    "asked",
    "probe",  # an experiment with its result
    "said",  # an event shown, for the transcript
    "outcome",  # what became of an advice
    "language",
    "removed",  # something given was taken back
]

SCHEMA = 1


@dataclass(frozen=True)
class Entry:
    """One thing that happened; ``origin`` names what it came from (``probe:label-shape``)."""

    kind: EntryKind
    data: Mapping[str, Any]
    origin: str = ""
    findings: tuple[Finding, ...] = ()
    time: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "origin": self.origin,
            "time": round(self.time, 3),
            "data": json_safe(dict(self.data)),
            "findings": [f.to_dict() for f in self.findings],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Entry:
        return cls(
            kind=data["kind"],
            data=data.get("data") or {},
            origin=str(data.get("origin", "")),
            findings=tuple(Finding.from_dict(f) for f in data.get("findings") or ()),
            time=float(data.get("time") or 0.0),
        )


@dataclass
class Case:
    """The entries of one case, and the file they are appended to (None: kept in memory only)."""

    name: str
    path: Path | None = None
    entries: list[Entry] = field(default_factory=list)
    unsaved: str = ""  # why the file could not be written, once that happened

    def add(
        self,
        kind: EntryKind,
        data: Mapping[str, Any] | None = None,
        *,
        origin: str = "",
        findings: tuple[Finding, ...] = (),
    ) -> Entry:
        """Append an entry and write it to the file at once.

        A full disk or a read-only folder must not end the conversation: the fault is kept in
        ``unsaved`` and the case lives on in memory.
        """
        entry = Entry(kind, data or {}, origin, findings, time.time())
        self.entries.append(entry)
        if self.path is not None and not self.unsaved:
            try:
                with self.path.open("a", encoding="utf-8") as stream:
                    stream.write(json.dumps(entry.to_dict(), ensure_ascii=False) + "\n")
            except OSError as error:
                self.unsaved = str(error)
        return entry

    def findings(self) -> list[Finding]:
        """What holds now: of each origin the latest word, in the order of first appearance."""
        latest: dict[str, tuple[Finding, ...]] = {}
        for i, entry in enumerate(self.entries):
            if entry.kind == "removed":
                latest.pop(entry.origin, None)
            elif entry.findings:
                latest[entry.origin or f"entry-{i}"] = entry.findings
        return [finding for group in latest.values() for finding in group]

    def given(self) -> Iterator[Entry]:
        """What the user brought and did not take back."""
        return (e for e in self.standing() if e.kind == "given")

    def standing(self) -> Iterator[Entry]:
        """The entries that were not taken back after they were made."""
        last = {e.origin: i for i, e in enumerate(self.entries) if e.kind == "removed"}
        return (
            e
            for i, e in enumerate(self.entries)
            if e.kind != "removed" and i > last.get(e.origin, -1)
        )

    def discard_if_empty(self) -> None:
        """Leave no file behind when nothing was ever said."""
        if self.path is not None and not self.entries:
            with suppress(OSError):
                self.path.unlink(missing_ok=True)


def cases_folder() -> Path:
    """Where cases are kept: ``UNSTUCK_CASES``, else where the system keeps a program's data."""
    given = os.environ.get("UNSTUCK_CASES")
    if given:
        return Path(given)
    if sys.platform in ("win32", "darwin"):
        return cache_folder() / "cases"
    base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "unstuck" / "cases"


def new_case(*, keep: bool = True, name: str | None = None) -> Case:
    """An empty case with a name made from the time; kept in a file unless `keep` is False."""
    name = name or time.strftime("case-%Y%m%d-%H%M%S")
    if not keep:
        return Case(name)
    folder = cases_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = _free_name(folder, name)
        path.touch()
    except OSError as error:
        return Case(name, unsaved=str(error))
    return Case(path.stem, path)


def open_case(name: str = "") -> Case | None:
    """The case of that name (or path), the latest when no name is given, None when there is none.

    Lines that cannot be read (a write cut off by a crash) are passed over.
    """
    path = _find(name)
    if path is None:
        return None
    case = Case(path.stem, path)
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            case.entries.append(Entry.from_dict(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
    return case


def _find(name: str) -> Path | None:
    if name and Path(name).is_file():
        return Path(name)
    folder = cases_folder()
    if name:
        path = folder / f"{Path(name).name}.jsonl"
        return path if path.is_file() else None
    files = [p for p in folder.glob("*.jsonl") if p.stat().st_size] if folder.is_dir() else []
    return max(files, key=lambda p: p.stat().st_mtime, default=None)


def _free_name(folder: Path, name: str) -> Path:
    path, n = folder / f"{name}.jsonl", 2
    while path.exists():
        path, n = folder / f"{name}-{n}.jsonl", n + 1
    return path
