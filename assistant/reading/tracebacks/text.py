"""Brings a pasted error into plain ASCII punctuation without moving a character's place."""

from __future__ import annotations

import re

from assistant.reading.logs.cleaning import shorten

#: characters read of one text; a traceback has a few thousand, a page with several, ten times that
MOST_CHARACTERS = 2_000_000

_SIGNS = str.maketrans(
    {
        0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0xFF08: "(", 0xFF09: ")",
        0xFF0C: ",", 0xFF1A: ":", 0xFF1B: ";", 0xFF3B: "[", 0xFF3D: "]", 0x3000: " ",
        0xA0: " ", 0xFF0E: ".", 0xFF1D: "=", 0x00: " ", 0x0B: " ", 0x0C: " ",
    }
)  # fmt: skip


def clean(text: str) -> tuple[str, int, int]:
    """The text without colours and in ASCII punctuation.

    Returns:
        The text (the beginning and the end of a very long one), the number of lines before the cut,
        and the number of lines that were cut out (0 when nothing was).
    """
    head, tail, lost = shorten(text.replace("\r\n", "\n").replace("\r", "\n"), MOST_CHARACTERS)
    joined = f"{head}\n{tail}" if tail else head
    before = head.count("\n") + 1
    joined = re.sub(r"\x1b\[[0-9;?]{0,20}[@-~]|\[\d{1,2}(?:;\d{1,3}){0,4}m", "", joined)
    return joined.translate(_SIGNS), before, max(lost, 0) if tail else 0
