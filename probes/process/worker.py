"""Runs jobs one after the other, and keeps model and data loaded between those of one subject."""

from __future__ import annotations

import importlib
import os
import time
import traceback
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from probes.errors import Cancelled, ProbeError, one_line
from probes.process.catalogue import OpenBench, Probe, find
from probes.process.channel import Channel, Requests
from probes.process.limits import ALARM_MARGIN, alarm, limit_memory
from probes.protocol import Job, encode
from probes.reporter import Reporter


class Worker:
    """Serves the requests of one channel until it closes."""

    def __init__(self, requests: Requests, out: Channel) -> None:
        self._requests = requests
        self._out = out
        self._held: tuple[OpenBench, bytes] | None = None
        self._benches: dict[bytes, Any] = {}  # by the changes of the subject; the files' own first

    def serve(self) -> NoReturn:
        """Run every job that comes. A closed channel ends the process from the reading thread."""
        while True:
            request = self._requests.next_job()
            try:
                job = Job.from_dict(request)
            except (KeyError, TypeError, ValueError) as error:
                number = request.get("id")
                data = {"reason": "unforeseen", "error": one_line(error)}
                self._out.send("failed", number if type(number) is int else None, data)
            else:
                self.run(job)

    def run(self, job: Job) -> None:
        """Run one job; its last event is always done, failed or cancelled."""
        started = time.monotonic()
        self._out.send("hello", job.id, {"pid": os.getpid()})
        reporter = Reporter(
            lambda kind, data: self._out.send(kind, job.id, data),
            job.seconds,
            lambda: self._requests.cancelled(job.id),
        )
        alarm(job.seconds + ALARM_MARGIN)
        memory = limit_memory(job.memory_gb)
        try:
            probe = find(job.probe)
            bench = self._open(probe, job)
            reporter.check()
            results = probe.run(bench, job.options, reporter)
            reporter.flush()
            seconds = round(time.monotonic() - started, 3)
            self._out.send("done", job.id, {**(results or {}), "seconds": seconds})
        except Cancelled:
            self._out.send("cancelled", job.id)
        except BaseException as error:  # SystemExit too: the user's own layers may raise anything
            reporter.flush()
            self._out.send("failed", job.id, self._failure(error, memory))
        finally:
            alarm(None)

    def _open(self, probe: Probe, job: Job) -> Any:
        key = (probe.open_bench, subject_key(job))
        if self._held != key:
            self._forget()  # the old model goes before the new one comes
            self._held = key
        changes = encode({"changes": job.subject.changes})
        if changes not in self._benches:
            bench = probe.open_bench(job.subject, job.seed)
            first = next(iter(self._benches.items()), None)
            if first is not None:
                importlib.import_module("probes.apparatus.sharing").share(bench, first[1])
                self._benches = dict([first])  # of the repaired copies the last alone
            self._benches[changes] = bench
        return self._benches[changes]

    def _forget(self) -> None:
        self._held, self._benches = None, {}

    def _failure(self, error: BaseException, memory_gb: float) -> Mapping[str, Any]:
        if out_of_memory(error):
            self._forget()
            return {
                "reason": "out-of-memory",
                "error": one_line(error),
                "memory_gb": round(memory_gb, 1),
            }
        if isinstance(error, ProbeError):
            return {**error.fields, "reason": error.key, "error": error.error}
        self._forget()
        traceback.print_exception(type(error), error, error.__traceback__)  # to the log
        return {"reason": "unforeseen", "error": one_line(error)}


def out_of_memory(error: BaseException | None) -> bool:
    """Whether lack of memory is behind the error, whatever it was wrapped in."""
    while error is not None:
        names = {base.__name__ for base in type(error).__mro__}
        if {"MemoryError", "ResourceExhaustedError"} & names or "OOM when alloc" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def subject_key(job: Job) -> bytes:
    """What must stay the same for the loaded model and data to be used again; changes of the
    subject may differ, since they are made on copies.

    Counts the date and size of the files: a model that was trained on and saved again is loaded
    again.
    """
    subject = job.subject
    stamps = [
        _stamp(path) for path in (subject.model, subject.data, subject.validation, subject.custom)
    ]
    unchanged = replace(subject, changes=())
    return encode({"subject": unchanged, "seed": job.seed, "stamps": stamps})


def _stamp(path: str | None) -> tuple[int, int] | None:
    if path is None:
        return None
    try:
        status = Path(path).stat()
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size
