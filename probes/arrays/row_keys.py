"""Equal rows: which rows of a data set stand in it twice, or in another one as well.

Rows are compared by their bytes, as float32, so that equal figures of other types agree. Of large
sets only as many rows are read as make `MOST_BYTES`.

Rows may be equal by chance where they hold little: four yes-or-no columns have 16 forms. Only where
a chance pair is improbable does an equal row mean a copy. For columns that vary apart from each
other, two rows are equal with the product of the columns' own chances (in bits: their sum); with
n times m pairs, a bit more for each doubling of n and of m makes a chance pair improbable (birthday
bound), and `SPARE_BITS` more make it rare. Columns that vary together promise too much, so a set
with less than `VARIETY` of its rows different is taken for one of few forms as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log2

import numpy as np

from probes.loading.columns import Array, Column
from probes.loading.data import Data

MOST_BYTES = 48 << 20
MOST_STREAMED = 16 << 20
MOST_ROWS = 20_000
SPARE_BITS = 7.0
VARIETY = 0.05
_LOOKED_AT = 512
_COLUMNS = 64


def rows_of(data: Data) -> tuple[tuple[Array, ...], Array | None]:
    """Inputs and labels of as many rows as the budget allows, in the order of the file.

    Those of the sample where the set cannot be read further.
    """
    roles = data.roles
    if roles is None or any(column.dtype.kind not in "fiub" for column in roles.x):
        return data.train.x, data.train.y
    rows = _affordable(roles.x, _shared(data))
    chosen = np.arange(rows) if _is_streamed(roles.x) else _spread(_shared(data), rows)
    labels = data.labels
    if roles.y is None or labels is None:
        found = None
    elif len(labels) == roles.y.rows:
        found = labels[chosen]
    else:
        found = roles.y.take(chosen)
    return tuple(column.take(chosen) for column in roles.x), found


def keys_of(arrays: Sequence[Array]) -> list[bytes]:
    """One key a row; equal keys mean equal rows."""
    flat = [np.ascontiguousarray(a.reshape(len(a), -1), dtype=np.float32) for a in arrays]
    whole = flat[0] if len(flat) == 1 else np.concatenate(flat, axis=1)
    return [row.tobytes() for row in whole]


def can_tell_copies(keys: Sequence[bytes], other_rows: int) -> bool:
    """Whether an equal row among `other_rows` further ones is a copy and no accident."""
    if not keys or len(set(keys)) < VARIETY * len(keys):
        return False
    different = list(dict.fromkeys(keys[:_LOOKED_AT]))
    some = np.array([np.frombuffer(key, dtype=np.float32) for key in different])
    step = max(1, some.shape[1] // _COLUMNS)
    bits = sum(_bits(column) for column in some[:, ::step].T) * step
    return bool(bits >= log2(len(keys)) + log2(max(1, other_rows)) + SPARE_BITS)


def _bits(column: Array) -> float:
    """How improbable it is that two different rows agree in a column, in bits.

    Without any two that agree, as if one pair did.
    """
    counts = np.unique(column, return_counts=True)[1]
    pairs = len(column) * (len(column) - 1)
    return -log2(max(1, int((counts * (counts - 1)).sum())) / pairs) if pairs else 0.0


def _shared(data: Data) -> int:
    return data.rows if data.label_rows is None else min(data.rows, data.label_rows)


def _affordable(columns: Sequence[Column], rows: int) -> int:
    budget = MOST_STREAMED if _is_streamed(columns) else MOST_BYTES
    return max(1, min(rows, MOST_ROWS, budget // sum(column.row_bytes for column in columns)))


def _is_streamed(columns: Sequence[Column]) -> bool:
    return any(column.streamed for column in columns)


def _spread(rows: int, wanted: int) -> Array:
    """`wanted` row numbers at even distances."""
    return np.unique(np.linspace(0, rows - 1, wanted).astype(np.int64))
