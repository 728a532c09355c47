"""Keeps one probe process at hand: starts it, replaces it, tells it to drop a job."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path

from assistant.laboratory.interpreter import environment, interpreter
from assistant.laboratory.log import Log
from assistant.laboratory.process import ProbeProcess

#: Seconds a fork server may take to bury a child it was told to kill; then it is stuck itself.
BURIAL_SECONDS = 1.0


class Supervisor:
    """Owns the process. Safe to use from several threads.

    Args:
        python: see `interpreter`.
        variables: environment variables to add.
        log: takes all that is printed.
    """

    def __init__(self, python: Path | None, variables: Mapping[str, str], log: Log) -> None:
        self.changed = threading.Condition()
        self.log = log
        self.process: ProbeProcess | None = None
        self.closed = False
        self.served = False  # a fork server of ours has been ready
        self._python = python
        self._variables = dict(variables)
        self._onednn = True

    def current(self) -> ProbeProcess | None:
        """The process, started if there is none that lives; None once closed."""
        with self.changed:
            process = self.process
            if process is not None and process.dying_job is not None:
                self.changed.wait_for(lambda: process.dying_job is None, BURIAL_SECONDS)
            if process is not None and process.dying_job is None and process.lives():
                return None if self.closed else process
        return self.restart()

    def restart(self) -> ProbeProcess | None:
        """Replace the process by a new one, which comes up in the background."""
        with self.changed:
            old, self.process = self.process, None
            if not self.closed:
                variables = environment(self._python, self._onednn, self._variables)
                command = interpreter(self._python)
                self.process = ProbeProcess(command, variables, self.log, self.changed)
                self.process.start()
        if old is not None:
            old.kill()
        return self.process

    def drop(self, process: ProbeProcess, job: int) -> None:
        """Have that job ended, whatever it is doing; does not wait for it."""
        if process.mode == "fork":
            with self.changed:
                process.dying_job = None if process.ended else job
            process.send({"op": "kill", "id": job})
        else:
            self.restart()

    def without_onednn(self) -> bool:
        """Restart without the library that most native crashes come from; False if done before."""
        given = {**os.environ, **self._variables}.get("TF_ENABLE_ONEDNN_OPTS")
        if not self._onednn or given == "0":
            return False
        self._onednn = False
        self.restart()
        return True

    def with_onednn(self) -> None:
        """Take `without_onednn` back."""
        self._onednn = True
        self.restart()

    def close(self) -> None:
        """End the process for good."""
        with self.changed:
            self.closed = True
            process, self.process = self.process, None
            self.changed.notify_all()
        if process is not None:
            process.close()
