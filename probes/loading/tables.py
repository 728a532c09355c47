"""Tables: CSV, and Parquet where pyarrow is installed. A few hundred lines, never the whole file.

Of a long CSV, blocks of lines at even distances are read, so that long lines are not favoured; of a
Parquet file the heads of row groups at even distances.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from probes.errors import ProbeError
from probes.loading.columns import Array, Column, array_column
from probes.loading.naming import Roles, columns_of_outputs, is_name_of_y
from probes.loading.wanted import Wanted

WHOLE_FILE = 8 << 20
BLOCKS = 32
BLOCK_BYTES = 128 << 10
MAX_LINE = 1 << 20
#: of a Parquet file: row groups and rows of each
GROUPS = 16
GROUP_ROWS = 2048

Table = Mapping[str, Array]


def read_csv(path: Path, wanted: Wanted) -> Roles:
    """A CSV file whose first line names the columns; columns without names are called 1, 2, 3 ...

    Raises:
        ProbeError: those of `table_roles`, and ``data-unreadable``.
    """
    try:
        lines = _lines(path)
    except OSError as error:
        raise ProbeError("data-unreadable", str(error), path=str(path), what="CSV") from error
    if "\0" in lines[0]:
        raise ProbeError("data-unreadable", path=str(path), what="CSV")
    try:
        rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=_delimiter(lines)))
    except csv.Error as error:
        raise ProbeError("data-unreadable", str(error), path=str(path), what="CSV") from error
    names = [name.strip() for name in rows[0]] if rows else []
    if names and all(_is_figure(name) for name in names):
        names = [str(number + 1) for number in range(len(names))]
        rows.insert(0, names)
    body = [row for row in rows[1:] if len(row) == len(names)]
    if not body:
        raise ProbeError("data-unreadable", path=str(path), what="CSV")
    columns = {
        name: _as_numbers(values)
        for name, values in zip(names, zip(*body, strict=True), strict=True)
    }
    return replace(table_roles(columns, wanted, path), rows=_rows(path, lines, len(body)))


def read_parquet(path: Path, wanted: Wanted) -> Roles:
    """A Parquet file.

    Raises:
        ProbeError: those of `table_roles`, ``data-needs-pyarrow`` and ``data-unreadable``.
    """
    try:
        from pyarrow import parquet
    except ImportError as error:
        raise ProbeError("data-needs-pyarrow", path=str(path)) from error
    try:
        file = parquet.ParquetFile(path)
        step = max(1, file.num_row_groups // GROUPS)
        parts = [
            next(file.iter_batches(GROUP_ROWS, row_groups=[group]), None)
            for group in range(0, file.num_row_groups, step)
        ]
        read = [part.to_pydict() for part in parts if part is not None]
    except Exception as error:  # pyarrow has a hierarchy of its own, and OSError beside it
        raise ProbeError("data-unreadable", str(error), path=str(path), what="Parquet") from error
    names = list(read[0]) if read else []
    columns = {name: _of_objects([v for part in read for v in part[name]]) for name in names}
    return replace(table_roles(columns, wanted, path), rows=file.metadata.num_rows)


def table_roles(columns: Table, wanted: Wanted, path: Path) -> Roles:
    """Which columns are inputs and which one is to be predicted.

    The figures side by side are x (n, columns) float32; each column alone where the model has an
    input of its name; the one column of text for a model that takes strings. A column that numbers
    the rows is left out.

    Args:
        wanted: of a model with several outputs, the column called like the output looked at is to
            be predicted, and those of the others are no inputs; else with ``target`` None the one
            column that is called ``label``, ``target``, ``y`` ...

    Raises:
        ProbeError: ``data-needs-target-column`` (``columns``), ``data-no-arrays``.
    """
    named = [name for name in columns if is_name_of_y(name)]
    ends = columns_of_outputs(list(columns), wanted.outputs)
    own = ends.get(wanted.outputs[wanted.output]) if wanted.outputs else None
    target = own or wanted.target or (named[0] if len(named) == 1 else None)
    if target not in columns:
        names = ", ".join(columns)
        raise ProbeError("data-needs-target-column", path=str(path), columns=names)
    y = array_column(target or "y", _as_labels(columns[target or ""]))
    predicted = {target, *ends.values()}
    inputs = {n: v for n, v in columns.items() if n not in predicted and not _is_index(n, v)}
    if len(wanted.inputs) > 1 and all(name in inputs for name in wanted.inputs):
        return Roles(tuple(array_column(n, inputs[n][:, None]) for n in wanted.inputs), y)
    words = [array_column(n, v[:, None]) for n, v in inputs.items() if v.dtype.kind == "U"]
    if wanted.text and len(words) == 1:
        return Roles((words[0],), y)
    figures = [v for v in inputs.values() if v.dtype.kind in "fiub"]
    wide = [array_column(n, v) for n, v in inputs.items() if v.ndim > 1 and v.dtype.kind != "U"]
    if wide:  # a column of lists: images or embeddings
        return Roles((_shaped(wide[0], wanted.shape),), y)
    if not figures:
        raise ProbeError("data-no-arrays", names=", ".join(columns))
    return Roles((array_column("x", np.stack(figures, axis=1).astype(np.float32)),), y)


def _is_index(name: str, values: Array) -> bool:
    """The row numbers that pandas writes along: a column without a name that counts up."""
    unnamed = not name or name.lower().startswith(("unnamed:", "__index_level"))
    return unnamed and values.dtype.kind == "f" and bool(np.all(np.diff(values) > 0))


def _as_labels(values: Array) -> Array:
    whole = values.dtype.kind == "f" and np.array_equal(values, np.round(values))
    return values.astype(np.int64) if whole else values


def _shaped(column: Column, shape: tuple[int | None, ...] | None) -> Column:
    values = column.take(np.arange(column.rows))
    sizes = [size or 0 for size in shape or ()]
    fits = values.ndim == 2 and sizes and int(np.prod(sizes)) == values.shape[1]
    return array_column(column.name, values.reshape(-1, *sizes) if fits else values)


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
    decoded = [block.decode("utf-8", "replace") for block in data]
    text = [line for block in decoded for line in block.splitlines() if line.strip()]
    return [header.decode("utf-8-sig", "replace").rstrip("\r\n"), *text]


def _rows(path: Path, lines: list[str], read: int) -> int:
    """Rows of the whole file: as many as were read, or estimated from how long these are."""
    size = path.stat().st_size
    if size <= WHOLE_FILE:
        return read
    length = sum(len(line.encode()) + 1 for line in lines[1:]) / max(1, len(lines) - 1)
    return max(read, round(size / length))


def _delimiter(lines: list[str]) -> str:
    return max((",", ";", "\t"), key=lines[0].count)


def _is_figure(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _as_numbers(values: tuple[str, ...]) -> Array:
    """float64, empty cells as nan; text stays text."""
    try:
        return np.array([float(v) if v.strip() else np.nan for v in values])
    except ValueError:
        return np.array(values)


def _of_objects(values: list[Any]) -> Array:
    """A Parquet column as figures (nan for null), lists side by side, or text."""
    if any(isinstance(value, (list, tuple)) for value in values):
        try:
            return np.array(values, dtype=np.float32)
        except (ValueError, TypeError):
            return np.array([str(value) for value in values])
    if all(value is None or isinstance(value, (bool, int, float)) for value in values):
        return np.array([np.nan if value is None else float(value) for value in values])
    return np.array(["" if value is None else str(value) for value in values])
