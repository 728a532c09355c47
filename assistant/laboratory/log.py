"""The file that takes what TensorFlow and the user's own layers print."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

#: Bytes after which the log is begun anew while a probe runs.
LARGEST_LOG = 5_000_000

#: Logs and temporary files of earlier sessions are kept for this long, in seconds: a week.
KEPT = 7 * 24 * 3600.0


class Log:
    """One log file, in the user's cache folder, or a temporary one where that cannot be written."""

    def __init__(self, folder: Path | None = None) -> None:
        self.path = _create(folder or cache_folder() / "logs")

    def size(self) -> int:
        try:
            return self.path.stat().st_size
        except OSError:
            return 0

    def scratch(self) -> tempfile.TemporaryDirectory[str]:
        """A folder for temporary files beside the log, removed when its context ends."""
        place = self.path.parent if self.path.is_file() else None
        return tempfile.TemporaryDirectory("", "probes-", place, ignore_cleanup_errors=True)

    def trim(self) -> None:
        """Empty the file once it is too large; its writers append, so they go on at its start."""
        if self.size() > LARGEST_LOG:
            with suppress(OSError):
                os.truncate(self.path, 0)

    def tail(self, since: int = 0, most: int = 65536) -> str:
        """The last `most` bytes written after position `since`."""
        try:
            with self.path.open("rb") as file:
                end = file.seek(0, os.SEEK_END)
                file.seek(max(end - most, since if since <= end else 0))
                return file.read(most).decode("utf-8", "replace")
        except OSError:
            return ""

    def last_line(self, since: int = 0) -> str:
        """The last line with text in it, at most 300 characters; empty when there is none."""
        lines = [line.strip() for line in self.tail(since).splitlines() if line.strip()]
        return lines[-1][:300] if lines else ""


def cache_folder() -> Path:
    """Where this system keeps what a program can do without; may not exist yet."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(os.path.expanduser(base)) / "unstuck"  # noqa: PTH111 - never raises, unlike Path


def _create(folder: Path) -> Path:
    for place in (folder, None):
        with suppress(OSError):
            if place is not None:
                place.mkdir(parents=True, exist_ok=True)
                _remove_old(place)
            handle, name = tempfile.mkstemp(".log", "probes-", place)
            os.close(handle)
            return Path(name)
    return Path(os.devnull)


def _remove_old(folder: Path) -> None:
    for path in folder.glob("probes-*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > KEPT:
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink()
