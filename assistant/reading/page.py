"""Cuts a pasted page into prose, code, logs, tracebacks, model summaries, arrays and paths.

Works on anything people paste: half a sentence, a log, a script, a path, a whole forum page with
its answers, in Chinese or English. Each block keeps its lines as they stood and their numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

from assistant.reading import page_lines as lines
from assistant.reading import page_parts as parts

Kind = Literal["prose", "code", "log", "traceback", "model-summary", "array", "path"]
Author = Literal["asker", "answerer"]

#: A bracket left open by a cut paste must not swallow the page.
MAX_OPEN_LINES = 80
#: Up to so many lines a text is looked through for messages without their traceback.
MAX_ALONE = 60
#: Blank lines that do not part two pieces of the same kind.
MAX_GAP: dict[Kind, int] = {
    "prose": 3,
    "code": 3,
    "log": 2,
    "traceback": 1,
    "model-summary": 1,
    "array": 2,
    "path": 0,
}


@dataclass(frozen=True)
class Block:
    """A stretch of lines of one kind by one author.

    Args:
        text: the lines as they stood, joined by newlines.
        first_line: number of the first line, 1-based; ``last_line`` belongs to the block.
        lead: for an array, the up to three lines before it, where its name may stand.
    """

    kind: Kind
    text: str
    first_line: int
    last_line: int
    author: Author = "asker"
    lead: str = ""


@dataclass(frozen=True)
class Page:
    """The blocks of a page in order."""

    blocks: tuple[Block, ...]

    def of(self, kind: Kind, author: Author | None = None) -> tuple[Block, ...]:
        """The blocks of one kind, of one author or of both."""
        return tuple(
            b for b in self.blocks if b.kind == kind and (author is None or b.author == author)
        )

    def prose(self, author: Author = "asker") -> str:
        """All prose of one author, blocks parted by a blank line."""
        return "\n\n".join(b.text for b in self.of("prose", author))


#: What a line may be beside the kinds of blocks: dropped, empty, or decided by its neighbours.
_LineKind = Literal[
    "prose", "code", "log", "traceback", "model-summary", "array", "path", "blank", "drop",
    "weak-code", "weak-log", "ruler", "shape",
]  # fmt: skip


def split_page(text: str) -> Page:
    """The blocks of `text`. Never fails; takes time in proportion to the length.

    Forum furniture (dates, tags, headings of answers) is left out. From the heading of an answer
    on, all is the answerer's; "Edit:" inside the question stays the asker's.
    """
    raw = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kinds, authors = _Walker(raw).walk()
    _settle(kinds)
    return Page(tuple(_blocks(raw, kinds, authors)))


class _Walker:
    """One pass over the lines, remembering what is open: fence, bracket, array, traceback."""

    def __init__(self, raw: Sequence[str]) -> None:
        self.raw = raw
        self.author: Author = "asker"
        self.in_fence = False
        self.open_brackets = 0
        self.open_lines = 0
        self.in_docstring = False
        self.inside: Literal["", "array", "traceback", "warning", "model-summary", "csv"] = ""
        self.array_depth = 0
        self.after_code = False
        #: The message of a traceback may stand apart from it; people also quote it by itself.
        self.expects_message = len(raw) <= MAX_ALONE

    def walk(self) -> tuple[list[_LineKind], list[Author]]:
        kinds: list[_LineKind] = []
        authors: list[Author] = []
        for line in self.raw:
            kind = self._kind(lines.head(line))
            if kind != "blank":
                self.after_code = kind == "code"
            kinds.append(kind)
            authors.append(self.author)
        return kinds, authors

    def _kind(self, line: str) -> _LineKind:
        if not line.strip():
            return self._blank()
        part = self._part_of_page(line)
        if part is not None:
            return part
        if line.lstrip().startswith("```") or line.strip() in (
            "<code>",
            "</code>",
            "<pre>",
            "</pre>",
        ):
            self.in_fence = not self.in_fence
            self._close()
            return "drop"
        continued = self._continued(line)
        if continued is not None:
            return continued
        return self._fresh(line)

    def _blank(self) -> _LineKind:
        if self.inside in ("traceback", "warning", "csv"):
            self.inside = ""
        return "blank"

    def _part_of_page(self, line: str) -> _LineKind | None:
        if parts.opens_answer(line):
            self.author = "answerer"
        elif parts.opens_question(line):
            self.author = "asker"
        elif not parts.is_furniture(line):
            if parts.opens_answer_inline(line):
                self.author = "answerer"
            return None
        self._close()
        return "drop"

    def _close(self) -> None:
        self.inside, self.open_brackets, self.in_docstring = "", 0, False

    def _continued(self, line: str) -> _LineKind | None:
        """The kind of a line inside something that an earlier line opened."""
        if self.inside == "array":
            if lines.is_array_text(line):
                self._count_array(line)
                return "array"
            self.inside = ""
        elif self.inside == "model-summary":
            if lines.in_summary(line):
                return "model-summary"
            self.inside = ""
        elif self.inside == "traceback":
            if lines.in_traceback(line) or line[:1] in (" ", "\t") or lines.starts_traceback(line):
                return "traceback"
            self.inside = ""
        elif self.inside == "warning":
            self.inside = ""  # one line of code stands below it
            if line[:1] in (" ", "\t") and not lines.is_log(line):
                return "traceback"
        elif self.inside == "csv":
            if lines.is_csv_row(line):
                return "log"
            self.inside = ""
        if self.in_docstring:
            return self._in_docstring(line)
        if self.open_brackets > 0:
            return self._in_bracket(line)
        return None

    def _in_docstring(self, line: str) -> _LineKind:
        self.open_lines += 1
        if line.count('"""') % 2 or line.count("'''") % 2 or self.open_lines > MAX_OPEN_LINES:
            self.in_docstring = False
        return "code"

    def _in_bracket(self, line: str) -> _LineKind | None:
        self.open_lines += 1
        other = lines.is_prose(line) or lines.is_log(line) or lines.starts_traceback(line)
        if other or lines.starts_warning(line) or self.open_lines > MAX_OPEN_LINES:
            self.open_brackets = 0
            return None
        self.open_brackets = max(0, self.open_brackets + lines.bracket_balance(line))
        return "code"

    def _fresh(self, line: str) -> _LineKind:
        if lines.starts_summary(line):
            self.inside = "model-summary"
            return "model-summary"
        if lines.starts_warning(line):
            self.inside = "warning"
            return "traceback"
        if lines.starts_traceback(line) or (self.expects_message and _is_message(line)):
            self.inside, self.expects_message = "traceback", True
            return "traceback"
        if lines.starts_array(line):
            self.inside, self.array_depth = "array", 0
            self._count_array(line)
            return "array"
        if lines.is_log(line):
            return "log"
        if lines.is_csv_head(line):
            self.inside = "csv"
            return "log"
        if lines.is_path(line):
            return "path"
        if lines.is_shape(line):
            return "shape"
        if lines.is_code(line) or (self.after_code and lines.opens_docstring(line)):
            self._open_code(line)
            return "code"
        if lines.is_ruler(line):
            return "ruler"
        if lines.is_dots(line):
            return "weak-log"
        return "weak-code" if self.in_fence or lines.may_be_code(line) else "prose"

    def _open_code(self, line: str) -> None:
        self.open_lines = 0
        self.open_brackets = max(0, lines.bracket_balance(line))
        self.in_docstring = bool(line.count('"""') % 2 or line.count("'''") % 2)

    def _count_array(self, line: str) -> None:
        self.array_depth += line.count("[") - line.count("]")
        if self.array_depth <= 0:
            self.inside = ""


