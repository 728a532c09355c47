"""Splices pieces of text by position and shows the result as a unified diff."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.reading.script.source import Line, Source

#: lines of context around a change
CONTEXT = 2
_NO_END = "\\ No newline at end of file\n"


@dataclass(frozen=True, order=True)
class Splice:
    """Put `text` in place of the characters ``start`` up to ``end`` of the Python read."""

    start: int
    end: int
    text: str


class Overlap(Exception):
    """Two splices want to change the same characters."""


def in_order(splices: Iterable[Splice]) -> list[Splice]:
    """Splices without repetitions, first to last; insertions at one place keep their order.

    Raises:
        Overlap: two of them change the same characters.
    """
    unique = list(dict.fromkeys(splices))
    ordered = sorted(unique, key=lambda splice: (splice.start, splice.end))
    for before, after in pairwise(ordered):
        same = (before.start, before.end) == (after.start, after.end) and before.start < before.end
        if after.start < before.end or same:
            raise Overlap
    return ordered


def splice_code(code: str, splices: Iterable[Splice]) -> str:
    """The Python after all splices, last first, so that earlier positions stay right."""
    for splice in reversed(in_order(splices)):
        code = code[: splice.start] + splice.text + code[splice.end :]
    return code


@dataclass(frozen=True)
class LineChange:
    """Lines ``first`` up to ``last`` (0-based) give way to `new`, in the form of the text given."""

    first: int
    last: int
    new: tuple[Line, ...]


def line_changes(source: Source, splices: Iterable[Splice]) -> list[LineChange]:
    """The lines that splices touch, and what takes their place."""
    changes: list[LineChange] = []
    group: list[Splice] = []
    bounds = (0, 0)
    for splice in in_order(splices):
        first = source.line_of(splice.start) - 1
        last = source.line_of(splice.end) - 1
        if group and first <= bounds[1]:
            bounds = (bounds[0], max(bounds[1], last))
        else:
            if group:
                changes.append(_change(source, group, *bounds))
            group, bounds = [], (first, last)
        group.append(splice)
    if group:
        changes.append(_change(source, group, *bounds))
    return changes


def _change(source: Source, splices: Sequence[Splice], first: int, last: int) -> LineChange:
    """One run of lines: the splices in it applied, unchanged lines at both ends left alone."""
    at = source.starts[first]
    old = [line.code for line in source.lines[first : last + 1]]
    shifted = [Splice(s.start - at, s.end - at, s.text) for s in splices]
    whole = "\n".join(old) + "\n"
    new = splice_code(whole, shifted).split("\n")
    if new and new[-1] == "":
        new.pop()
    last += 1
    while old and new and old[0] == new[0]:
        old, new, first = old[1:], new[1:], first + 1
    while old and new and old[-1] == new[-1]:
        old, new, last = old[:-1], new[:-1], last - 1
    return LineChange(first, last, tuple(_as_given(source, first, last, new)))


def _as_given(source: Source, first: int, last: int, new: list[str]) -> list[Line]:
    """New lines of Python in the form of the lines they replace (or stand beside)."""
    made = []
    for number, code in enumerate(new):
        like = min(first + number, max(last - 1, first, 0), len(source.lines) - 1)
        model = source.lines[like]
        end = model.end or _usual_end(source)
        made.append(replace(model, given=model.write_back(code), code=code, end=end))
    return made


def _usual_end(source: Source) -> str:
    return source.lines[0].end or "\n"


def changed_lines(source: Source, changes: Iterable[LineChange]) -> list[Line]:
    """All lines after the changes."""
    lines = list(source.lines)
    ended = lines[-1].end if lines else ""
    for change in sorted(changes, key=lambda c: (c.first, c.last), reverse=True):
        new = list(change.new)
        if change.first >= len(lines) and lines and not lines[-1].end:
            lines[-1] = replace(lines[-1], end=_usual_end(source))
        lines[change.first : change.last] = new
    if lines and not ended and lines[-1].end:
        lines[-1] = replace(lines[-1], end="")
    for number in range(len(lines) - 1):
        if not lines[number].end:
            lines[number] = replace(lines[number], end=_usual_end(source))
    return lines


def unified_diff(before: str, after: str, name: str, context: int = CONTEXT) -> str:
    """A unified diff from ``a/name`` to ``b/name`` for ``patch -p1``; "" without a change."""
    old, new = _with_ends(before), _with_ends(after)
    shown = list(difflib.unified_diff(old, new, f"a/{name}", f"b/{name}", n=context))
    return "".join(map(_ended, shown))


def diff_of_changes(
    before: str, changes: Sequence[LineChange], name: str, context: int = CONTEXT
) -> str:
    """The same, where it is known which lines change: no line is shown that stays.

    Not for changes of a last line without an end; `unified_diff` shows those.
    """
    old = _with_ends(before)
    new_lines = [[line.given + line.end for line in change.new] for change in changes]
    shown = [f"--- a/{name}\n", f"+++ b/{name}\n"]
    shift, group = 0, list[int]()
    for at, change in enumerate(changes):
        group.append(at)
        after = changes[at + 1] if at + 1 < len(changes) else None
        if after is None or after.first - change.last > 2 * context:
            hunk, shift = _hunk(old, changes, new_lines, group, shift, context)
            shown += hunk
            group = []
    return "".join(map(_ended, shown)) if changes else ""


def _hunk(
    old: list[str],
    changes: Sequence[LineChange],
    new_lines: list[list[str]],
    group: list[int],
    shift: int,
    context: int,
) -> tuple[list[str], int]:
    """One hunk, and by how many lines what follows it has moved."""
    start = max(changes[group[0]].first - context, 0)
    end = min(changes[group[-1]].last + context, len(old))
    body: list[str] = []
    at = start
    for number in group:
        change = changes[number]
        body += [" " + line for line in old[at : change.first]]
        body += ["-" + line for line in old[change.first : change.last]]
        body += ["+" + line for line in new_lines[number]]
        at = change.last
    body += [" " + line for line in old[at:end]]
    taken = sum(not line.startswith("+") for line in body)
    given = sum(not line.startswith("-") for line in body)
    head = f"@@ -{_range(start, taken)} +{_range(start + shift, given)} @@\n"
    return [head, *body], shift + given - taken


def _range(start: int, count: int) -> str:
    return f"{start + (1 if count else 0)},{count}"


def _ended(line: str) -> str:
    return line if line.endswith("\n") else line + "\n" + _NO_END


def _with_ends(text: str) -> list[str]:
    """Lines as ``patch`` counts them: only a line feed ends one."""
    lines = text.split("\n")
    ended = [line + "\n" for line in lines[:-1]]
    return [*ended, lines[-1]] if lines[-1] else ended
