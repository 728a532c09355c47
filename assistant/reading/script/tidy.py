"""Takes off what stands around code in a paste: prompts, magics, typographic characters.

Each step works line by line and keeps the number of lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.reading.script.source import Line

PROMPT = re.compile(r"\s*(?:>>>|\.\.\.(?=\s|$)|In \[\d*\]:|\.\.\.:)[ ]?")
_FIRST_PROMPT = re.compile(r"\s*(?:>>>|In \[\d*\]:)")
_OUTPUT = re.compile(r"\s*Out\[\d*\]:")
_MAGIC = re.compile(
    r"(\s*)(?:%{1,2}[A-Za-z]\w*(?:[ \t].*)?|![ \t]*[\w./].*|\?{1,2}[\w.]+|[\w.]+\?{1,2})$"
)
_SPACES = dict.fromkeys(
    map(ord, "\u00a0\u1680\u2002\u2003\u2004\u2005\u2007\u2009\u202f\u3000"), " "
)
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), None)
_WIDE = {ord("\u3001"): ",", ord("\u3002"): ".", ord("\u3010"): "[", ord("\u3011"): "]"} | {
    code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if not chr(code - 0xFEE0).isalnum()
}
_QUOTES = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u300c\u300d", '"'),
}
_STRANGE = re.compile(
    r"[\u00a0\u00ad\u00b4\u1680\u2002-\u2009\u200b-\u200d\u2018-\u201f\u202f\u2032\u2033\u2060"
    r"\u2010-\u2015\u2212\u3000-\u3002\u300c\u300d\u3010\u3011\ufeff\uff01-\uff5e]"
)
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")


@dataclass(frozen=True)
class Repair:
    """What was done so that the text could be read as Python.

    The sentence is ``script-repair-KIND`` in ``knowledge/messages/script.yaml``, filled with
    ``line`` and ``text``.

    Args:
        line: 1-based line of the text as given.
        kind: what was done, such as ``comma`` or ``indentation``.
        text: the words it was done to.
    """

    line: int
    kind: str
    text: str = ""


def tidy(lines: list[Line]) -> tuple[list[Line], list[Repair]]:
    """Straighten quotes and spaces, take off prompts and magics.

    Returns the lines in the same number, and a `Repair` for each line that needed it.
    """
    done: list[Repair] = []
    out: list[Line] = []
    prompted = any(_FIRST_PROMPT.match(line.code) for line in lines)
    for number, line in enumerate(lines, 1):
        new = line
        if prompted:
            new = _without_prompt(new)
            if new is not line:
                done.append(Repair(number, "prompt", line.code.strip()[:80]))
        straight = _straighten(new.code)
        if straight != new.code:
            done.append(Repair(number, "characters", new.code.strip()[:80]))
            new = new.with_code(straight)
        magic = _MAGIC.match(new.code)
        if magic:
            done.append(Repair(number, "magic", new.code.strip()[:80]))
            new = new.with_code(magic.group(1) + "pass")
        out.append(new)
    return out, done


def blank_magics(lines: Iterable[Line]) -> tuple[list[Line], list[Repair]]:
    """Take the magics out of one notebook cell; a cell in another language goes as a whole."""
    lines = list(lines)
    first = next((i for i, line in enumerate(lines) if line.code.strip()), None)
    if first is not None and re.match(
        r"\s*%%(?!time|capture|prun|timeit|pypy|python)\w", lines[first].code
    ):
        note = Repair(first + 1, "cell-skipped", lines[first].code.strip())
        return [line.with_code("") for line in lines], [note]
    out, done = [], []
    for number, line in enumerate(lines, 1):
        magic = _MAGIC.match(line.code)
        if magic and not re.fullmatch(r"\s*[\w.]+", line.code):
            done.append(Repair(number, "magic", line.code.strip()))
            line = line.with_code(magic.group(1) + "pass")
        out.append(line)
    return out, done


def dedent(lines: list[Line]) -> list[Line]:
    """Move the whole text to the left edge."""
    widths = [len(line.code) - len(line.code.lstrip(" ")) for line in lines if line.code.strip()]
    margin = min(widths, default=0)
    return [line.indented(-margin) for line in lines] if margin else lines


def _without_prompt(line: Line) -> Line:
    match = PROMPT.match(line.code)
    if match:
        return line.without(match.group())
    if _OUTPUT.match(line.code):
        return line.with_code("")
    return line


def _straighten(code: str) -> str:
    """Typographic characters made plain outside strings and comments, and as a string's quotes."""
    if not _STRANGE.search(code):
        return code
    out: list[str] = []
    quote = ""  # the plain or typographic quote that opened the string we are in
    at = 0
    while at < len(code):
        char = code[at]
        plain = _QUOTES.get(char)
        if quote:
            if char == "\\" and at + 1 < len(code):
                out.append(code[at : at + 2])
                at += 2
                continue
            closes = char == quote or (plain == quote and _closes(code, at))
            out.append(quote if closes else char)
            quote = "" if closes else quote
        elif plain or char in "'\"":
            quote = plain or char
            out.append(quote)
        elif char == "#":
            out.append(code[at:])
            break
        else:
            out.append(
                char.translate(_SPACES).translate(_UNSEEN).translate(_WIDE).translate(_DASHES)
            )
        at += 1
    return "".join(out)


def _closes(code: str, at: int) -> bool:
    """Whether a typographic quote ends a string: nothing of a word follows it."""
    after = code[at + 1 : at + 2]
    return not after or not after.isalnum()
