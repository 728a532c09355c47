"""Figures that come as a table: CSVLogger files, printed data frames, ``history.history``.

Nothing is evaluated or unpickled: the lists are found by their brackets and the numbers by their
form, so a cut table still gives the part that is there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.reading.logs.cleaning import Line
from assistant.reading.logs.figures import NUMBER, figure
from assistant.reading.logs.lines import Record
from assistant.reading.logs.names import canonical, is_accuracy, is_loss

#: metrics in a stored table have all the digits of a float32
EXACT = 1e-7
_MOST_COLUMNS = 200


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    return (
        re.compile(r"(['\"])([\w ./@-]{1,60})\1\s{0,4}:\s{0,4}(?:[A-Za-z_.]{1,12}\()?\["),
        re.compile(rf"(?<![\w.]){NUMBER}|\b(?:None|null)\b", re.I),
        re.compile(rf"\s*(?:{NUMBER})\s*$", re.I),
    )


def read_tables(lines: Sequence[Line], first_block: int) -> tuple[list[Record], set[int]]:
    """The tables of a text.

    Returns:
        One record for each epoch of each table, and the numbers of the source lines they fill.
    """
    records, used = _histories(lines, first_block)
    block = first_block + len({r.block for r in records})
    for index, line in enumerate(lines):
        if line.number in used:
            continue
        columns = _header(line.text)
        if columns is not None:
            rows, spent = _rows(lines, index + 1, columns, block)
            if rows:
                records += rows
                used |= {line.number, *spent}
                block += 1
    return records, used


def _histories(lines: Sequence[Line], block: int) -> tuple[list[Record], set[int]]:
    """``{'loss': [0.69, 0.68], 'val_loss': [...]}`` as Python, JSON or numpy print it."""
    start, number, _ = _patterns()
    text = "\n".join(line.text for line in lines)
    if "[" not in text or ("loss" not in text and "acc" not in text):
        return [], set()
    starts = _line_starts(lines)
    groups: list[dict[str, list[float]]] = []
    places: list[tuple[int, int]] = []
    matches = list(start.finditer(text))
    limits = [m.start() for m in matches[1:]] + [len(text)]
    for found, after in zip(matches, limits, strict=False):
        name = canonical(found[2])
        if name is None:
            continue
        close = text.find("]", found.end(), after)
        end = close if close >= 0 else after
        values = [_value(v[0]) for v in number.finditer(_unwrapped(text[found.end() : end]))]
        if not values:
            continue
        fresh = not groups or name in groups[-1] or found.start() - places[-1][1] > 200
        if fresh:
            groups.append({})
            places.append((found.start(), end))
        groups[-1][name] = values
        places[-1] = (places[-1][0], end)
    records: list[Record] = []
    used: set[int] = set()
    for group, (begin, end) in zip(groups, places, strict=True):
        if not any(is_loss(name) or is_accuracy(name) for name in group):
            continue
        first, last = _line_at(starts, begin), _line_at(starts, end)
        used |= {line.number for line in lines[first : last + 1]}
        records += _from_columns(group, lines[first].number, block)
        block += 1
    return records, used


def _unwrapped(body: str) -> str:
    """``np.float64(0.69)`` -> ``0.69``; the digits of the type name are no figure."""
    return re.sub(r"(?:np\.|numpy\.)?float\d{1,3}\(", "(", body)


def _value(text: str) -> float:
    return float("nan") if text in ("None", "null", "none") else figure(text)[0]


def _line_starts(lines: Sequence[Line]) -> list[int]:
    starts, place = [], 0
    for line in lines:
        starts.append(place)
        place += len(line.text) + 1
    return starts


def _line_at(starts: list[int], place: int) -> int:
    import bisect

    return max(0, bisect.bisect_right(starts, place) - 1)


def _from_columns(columns: dict[str, list[float]], line: int, block: int) -> list[Record]:
    rows = []
    for index in range(max(len(values) for values in columns.values())):
        metrics = {name: values[index] for name, values in columns.items() if index < len(values)}
        text = " - ".join(f"{name}: {value:.4g}" for name, value in metrics.items())
        units = dict.fromkeys(metrics, EXACT)
        rows.append(Record(metrics, units, line, text, block=block))
    return rows


def _header(text: str) -> tuple[str, list[str | None]] | None:
    """The separator and the metric of each column, for a line that heads a table."""
    if len(text) > 4000 or ":" in text or "=" in text or "[" in text:
        return None
    if "loss" not in text.lower() and "acc" not in text.lower():
        return None
    for separator in (",", ";", "\t", "|", None):
        cells = _cells(text, separator)
        words = [c for c in cells if c]
        if not 2 <= len(words) <= _MOST_COLUMNS or len(cells) > _MOST_COLUMNS:
            continue
        if not all(re.fullmatch(r"[A-Za-z_][\w ./@#-]{0,60}|#", word) for word in words):
            continue
        if separator is None and "_" not in text and len(words) > 6:
            continue  # a sentence
        names = [c.lower() if c.lower() in ("epoch", "step") else canonical(c) for c in cells]
        if any(n and (is_loss(n) or is_accuracy(n)) for n in names):
            return separator or "", names
    return None


def _cells(text: str, separator: str | None) -> list[str]:
    text = text.strip().strip("|") if separator == "|" else text.strip("\r\n ")
    return [c.strip().strip("'\"") for c in text.split(separator)]


def _rows(
    lines: Sequence[Line], start: int, header: tuple[str, list[str | None]], block: int
) -> tuple[list[Record], list[int]]:
    """The rows of a table from line `start` on, up to the first line that is none."""
    separator, names = header
    number = _patterns()[2]
    rows: list[Record] = []
    spent: list[int] = []
    for line in (lines[i] for i in range(start, len(lines))):
        if set(line.text.strip()) <= set("|-:+ ="):  # a rule under a Markdown header, a blank line
            if not rows and line.text.strip():
                spent.append(line.number)
                continue
            break
        cells = _cells(line.text, separator or None)
        index = cells.pop(0) if not separator and len(cells) == len(names) + 1 else None
        if len(cells) != len(names):
            break
        figures = {
            name: figure(cell)
            for name, cell in zip(names, cells, strict=True)
            if name and number.match(cell)
        }
        epoch = figures.pop("epoch", None)
        figures.pop("step", None)
        if not figures:
            break
        spent.append(line.number)
        count = epoch[0] if epoch else figure(index)[0] if index and number.match(index) else None
        rows.append(
            Record(
                {name: value for name, (value, _) in figures.items()},
                {name: min(unit, 1e-3) for name, (_, unit) in figures.items()},
                line.number,
                line.text.strip()[:400],
                number=int(count) if count is not None and 0 <= count < 1e6 else None,
                block=block,
            )
        )
    return rows, spent
