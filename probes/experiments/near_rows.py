"""Near copies: rows of validation that training holds in another guise.

Part of the probe ``train-validation``.

Two guises. **Noise**: a picture saved again, brightened or with noise on it, a table with jitter.
**Windows**: two cuts out of one series that overlap, as a window of 50 steps every 5 makes them,
split at random.

Noise is told by how near a row's nearest neighbour is, for the spread of the rows around it. Within
a source of dimension d the neighbours' distances grow as rank ** (1/d), so that of `FAR`
neighbours one comes within a share r of the distance of the last with a chance of FAR * r ** d at
most. Dimension: from the neighbours `NEAR` to `FAR`, beyond the copies of one row (Levina and
Bickel, Maximum likelihood estimation of intrinsic dimension, 2004), the middle of all rows. A row
counts where that chance is below `CHANCE`; it holds for series that come back on themselves, such
as waves (d = 1), as for pictures (d of 5 and more). Where rows lie in groups by nature, most have
more than `GROUP` partners, and nothing is said. Columns count only where they take many values
(`VALUES`), so that tables of few forms and whole numbers say nothing, and where there are `COLUMNS`
of them. Equal rows are left to `arrays.row_keys`.

Windows are told by equality: what is left of one, shifted, is the start of the other. Signals that
repeat do that as well, and do so read backwards as well, which no overlap does. So the share of
rows with a shifted partner counts only where it is `BACKWARDS` times that for the same rows
reversed.

Measured: random splits of 27 kinds of sound rows, six seeds each: 0.025 of the rows counted at
most, of heavy tails. Soft pictures were found again after JPEG of quality 75, noise of 0.05 and
another exposure; where pictures are noise themselves, JPEG leaves too little of them. Cost: 0.1 s;
`QUERIES` rows against those read, pictures as thumbnails of `SIDE` pixels. Cannot see: pictures
turned, mirrored or cut otherwise; windows that are scaled each by itself; tokens that differ.
"""

from __future__ import annotations

import numpy as np

from probes.loading.columns import Array

QUERIES = 200
NEAR, FAR = 10, 60
#: copies of one row in training, at the most
GROUP = 6
#: share of the near rows with no more copies than that
PAIRED = 0.8
CHANCE = 1e-3
#: no copy is further away than this share, whatever the dimension
NEAREST = 0.5
VALUES = 0.2
COLUMNS = 4
MOST_COLUMNS = 512
SIDE = 12
BACKWARDS = 4.0
#: steps of a window that overlap, at the least, and as a share of its length
LEAST_OVERLAP, OVERLAP = 4, 0.25
_DIFFERENT = 3
#: share of the windows that begin otherwise than the others
VARIETY = 0.5


def near_copies(ours: Array, theirs: Array) -> Array | None:
    """Which of the rows looked at of `theirs` are near copies of one of `ours`.

    Args:
        ours, theirs: (n, ...) and (m, ...) figures.

    Returns:
        (rows looked at,) of bool; None where the rows cannot tell.
    """
    if len(ours) < 4 * FAR or not len(theirs):
        return None
    queries = theirs[_spread(len(theirs), QUERIES)]
    known, asked = _features(ours, queries)
    if known.shape[1] < COLUMNS:
        return None
    distances = _nearest(asked, known)
    between, far = distances[:, NEAR - 1 : FAR - 1], distances[:, FAR - 1]
    usable = between[:, 0] > 0
    if usable.sum() < len(asked) / 2:
        return None
    growth = np.full(len(asked), np.inf)
    growth[usable] = np.log(far[usable, None] / between[usable]).mean(1)
    expected = float(np.log(FAR / np.arange(NEAR, FAR)).mean())
    dimension: Array = expected / np.maximum(growth, np.median(growth))
    shares = distances / np.maximum(far, 1e-12)[:, None]
    counts = FAR * shares ** dimension[:, None]
    near: Array = (counts[:, 0] < CHANCE) & (shares[:, 0] < NEAREST)
    alone = near & (counts[:, GROUP] > 1)
    if alone.sum() < PAIRED * near.sum():
        return None
    copies: Array = alone & (distances[:, 0] > 0)
    return copies


