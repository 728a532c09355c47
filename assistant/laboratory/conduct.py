"""One job from its request to its last event, through cancels, limits and crashes."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import replace
from typing import Any

from assistant.laboratory.process import CRASHES, ProbeProcess
from assistant.laboratory.supervisor import Supervisor
from probes.protocol import LAST_EVENTS, Event, Job

#: Seconds a probe has to honour a cancel at its next step before its process is killed.
CANCEL_PATIENCE = 0.06

#: Seconds past its limit that a job is given to hand over its result.
LIMIT_PATIENCE = 0.25

#: Seconds a process may take to say hello (it is a Python at all), and to import TensorFlow
#: (2 s warm; a cold network disk takes a minute).
HELLO_SECONDS = 30.0
WARM_SECONDS = 180.0

#: Seconds between two looks at the size of the log and at the process, while waiting.
LOOK = 0.25


class Conduct:
    """Takes one job through the process that the supervisor has at hand."""

    def __init__(self, job: Job, supervisor: Supervisor) -> None:
        self.job = job
        self.cancelled = False
        self._supervisor = supervisor
        self._busy: ProbeProcess | None = None  # the process that may be at work on the job
        self._begun = False  # the process has said that it took the job up
        self._end: float | None = None  # when the time of all attempts is up, on the clock
        self._log_start = 0
        self._found: list[Mapping[str, Any]] = []
        self._results: Mapping[str, Any] | None = None  # as far as the job got

    def events(self) -> Iterator[Event]:
        """All events of the job; exactly one of done, failed, cancelled comes last.

        The job's time is for all attempts together. It runs from when the process is ready, but
        from now on where a fork server was ready before: it is only started again when it is stuck.
        """
        if self._supervisor.served:
            self._end = time.monotonic() + self.job.seconds
        end = yield from self._attempt()
        if end.kind == "died" and not self._begun:
            # The process was killed between two jobs, and its death not seen yet.
            end = yield from self._attempt()
        if self._crashed(end) and self._supervisor.without_onednn():
            # oneDNN is behind the native crashes known; a model that brings it down works without.
            yield self._doing("retrying-after-crash")
            end = yield from self._attempt()
            if self._crashed(end):
                self._supervisor.with_onednn()
            elif end.kind == "done":
                end = replace(end, data={**end.data, "onednn": False})
        yield self._verdict(end)

    def stop(self) -> Event:
        """End the job, softly if it lets itself; says how it ended: cancelled, or done by then."""
        process, self._busy = self._busy, None
        if process is not None:
            process.send({"op": "cancel", "id": self.job.id})
            limit = time.monotonic() + CANCEL_PATIENCE
            event = self._next(process, limit, heed_cancel=False)
            while event is not None and event.kind not in LAST_EVENTS:
                event = self._next(process, limit, heed_cancel=False)
            if event is not None:
                return event if event.kind == "done" else Event("cancelled")
            self._supervisor.drop(process, self.job.id)
        return Event("cancelled")

    # Steps

    def _attempt(self) -> Generator[Event, None, Event]:
        """Run the job once; returns its last event, which may be "died"."""
        process = yield from self._warm()
        if isinstance(process, Event):
            return process
        if self._end is None:
            self._end = time.monotonic() + self.job.seconds
        left = self._end - time.monotonic()
        if left <= 0:
            return self._failed("time-limit", seconds=self.job.seconds)
        self._log_start, self._busy = self._supervisor.log.size(), process
        process.send(replace(self.job, seconds=left).to_dict())
        limit = self._end + LIMIT_PATIENCE
        while (event := self._next(process, limit)) is not None:
            self._begun = self._begun or event.kind != "died"
            if event.kind in LAST_EVENTS:
                self._busy = None
                return event
            if event.kind == "progress" and "results" in event.data:
                self._results = event.data["results"]
            elif self._is_news(event):
                yield event
        if self._over():
            return self.stop()
        self._busy = None
        if process.ended:
            self._supervisor.current()  # the next one comes up while this failure is read
            return Event("died", data=process.end)
        self._supervisor.drop(process, self.job.id)
        if self._results is not None:
            cut = {"seconds": self.job.seconds, "cut": True}
            return Event("done", self.job.id, {**self._results, **cut})
        return self._failed("time-limit", seconds=self.job.seconds)

    def _warm(self) -> Generator[Event, None, ProbeProcess | Event]:
        """A process that is ready, or the event to end with. One that is killed is tried again."""
        for attempt in range(2):
            process = None if self._over() else self._supervisor.current()
            if process is None:
                return Event("cancelled")
            if attempt == 0 and process.versions is None:
                yield self._doing("starting-tensorflow")
            self._wait(process, lambda p: p.mode is not None, self._at_most(HELLO_SECONDS))
            if process.mode is not None:
                ready = self._at_most(WARM_SECONDS)
                self._wait(process, lambda p: p.versions is not None, ready)
            if self._over():
                return Event("cancelled")
            if process.failure is not None:
                return Event("failed", data=process.failure)
            if not process.ended:
                if process.versions is not None:
                    self._supervisor.served = process.mode == "fork"
                    return process
                if self._at_most(1.0) <= 0:
                    return self._failed("time-limit", seconds=self.job.seconds)
                process.kill()
                if process.mode is None:
                    return self._failed("no-interpreter", "no answer", python=process.python)
                return self._failed("start-limit", python=process.python, seconds=WARM_SECONDS)
        return Event("died", data=process.end if process is not None else {})

    # Waiting

    def _next(self, process: ProbeProcess, limit: float, heed_cancel: bool = True) -> Event | None:
        """The job's next event; None at the limit, at a cancel, or when the process is gone."""
        while True:
            with process.changed:
                event = process.event_of(self.job.id)
                left = limit - time.monotonic()
                if event is not None or process.ended or left <= 0:
                    return event
                if heed_cancel and self._over():
                    return None
                process.changed.wait(min(left, LOOK))
            self._look(process)

    def _wait(
        self, process: ProbeProcess, met: Callable[[ProbeProcess], bool], seconds: float
    ) -> None:
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            with process.changed:
                if process.ended or self._over() or met(process):
                    return
                process.changed.wait(LOOK)
            self._look(process)

    def _at_most(self, seconds: float) -> float:
        """So many seconds, or those that the job has left."""
        left = math.inf if self._end is None else self._end - time.monotonic()
        return min(seconds, left)

    def _look(self, process: ProbeProcess) -> None:
        process.look()
        self._supervisor.log.trim()

    def _over(self) -> bool:
        return self.cancelled or self._supervisor.closed

    # Events

    def _is_news(self, event: Event) -> bool:
        """False for what a first attempt, ended by a crash, has handed over already."""
        if event.kind == "finding":
            if event.data in self._found:
                return False
            self._found.append(event.data)
        return event.kind in ("progress", "finding")

    def _crashed(self, end: Event) -> bool:
        return (
            end.kind == "died" and end.data.get("signal") in CRASHES and not self._lacked_memory()
        )

    def _lacked_memory(self) -> bool:
        """C++ code that gets no memory aborts, and says so in the log."""
        return "bad_alloc" in self._supervisor.log.tail(self._log_start)

    def _verdict(self, end: Event) -> Event:
        if end.kind != "died":
            return end
        name = str(end.data.get("signal") or f"exit {end.data.get('code')}")
        if name in CRASHES:
            reason = "out-of-memory" if self._lacked_memory() else "tensorflow-crashed"
        else:
            # The alarm is the limit that a job sets itself, for when nobody outside does.
            reason = "time-limit" if name == "SIGALRM" else "process-killed"
        return self._failed(reason, error=name, signal=name, seconds=self.job.seconds)

    def _failed(self, reason: str, error: str = "", **fields: Any) -> Event:
        return Event("failed", data={**fields, "reason": reason, "error": error})

    def _doing(self, text: str) -> Event:
        return Event(
            "progress", data={"step": 0, "steps": 0, "loss": None, "text": text, "arm": None}
        )
