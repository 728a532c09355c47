"""The fork server (Linux): TensorFlow is imported once here, each subject gets a fork of its own.

No TensorFlow operation ever runs in this process: the thread pools start with the first one, and a
fork would have their locks without their threads. A fork takes 7 to 30 ms instead of the 2 to 4 s
of a new process, so whatever happens in it, it is thrown away and the next one is at hand.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import time
import traceback
import warnings
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NoReturn

from probes.errors import one_line
from probes.process.channel import Channel, Lines, Requests
from probes.process.lifeline import die_with, leave
from probes.process.worker import Worker, subject_key
from probes.protocol import LAST_EVENTS, Job, decode, decode_event, encode

#: Failures after which the state of a child is not to be relied on.
SPOILT = frozenset({"out-of-memory", "unforeseen"})


@dataclass
class Child:
    """A fork that holds one subject."""

    pid: int
    requests: int  # file descriptor to write requests to
    events: int  # file descriptor to read events from
    key: bytes
    job: int | None = None  # the job it is busy with
    lines: Lines = field(default_factory=Lines)


class Zygote:
    """Takes requests from the client, hands them to a child, passes the child's events on."""

    def __init__(self, requests: int, out: Channel) -> None:
        self._requests = requests
        self._out = out
        self._out.on_closed = self._close
        self._lines = Lines()
        self._current: Child | None = None
        self._dying: list[Child] = []
        self._wake, self._waker = os.pipe()

    def serve(self) -> NoReturn:
        """Work until the client closes its end."""
        for fd in (self._wake, self._waker):
            os.set_blocking(fd, False)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        # TensorFlow leaves an idle native thread behind, which newer Pythons warn of at each fork.
        warnings.filterwarnings("ignore", message=".*fork", category=DeprecationWarning)
        gc.collect()
        gc.freeze()
        while True:
            for fd in self._ready():
                if fd == self._wake:
                    self._reap()
                elif fd == self._requests:
                    self._reap()  # a child that has died meanwhile cannot take the next job
                    self._take_requests()
                else:
                    self._pass_on(fd)

    def _ready(self) -> list[int]:
        poll = select.poll()
        children = [*self._dying, *([self._current] if self._current else [])]
        for fd in (self._requests, self._wake, *(child.events for child in children)):
            poll.register(fd, select.POLLIN)
        return [fd for fd, _ in poll.poll()]

    # Requests

    def _take_requests(self) -> None:
        data = os.read(self._requests, 65536)
        if not data:
            self._close()
        for line in self._lines.feed(data):
            request = decode(line) or {}
            number = request.get("id")
            if type(number) is not int:
                continue
            if request.get("op") == "run":
                self._run(number, request)
            elif self._current is not None and self._current.job == number:
                if request.get("op") == "cancel":
                    _write(self._current.requests, line)
                elif request.get("op") == "kill":
                    self._discard()

    def _run(self, number: int, request: dict[str, Any]) -> None:
        try:
            job = Job.from_dict(request)
            child = self._child_for(subject_key(job))
        except (KeyError, TypeError, ValueError, OSError) as error:
            self._out.send("failed", number, {"reason": "unforeseen", "error": one_line(error)})
            return
        child.job = number
        _write(child.requests, encode(request))

    def _child_for(self, key: bytes) -> Child:
        child = self._current
        if child is None or child.key != key or child.job is not None:
            self._discard()
            child = self._current = self._fork(key)
        return child

    # Children

    def _fork(self, key: bytes) -> Child:
        started = time.monotonic()
        request_end, requests = os.pipe()
        events, event_end = os.pipe()
        zygote = os.getpid()
        pid = os.fork()
        if pid == 0:
            try:
                self._become_worker(zygote, request_end, event_end, (requests, events))
            except BaseException:
                traceback.print_exc()  # to the log
            finally:
                os._exit(1)
        os.close(request_end)
        os.close(event_end)
        os.set_blocking(events, False)
        seconds = round(time.monotonic() - started, 4)
        self._out.send("hello", None, {"pid": pid, "mode": "child", "seconds": seconds})
        return Child(pid, requests, events, key)

    def _become_worker(
        self, zygote: int, requests: int, events: int, others: tuple[int, int]
    ) -> NoReturn:
        os.setsid()
        die_with(zygote)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        siblings = [fd for child in self._dying for fd in (child.requests, child.events)]
        for fd in (*others, *siblings, self._requests, self._out.fd, self._wake, self._waker):
            os.close(fd)
        Worker(Requests(requests), Channel(events)).serve()

    def _discard(self) -> None:
        """Kill the current child with all that it started; its end is reported when it is seen."""
        if self._current is not None:
            _kill(self._current.pid)
            self._dying.append(self._current)
            self._current = None

    def _pass_on(self, fd: int) -> None:
        child = self._current
        if child is not None and child.events == fd:
            if self._drain(child):  # it closed its end: it is dead, or can no longer be heard
                _kill(child.pid)
                self._reap()
        elif any(child.events == fd and _read_all(fd)[1] for child in self._dying):
            self._reap()

    def _drain(self, child: Child) -> bool:
        """Pass on what the child has said; True when it has closed its end."""
        data, closed = _read_all(child.events)
        for line in child.lines.feed(data):
            event = decode_event(line)
            if event is None:
                continue
            self._out.write(line)
            if event.kind in LAST_EVENTS and event.job == child.job:
                child.job = None
                if event.data.get("reason") in SPOILT and child is self._current:
                    self._discard()
        return closed

    def _reap(self) -> None:
        with suppress(BlockingIOError):
            while os.read(self._wake, 4096):
                pass
        children = [*self._dying, *([self._current] if self._current else [])]
        for child in children:
            options = os.WEXITED | os.WNOHANG | os.WNOWAIT
            if os.waitid(os.P_PID, child.pid, options) is None:
                continue
            _kill(child.pid)  # its own children, while the dead process still keeps the number
            _, status = os.waitpid(child.pid, 0)
            self._bury(child, status)

    def _bury(self, child: Child, status: int) -> None:
        if child is self._current:
            self._drain(child)  # a crash may follow close upon the last lines
        if child is self._current:
            self._current = None
        else:
            self._dying.remove(child)
        for fd in (child.requests, child.events):
            os.close(fd)
        self._out.send("died", child.job, {"pid": child.pid, **describe_end(status)})

    def _close(self) -> NoReturn:
        self._discard()
        for child in self._dying:
            _kill(child.pid)
        leave()


def describe_end(status: int) -> dict[str, Any]:
    """How a process ended, by its wait status: name of the signal, or exit code."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        return {"signal": signal.Signals(number).name if number < 32 else str(number), "code": None}
    return {"signal": None, "code": os.WEXITSTATUS(status)}


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _write(fd: int, line: bytes) -> None:
    with suppress(OSError):  # a child that has just died is reported by its end
        os.write(fd, line)


def _read_all(fd: int) -> tuple[bytes, bool]:
    """What can be read now, and whether the other end is closed."""
    parts = []
    try:
        while data := os.read(fd, 65536):
            parts.append(data)
    except BlockingIOError:
        return b"".join(parts), False
    return b"".join(parts), True
