"""Runs training scripts in a process of their own; this one never imports TensorFlow."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).parents[2]
#: one thread a script: that many scripts run side by side instead
_QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "PYTHONIOENCODING": "utf-8",
}


@dataclass(frozen=True)
class Outcome:
    """What became of a script.

    ``figures`` are those behind RESULT, None when the script failed; ``error`` is then its last
    line. ``output`` is all it printed else; ``cpu`` its seconds of processor time.
    """

    figures: dict[str, float] | None
    error: str
    output: str
    cpu: float

    def meets(self, figure: str, above: float | None, below: float | None) -> bool:
        """Whether the figure is beyond the limit; a script that failed meets none."""
        if self.figures is None:
            return False
        value = float(self.figures[figure])
        return (above is None or value > above) and (below is None or value < below)


class Runner:
    """The client of `tests.corpus.process`.

    Args:
        workers: scripts that run at the same time.
        seconds: time limit of one script.
    """

    def __init__(self, workers: int = 2, seconds: float = 90.0) -> None:
        self.seconds = seconds
        self._numbers = itertools.count()
        self._found: dict[int, Outcome] = {}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.corpus.process", str(workers)],
            cwd=ROOT,
            env=os.environ | _QUIET,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def start(self, script: Path, seed: int = 0) -> int:
        """Have a script run; its number, for `wait`."""
        assert self._process.stdin is not None
        number = next(self._numbers)
        job = {"id": number, "script": str(script.resolve()), "seed": seed, "seconds": self.seconds}
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        return number

    def wait(self, number: int) -> Outcome:
        """The outcome of a script that was started, once it has ended.

        Raises:
            RuntimeError: when the process that runs the scripts has ended.
        """
        assert self._process.stdout is not None
        while number not in self._found:
            line = self._process.stdout.readline()
            if not line:
                raise RuntimeError("the process that runs the scripts has ended")
            told: dict[str, Any] = json.loads(line)
            self._found[told["id"]] = Outcome(
                told["result"], told["error"], told["output"], told["cpu"]
            )
        return self._found.pop(number)

    def run(self, jobs: Sequence[tuple[Path, int]]) -> list[Outcome]:
        """Run scripts, each with its seed; the outcomes come in the order of `jobs`."""
        return [self.wait(number) for number in [self.start(*job) for job in jobs]]

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def __enter__(self) -> Runner:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.close()
