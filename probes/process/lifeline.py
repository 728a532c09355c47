"""Nothing of the probe process outlives its client, nor what a probe has started its process.

Each process leads a group of its own; whoever ends one ends its whole group. A closed channel is
the sign that the other side is gone, for it holds even after SIGKILL. Standard library only.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

_PR_SET_PDEATHSIG = 1


def leave() -> NoReturn:
    """End this process at once, and with it whatever it started, where it leads its own group."""
    if sys.platform != "win32" and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def die_with(parent: int) -> None:
    """Be killed when the process of that number, which forked this one, ends (Linux)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it has ended already
        leave()


@contextmanager
def leaving_at_hangup(fd: int) -> Iterator[None]:
    """Inside, a closed channel ends the process at once; afterwards no thread is left."""
    wake, waker = os.pipe()

    def watch() -> None:
        if wake not in _closed_or_readable(fd, wake):
            leave()

    thread = threading.Thread(target=watch, name="hang-up", daemon=True)
    thread.start()
    try:
        yield
    finally:
        os.write(waker, b"x")
        thread.join()
        os.close(wake)
        os.close(waker)


def post_guard(fd: int, *others: int) -> None:
    """Fork a small process that ends this one's group once the channel closes.

    Native code that keeps the interpreter lock stops every thread of this process; the guard still
    sees that the client is gone, or that this process is. To be called while it has one thread and
    leads its own group; without fork (Windows) it does nothing.

    Args:
        fd: read end of the channel from the client.
        others: file descriptors that the guard must not keep open.
    """
    if sys.platform == "win32" or os.getpgrp() != os.getpid():
        return
    group = os.getpid()
    ours, life = os.pipe()  # `life` stays open here for as long as this process lives
    if os.fork() > 0:
        os.close(ours)
        return
    try:
        for other in (life, *others):
            os.close(other)
        _closed_or_readable(fd, ours)
        os.killpg(group, signal.SIGKILL)
    finally:
        os._exit(0)


def _closed_or_readable(fd: int, wake: int) -> list[int]:
    """Wait until `fd` is closed at the other end, whatever is in it, or `wake` has something."""
    poll = select.poll()
    poll.register(fd, 0)  # hang-ups alone; what can be read stays for the reader
    poll.register(wake, select.POLLIN)
    return [ready for ready, _ in poll.poll()]
