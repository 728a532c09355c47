"""Tells lines of Python from what stands around them in a page: sentences, logs, tables.

Used only on text that does not parse as a whole; what is no code becomes an empty line, so that
line numbers stay.
"""

from __future__ import annotations

import re

from assistant.reading.script.source import Line
from assistant.reading.script.tidy import Repair

_CODE = re.compile(
    r"""\s*(?:
      (?:from\s+[\w.]+\s+import|import\s+[\w.]+|def\s+\w+|class\s+\w+|for\s.+\sin\s|if\s.+:|while\s.+:
        |elif\s.+:|with\s.+:|except\b.*:|return\b|yield\b|print\b|raise\s|assert\s|del\s|lambda\s|@\w)
    | (?:else|try|finally)\s*:
    | (?:pass|break|continue)\s*(?:\#.*)?$
    | \#
    | [\w.\[\]'",:() -]+?\s*(?:[-+*/%|&]|//|\*\*)?=(?!=)\s*\S
    | [\w.]+\s*(?:\[[^\]]*\])?\s*\(.*
    | (?:\)|\]|\})[\s\w.()\[\]{},:='"]*\\?$
    | [\w.]+\s*(?:\[[^\]]*\])?\s*$
    | ['"\w(\[{-][^\u3400-\u9fff]*,\s*(?:\#.*)?$
    | ("{3}|'{3})
    )""",
    re.X,
)
_LOG = re.compile(
    r"\s*(?:Epoch\s+\d+|\d+/\d+\s*\[|\d+s\s|[_=\-]{5,}|Layer \(type\)|Total params|Trainable params"
    r"|Non-trainable params|array\(|Traceback|File \"|<[\w.]+ at 0x|Train on \d|Found \d|\w+Error:"
    r"|---\s*$|\[\[|\.\.\.\s*$|[\w ]+\s\([\w ]+\)?\s+\(None|[-+\d\s.,eE\[\]()]+$)"
)
_WORDS = re.compile(r"[A-Za-z]{2,}(?:[ ,;:.?!'-]+[A-Za-z]+){3,}")
_CJK = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff01-\uff5e]")
_STRINGS = re.compile(r"'[^']*'|\"[^\"]*\"")
_OPERATORS = re.compile(r"[()=\[\]{}]")


def without_prose(lines: list[Line]) -> tuple[list[Line], list[Repair]]:
    """Empty the lines that are no code.

    Returns the lines in the same number, and one `Repair` for each run of lines left out, with its
    first words.
    """
    out: list[Line] = []
    left: list[Repair] = []
    depth, running = 0, False
    for number, line in enumerate(lines, 1):
        code = line.code
        bare = _bare(code)
        if not bare.strip():
            out.append(line)
            depth = depth if code.strip().startswith("#") else 0
        elif is_code(code, bare, inside=depth > 0):
            out.append(line)
            depth = max(0, depth + _balance(bare))
            running = False
        else:
            out.append(line.with_code(""))
            if not running:
                left.append(Repair(number, "prose", code.strip()[:60]))
            depth, running = 0, True
    return out, left


def is_code(code: str, bare: str | None = None, *, inside: bool = False) -> bool:
    """Whether a line reads as Python; `inside` an open bracket less is asked of it."""
    bare = _bare(code) if bare is None else bare
    if _CJK.search(bare) or (_LOG.match(code) and not inside):
        return False
    if inside:
        return not (_WORDS.match(bare.strip()) and not _OPERATORS.search(bare))
    if not _CODE.match(bare):
        return False
    return not (
        _WORDS.match(bare.strip()) and not re.match(r"\s*(from|import|for|if|with)\b", bare)
    )


def _bare(code: str) -> str:
    """A line without its comment, its strings emptied."""
    emptied = _STRINGS.sub("''", code)
    return emptied.split("#", 1)[0]


def _balance(bare: str) -> int:
    return sum(map(bare.count, "([{")) - sum(map(bare.count, ")]}"))
