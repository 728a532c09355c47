"""Writes an edit to disk with a backup beside the file, and takes it back."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from assistant.advice.edit import Edit

#: longest file that is read; notebooks with pictures in them reach tens of megabytes
MOST_BYTES = 64_000_000


class CannotWrite(Exception):
    """An edit that may not or could not be written; ``reason`` is a message key."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail or reason)
        self.reason = reason


@dataclass(frozen=True)
class Backup:
    """What is needed to take an edit back.

    Args:
        path: the file that was changed.
        backup: the copy of it as it was.
        written: the bytes that were written, to see whether the file has changed since.
    """

    path: Path
    backup: Path
    written: bytes


def read_text(path: Path) -> str:
    """A file's text with its line ends as they stand; bytes that are no UTF-8 are kept.

    Of a file beyond `MOST_BYTES` only the beginning is read; edits of it are not written.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as stream:
        return stream.read(MOST_BYTES).decode("utf-8", "surrogateescape")


def to_bytes(text: str) -> bytes:
    """The bytes of a text read by `read_text`, or of a diff of it."""
    return text.encode("utf-8", "surrogateescape")


def printable(text: str) -> str:
    """A text for a screen or a JSON file: bytes that are no UTF-8 become the sign for that."""
    return to_bytes(text).decode("utf-8", "replace")


def apply_edit(path: Path | str, edit: Edit) -> Backup:
    """Write an edit into the file it was made for, and keep a copy beside it.

    Raises:
        CannotWrite: the edit is a sketch, or the file has changed since it was read, or the disk
            refuses.
    """
    path = Path(path)
    if not edit.writable:
        raise CannotWrite("advice-not-writable")
    try:
        present = path.read_bytes()
        if present != to_bytes(edit.before):
            raise CannotWrite("advice-file-changed")
        backup = _free_name(path)
        backup.write_bytes(present)
        written = to_bytes(edit.after)
        _replace(path, written)
    except OSError as error:
        raise CannotWrite("advice-disk", str(error)) from error
    return Backup(path, backup, written)


def undo(backup: Backup) -> None:
    """Put the file back as it was before `apply_edit`, and take the copy away.

    Raises:
        CannotWrite: the file was changed after the edit, or the disk refuses.
    """
    try:
        if backup.path.read_bytes() != backup.written:
            raise CannotWrite("advice-file-changed")
        _replace(backup.path, backup.backup.read_bytes())
        backup.backup.unlink()
    except OSError as error:
        raise CannotWrite("advice-disk", str(error)) from error


def _free_name(path: Path) -> Path:
    """``train.py.bak``, or ``train.py.bak2`` where that exists."""
    first = path.with_name(path.name + ".bak")
    number, free = 2, first
    while free.exists():
        free = path.with_name(f"{path.name}.bak{number}")
        number += 1
    return free


def _replace(path: Path, data: bytes) -> None:
    """Write a file in one step, so that a crash leaves the old or the new one, never half."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        temporary.chmod(path.stat().st_mode)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
