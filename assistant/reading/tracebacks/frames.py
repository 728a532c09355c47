"""Errors, warnings and frames of Python tracebacks, as the interpreter and notebooks print them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.reading.tracebacks.records import Frame, RaisedError

_LIBRARY = (
    "site-packages",
    "dist-packages",
    "<frozen",
    "lib/python",
    "lib\\python",
    "/opt/conda/lib",
    "importlib",
    "runpy.py",
    "keras/src",
    "tensorflow/python",
    "keras/engine",
    "keras\\engine",
)


_HEADS = (
    "Traceback (most recent call last)",
    "During handling of the above",
    "The above exception was the direct",
)


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    return {
        "error": re.compile(
            r"^\s{0,12}(?:E\s{1,8})?(?:exception:? )?"
            r"((?:[a-zA-Z_]\w{0,60}\.){0,8}[A-Z]\w{0,60}"
            r"(?:Error|Exception|Interrupt|Exit|StopIteration))\s?(?::\s*(.*))?$"
        ),
        "warning": re.compile(
            r"^(?:.{0,200}?:\d+: )?((?:\w{1,60}\.){0,6}[A-Z]\w{0,40}Warning):\s*(.+)$"
            r"|^(?:\d{4}-\d\d-\d\d[^W]{0,40}|\[[^\]]{0,40}\]\s?)?(WARNING)(?::tensorflow)?:\s?(.+)$"
        ),
        "frame": re.compile(
            r'^\s*File "?([^"\n]{1,400}?)"?(?:, line |:)(\d{1,7})(?:,? in .{0,200})?$'
        ),
        "cell": re.compile(
            r"^\s*(?:Cell )?In ?\[(\d{1,6})\],? (?:line (\d{1,7})|in .{0,80})"
            r"|^<ipython-input-(\d{1,6})"
        ),
        "arrow": re.compile(r"^-{1,6}> ?(\d{1,7})\s?(.*)$"),
    }


def find_errors(lines: Sequence[str]) -> list[RaisedError]:
    """The errors and warnings of a text, in order, each with the user's frame above it."""
    found: list[RaisedError] = []
    frame: Frame | None = None
    own_cell = ""
    for place, line in enumerate(lines):
        if len(line) > 2000 or not line.strip():
            continue
        seen = _frame(lines, place)
        if seen is not None:
            frame, own_cell = (seen if seen.file else frame), ""
            continue
        cell = _patterns()["cell"].match(line)
        if cell:
            own_cell = f"cell {cell[1] or cell[3]}"
        elif line.lstrip().startswith(("File ~", "/")) and _in_library(line):
            own_cell = ""
        arrow = _patterns()["arrow"].match(line) if own_cell else None
        if arrow:
            frame = Frame(own_cell, int(arrow[1]), arrow[2].strip()[:160])
            continue
        error = _error(line, place, frame)
        if error is not None:
            found.append(error)
            if not error.warning:
                frame, own_cell = None, ""
    return found


def _error(line: str, place: int, frame: Frame | None) -> RaisedError | None:
    if "arning" in line or "WARNING" in line:
        warning = _patterns()["warning"].match(line)
        if warning:
            name = (warning[1] or "Warning").rpartition(".")[2]
            message = (warning[2] or warning[4] or "").strip()[:300]
            return RaisedError(name, message, place + 1, None, True)
    if not any(word in line for word in ("Error", "Exception", "Interrupt", "Exit", "StopIter")):
        return None
    error = _patterns()["error"].match(line)
    if not error or (error[2] is None and line[:1].isspace()):
        return None
    message = (error[2] or "").strip()[:300]
    return RaisedError(error[1].rpartition(".")[2], message, place + 1, frame)


def _frame(lines: Sequence[str], place: int) -> Frame | None:
    """The frame on a line; one of a library comes back without a file."""
    found = _patterns()["frame"].match(lines[place])
    if not found:
        return None
    path, number = found[1], int(found[2])
    if _in_library(path):
        return Frame("", number)
    code = lines[place + 1].strip() if place + 1 < len(lines) else ""
    if code.startswith("File "):
        code = ""
    return Frame(re.split(r"[\\/]", path)[-1][:120], number, code[:160])


def _in_library(path: str) -> bool:
    low = path.lower()
    return any(mark in low for mark in _LIBRARY)


def traceback_lines(lines: Sequence[str]) -> int:
    """How many lines belong to a traceback by their form: heads, frames, the code below them."""
    count, below = 0, 0
    for line in lines:
        bare = line.strip()
        head = bare.startswith(_HEADS)
        if head or _patterns()["frame"].match(line) or _patterns()["cell"].match(line):
            count, below = count + 1, 2
        elif below and bare and line[:1].isspace():
            count, below = count + 1, below - 1
        elif _patterns()["arrow"].match(line) or _error(line, 0, None):
            count += 1
        else:
            below = 0
    return count
