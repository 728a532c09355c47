"""Applies unified diffs as ``patch -p1`` does, strictly: no offset, no fuzz."""

from __future__ import annotations

import re

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@")


def apply_diff(text: str, diff: str) -> str:
    """The text after a diff.

    Raises:
        ValueError: a context or removed line does not stand where the diff says.
    """
    old = re.findall(r"[^\n]*\n|[^\n]+", text)
    new: list[str] = []
    at = 0
    lines = re.findall(r"[^\n]*\n", diff)
    for number, line in enumerate(lines):
        ended = number + 1 < len(lines) and lines[number + 1].startswith("\\ ")
        body = line[1:-1] if ended else line[1:]
        hunk = _HUNK.match(line)
        if line.startswith(("--- ", "+++ ", "\\ ")):
            continue
        if hunk:
            start = int(hunk.group(1)) - (0 if hunk.group(2) == "0" else 1)
            new += old[at:start]
            at = start
        elif line.startswith("+"):
            new.append(body)
        else:
            if at >= len(old) or old[at] != body:
                raise ValueError(f"line {at + 1}: {old[at : at + 1]} is not {body!r}")
            if line.startswith(" "):
                new.append(body)
            at += 1
    return "".join(new + old[at:])
