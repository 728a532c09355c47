"""How much of a verdict's time is TensorFlow's own work.

Runs verdicts over some networks of the zoo with the probes in this very process, and looks every
few milliseconds at what the working thread is doing: below the last line of ours it is either in
TensorFlow or Keras (loading, tracing, steps), or in ours (numpy included). Loading TensorFlow, and
what a process of its own costs, are left out.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Generator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

from assistant.case import Case
from assistant.dialogue import Dialogue, Options
from probes.errors import ProbeError
from probes.protocol import Event, Subject
from tests.benchmarks.zoo_build import build

NAMES = (
    "mlp-on-table",
    "cnn-with-rescaling",
    "lstm-binary",
    "transfer-done-right",
    "linear-head",
    "raw-table",
    "adam-asleep",
    "one-softmax-asleep",
)
SEED = 31
_LOOK = 0.003
_ROOT = str(Path(__file__).parents[2])


class Inside:
    """A laboratory without a process of its own."""

    def __init__(self) -> None:
        self._benches: dict[str, Any] = {}

    def run(
        self, probe: str, subject: Subject, options: Mapping[str, Any], seconds: float
    ) -> Generator[Event, None, None]:
        import importlib

        from probes.apparatus.bench import open_bench
        from probes.registry import PROBES
        from probes.reporter import Reporter

        told: list[Event] = []
        bench = self._benches.setdefault(repr(subject), open_bench(subject, 0))
        module, function = PROBES[probe].split(":")
        work = getattr(importlib.import_module(module), function)
        try:
            reporter = Reporter(lambda kind, data: told.append(Event(kind, 1, data)), seconds)
            told.append(Event("done", 1, dict(work(bench, options, reporter))))
        except ProbeError as error:
            told.append(Event("failed", 1, {"reason": error.key, **error.fields}))
        yield from told

    def cancel(self) -> None: ...

    def close(self) -> None: ...


class Sampler(threading.Thread):
    """Counts whose code the thread that started it is in."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.counts: Counter[str] = Counter()
        self._watched = threading.get_ident()
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(_LOOK):
            self.counts[owner(sys._current_frames().get(self._watched))] += 1

    def stop(self) -> None:
        self._over.set()
        self.join()


def owner(frame: FrameType | None) -> str:
    """``tensorflow`` when code of TensorFlow or Keras runs below the last line of ours."""
    while frame is not None:
        path = frame.f_code.co_filename
        if path.startswith(_ROOT):
            return "ours"
        if any(f"{os.sep}{name}{os.sep}" in path for name in ("tensorflow", "keras")):
            return "tensorflow"
        frame = frame.f_back
    return "ours"


def measure(folder: Path) -> Counter[str]:
    """Samples of one verdict by owner."""
    dialogue = Dialogue(Case("memory"), Inside(), Options(budget=60.0))
    sampler = Sampler()
    sampler.start()
    for name in ("model.keras", "data.npz"):
        list(dialogue.bring(folder / name))
    list(dialogue.examine())
    sampler.stop()
    return sampler.counts


def main() -> None:
    """Print the share for each network and in all."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with tempfile.TemporaryDirectory() as folder:
        cases = build(Path(folder), SEED, NAMES)
        import keras

        keras.utils.set_random_seed(0)
        total: Counter[str] = Counter()
        for case in cases:
            begun = time.perf_counter()
            counts = measure(Path(folder) / case.folder)
            spent = time.perf_counter() - begun
            total += counts
            print(f"{case.name:<32} {spent:6.1f} s   {_share(counts):4.0%}", flush=True)
    print(f"{'all':<32}            {_share(total):4.0%} in TensorFlow and Keras")


def _share(counts: Counter[str]) -> float:
    return counts["tensorflow"] / max(1, counts.total())


if __name__ == "__main__":
    main()
