"""A unified diff or lines of code as content: sign, tint and syntax; readable without colour."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Literal

from textual.content import Content, Span
from textual.highlight import HighlightTheme, TokenType, highlight

from assistant.chat.text import clean
from knowledge.texts import say

_HUNK = re.compile(r"^@@ -(\d+)\S* \+\S+ @@")
_MAX_LINES = 200

Kind = Literal["added", "removed", "same", "place"]
_SIGNS: dict[str, Kind] = {"+": "added", "-": "removed"}
_ROLES = {"added": "$u-good", "removed": "$u-bad"}


class CodeTheme(HighlightTheme):
    """Python tokens in our own roles, which stay readable on added and removed lines."""

    # Token types are tuples, so plain tuples find them.
    STYLES: dict[TokenType, str] = {  # noqa: RUF012 (declared so by the base class)
        ("Comment",): "$u-quiet",
        ("Keyword",): "$u-mark",
        ("Keyword", "Constant"): "$u-warn",
        ("Literal", "Number"): "$u-warn",
        ("Literal", "String"): "$u-soft",
        ("Operator", "Word"): "$u-mark",
    }


def diff_parts(diff: str, language: str) -> list[tuple[Kind, Content]]:
    """A diff as runs of lines of one kind, each line with its sign.

    File names and line numbers come as kind ``place``; the header's ``---`` line says nothing new
    and is left out.
    """
    lines = clean(diff).rstrip("\n").split("\n")
    shown = [line.expandtabs(4) for line in lines if not line.startswith(("--- ", "\\ No newline"))]
    parts = [
        (kind, Content("\n").join([_diff_line(line, kind, language) for line in run]))
        for kind, run in groupby(shown[:_MAX_LINES], key=_kind)
    ]
    if len(shown) > _MAX_LINES:
        parts.append(("place", _more(len(shown) - _MAX_LINES, language)))
    return parts


def code_content(lines: Sequence[str], language: str) -> Content:
    """Lines of Python to be written, with syntax colours."""
    shown = clean("\n".join(lines[:_MAX_LINES]))
    parts = [_python(line) for line in shown.split("\n")]
    if len(lines) > _MAX_LINES:
        parts.append(_more(len(lines) - _MAX_LINES, language))
    return Content("\n").join(parts)


def _kind(line: str) -> Kind:
    if line.startswith("+++ ") or _HUNK.match(line):
        return "place"
    return _SIGNS.get(line[:1], "same")


def _diff_line(line: str, kind: Kind, language: str) -> Content:
    if kind == "place":
        hunk = _HUNK.match(line)
        name = line[4:].split("\t")[0].removeprefix("b/")
        text = say("chat-diff-line", language, line=hunk[1]) if hunk else name
        return Content.styled(text, "$u-quiet")
    sign = line[:1] if kind != "same" else " "
    mark = Content.styled(f"{sign} ", f"bold {_ROLES[kind]}") if kind in _ROLES else Content("  ")
    return mark + _python(line[1:])


def _python(code: str) -> Content:
    spans = [
        s for s in highlight(code, language="python", theme=CodeTheme).spans if s.start < s.end
    ]
    return Content(code, [Span(s.start, s.end, s.style) for s in spans if s.style != "$text"])


def _more(count: int, language: str) -> Content:
    return Content.styled(say("chat-more-lines", language, count=count), "$u-quiet")
