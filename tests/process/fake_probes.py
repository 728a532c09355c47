"""Probes that misbehave in every way a real one could, for the tests of the process alone."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from probes.errors import ProbeError
from probes.finding import Finding
from probes.protocol import Subject
from probes.reporter import Reporter

PROBES = {
    "test-echo": "echo",
    "test-train": "train",
    "test-print": "noise",
    "test-segfault": "segfault",
    "test-segfault-with-onednn": "segfault_with_onednn",
    "test-late-segfault": "late_segfault",
    "test-conv-segfault": "conv_segfault",
    "test-abort": "abort",
    "test-hang": "hang",
    "test-hang-in-c": "hang_in_c",
    "test-hang-with-results": "hang_with_results",
    "test-spin": "spin",
    "test-polite": "polite",
    "test-oom": "out_of_memory",
    "test-bomb": "bomb",
    "test-oom-tensor": "out_of_memory_tensor",
    "test-bad-alloc": "bad_alloc",
    "test-raise": "raises",
    "test-exit": "exits",
    "test-hard-exit": "hard_exit",
    "test-probe-error": "probe_error",
    "test-arrays": "arrays",
    "test-huge-result": "huge_result",
    "test-children": "children",
    "test-close-fds": "close_fds",
    "test-progress": "progress",
    "test-network": "network",
    "test-stdin": "reads_input",
    "test-litter": "litters",
}

opened = 0


@dataclass
class FakeBench:
    """Counts how often a subject was opened in this process and how many jobs it served."""

    subject: Subject
    seed: int
    number: int
    jobs: int = 0
    model: Any = None
    options: dict[str, Any] = field(default_factory=dict)


def open_bench(subject: Subject, seed: int) -> FakeBench:
    global opened
    opened += 1
    if subject.model == "missing.keras":
        raise ProbeError("model-not-found", "no such file", model=subject.model)
    if subject.model == "slow.keras":
        time.sleep(30)
    return FakeBench(subject, seed, opened)


def hang_with_results(bench: FakeBench, options: Any, report: Reporter) -> Mapping[str, Any]:
    report.results({"arms": ["first"]})
    report.results({"arms": ["first", "second"]})
    time.sleep(60)
    return {"arms": ["first", "second", "third"]}


def echo(bench: FakeBench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    bench.jobs += 1
    report.finding(Finding("inputs-nan", False, 0.0, source="probe"))
    return {
        "pid": os.getpid(),
        "opened": bench.number,
        "jobs": bench.jobs,
        "options": options,
        "seed": bench.seed,
        "deadline": report.deadline,
        "threads": len(os.listdir("/proc/self/task")) if sys.platform == "linux" else 1,
        "executable": sys.executable,
        "path": sys.path,
        "environment": dict(os.environ),
    }


def train(bench: FakeBench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    import keras
    import numpy as np

    steps = int(options.get("steps", 30))
    keras.utils.set_random_seed(bench.seed)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, activation="relu")])
    model.add(keras.layers.Dense(1))
    model.compile("adam", "mse")
    x = np.random.default_rng(0).normal(size=(16, 4)).astype("float32")
    y = x.sum(axis=1, keepdims=True)
    losses = []
    for step in range(steps):
        report.check()
        losses.append(float(model.train_on_batch(x, y)))
        report.progress(step + 1, steps, losses[-1])
    return {"losses": losses[:100], "last": losses[-1]}


def noise(bench: FakeBench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    for _ in range(int(options.get("times", 50))):
        print('{"event": "done", "job": 1, "data": {}}', flush=True)
        os.write(1, b"raw \xff\x00 bytes\n")
        os.write(2, b'{"event": "failed"')
    subprocess.run([sys.executable, "-c", "print('from a child of mine')"], check=True)
    return {"said": True}


def segfault(bench: FakeBench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    report.finding(Finding("inputs-constant", True, source="probe"))
    ctypes.string_at(0)
    return {}


def segfault_with_onednn(
    bench: FakeBench, options: Mapping[str, Any], report: Reporter
) -> Mapping[str, Any]:
    report.finding(Finding("inputs-constant", True, source="probe"))
    if os.environ.get("TF_ENABLE_ONEDNN_OPTS") != "0":
        ctypes.string_at(0)
    return {"survived": True}


def late_segfault(
    bench: FakeBench, options: Mapping[str, Any], report: Reporter
) -> Mapping[str, Any]:
    before = 1.0
    if os.environ.get("TF_ENABLE_ONEDNN_OPTS") != "0":
        time.sleep(before)
        ctypes.string_at(0)
    return {"before": before, "deadline": report.deadline}


def conv_segfault(
    bench: FakeBench, options: Mapping[str, Any], report: Reporter
) -> Mapping[str, Any]:
    """A real one: TensorFlow 2.21 with oneDNN, weight gradient of a strided 1x1 convolution."""
    import keras
    import numpy as np

    model = keras.Sequential([keras.Input((64, 64, 3)), keras.layers.Conv2D(8, 1, strides=2)])
    model.add(keras.layers.GlobalAveragePooling2D())
    model.compile("adam", "mse")
    x = np.random.default_rng(0).normal(size=(16, 64, 64, 3)).astype("float32")
    loss = 0.0
    for _ in range(20):
        report.check()
        loss = float(model.train_on_batch(x, np.ones((16, 8), "float32")))
    return {"loss": loss}


def abort(bench: FakeBench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    os.abort()


def hang(bench: FakeBench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    report.progress(1, 10)
    time.sleep(3600)
    return {}


def hang_in_c(bench: FakeBench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """Native code that keeps the interpreter lock: no thread of this process runs any more."""
    report.progress(1, 10)
    if sys.platform == "win32":
        time.sleep(3600)
    else:
        ctypes.PyDLL(None).sleep(3600)
    return {}


def spin(bench: FakeBench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    report.progress(1, 10)
    while True:
        pass


def polite(bench: FakeBench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    bench.jobs += 1
    report.progress(1, 10)
    while True:
        report.check()
        time.sleep(0.005)


def out_of_memory(
    bench: FakeBench, options: Mapping[str, Any], report: Reporter
) -> Mapping[str, Any]:
    import numpy as np

    return {"sum": float(np.ones((1 << 40,), "float64").sum())}


def bomb(bench: FakeBench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """Takes memory piece by piece, and uses it, until there is no more."""
    pieces = []
    while True:
        pieces.append(b"x" * (1 << 24))
        report.progress(len(pieces), 0)


def out_of_memory_tensor(
    bench: FakeBench, options: Mapping[str, Any], report: Reporter
) -> Mapping[str, Any]:
    import tensorflow as tf

    return {"sum": float(tf.reduce_sum(tf.zeros((200_000, 200_000))))}


def bad_alloc(bench: FakeBench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    os.write(2, b"terminate called after throwing an instance of 'std::bad_alloc'\n")
    os.abort()


def raises(bench: FakeBench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    raise RuntimeError("first line\nsecond line with [brackets] and \x1b[31mcolour")


def exits(bench: FakeBench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    sys.exit(3)


def hard_exit(bench: FakeBench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    os._exit(7)


def probe_error(
    bench: FakeBench, options: Mapping[str, Any], report: Reporter
) -> Mapping[str, Any]:
    raise ProbeError("model-not-a-model", ValueError("bad\nfile"), model="m.keras")


def arrays(bench: FakeBench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    import numpy as np

    report.finding(Finding("loss-nan", True, float("nan"), source="probe"))
    report.progress(1, 2, float("nan"))
    return {"curve": np.array([1.0, np.nan, np.inf]), "n": np.int64(3), "flag": np.bool_(True)}


def huge_result(
    bench: FakeBench, options: Mapping[str, Any], report: Reporter
) -> Mapping[str, Any]:
    return {"text": "x" * 20_000_000}


def children(bench: FakeBench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """Starts a process that ignores being asked to stop, then hangs."""
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(3600)"
    child = subprocess.Popen([sys.executable, "-c", code])
    report.progress(child.pid, 0)
    time.sleep(3600)
    return {}


def close_fds(bench: FakeBench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    os.closerange(0, 1024)
    time.sleep(3600)
    return {}


def progress(bench: FakeBench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    end = time.monotonic() + float(options.get("seconds", 1.0))
    step = 0
    while time.monotonic() < end:
        step += 1
        report.progress(step, step, arm="before" if step % 2 else "after")
    return {"steps": step}


def network(bench: FakeBench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    import socket

    try:
        socket.create_connection((options["host"], options["port"]), 1.0).close()
    except OSError as error:
        return {"connected": False, "error": str(error), "uid": os.getuid()}
    return {"connected": True}


def reads_input(
    bench: FakeBench, options: Mapping[str, Any], report: Reporter
) -> Mapping[str, Any]:
    try:
        return {"read": input()}
    except EOFError:
        return {"read": None}


def litters(bench: FakeBench, options: Any, report: Reporter) -> Mapping[str, Any]:
    """Leaves a temporary file behind, as autograph does in a process that is killed."""
    handle, name = tempfile.mkstemp()
    os.close(handle)
    return {"name": name}
