"""The two ends of the protocol inside the probe process: lines out, lines in.

Standard library only.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

from probes.process.lifeline import leave
from probes.protocol import LONGEST_LINE, Event, EventKind, decode, encode

_NOTHING: Mapping[str, Any] = {}


class Channel:
    """Writes events to a file descriptor, whole lines only, from any thread.

    ``on_closed`` is what to do when nobody reads any more; it ends this process.
    """

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.on_closed: Callable[[], NoReturn] = leave
        self._lock = threading.Lock()

    def send(
        self, kind: EventKind, job: int | None = None, data: Mapping[str, Any] = _NOTHING
    ) -> None:
        """Write one event.

        Raises:
            ValueError: when it is longer than `LONGEST_LINE`; nothing is written then.
        """
        self.write(encode(Event(kind, job, data).to_dict()))

    def write(self, line: bytes) -> None:
        """Write a finished line."""
        with self._lock:
            rest = memoryview(line)
            while rest:
                try:
                    rest = rest[os.write(self.fd, rest) :]
                except OSError:
                    self.on_closed()


class Lines:
    """Cuts bytes into lines; a line longer than `LONGEST_LINE` is left out whole."""

    def __init__(self) -> None:
        self._rest = b""
        self._skipping = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The lines that `data` completes, each with its line end."""
        *whole, self._rest = (self._rest + data).split(b"\n")
        for line in whole:
            if not self._skipping:
                yield line + b"\n"
            self._skipping = False
        if len(self._rest) > LONGEST_LINE:
            self._rest, self._skipping = b"", True


class Requests:
    """Reads requests on a thread of its own, so that a cancel is seen while the probe trains.

    When the other end closes, this process and all it started are ended: no orphans.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._jobs: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._cancelled: set[Any] = set()
        threading.Thread(target=self._read, name="requests", daemon=True).start()

    def next_job(self) -> dict[str, Any]:
        """The next "run" request; waits for it."""
        return self._jobs.get()

    def cancelled(self, job: int) -> bool:
        return job in self._cancelled

    def _read(self) -> None:
        lines = Lines()
        while data := _read_some(self._fd):
            for line in lines.feed(data):
                request = decode(line) or {}
                if request.get("op") == "run":
                    self._jobs.put(request)
                elif request.get("op") == "cancel" and isinstance(request.get("id"), int):
                    self._cancelled.add(request["id"])
        leave()


def _read_some(fd: int) -> bytes:
    try:
        return os.read(fd, 65536)
    except OSError:
        return b""
