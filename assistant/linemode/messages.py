"""Cuts what arrives into messages: a paste of 500 lines is one, a command or a number its own."""

from __future__ import annotations

import re
import select
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TextIO

#: a paste arrives faster than anybody types
PAUSE = 0.08  # seconds
_ALONE = re.compile(r"\s*(?:/[a-z?-]+(?: .*)?|\d)\s*$", re.IGNORECASE)


def messages(stream: TextIO, prompt: Callable[[], None]) -> Iterator[str]:
    """What is typed or piped in, message by message, until the end of `stream`.

    Args:
        stream: lines of text; what of it is not text is replaced, not refused.
        prompt: called before each wait.
    """
    while True:
        prompt()
        lines = list(_burst(stream))
        if not lines:
            return
        yield from cut(lines)


def cut(lines: Iterable[str]) -> Iterator[str]:
    """One message for each command and each single digit, and one for the lines between."""
    together: list[str] = []
    for line in lines:
        if _ALONE.match(line):
            yield from _whole(together)
            together = []
            yield line.strip()
        else:
            together.append(line)
    yield from _whole(together)


def _whole(lines: list[str]) -> Iterator[str]:
    text = "\n".join(line.rstrip("\r\n") for line in lines)
    if text.strip():
        yield text


def _burst(stream: TextIO) -> Iterator[str]:
    """A line, and those that are there at once behind it."""
    line = stream.readline()
    while line:
        yield line
        if not _more(stream):
            return
        line = stream.readline()


def _more(stream: TextIO) -> bool:
    """Whether another line is there already."""
    if not stream.isatty():
        return True  # a pipe or a file is read to its end
    if sys.platform == "win32":
        return False  # select takes sockets only
    return bool(select.select([stream], [], [], PAUSE)[0])
