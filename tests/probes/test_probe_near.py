"""Near copies and overlapping windows across a split are found; rows that resemble each other by
nature, and splits in time, stay silent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.probes.test_probe_rows import split_of
from tests.zoo import data

Rows = Callable[[Any], Any]
#: share of the rows before the cut of a random split
TRAIN = 0.75


def scenes(random: Any, count: int = 400, side: int = 24) -> Any:
    """Pictures of soft light and dark, as photographs are, with the noise of a sensor."""
    coarse = random.normal(size=(count, 6, 6, 3))
    place = np.linspace(0, 4.999, side)
    low, part = place.astype(int), place - place.astype(int)
    rows = coarse[:, low] * (1 - part)[:, None, None] + coarse[:, low + 1] * part[:, None, None]
    soft = (
        rows[:, :, low] * (1 - part)[None, None, :, None]
        + rows[:, :, low + 1] * part[None, None, :, None]
    )
    return np.clip(0.5 + 0.2 * soft + 0.02 * random.normal(size=soft.shape), 0, 1)


def spots(random: Any) -> Any:
    """One spot somewhere on a black ground."""
    grid = np.stack(np.meshgrid(np.arange(16), np.arange(16)), -1)
    centre, width = random.uniform(3, 12, (500, 1, 1, 2)), random.uniform(1, 3, (500, 1, 1))
    return np.exp(-((grid - centre) ** 2).sum(-1) / width**2)[..., None]


def squares(random: Any) -> Any:
    """A square in one of 81 places, and sensor noise: few forms, each of them often."""
    pictures = 0.02 * random.normal(size=(700, 16, 16, 1))
    for picture, (row, column) in zip(pictures, random.integers(3, 12, (700, 2)), strict=True):
        picture[row - 2 : row + 2, column - 2 : column + 2] += 1
    return pictures


def tones(random: Any, period: float | None = None, whole: bool = False) -> Any:
    """A wave met at any phase; `whole`: at whole steps, so that the windows repeat."""
    phase = random.integers(0, 50, (500, 1)) if whole else random.uniform(0, 50, (500, 1))
    periods = random.uniform(5, 20, (500, 1)) if period is None else period
    return np.sin(2 * np.pi * (np.arange(40) + phase) / periods)


def clusters(random: Any, count: int, spread: float) -> Any:
    centres = random.uniform(-10, 10, (count, 10))
    return centres[random.integers(0, count, 800)] + spread * random.normal(size=(800, 10))


def mixed(random: Any) -> Any:
    """Three columns of kinds, and one that is measured."""
    kinds = random.integers(0, 20, (600, 3))
    return np.concatenate([kinds, 0.01 * random.normal(size=(600, 1))], 1)


def plane(random: Any) -> Any:
    """Twenty columns that follow from two."""
    return np.tanh(random.normal(size=(600, 2)) @ random.normal(size=(2, 20)))


def far_windows(random: Any) -> Any:
    """Windows of one long walk that do not overlap."""
    return np.cumsum(random.normal(size=12_000)).reshape(-1, 30)


SOUND: dict[str, Rows] = {
    "scenes": scenes,
    "spots": spots,
    "squares": squares,
    "tone": lambda random: tones(random, 17.0),
    "tones": tones,
    "repeating-tone": lambda random: tones(random, 50.0, whole=True),
    "kinds": lambda random: random.integers(0, 4, (500, 6)),
    "kinds-and-measure": mixed,
    "counts": lambda random: random.poisson(3, (500, 12)),
    "small-groups": lambda random: clusters(random, 80, 0.05),
    "large-groups": lambda random: clusters(random, 10, 0.5),
    "two-causes": plane,
    "heavy-tails": lambda random: random.standard_t(1, (600, 6)),
    "steps-of-a-walk": far_windows,
}


def split(folder: Path, x: Any, xv: Any) -> tuple[set[str], dict[str, Any]]:
    """What is found of a split; the labels of both sides are as they may be."""
    result = split_of(folder, x, np.arange(len(x)) % 2, xv, np.arange(len(xv)) % 2)
    return result.true, {id: finding.value for id, finding in result.findings.items()}


@pytest.mark.parametrize("kind", SOUND)
@pytest.mark.parametrize("seed", [0, 1])
def test_rows_that_resemble_each_other_by_nature(kind: str, seed: int, tmp_path: Path) -> None:
    x = np.asarray(SOUND[kind](np.random.default_rng(seed)), dtype=np.float32)
    cut = int(TRAIN * len(x))
    order = np.random.default_rng(seed + 10).permutation(len(x))
    found, _ = split(tmp_path, x[order[:cut]], x[order[cut:]])
    assert not {"validation-near-copies", "validation-windows-overlap"} & found


def saved_again(pictures: Any, random: Any) -> Any:
    """What coarse steps of a lossy format and another exposure make of a picture."""
    levels = np.round(pictures * 24) / 24
    return np.clip(levels * 1.1 + 0.02, 0, 1)


def with_noise(rows: Any, random: Any) -> Any:
    return rows + 0.02 * random.normal(size=rows.shape)


@pytest.mark.parametrize("guise", [saved_again, with_noise])
def test_pictures_in_another_guise(guise: Callable[..., Any], tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    x = scenes(random)
    held = np.concatenate([x[300:], guise(x[:50], random)])
    found, values = split(tmp_path, x[:300].astype(np.float32), held.astype(np.float32))
    assert "validation-near-copies" in found
    assert values["validation-near-copies"] == pytest.approx(1 / 3, abs=0.05)


def test_pictures_augmented_before_the_split(tmp_path: Path) -> None:
    random = np.random.default_rng(4)
    x = scenes(random, 100)
    several = np.concatenate([with_noise(x, random) for _ in range(4)]).astype(np.float32)
    several = several[random.permutation(len(several))]
    found, values = split(tmp_path, several[:300], several[300:])
    assert "validation-near-copies" in found
    assert values["validation-near-copies"] > 0.8


def test_a_table_with_jitter(tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    x, _ = data.table(400, 12, 3, 5)
    held = np.concatenate([x[300:], with_noise(x[:40], random)])
    assert "validation-near-copies" in split(tmp_path, x[:300], held.astype(np.float32))[0]


@pytest.mark.parametrize("kind", ["walk", "scaled", "channels", "tokens"])
@pytest.mark.parametrize("stride", [1, 8])
def test_windows_split_at_random_and_in_time(kind: str, stride: int, tmp_path: Path) -> None:
    random = np.random.default_rng(stride)
    steps, length = 420 * stride, 24
    series = np.cumsum(random.normal(size=(steps, 2 if kind == "channels" else 1)), axis=0)
    if kind == "tokens":
        series = random.integers(1, 90, (steps, 1))
    elif kind == "scaled":
        series = (series - series.mean()) / series.std()
    starts = range(0, steps - length, stride)
    x = np.stack([series[start : start + length] for start in starts]).astype(np.float32)
    x = x[..., 0] if kind in ("walk", "tokens") else x
    order, cut = random.permutation(len(x)), 300
    found, values = split(tmp_path, x[order[:cut]], x[order[cut:]])
    assert "validation-windows-overlap" in found
    assert values["validation-windows-overlap"] > 0.5
    assert "validation-windows-overlap" not in split(tmp_path, x[:cut], x[cut + length :])[0]
