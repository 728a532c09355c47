"""Runs a program in a pseudo terminal and watches what it paints."""

from __future__ import annotations

import os
import pty
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fcntl import ioctl
from termios import TIOCSWINSZ
from types import TracebackType


@dataclass
class Terminal:
    """A child process on a pty of `columns` by `rows`; what it writes gathers in `output`."""

    command: Sequence[str]
    columns: int = 80
    rows: int = 24
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: str | None = None
    output: bytearray = field(default_factory=bytearray)

    def __enter__(self) -> Terminal:
        ours, theirs = pty.openpty()
        ioctl(theirs, TIOCSWINSZ, struct.pack("HHHH", self.rows, self.columns, 0, 0))
        environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        environment.pop("NO_COLOR", None)
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            self.command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**environment, **self.environment},
            cwd=self.folder,
            start_new_session=True,
        )
        os.close(theirs)
        self._fd = ours
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        os.close(self._fd)

    def wait_for(self, text: str, seconds: float = 30.0) -> float:
        """Seconds from the start until `text` has been painted.

        Raises:
            TimeoutError: it was not painted in time.
        """
        wanted = text.encode()
        end = time.perf_counter() + seconds
        while wanted not in self.output:
            if time.perf_counter() > end or not self.read(0.5):
                raise TimeoutError(f"{text!r} was not painted; {bytes(self.output[-300:])!r}")
        return time.perf_counter() - self.started

    def read(self, seconds: float) -> bool:
        """Take in what comes within `seconds`; False once the program has ended."""
        ready, _, _ = select.select([self._fd], [], [], seconds)
        if not ready:
            return self.process.poll() is None
        try:
            data = os.read(self._fd, 65_536)
        except OSError:
            return False
        self.output += data
        return bool(data)

    def write(self, keys: str) -> None:
        """Press keys."""
        os.write(self._fd, keys.encode())

    def drain(self, seconds: float = 10.0) -> int:
        """Read until the program ends; its exit status.

        Raises:
            TimeoutError: it did not end.
        """
        end = time.perf_counter() + seconds
        while self.read(0.2):
            if time.perf_counter() > end:
                raise TimeoutError("the program did not end")
        return self.process.wait(timeout=5)


def python(program: str) -> list[str]:
    """The command that runs a Python program given as text."""
    return [sys.executable, "-c", program]
