"""Starts the probe process: private channel first, then limits, then TensorFlow, then work."""

from __future__ import annotations

import faulthandler
import importlib
import os
import platform
import sys
import time
from collections.abc import Sequence

from probes.errors import one_line
from probes.process.channel import Channel, Requests
from probes.process.lifeline import leaving_at_hangup, post_guard
from probes.process.limits import isolate
from probes.process.worker import Worker
from probes.protocol import VERSION

#: Set to anything but 0 to run jobs in this process instead of in forks of it.
NO_FORK = "UNSTUCK_NO_FORK"

#: A log level that leaves only fatal errors; the one backend the probes know; ``tf.keras`` as that
#: Keras, also where the user trains with tf_keras, whose files Keras 3 reads; and no GPU: the
#: user's own training may hold its memory, the probes are sized for a CPU, and CUDA reserves more
#: address space than `limit_memory` grants.
ENVIRONMENT = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "KERAS_BACKEND": "tensorflow",
    "TF_USE_LEGACY_KERAS": "0",
    "CUDA_VISIBLE_DEVICES": "-1",
}


def main(arguments: Sequence[str]) -> int:
    """Serve until standard input closes.

    Args:
        arguments: path of the log file that takes all prints; none sends them nowhere.

    Returns:
        The exit status 1, when TensorFlow cannot be imported; else it does not return.
    """
    requests, out = take_channel(arguments[0] if arguments else os.devnull)
    fork = sys.platform.startswith("linux") and os.environ.get(NO_FORK, "0") in ("", "0")
    mode = "fork" if fork else "spawn"
    os.environ.update(ENVIRONMENT)
    hello = {"pid": os.getpid(), "mode": mode, "python": platform.python_version()}
    out.send("hello", None, {**hello, "version": VERSION})
    isolate()
    if fork:
        # A process that is to fork may have no thread of its own, so nobody reads before that.
        with leaving_at_hangup(requests):
            imported = import_tensorflow(out)
        if imported:
            from probes.process.zygote import Zygote

            Zygote(requests, out).serve()
    else:
        post_guard(requests, out.fd)
        reader = Requests(requests)
        if import_tensorflow(out):
            Worker(reader, out).serve()
    return 1


def take_channel(log: str) -> tuple[int, Channel]:
    """Keep standard input and output for the protocol alone.

    File descriptors 0, 1 and 2 point elsewhere afterwards, so that a print, of Python or of native
    code, ends up in the log, and a read finds the end of the file.
    """
    requests, out = os.dup(0), os.dup(1)
    try:
        sink = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError:
        sink = os.open(os.devnull, os.O_WRONLY)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (sink, 1), (sink, 2)):
        os.dup2(source, target)
    for source in (nothing, sink):
        os.close(source)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace", line_buffering=True)
    faulthandler.enable(file=2)
    return requests, Channel(out)


def import_tensorflow(out: Channel) -> bool:
    """Import what the probes need, run no operation, and report the versions or what failed."""
    started = time.monotonic()
    names = ("numpy", "tensorflow", "keras")
    try:
        versions = {name: str(importlib.import_module(name).__version__) for name in names}
    except Exception as error:  # a broken installation may raise anything
        missing = isinstance(error, ModuleNotFoundError) and error.name in names
        reason = "no-tensorflow" if missing else "tensorflow-broken"
        out.send("failed", None, {"reason": reason, "error": one_line(error)})
        return False
    versions["python"] = platform.python_version()
    out.send("ready", None, {**versions, "seconds": round(time.monotonic() - started, 3)})
    return True
