"""Small images as text: each cell shows two pixels, one above the other, as "▀" in two colours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from textual.content import Content, Span

_ROW = re.compile(r"(?:[0-9a-f]{6}){1,64}")
_MOST_ROWS = 64
_GAP = "  "
#: from dark to light, for screens without colour
_SHADES = " ░▒▓█"


def picture_row(pictures: Sequence[Any], width: int = 80, colour: bool = True) -> Content | None:
    """Pictures side by side, as many as fit; None when there is none that can be drawn.

    Args:
        pictures: each a list of rows of pixels, a row being ``rrggbb`` written together.
        width: cells that there are.
        colour: False draws shades of the brightness instead.
    """
    usable = [rows for rows in pictures if _is_picture(rows)]
    if not usable:
        return None
    widest = max(len(rows[0]) // 6 for rows in usable)
    fit = max(1, (width + len(_GAP)) // (widest + len(_GAP)))
    drawn = [_lines(rows, colour) for rows in usable[:fit]]
    height = max(len(lines) for lines in drawn)
    rows: list[Content] = []
    for row in range(height):
        cells = [lines[row] for lines in drawn if row < len(lines)]
        rows.append(Content(_GAP).join(cells))
    return Content("\n").join(rows)


def _is_picture(rows: Any) -> bool:
    if not isinstance(rows, (list, tuple)) or not 1 <= len(rows) <= _MOST_ROWS:
        return False
    fits = all(isinstance(row, str) and _ROW.fullmatch(row) for row in rows)
    return fits and len({len(row) for row in rows}) == 1


def _lines(rows: Sequence[str], colour: bool) -> list[Content]:
    pairs = [(rows[i], rows[i + 1] if i + 1 < len(rows) else "") for i in range(0, len(rows), 2)]
    return [_coloured(top, low) if colour else _shaded(top, low) for top, low in pairs]


def _coloured(top: str, low: str) -> Content:
    spans = []
    for cell, at in enumerate(range(0, len(top), 6)):
        below = f" on #{low[at : at + 6]}" if low else ""
        spans.append(Span(cell, cell + 1, f"#{top[at : at + 6]}{below}"))
    return Content("▀" * (len(top) // 6), spans)


def _shaded(top: str, low: str) -> Content:
    cells = []
    for at in range(0, len(top), 6):
        both = [_light(half[at : at + 6]) for half in (top, low) if half]
        light = sum(both) / len(both)
        cells.append(_SHADES[min(len(_SHADES) - 1, int(light * len(_SHADES)))])
    return Content("".join(cells))


def _light(pixel: str) -> float:
    red, green, blue = (int(pixel[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
