"""Undo what a terminal, a notebook or a web page did to a log, and cut it into lines.

Colours are dropped, redraws (backspaces, carriage returns) are undone, full-width punctuation
becomes ASCII. Every pattern is bounded, so the time grows with the length of the text and no
faster.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

#: characters read of one text: half from its beginning, half from its end. A log's story is told
#: by how it starts and how it ends; 4 million characters are some 40,000 epochs.
MOST_CHARACTERS = 4_000_000
#: what a line costs beside its characters, so that a million short ones are a long text too
LINE_COST = 40
#: characters kept of one line; some pages lose every line end of a log
LONGEST_LINE = 400_000

#: full-width and look-alike signs, and the ASCII ones they stand for
_WIDE: dict[int, str | None] = {
    0xFF1A: ":", 0x2236: ":", 0xFF1D: "=", 0xFF0C: ",", 0xFF08: "(", 0xFF09: ")", 0xFF3B: "[",
    0xFF3D: "]", 0xFF05: "%", 0xFF0F: "/", 0xFF0E: ".", 0xFF0D: "-", 0x2212: "-", 0x3000: " ",
}  # fmt: skip
_WIDE.update({0xFF10 + digit: str(digit) for digit in range(10)})
_WIDE.update(
    {0x00: None, 0x08: None, 0xA0: " ", 0x200B: None, 0xFEFF: None, 0x2028: " ", 0x2029: " "}
)


@dataclass(frozen=True)
class Line:
    """One line as it stood on the screen at last, with its 1-based number in the text."""

    number: int
    text: str


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], ...]:
    escape = r"(?:\x1b|\\x1b|\\033|\\u001b|\\e|␛|\^\[|\ufffd)"
    return (
        # terminal colours, also where the escape character was lost or spelled out by the paste
        re.compile(rf"{escape}\[[0-9;?]{{0,20}}[@-~]|\[\d{{1,2}}(?:;\d{{1,3}}){{0,4}}m"),
        re.compile(r"\x08{2,}\r?|\r|(?:\^H|\\x08|\\b){3,}"),
        re.compile(r"epoch\W{0,3}(\d{1,6})", re.I),
    )


def shorten(text: str, most: int) -> tuple[str, str, int]:
    """Cut the middle out of a text of more than `most` characters, at line ends if it can.

    Returns:
        The beginning, the end (empty when nothing was cut), and the number of lines cut out.
    """
    if len(text) <= most:
        return text, "", 0
    half = most // 2
    head, tail = text[:half], text[-half:]
    head = head[: head.rfind("\n")] if "\n" in head else head
    tail = tail[tail.find("\n") + 1 :]
    return head, tail, text.count("\n") - head.count("\n") - tail.count("\n") - 1


def plain(text: str) -> str:
    """The text without terminal colours and in ASCII punctuation."""
    colours = _patterns()[0]
    if "[" in text:
        text = colours.sub("", text)
    return text.translate(_WIDE).replace("**", "")


def _states(line: str) -> list[str]:
    """The states of a redrawn line worth keeping: the last one, and the last of each epoch."""
    if not any(mark in line for mark in ("\r", "\x08", "^H^H", "\\x08", "\\b\\b")):
        return [line]
    _, redraw, epoch = _patterns()
    pieces = [piece for piece in redraw.split(line) if piece.strip()]
    kept: list[str] = []
    for here, after in pairwise(pieces):
        now, then = epoch.search(here), epoch.search(after)
        if now and then and now[1] != then[1]:
            kept.append(here)
    return kept + pieces[-1:] or [""]


def clean(text: str) -> tuple[list[Line], bool]:
    """The lines of a text as they were last seen on the screen.

    Args:
        text: any text; a very long one is read at its beginning and end only (`MOST_CHARACTERS`).

    Returns:
        The lines with their numbers in the text as given, and whether the middle was left out.
    """
    # Redraws can make nine tenths of a captured log, so more is let in before they are undone.
    head, tail, lost = shorten(text.replace("\r\n", "\n"), 4 * MOST_CHARACTERS)
    lines: list[Line] = []
    size, number, cut = 0, 0, bool(tail)
    for part, skipped in ((head, 0), (tail, lost)):
        number += skipped
        for raw in part.split("\n") if part or not skipped else ():
            number += 1
            for state in _states(raw):
                cut = cut or len(state) > LONGEST_LINE
                lines.append(Line(number, plain(state[:LONGEST_LINE])))
                size += len(state) + LINE_COST
        if not tail:
            break
    if size > MOST_CHARACTERS:
        return _ends(lines), True
    return lines, cut


def _ends(lines: list[Line]) -> list[Line]:
    """The first and the last lines that hold `MOST_CHARACTERS` together."""
    half = MOST_CHARACTERS // 2
    first, size = 0, 0
    while first < len(lines) and size + len(lines[first].text) + LINE_COST < half:
        size += len(lines[first].text) + LINE_COST
        first += 1
    last, size = len(lines), 0
    while last > first and size + len(lines[last - 1].text) + LINE_COST < half:
        size += len(lines[last - 1].text) + LINE_COST
        last -= 1
    return lines[:first] + lines[last:]
