"""Runs probes in a process of their own and hands on what they find, whatever happens to it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assistant.laboratory.conduct import Conduct
from assistant.laboratory.log import Log
from assistant.laboratory.supervisor import Supervisor
from probes.protocol import Event, Job, Subject


@dataclass(frozen=True)
class _Turn:
    """One run in line, and the thread that iterates over it."""

    conduct: Conduct
    thread: int


class Laboratory:
    """The client of the probe process. Safe to use from several threads; they take turns.

    Nothing that happens to the process raises here: it becomes a ``failed`` event whose ``reason``
    is a key of ``knowledge/messages/probes.yaml``, and the next run starts afresh.

    Args:
        python: interpreter, folder of a virtual environment or name of a command to run the
            probes with; None for the one that runs this.
        variables: environment variables to add for the process.
        logs: folder of the log file; None for the user's cache folder.
    """

    def __init__(
        self,
        python: Path | None = None,
        *,
        variables: Mapping[str, str] | None = None,
        logs: Path | None = None,
    ) -> None:
        self._log = Log(logs)
        self._supervisor = Supervisor(python, variables or {}, self._log)
        self._changed = self._supervisor.changed
        self._line: list[_Turn] = []  # the first is running, the others wait
        self._numbers = itertools.count(1)

    def __enter__(self) -> Laboratory:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Bring the process up in the background; returns at once. `run` does it too."""
        self._supervisor.current()

    @property
    def ready(self) -> bool:
        """Whether TensorFlow is imported, so that a job starts within milliseconds."""
        process = self._supervisor.process
        return process is not None and process.versions is not None and not process.ended

    @property
    def versions(self) -> dict[str, str]:
        """Versions of python, tensorflow, keras and numpy there; empty until it is ready."""
        process = self._supervisor.process
        found = (process.versions if process is not None else None) or {}
        return {k: str(found[k]) for k in ("python", "tensorflow", "keras", "numpy") if k in found}

    @property
    def log_path(self) -> Path:
        """The file with everything that was printed in the process, and unforeseen tracebacks."""
        return self._log.path

    @property
    def pids(self) -> tuple[int, ...]:
        """The process, and the fork that holds the subject, where they run."""
        process = self._supervisor.process
        if process is None or process.ended:
            return ()
        return tuple(pid for pid in (process.pid, process.child) if pid is not None)

    def run(
        self,
        probe: str | Job,
        subject: Subject | None = None,
        options: Mapping[str, Any] | None = None,
        seconds: float = 20.0,
        seed: int = 0,
    ) -> Generator[Event, None, None]:
        """Run one probe.

        Args:
            probe: its id, or a whole `Job`, the other arguments being left out then.
            subject: model and data to look at.
            options: those of the probe.
            seconds: wall-clock limit, loading the model included, importing TensorFlow not.
            seed: for everything random in it.

        Returns:
            ``progress`` and ``finding`` as they come, then exactly one of ``done``, ``failed``,
            ``cancelled``. The run begins with the first event asked for, and waits for the runs
            of other threads. Leaving the iterator early cancels the job.
        """
        number = next(self._numbers)
        if isinstance(probe, Job):
            return self._run(replace(probe, id=number), probe.id)
        job = Job(number, probe, subject or Subject(), options or {}, seconds, seed=seed)
        return self._run(job, number)

    def cancel(self, waiting: bool = False) -> None:
        """Cancel the job that runs, and with `waiting` those that wait in line too."""
        with self._changed:
            for turn in self._line if waiting else self._line[:1]:
                turn.conduct.cancelled = True
            self._changed.notify_all()

    def close(self) -> None:
        """End the process for good; a job that runs, or is begun later, is cancelled."""
        self._supervisor.close()

    def _run(self, job: Job, shown: int) -> Generator[Event, None, None]:
        turn = _Turn(Conduct(job, self._supervisor), threading.get_ident())
        self._queue(turn)
        try:
            yield from (replace(event, job=shown) for event in turn.conduct.events())
        finally:
            self._leave(turn)

    def _queue(self, turn: _Turn) -> None:
        with self._changed:
            # A thread that left an iterator unfinished would wait for itself for ever.
            unfinished = [other for other in self._line if other.thread == turn.thread]
        for other in unfinished:
            other.conduct.cancelled = True
            self._leave(other)
        with self._changed:
            self._line.append(turn)
            self._changed.wait_for(
                lambda: self._line[0] is turn or turn.conduct.cancelled or self._supervisor.closed
            )

    def _leave(self, turn: _Turn) -> None:
        turn.conduct.stop()
        with self._changed:
            if turn in self._line:
                self._line.remove(turn)
            self._changed.notify_all()
