"""Processor time and memory of this process and the processes it started. Linux only."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

_TICKS = os.sysconf("SC_CLK_TCK")
#: seconds between two looks at the memory
_LOOK = 0.05


class Watch:
    """Measures a stretch of work, children included.

    Attributes:
        seconds: processor seconds, of all cores.
        megabytes: the most that any one child held in memory at a look.
    """

    seconds = 0.0
    megabytes = 0.0

    def __enter__(self) -> Watch:
        self._before = _processor_seconds()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        self.seconds = _processor_seconds() - self._before

    def _look(self) -> None:
        while not self._over.wait(_LOOK):
            held = [_megabytes(pid) for pid in _family() if pid != os.getpid()]
            self.megabytes = max(self.megabytes, *held, 0.0)


def _family(pid: int | None = None) -> Iterator[int]:
    pid = os.getpid() if pid is None else pid
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            yield from _family(int(child))


def _processor_seconds() -> float:
    """Of all living members, and of those that they have seen end."""
    return sum(_own_seconds(pid) for pid in _family())


def _own_seconds(pid: int) -> float:
    try:
        figures = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(ticks) for ticks in figures[11:15]) / _TICKS


def _megabytes(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    resident = next((line for line in status.splitlines() if line.startswith("VmRSS")), "VmRSS 0 0")
    return int(resident.split()[1]) / 1024
