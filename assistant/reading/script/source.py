"""The text as it was given beside the Python that was read from it.

Line `i` of one is line `i` of the other, whatever was repaired, so that a change of the Python can
be written back into the text as it was given.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")

#: a byte that is no UTF-8 (as ``surrogateescape`` keeps it) -> a sign that Python takes in a
#: comment or a text, out of a range that no alphabet uses
_STAND_INS = {0xDC00 + byte: 0xF700 + byte for byte in range(0x80, 0x100)}
_BYTES = {sign: byte for byte, sign in _STAND_INS.items()}
_UNREADABLE = dict.fromkeys(_BYTES, 0xFFFD)


def plain(text: str) -> str:
    """The text, sign for sign, without what no Python may hold: loose bytes, null characters."""
    if text.isascii() and "\0" not in text:
        return text
    kept = text.translate(_STAND_INS).encode("utf-8", "replace").decode("utf-8")
    return kept.replace("\0", " ")


def bytes_back(given: str, code: str) -> str:
    """The code with the loose bytes of the line it came from in place of their stand-ins."""
    return code.translate(_BYTES) if any(ord(sign) in _STAND_INS for sign in given) else code


@dataclass(frozen=True)
class Line:
    """One line: what was given, the Python of it, and how the two begin and end.

    Args:
        given: the line as given, without its end.
        code: the Python read from it.
        end: the line's end as given: ``\\n``, ``\\r\\n``, ``\\r``, or nothing for the last one.
        cut: leading characters of `given` that are no Python, such as ``>>> ``.
        pad: leading spaces of `code` that were not given (lost indentation).
    """

    given: str
    code: str
    end: str = "\n"
    cut: str = ""
    pad: int = 0

    def with_code(self, code: str) -> Line:
        return Line(self.given, code, self.end, self.cut, self.pad)

    def without(self, cut: str) -> Line:
        """The same line without its first characters, `cut`, that are no Python."""
        return replace(self, code=self.code[len(cut) :], cut=self.cut + cut)

    def indented(self, by: int) -> Line:
        """The same line moved right, or left for a negative `by`; an empty one stays."""
        if not self.code.strip():
            return self
        if by >= 0:
            return replace(self, code=" " * by + self.code, pad=self.pad + by)
        width = min(-by, len(self.code) - len(self.code.lstrip(" ")))
        taken = min(width, self.pad)
        cut = self.cut + " " * (width - taken)
        return replace(self, code=self.code[width:], pad=self.pad - taken, cut=cut)

    def write_back(self, code: str) -> str:
        """A new line of Python in the form in which this one was given."""
        if not code.strip():
            return ""
        pad = min(self.pad, len(code) - len(code.lstrip(" ")))
        return self.cut + (
            code[pad:] if self.given.isascii() else bytes_back(self.given, code[pad:])
        )


def as_lines(text: str) -> list[Line]:
    """Lines as Python's own tokenizer sees them: form feeds and U+2028 do not end a line."""
    lines = []
    for match in _LINE.finditer(text):
        given, end = match.groups()
        lines.append(Line(given, given, end))
        if not end:
            break
    return lines


@dataclass(frozen=True)
class Source:
    """A script: its lines, and the Python of all of them."""

    lines: tuple[Line, ...]
    code: str = ""
    starts: tuple[int, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Source:
        codes = [line.code for line in lines]
        starts, at = [], 0
        for code in codes:
            starts.append(at)
            at += len(code) + 1
        return cls(tuple(lines), "\n".join(codes), tuple(starts))

    @property
    def given(self) -> str:
        return "".join(line.given + line.end for line in self.lines)

    def offset(self, line: int, byte_column: int) -> int:
        """Character offset of a position as `ast` gives it: 1-based line, UTF-8 byte column."""
        code = self.lines[line - 1].code
        if not code.isascii():
            byte_column = len(code.encode("utf-8")[:byte_column].decode("utf-8", "ignore"))
        return self.starts[line - 1] + byte_column

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Character offsets of a node's first and one past its last character."""
        start = self.offset(node.lineno, node.col_offset)  # type: ignore[attr-defined]
        end = self.offset(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]
        return start, end

    def text_of(self, node: ast.AST) -> str:
        start, end = self.span(node)
        return self.code[start:end]

    def line_of(self, offset: int) -> int:
        """1-based line that holds a character offset."""
        return bisect_right(self.starts, offset)

    def quote(self, node: ast.AST | None, limit: int = 120) -> str:
        """A node's words on one line, cut at `limit` characters."""
        if node is None or not hasattr(node, "lineno"):
            return ""
        words = " ".join(self.text_of(node).split()).translate(_UNREADABLE)
        return words if len(words) <= limit else words[: limit - 1] + "…"