def overlapping_windows(ours: Array, theirs: Array) -> Array | None:
    """Which of the rows looked at of `theirs` overlap with one of `ours`, by a shift in time.

    Args:
        ours, theirs: (n, steps) or (n, steps, channels).

    Returns:
        (rows looked at,) of shifts, 0 for none; None where the rows are no windows, or repeat.
    """
    if ours.ndim not in (2, 3) or ours.shape[1] < 2 * LEAST_OVERLAP or ours.dtype.kind not in "fiu":
        return None
    queries = theirs[_spread(len(theirs), QUERIES)]
    overlap = max(LEAST_OVERLAP, int(OVERLAP * ours.shape[1]))
    found = _shifts(ours, queries, overlap)
    if not found.any():
        return found
    chance = _shifts(ours, queries[:, ::-1], overlap)
    forwards, backwards = int((found > 0).sum()), int((chance > 0).sum())
    return found if forwards >= BACKWARDS * max(1, backwards) else None


def _shifts(ours: Array, queries: Array, overlap: int) -> Array:
    """By how many steps each query lies before one of `ours`, 0 where it does not."""
    starts: dict[bytes, list[int]] = {}
    rows = np.ascontiguousarray(ours)
    for place, start in enumerate(np.ascontiguousarray(rows[:, :overlap])):
        if len(np.unique(start)) >= _DIFFERENT:
            starts.setdefault(start.tobytes(), []).append(place)
    found = np.zeros(len(queries), dtype=np.int64)
    if len(starts) < VARIETY * len(rows):
        return found
    for number, row in enumerate(np.ascontiguousarray(queries)):
        for shift in range(1, row.shape[0] - overlap + 1):
            places = starts.get(row[shift : shift + overlap].tobytes(), ())
            rest = len(row) - shift
            if any(np.array_equal(rows[place, :rest], row[shift:]) for place in places[:8]):
                found[number] = shift
                break
    return found


def _features(ours: Array, queries: Array) -> tuple[Array, Array]:
    """Both as (rows, columns) on one scale: pictures as thumbnails without their brightness and
    contrast, other rows by the columns that take many values, in standard deviations."""
    if ours.ndim == 4:
        return _thumbnails(ours), _thumbnails(queries)
    here, there = (part.reshape(len(part), -1).astype(np.float32) for part in (ours, queries))
    if here.shape[1] > MOST_COLUMNS:
        few = _spread(here.shape[1], MOST_COLUMNS)
        here, there = here[:, few], there[:, few]
    some = here[_spread(len(here), 1000)]
    many = [len(np.unique(column)) >= VALUES * len(some) for column in some.T]
    here, there = np.nan_to_num(here[:, many]), np.nan_to_num(there[:, many])
    mean, spread = here.mean(0), here.std(0) + 1e-12
    return (here - mean) / spread, (there - mean) / spread


def _thumbnails(pictures: Array) -> Array:
    """(rows, values): means of tiles, each picture with mean 0 and length 1; empty ones are 0."""
    rows, columns = (max(1, size // SIDE) for size in pictures.shape[1:3])
    small = pictures[:, : rows * SIDE, : columns * SIDE].astype(np.float32)
    height, width = small.shape[1] // rows, small.shape[2] // columns
    tiles = small[:, : height * rows, : width * columns].reshape(
        len(small), height, rows, width, columns, -1
    )
    flat = tiles.mean((2, 4)).reshape(len(small), -1)
    flat = flat - flat.mean(1, keepdims=True)
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    whole: Array = np.divide(flat, length, out=np.zeros_like(flat), where=length > 1e-6)
    return whole


def _nearest(asked: Array, known: Array) -> Array:
    """(queries, FAR) distances to the nearest of `known`, in order."""
    squares = (known * known).sum(1) - 2 * asked @ known.T
    places = np.argpartition(squares, FAR, axis=1)[:, :FAR]
    # Worked out anew, since differences of squares round small distances away.
    exact = np.stack(
        [np.linalg.norm(known[at] - one, axis=1) for at, one in zip(places, asked, strict=True)]
    )
    return np.sort(exact, axis=1)


def _spread(rows: int, wanted: int) -> Array:
    """Up to `wanted` row numbers at even distances."""
    return np.unique(np.linspace(0, rows - 1, min(rows, wanted)).astype(np.int64))
