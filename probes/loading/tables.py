"""CSV files: a few hundred lines out of the whole length, never the whole file.

Whole blocks of lines at even distances are read, so long lines are not favoured.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from probes.errors import ProbeError
from probes.loading.columns import Array, Column, array_column
from probes.loading.naming import Roles, is_name_of_y

WHOLE_FILE = 8 << 20
BLOCKS = 32
BLOCK_BYTES = 128 << 10
MAX_LINE = 1 << 20


def read_table(path: Path, target: str | None) -> Roles:
    """The numeric columns of a CSV file as x (n, columns) float32, one column as y.

    Args:
        path: a file whose first line names the columns.
        target: name of the column to predict; None takes the one that is called ``label``,
            ``target``, ``y`` ... if there is exactly one.

    Raises:
        ProbeError: ``data-needs-target-column`` (``columns``), ``data-unreadable``.
    """
    try:
        lines = _lines(path)
    except (OSError, UnicodeDecodeError) as error:
        raise ProbeError("data-unreadable", str(error), path=str(path), what="CSV") from error
    rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=_delimiter(lines)))
    if len(rows) < 2:
        raise ProbeError("data-unreadable", path=str(path), what="CSV")
    names = [name.strip() for name in rows[0]]
    body = [row for row in rows[1:] if len(row) == len(names)]
    named = [name for name in names if is_name_of_y(name)]
    wanted = target if target is not None else (named[0] if len(named) == 1 else None)
    if wanted not in names or not body:
        raise ProbeError("data-needs-target-column", path=str(path), columns=", ".join(names))
    table = list(zip(*body, strict=True))
    y = _as_numbers(table[names.index(wanted)])
    features = [
        column
        for name, values in zip(names, table, strict=True)
        if name != wanted and (column := _as_numbers(values)).dtype.kind == "f"
    ]
    if not features:
        raise ProbeError("data-no-arrays", names=", ".join(names))
    x = np.stack(features, axis=1).astype(np.float32)
    if y.dtype.kind == "f" and np.array_equal(y, np.round(y)):
        y = y.astype(np.int64)
    return Roles((array_column("x", x),), _column(wanted, y))


def _column(name: str | None, values: Array) -> Column:
    return array_column(name or "y", values)


def _lines(path: Path) -> list[str]:
    size = path.stat().st_size
    with path.open("rb") as file:
        header = file.readline(MAX_LINE)
        if size <= WHOLE_FILE:
            data = [file.read()]
        else:
            data = []
            for block in range(BLOCKS):
                file.seek(len(header) + (size - len(header)) * block // BLOCKS)
                if block:
                    file.readline(MAX_LINE)  # the rest of a line that began before
                data.append(file.read(BLOCK_BYTES).rpartition(b"\n")[0])
    text = [part for block in data for part in block.decode().splitlines() if part.strip()]
    return [header.decode("utf-8-sig").rstrip("\r\n"), *text]


def _delimiter(lines: list[str]) -> str:
    return max((",", ";", "\t"), key=lines[0].count)


def _as_numbers(values: tuple[str, ...]) -> Array:
    """float64, empty cells as nan; text stays text."""
    try:
        return np.array([float(v) if v.strip() else np.nan for v in values])
    except ValueError:
        return np.array(values)
