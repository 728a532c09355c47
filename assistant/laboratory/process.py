"""One probe process, as seen from outside: start, send, listen, kill. No policy."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from assistant.laboratory.interpreter import MAIN
from assistant.laboratory.log import Log
from probes.protocol import LAST_EVENTS, LONGEST_LINE, Event, decode_event, encode

#: Signals by which native code ends that has a fault of its own.
CRASHES = frozenset({"SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE"})


class ProbeProcess:
    """A probe process and the thread that starts and reads it.

    All attributes are guarded by `changed`, which is notified of every change.
    """

    def __init__(
        self, python: str, variables: Mapping[str, str], log: Log, changed: threading.Condition
    ) -> None:
        self.python = python
        self.changed = changed
        self.mode: str | None = None  # "fork" or "spawn", once it has said hello
        self.child: int | None = None  # process id of the fork that holds the subject
        self.versions: Mapping[str, Any] | None = None  # once TensorFlow is imported
        self.ended = False
        self.end: dict[str, Any] = {}  # how: "signal" or "code"
        self.failure: dict[str, Any] | None = None  # why it can never become ready
        self.dying_job: int | None = None  # a job whose child was asked to be killed
        self._events: deque[Event] = deque()
        self._variables = dict(variables)
        self._log = log
        self._popen: subprocess.Popen[bytes] | None = None
        self._unwanted = False
        self._thread = threading.Thread(target=self._live, name="probe-process", daemon=True)

    def start(self) -> None:
        """Return at once; the process comes up in the background."""
        self._thread.start()

    @property
    def pid(self) -> int | None:
        return self._popen.pid if self._popen is not None else None

    def event_of(self, job: int) -> Event | None:
        """The next event of that job; those of other jobs, ended since, are dropped."""
        while self._events:
            event = self._events.popleft()
            if event.job == job:
                return event
        return None

    def send(self, message: Mapping[str, Any]) -> None:
        """Write one request; a process that is gone is reported by `ended`, not here."""
        with suppress(OSError, ValueError):
            if self._popen is not None and self._popen.stdin is not None:
                self._popen.stdin.write(encode(message))
                self._popen.stdin.flush()

    def kill(self) -> None:
        """End it and everything it started, now."""
        with self.changed:
            self._unwanted = True
            popen, child = self._popen, self.child
        if popen is None or self.ended:
            return
        if sys.platform == "win32":
            popen.kill()
            return
        _kill_group(child)
        _kill_group(popen.pid)

    def close(self, patience: float = 0.5) -> None:
        """Let it leave by closing its input; end it if it does not within `patience` seconds."""
        with suppress(OSError, ValueError):
            if self._popen is not None and self._popen.stdin is not None:
                self._popen.stdin.close()
        with self.changed:
            self._unwanted = True
            self.changed.wait_for(lambda: self.ended, patience)
        self.kill()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(2.0)

    def lives(self) -> bool:
        """Whether it runs or is coming up; notices an end before its last output is read."""
        return not self.ended and (self._popen is None or self._popen.poll() is None)

    def look(self) -> None:
        """Clear away what a process that is gone has left behind and keeps its output open."""
        if not self.ended and not self.lives():
            self.kill()

    # On the reading thread

    def _live(self) -> None:
        # TensorFlow leaves the code it generates in temporary files, which a killed process keeps.
        with self._log.scratch() as scratch:
            end, failure = self._live_with(scratch)
        self._over(end, failure)

    def _live_with(self, scratch: str) -> tuple[dict[str, Any], dict[str, Any] | None]:
        """Start it and read it to its end; how it ended, and why it can never become ready."""
        start = self._log.size()
        try:
            popen = self._open(scratch)
        except (OSError, ValueError) as error:
            reason = {"reason": "no-interpreter", "error": str(error)}
            return {}, {**reason, "python": self.python}
        with self.changed:
            self._popen = popen
            unwanted = self._unwanted
        if unwanted:
            self.kill()
        assert popen.stdout is not None
        with popen.stdout:
            while line := popen.stdout.readline(LONGEST_LINE + 1):
                event = decode_event(line)
                if event is not None:
                    self._note(event)
        try:
            code = popen.wait(2.0)
        except subprocess.TimeoutExpired:
            self.kill()
            code = popen.wait()
        _kill_group(self.child)  # it dies with its parent, what it started does not
        end = _describe_end(code)
        return end, self._failure(end, start)

    def _open(self, scratch: str) -> subprocess.Popen[bytes]:
        with self._log.path.open("ab") as log:
            return subprocess.Popen(
                [self.python, str(MAIN), str(self._log.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env={**self._variables, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), scratch)},
                start_new_session=True,
            )

    def _note(self, event: Event) -> None:
        with self.changed:
            if event.kind == "hello" and event.data.get("mode") == "child":
                self.child = event.data.get("pid")
            elif event.kind == "hello" and event.job is None:
                self.mode = str(event.data.get("mode"))
            elif event.kind == "ready":
                self.versions = event.data
            elif event.kind == "failed" and event.job is None and self.versions is None:
                self.failure = {"error": "", **event.data, "python": self.python}
            elif event.kind == "died" and event.data.get("pid") == self.child:
                self.child = None
            if event.job is not None:
                self._events.append(event)
                if event.job == self.dying_job and event.kind in LAST_EVENTS:
                    self.dying_job = None
            self.changed.notify_all()

    def _failure(self, end: dict[str, Any], log_start: int) -> dict[str, Any] | None:
        """Why a process that ended before it was ready will never be, None if it might."""
        if self.failure is not None or self.versions is not None or self._unwanted:
            return self.failure
        if self.mode is None:
            reason = "no-interpreter"
        elif end["signal"] is None or end["signal"] in CRASHES:
            reason = "tensorflow-broken"
        else:
            return None
        error = self._log.last_line(log_start) or str(end["signal"] or f"exit {end['code']}")
        return {"reason": reason, "error": error, "python": self.python}

    def _over(self, end: dict[str, Any], failure: dict[str, Any] | None) -> None:
        with self.changed:
            self.end, self.failure, self.ended, self.child = end, failure, True, None
            self.changed.notify_all()


def _kill_group(leader: int | None) -> None:
    if sys.platform != "win32" and leader is not None:
        with suppress(OSError):
            os.killpg(leader, signal.SIGKILL)


def _describe_end(code: int) -> dict[str, Any]:
    if code >= 0:
        return {"signal": None, "code": code}
    try:
        return {"signal": signal.Signals(-code).name, "code": None}
    except ValueError:
        return {"signal": str(-code), "code": None}
