"""The process that runs scripts: TensorFlow is imported once, each script runs in a forked child.

``python -m tests.corpus.process [WORKERS]`` reads one JSON object a line, ``{"id", "script",
"seed", "seconds"}``, and answers each with ``{"id", "result", "error", "output", "cpu"}``, in the
order in which the scripts end. ``result`` is the object behind the last line that starts with
RESULT, None without one or when the script failed; ``error`` is then the last line it printed;
``output`` all it printed but the RESULT line; ``cpu`` its seconds of processor time. Without fork
(Windows) every script runs in an interpreter of its own and ``cpu`` is wall-clock time.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import queue
import runpy
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, TextIO

MARK = "RESULT"
_FORKS = hasattr(os, "fork")
_WAIT = 0.02  # seconds between two looks at the children


@dataclass
class Run:
    """One script that is running, ``output`` being the file of its stdout and stderr."""

    job: dict[str, Any]
    folder: tempfile.TemporaryDirectory[str]
    output: Path
    pid: int
    handle: subprocess.Popen[bytes] | None = None
    begun: float = field(default_factory=time.monotonic)
    cpu: float = 0.0

    @property
    def late(self) -> bool:
        return time.monotonic() - self.begun > float(self.job["seconds"])

    def ended(self) -> int | None:
        """The exit status, None while it runs."""
        if self.handle is not None:
            self.cpu = time.monotonic() - self.begun
            return self.handle.poll()
        pid, status, usage = os.wait4(self.pid, os.WNOHANG)
        self.cpu = usage.ru_utime + usage.ru_stime
        return os.waitstatus_to_exitcode(status) if pid else None

    def kill(self) -> None:
        if self.handle is not None:
            self.handle.kill()
        else:
            os.kill(self.pid, signal.SIGKILL)


def start(job: dict[str, Any]) -> Run:
    """Run one script in a folder of its own."""
    folder = tempfile.TemporaryDirectory(prefix="corpus-")
    output = Path(folder.name) / "output.txt"
    if _FORKS:
        pid = os.fork()
        if pid == 0:
            _child(job, folder.name, output)
        return Run(job, folder, output, pid)
    with output.open("wb") as sink:
        handle = subprocess.Popen(
            [sys.executable, str(job["script"])],
            cwd=folder.name,
            env=os.environ | {"CORPUS_SEED": str(job["seed"])},
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
    return Run(job, folder, output, handle.pid, handle)


def _child(job: dict[str, Any], folder: str, output: Path) -> NoReturn:
    """In the child: the script as ``__main__``, its output into a file. Never returns."""
    status = 1
    try:
        sink = os.open(output, os.O_WRONLY | os.O_CREAT, 0o600)
        os.dup2(sink, 1)
        os.dup2(sink, 2)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.chdir(folder)
        _skip_optimising_graphs()
        os.environ["CORPUS_SEED"] = str(job["seed"])
        sys.stdout = os.fdopen(1, "w", buffering=1, closefd=False)
        sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
        sys.argv = [str(job["script"])]
        runpy.run_path(str(job["script"]), run_name="__main__")
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
        os._exit(status)


def _skip_optimising_graphs() -> None:
    """To optimise a graph that runs for a second costs more than it saves (a tenth of the time)."""
    import tensorflow as tf

    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})


def answer(run: Run, status: int, late: bool) -> dict[str, Any]:
    """What became of a script that has ended."""
    text = run.output.read_text(encoding="utf-8", errors="replace") if run.output.exists() else ""
    lines = [line for line in text.splitlines() if line.strip()]
    marked = [line for line in lines if line.startswith(MARK)]
    result, error = None, ""
    if marked and status == 0:
        result = json.loads(marked[-1][len(MARK) :])
    elif late:
        error = f"stopped after {run.job['seconds']} s"
    else:
        error = lines[-1][:300] if lines else f"exit status {status}"
    run.folder.cleanup()
    return {
        "id": run.job["id"],
        "result": result,
        "error": error,
        "output": "\n".join(line for line in text.splitlines() if not line.startswith(MARK)),
        "cpu": round(run.cpu, 2),
    }


def read_jobs(jobs: queue.SimpleQueue[dict[str, Any] | None]) -> None:
    """Lines of stdin into the queue, None at their end. Uses no lock that a fork could copy."""
    rest = b""
    while piece := os.read(0, 65536):
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            if line.strip():
                jobs.put(json.loads(line))
    jobs.put(None)


def serve(workers: int, out: TextIO) -> None:
    """Run the jobs of stdin, `workers` scripts at a time, until it is closed."""
    jobs: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
    threading.Thread(target=read_jobs, args=(jobs,), daemon=True).start()
    running: list[Run] = []
    try:
        while True:
            with contextlib.suppress(queue.Empty):
                if len(running) < workers:
                    job = jobs.get(timeout=_WAIT if running else None)
                    if job is None:
                        return
                    running.append(start(job))
                else:
                    time.sleep(_WAIT)
            for run in list(running):
                late = run.late
                if late:
                    run.kill()
                status = run.ended()
                if status is not None:
                    running.remove(run)
                    print(json.dumps(answer(run, status, late)), file=out, flush=True)
    finally:
        for run in running:
            run.kill()


def main() -> None:
    workers = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    # The protocol keeps the real stdout; whatever TensorFlow prints goes to stderr.
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    if _FORKS:
        import keras  # noqa: F401
        import tensorflow  # noqa: F401

        gc.freeze()  # a collection in a child would copy every page of these
    serve(workers, out)


if __name__ == "__main__":
    main()
