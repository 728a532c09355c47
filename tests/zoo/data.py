"""Learnable synthetic data, each from a seed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_COLOURS = np.array(
    [[0.9, 0.25, 0.2], [0.2, 0.8, 0.3], [0.25, 0.3, 0.95], [0.9, 0.85, 0.2], [0.8, 0.25, 0.85],
     [0.25, 0.85, 0.9], [0.95, 0.55, 0.2], [0.85, 0.85, 0.85]]
)  # fmt: skip


def pictures(
    count: int, side: int, classes: int, seed: int, top: float = 1.0
) -> tuple[Array, Array]:
    """A coloured disc or square on noise; the class is its colour, and past 8 its form.

    Returns x (n, side, side, 3) float32 in 0..top, y (n,) int64.
    """
    random = np.random.default_rng(seed)
    y = random.integers(0, classes, count)
    x = random.uniform(0.0, 0.4, (count, side, side, 3))
    rows, columns = np.mgrid[0:side, 0:side]
    for image, label in zip(x, y, strict=True):
        centre = random.integers(side // 4, 3 * side // 4, 2)
        radius = random.integers(max(2, side // 8), max(3, side // 4))
        across, down = np.abs(rows - centre[0]), np.abs(columns - centre[1])
        round_form = label // len(_COLOURS) % 2 == 0
        inside = (
            (across**2 + down**2 < radius**2)
            if round_form
            else ((across < radius) & (down < radius))
        )
        image[inside] = _COLOURS[label % len(_COLOURS)]
        image[inside] += random.normal(0, 0.05, (int(inside.sum()), 3))
    return (np.clip(x, 0, 1) * top).astype(np.float32), y.astype(np.int64)


def table(count: int, features: int, classes: int, seed: int) -> tuple[Array, Array]:
    """Standard normal features; the class is the largest of `classes` bent mixtures of them."""
    random = np.random.default_rng(seed)
    weights = random.normal(size=(features, classes))
    x = random.normal(size=(count, features)).astype(np.float32)
    noise = 0.3 * random.normal(size=(count, classes))
    return x, (np.tanh(x) @ weights + noise).argmax(1).astype(np.int64)


def figures(count: int, features: int, seed: int) -> tuple[Array, Array]:
    """Standard normal features and a smooth target (n,) of order 1."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(count, features)).astype(np.float32)
    y = np.sin(x[:, 0]) + x[:, 1] * x[:, 2] + 0.1 * random.normal(size=count)
    return x, y.astype(np.float32)


def sentences(count: int, length: int, words: int, seed: int) -> tuple[Array, Array]:
    """Token ids (n, length) in 1..words-1; three tokens of each row tell its class, 0 or 1."""
    random = np.random.default_rng(seed)
    y = random.integers(0, 2, count)
    x = random.integers(5, words, (count, length))
    for row, label in zip(x, y, strict=True):
        row[random.integers(0, length, 3)] = 1 + label
    return x.astype(np.int32), y.astype(np.int64)


def waves(count: int, length: int, seed: int) -> tuple[Array, Array]:
    """Series (n, length, 2) of slow or fast waves; the class is the speed."""
    random = np.random.default_rng(seed)
    y = random.integers(0, 2, count)
    time = np.arange(length)[None, :, None]
    speed = (0.25 + 0.35 * y)[:, None, None]
    phase = random.uniform(0, 2 * np.pi, (count, 1, 2))
    x = np.sin(time * speed + phase) + 0.2 * random.normal(size=(count, length, 2))
    return x.astype(np.float32), y.astype(np.int64)


def price_pictures(
    count: int, side: int, seed: int, *, learnable: bool = True
) -> tuple[Array, Array]:
    """Gramian angular fields (n, side, side, 4) of four price series: nearly constant inside.

    The class is whether the series rises; a coin's throw when not `learnable`.
    """
    random = np.random.default_rng(seed)
    y = random.integers(0, 2, count)
    step = 0.01
    moves = random.normal(0, step, (count, side, 1))
    if learnable:
        moves += ((2 * y - 1) * 0.7 * step)[:, None, None]
    level = random.normal(0.31, 0.08, (count, 1, 1))
    path = level + np.cumsum(moves, axis=1) + random.normal(0, step / 3, (count, side, 4))
    angle = np.arccos(np.clip(path, -1, 1))
    return np.cos(angle[:, :, None] + angle[:, None]).astype(np.float32), y.astype(np.int64)


def one_hot(labels: Array, classes: int) -> Array:
    return np.eye(classes, dtype=np.float32)[labels]
