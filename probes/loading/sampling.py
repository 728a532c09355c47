"""Which rows of a data set to look at: a few hundred, every class among them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from probes.loading.columns import Array, Column, Rows

MAX_ROWS = 384
MAX_BYTES = 16 << 20
#: rows taken even where they need more than `MAX_BYTES`, up to four times as much
LEAST_ROWS = 64
#: a streamed file is first read so far, and further only while classes are missing
FIRST_WINDOW = 12 << 20
LAST_WINDOW = 256 << 20
#: rows of one class that a sample holds at least; with many classes it leaves some classes out
ROWS_A_CLASS = 4
#: of more rows than this, only so many are dealt out by class
DEALT = 1 << 15
#: with more different values than this, labels are figures and not classes
MAX_CLASSES = 2000


def class_of_each(labels: Array) -> npt.NDArray[np.int64] | None:
    """Class number (0 ...) of each row, or None where labels are no classes.

    Takes integers or strings of shape (n,) or (n, 1), whole-valued floats, and one-hot rows
    (n, k).
    """
    if labels.ndim == 2 and labels.shape[1] > 1 and is_one_hot(labels):
        return np.asarray(labels.argmax(axis=1), dtype=np.int64)
    flat = labels.reshape(len(labels), -1)
    if flat.shape[1] != 1 or not len(flat):
        return None
    values = flat[:, 0]
    if values.dtype.kind == "f" and not np.array_equal(values, np.round(values)):
        return None
    different, numbers = _numbered(values)
    return None if different > min(MAX_CLASSES, max(2, len(values) // 2)) else numbers


def _numbered(values: Array) -> tuple[int, npt.NDArray[np.int64]]:
    """How many different values there are, and the number of each, smallest first."""
    if values.dtype.kind == "f" and np.isfinite(values).all() and np.abs(values).max() < 2**53:
        values = values.astype(np.int64)
    low = int(values.min()) if values.dtype.kind in "iub" else 0
    if values.dtype.kind in "iub" and int(values.max()) - low < len(values) + MAX_CLASSES:
        places = values.astype(np.int64) - low  # counting is much quicker than sorting
        there = np.bincount(places) > 0
        return int(there.sum()), (np.cumsum(there) - 1)[places].astype(np.int64)
    different, numbers = np.unique(values, return_inverse=True)
    return len(different), numbers.reshape(-1).astype(np.int64)


def is_one_hot(labels: Array) -> bool:
    """Rows of shape (..., k) with exactly one 1 and else 0."""
    if labels.dtype.kind not in "fiub" or labels.shape[-1] < 2:
        return False
    zero_or_one = np.all((labels == 0) | (labels == 1))
    return bool(zero_or_one and np.all(labels.sum(axis=-1) == 1))


def balanced_order(classes: npt.NDArray[np.int64] | None, rows: int, seed: int) -> Rows:
    """All rows, shuffled and dealt class by class, so that every head of it is balanced."""
    random = np.random.default_rng(seed)
    shuffled = random.permutation(rows).astype(np.int64)
    if classes is None:
        return shuffled
    mine = classes[shuffled]
    by_class = np.argsort(mine, kind="stable")
    counts = np.bincount(mine)
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    turn = np.empty(rows, dtype=np.int64)
    turn[by_class] = np.arange(rows) - starts
    # Random within a turn: with more classes than rows wanted, no class is favoured.
    return np.asarray(shuffled[np.lexsort((random.permutation(rows), turn))], dtype=np.int64)


def choose_rows(
    classes: npt.NDArray[np.int64] | None,
    columns: tuple[Column, ...],
    rows: int,
    seed: int,
    most: int = MAX_ROWS,
    most_bytes: int = MAX_BYTES,
    spare: int = 0,
) -> Rows:
    """Rows for a sample, in balanced order.

    Args:
        classes: class of each row, or None.
        columns: the arrays to be read, for what a row costs.
        rows: rows in the set.
        most: rows wanted at most.
        most_bytes: bytes wanted at most; `LEAST_ROWS` may take four times as much, and 8 rows are
            taken all the same.
        spare: further rows, to take the place of some that turn out to be unreadable.
    """
    row_bytes = max(1, sum(column.row_bytes for column in columns))
    least = min(LEAST_ROWS, 4 * most_bytes // row_bytes)
    wanted = max(min(most, max(most_bytes // row_bytes, least)), 8)
    reach = rows
    if any(column.streamed for column in columns):
        reach = _reach(classes, rows, row_bytes, wanted)
    if classes is None:
        return balanced_order(None, reach, seed)[: wanted + spare]
    candidates = _of_chosen_classes(classes[:reach], wanted)
    candidates = _thinned(candidates, classes, wanted + spare, seed)
    order = balanced_order(classes[candidates], len(candidates), seed)
    return np.asarray(candidates[order[: wanted + spare]])


def _of_chosen_classes(classes: Array, wanted: int) -> Rows:
    """Rows of the classes that a sample of `wanted` rows looks at: the same for every seed, so that
    training and validation samples hold the same classes."""
    different = np.flatnonzero(np.bincount(classes))
    most = max(2, wanted // ROWS_A_CLASS)
    if len(different) <= most:
        return np.arange(len(classes), dtype=np.int64)
    chosen = np.zeros(int(different[-1]) + 1, dtype=bool)
    chosen[np.random.default_rng(0).permutation(different)[:most]] = True
    return np.flatnonzero(chosen[classes]).astype(np.int64)


def _thinned(candidates: Rows, classes: npt.NDArray[np.int64], wanted: int, seed: int) -> Rows:
    """Rows at random, with all rows of the classes that are rare among these, so that what dealing
    them out costs does not grow with the set."""
    if len(candidates) <= DEALT:
        return candidates
    random = np.random.default_rng(seed)
    taken = np.zeros(len(candidates), dtype=bool)
    taken[random.integers(0, len(candidates), DEALT)] = True
    counts = np.bincount(classes[candidates[taken]], minlength=int(classes.max()) + 1)
    share = 4 * -(-wanted // max(1, int(np.count_nonzero(counts))))
    rare = counts < min(wanted, share)
    if rare.any():
        taken |= rare[classes[candidates]]
    return candidates[taken]


def _reach(classes: npt.NDArray[Any] | None, rows: int, row_bytes: int, wanted: int) -> int:
    """How many rows of a streamed file to read: until every class was met, within limits."""
    reach = min(rows, max(wanted, FIRST_WINDOW // row_bytes))
    if classes is None:
        return reach
    all_classes = len(np.unique(classes))
    while reach < rows and len(np.unique(classes[:reach])) < all_classes:
        if reach * row_bytes >= LAST_WINDOW:
            break
        reach = min(rows, reach * 2)
    return reach
