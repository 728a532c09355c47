"""The forms a meaning is known by: regular expressions with three short cuts, compiled lazily.

``~`` stands for any ending of a word, `` .. `` for up to three words in between, and in Chinese
``..`` for up to six characters. An English form begins and ends at a word's edge, and so does what
follows a gap (``.{0,24}``) in it. A digit at either end of a form is at a number's edge: "is 0" is
not in "is 0.3".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

_SPECIAL = re.compile(r"[\\()\[\]|?*+~.{}^$]")
_CJK = re.compile("[\u3400-\u9fff]")
#: What cannot be part of an anchor: classes, and a character that may be absent.
_UNSURE = re.compile(r"\\.|\[[^\]]*\]|.[?*{][^ ]*|[~.+^$|\\]")
#: What follows a gap begins a word: "works" is not in "network".
_GAP = re.compile(r"\.\{0,\d+\}(?=[(\[a-z\\])")
GOOD_ANCHOR = 3  # characters from which an anchor is rare enough
_GROUP = re.compile(r"\([^()]*\)[?*]?(?:\{[^}]*\})?")


@dataclass
class Form:
    """One way to say something. Compiled only once an anchor is met: most never are."""

    source: str
    anchors: tuple[str, ...] = field(init=False)
    chinese: bool = field(init=False)
    literal: bool = field(init=False)

    def __post_init__(self) -> None:
        self.literal = _SPECIAL.search(self.source) is None
        self.chinese = _CJK.search(self.source) is not None
        self.anchors = (self.source,) if self.literal else anchors_of(self.source)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The regular expression behind the short cuts.

        Raises:
            re.error: the form is not a regular expression.
        """
        source = self.source.replace(" .. ", "(?: [^ ]+){0,3} ").replace("~", "[a-z]*")
        before = r"(?<![\d.])" if source[:1].isdigit() else ""
        behind = r"(?!\.?\d)" if source[-1:].isdigit() else ""
        if self.chinese:
            return re.compile(before + source.replace("..", ".{0,6}") + behind)
        source = _GAP.sub(r"\g<0>(?<![a-z])", source)
        return re.compile(rf"{before}(?<![a-z])(?:{source})(?![a-z]){behind}")

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where a text in normal form says it; nothing is compiled when it cannot."""
        if not any(anchor in text for anchor in self.anchors):
            return
        if self.literal:
            yield from self._literal_spans(text)
        else:
            yield from (m.span() for m in self.pattern.finditer(text) if m.end() > m.start())

    def _literal_spans(self, text: str) -> Iterator[tuple[int, int]]:
        start = text.find(self.source)
        while start >= 0:
            end = start + len(self.source)
            if self.chinese or not (_letter(text, start - 1) or _letter(text, end)):
                yield start, end
            start = text.find(self.source, end)


@dataclass(frozen=True)
class Forms:
    """Several forms of one meaning."""

    items: tuple[Form, ...]

    def found(self, text: str) -> bool:
        """Whether any form is met."""
        return any(True for form in self.items for _ in form.spans(text))

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where any form is met."""
        return (span for form in self.items for span in form.spans(text))

    def count(self, text: str) -> int:
        """How many places of `text` say it; one place counts once, whatever forms meet there."""
        return len({start for form in self.items for start, _ in form.spans(text)})

    def __bool__(self) -> bool:
        return bool(self.items)


def _letter(text: str, place: int) -> bool:
    return 0 <= place < len(text) and "a" <= text[place] <= "z"


def parse_forms(lines: object) -> Forms:
    """Forms out of a block of YAML text, one a line; doubles are dropped."""
    sources = dict.fromkeys(line.strip() for line in str(lines or "").splitlines())
    return Forms(tuple(Form(source) for source in sources if source))


def anchors_of(source: str) -> tuple[str, ...]:
    """Strings of which every match of `source` must hold one; ``("",)`` when none can be told."""
    if _SPECIAL.search(source) is None:
        return (source,)
    plain = _plain_anchor(source)
    if len(plain) >= GOOD_ANCHOR or "(" not in source:
        return (plain,)
    best: tuple[str, ...] = (plain,)
    for alternatives in _required_groups(source):
        anchors = tuple(anchor for a in alternatives for anchor in anchors_of(a))
        if min(map(len, anchors)) > min(map(len, best)):
            best = anchors
    return best


def _plain_anchor(source: str) -> str:
    """The longest run of characters outside of groups that every match must hold."""
    flat = source
    while "(" in flat:
        shorter = _GROUP.sub("\0", flat)
        if shorter == flat:
            break
        flat = shorter
    if "|" in flat:
        return ""
    flat = flat.replace(" .. ", "\0")
    return max(re.split("\0", _UNSURE.sub("\0", flat)), key=len)


def _required_groups(source: str) -> Iterator[list[str]]:
    """The alternatives of every group that each match goes through."""
    depth, cuts = 0, [0]
    for place, character in enumerate(source):
        escaped = source[place - 1 : place] == "\\"
        if character == "(" and not escaped:
            depth += 1
            if depth == 1:
                cuts = [place]
        elif character == ")" and not escaped:
            depth -= 1
            if depth == 0 and source[place + 1 : place + 2] not in ("?", "*", "{"):
                bounds = [*cuts, place]
                pieces = [source[a + 1 : b] for a, b in pairwise(bounds)]
                if not pieces[0].startswith("?"):
                    yield pieces
                elif pieces[0].startswith("?:"):
                    yield [pieces[0][2:], *pieces[1:]]
        elif character == "|" and depth == 1 and not escaped:
            cuts.append(place)
        elif character == "|" and depth == 0:
            return
