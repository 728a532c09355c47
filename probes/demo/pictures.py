"""Synthetic pictures for the bundled cases, each from a seed."""

from __future__ import annotations

import numpy as np

from probes.loading.columns import Array

_COLOURS = np.array(
    [
        [0.90, 0.20, 0.20],
        [0.20, 0.80, 0.25],
        [0.20, 0.30, 0.90],
        [0.90, 0.85, 0.20],
        [0.80, 0.20, 0.80],
        [0.20, 0.85, 0.90],
    ]
)


def shapes(
    count: int, side: int, classes: int, seed: int, first: float | None = None
) -> tuple[Array, Array]:
    """A coloured disc, and past six classes a square, somewhere on dark noise.

    Args:
        first: share of class 0; None for every class as often as any other.

    Returns x (n, side, side, 3) uint8 and y (n,) int64.
    """
    random = np.random.default_rng(seed)
    y = np.arange(count) % classes
    if first is not None:
        y = (np.arange(count) >= first * count).astype(np.int64)
    y = random.permutation(y)
    x = random.uniform(0.0, 0.35, (count, side, side, 3)).astype(np.float32)
    rows, columns = np.mgrid[0:side, 0:side]
    for image, label in zip(x, y, strict=True):
        centre = random.integers(side // 4, 3 * side // 4, 2)
        radius = int(random.integers(side // 8, side // 5 + 1))
        down, across = np.abs(rows - centre[0]), np.abs(columns - centre[1])
        disc = label // len(_COLOURS) % 2 == 0
        inside = down**2 + across**2 < radius**2 if disc else np.maximum(down, across) < radius
        noise = random.normal(0, 0.05, (int(inside.sum()), 3))
        image[inside] = _COLOURS[label % len(_COLOURS)] + noise
    return np.asarray(np.clip(x, 0, 1) * 255, dtype=np.uint8), y.astype(np.int64)


def price_fields(count: int, side: int, seed: int, flipped: float) -> tuple[Array, Array]:
    """Gramian angular fields of four price series: nearly constant inside each picture.

    Args:
        flipped: share of labels turned round, since prices foretell little.

    Returns x (n, side, side, 4) float32 within -1..1, y (n,) int64: whether the series rises.
    """
    random = np.random.default_rng(seed)
    rising = random.integers(0, 2, count)
    step = 0.01
    moves = (
        random.normal(0, step, (count, side, 1)) + ((2 * rising - 1) * 0.7 * step)[:, None, None]
    )
    level = random.normal(0.31, 0.05, (count, 1, 1))
    path = level + np.cumsum(moves, axis=1) / 4 + random.normal(0, step / 6, (count, side, 4))
    angle = np.arccos(np.clip(path, -1, 1))
    turned = random.random(count) < flipped
    x = np.cos(angle[:, :, None] + angle[:, None])
    return x.astype(np.float32), np.where(turned, 1 - rising, rising).astype(np.int64)