def _is_message(line: str) -> bool:
    """Whether a line that is no sentence holds an error message that is known."""
    from assistant.reading.tracebacks import is_known_message

    return not lines.is_prose(line) and is_known_message(line)


def _settle(kinds: list[_LineKind]) -> None:
    """Decides the doubtful lines by their neighbours, in place."""
    for index, kind in enumerate(kinds):
        if kind not in ("weak-code", "weak-log", "ruler", "shape"):
            continue
        before = _neighbour(kinds, index, -1)
        after = _neighbour(kinds, index, 1)
        kinds[index] = _settled(kind, before, after)


def _settled(kind: _LineKind, before: _LineKind, after: _LineKind) -> _LineKind:
    if kind == "shape":
        return "array" if before == "array" else "prose"
    if kind == "weak-code":
        return "code" if "code" in (before, after) or after == "weak-code" else "prose"
    if kind == "ruler":
        return "log" if before == after == "log" else "drop"
    if before == after and before in ("log", "code", "array", "traceback"):
        return before
    if before in ("log", "array", "code"):
        return before
    return "log" if after == "log" else "prose"


def _neighbour(kinds: Sequence[_LineKind], index: int, step: int) -> _LineKind:
    """The nearest line that is not blank, at most three lines away."""
    for distance in range(1, 4):
        place = index + step * distance
        if not 0 <= place < len(kinds):
            break
        if kinds[place] != "blank":
            return kinds[place]
    return "blank"


def _blocks(
    raw: Sequence[str], kinds: Sequence[_LineKind], authors: Sequence[Author]
) -> list[Block]:
    blocks: list[Block] = []
    start: int | None = None
    last = 0
    for index, kind in enumerate(kinds):
        if kind == "blank":
            continue
        if start is not None:
            same = kind == kinds[start] and authors[index] == authors[start]
            gap = index - last - 1
            if same and kind != "drop" and gap <= MAX_GAP[_block_kind(kind)]:
                last = index
                continue
            blocks.append(_block(raw, kinds, authors, start, last))
            start = None
        if kind != "drop":
            start, last = index, index
    if start is not None:
        blocks.append(_block(raw, kinds, authors, start, last))
    return blocks


def _block(
    raw: Sequence[str],
    kinds: Sequence[_LineKind],
    authors: Sequence[Author],
    start: int,
    last: int,
) -> Block:
    kind = _block_kind(kinds[start])
    lead = (
        "\n".join(s for s in raw[max(0, start - 4) : start] if s.strip()) if kind == "array" else ""
    )
    text = "\n".join(raw[start : last + 1])
    return Block(kind, text, start + 1, last + 1, authors[start], lead)


def _block_kind(kind: _LineKind) -> Kind:
    """Lines left doubtful are prose."""
    for known in get_args(Kind):
        if kind == known:
            return cast("Kind", kind)
    return "prose"
