"""Reads the code cells of a notebook, and writes changed cells back byte for byte otherwise.

The JSON is walked with positions, so that outputs are skipped at full speed, a notebook that breaks
off in the middle still gives its first cells, and writing touches nothing but the changed lines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(strict=False)


@dataclass(frozen=True)
class Cell:
    """One code cell.

    Args:
        index: its number among all cells of the notebook, from 0.
        source: its text.
        start: offset of the JSON value of ``source``.
        end: one past it.
        pieces: offsets of each string of the value; one for a source kept as a single string.
    """

    index: int
    source: str
    start: int
    end: int
    pieces: tuple[tuple[int, int], ...]


def looks_like_notebook(text: str) -> bool:
    """Whether a text is a notebook file (or the beginning of one)."""
    head = text[:4096].lstrip("\ufeff \t\r\n")
    return head.startswith("{") and ('"cells"' in head or '"nbformat"' in text[-2048:] + head)


def code_cells(text: str) -> list[Cell]:
    """The code cells in order, as far as the text goes."""
    cells: list[Cell] = []
    try:
        for key, at in _members(text, _skip(text, 0)):
            if key == "cells":
                for index, start in enumerate(_elements(text, at)):
                    cells += _cell(text, start, index)
            if key == "worksheets":  # notebooks of version 3
                for sheet in _elements(text, at):
                    for inner, where in _members(text, sheet):
                        if inner == "cells":
                            for index, start in enumerate(_elements(text, where)):
                                cells += _cell(text, start, index)
    except (ValueError, IndexError, RecursionError):
        pass  # broken off: what was read so far stands
    return cells


def _cell(text: str, start: int, index: int) -> list[Cell]:
    kind, found = "", None
    try:
        for key, at in _members(text, start):
            if key == "cell_type":
                kind = str(_DECODER.raw_decode(text, at)[0])
            elif key in ("source", "input"):
                found = at
    except (ValueError, IndexError):
        if found is None or kind != "code":
            raise
    return [_read(text, found, index)] if kind == "code" and found is not None else []


def _read(text: str, at: int, index: int) -> Cell:
    if text[at] == '"':
        source, end = _DECODER.raw_decode(text, at)
        return Cell(index, str(source), at, end, ((at, end),))
    parts: list[str] = []
    pieces: list[tuple[int, int]] = []
    end = at
    try:
        for start in _elements(text, at):
            piece, end = _DECODER.raw_decode(text, start)
            parts.append(str(piece))
            pieces.append((start, end))
    except (ValueError, IndexError):
        pass
    else:
        end = _skip(text, end if pieces else at + 1)
        end = text.find("]", end) + 1
    return Cell(index, "".join(parts), at, end, tuple(pieces))


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _members(text: str, at: int) -> Iterator[tuple[str, int]]:
    """Keys of the object at `at`, each with the offset of its value."""
    at = _skip(text, at + (1 if text[at] == "\ufeff" else 0))
    if text[at] != "{":
        return
    at = _skip(text, at + 1)
    while text[at] == '"':
        key, at = _DECODER.raw_decode(text, at)
        at = _skip(text, at)
        if text[at] != ":":
            raise ValueError("no colon")
        at = _skip(text, at + 1)
        yield str(key), at
        at = _skip(text, _end_of(text, at))
        if text[at] != ",":
            return
        at = _skip(text, at + 1)


def _elements(text: str, at: int) -> Iterator[int]:
    """Offsets of the elements of the array at `at`."""
    if text[at] != "[":
        return
    at = _skip(text, at + 1)
    while text[at] != "]":
        yield at
        at = _skip(text, _end_of(text, at))
        if text[at] != ",":
            return
        at = _skip(text, at + 1)


def _end_of(text: str, at: int) -> int:
    return _DECODER.raw_decode(text, at)[1]


def write_cells(text: str, changed: Mapping[int, Sequence[tuple[int, int, list[str]]]]) -> str:
    """Write changed lines into the cells of a notebook; every other byte stays.

    Args:
        text: the notebook.
        changed: cell index -> changes ``(first line, one past the last, new lines)``, 0-based, in
            order, as the cell's own lines are counted.
    """
    edits: list[tuple[int, int, str]] = []
    for cell in code_cells(text):
        if cell.index in changed:
            edits += _cell_edits(text, cell, changed[cell.index])
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _cell_edits(
    text: str, cell: Cell, changes: Sequence[tuple[int, int, list[str]]]
) -> list[tuple[int, int, str]]:
    old = _LINE.findall(cell.source)
    one_a_line = text[cell.start] == "[" and len(cell.pieces) == len(old)
    plain = not text[cell.start : cell.end].isascii()
    if not one_a_line:
        lines = [line.removesuffix("\n") for line in old]
        for first, last, new in sorted(changes, reverse=True, key=lambda change: change[0]):
            lines[first:last] = new
        ended = "\n" if lines and cell.source.endswith("\n") else ""
        whole = json.dumps("\n".join(lines) + ended, ensure_ascii=not plain)
        whole = f"[{whole}]" if text[cell.start] == "[" else whole
        return [(cell.start, cell.end, whole)]
    between = _between(text, cell)
    edits = []
    for first, last, new in changes:
        at_end = last >= len(old)
        written = [json.dumps(line, ensure_ascii=not plain) for line in _ended(new, at_end, old)]
        if first < last:
            start, end = cell.pieces[first][0], cell.pieces[last - 1][1]
            if not written:  # lines taken out, with the comma that belongs to them
                if last < len(old):
                    end = cell.pieces[last][0]
                elif first:
                    start = cell.pieces[first - 1][1]
            edits.append((start, end, between.join(written)))
        elif first < len(old):
            start = cell.pieces[first][0]
            edits.append((start, start, "".join(line + between for line in written)))
        else:
            start, end = cell.pieces[-1]
            last_line = old[-1] if old[-1].endswith("\n") else old[-1] + "\n"
            kept = json.dumps(last_line, ensure_ascii=not plain)
            edits.append((start, end, between.join([kept, *written])))
    return edits


def _ended(new: Sequence[str], at_end: bool, old: Sequence[str]) -> list[str]:
    """Lines with their ends; the last line of a cell has none where it had none before."""
    lines = [line + "\n" for line in new]
    if at_end and lines and old and not old[-1].endswith("\n"):
        lines[-1] = lines[-1][:-1]
    return lines


def _between(text: str, cell: Cell) -> str:
    """What stands between two strings of the list, such as a comma and an indented new line."""
    if len(cell.pieces) > 1:
        return text[cell.pieces[0][1] : cell.pieces[1][0]]
    lead = text[cell.start + 1 : cell.pieces[0][0]] if cell.pieces else ""
    return "," + (lead or " ")
