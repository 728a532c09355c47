"""Trainings with nothing wrong, as arithmetic: look-alikes that must be left alone."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from tests.reading.log_rendering import Row

Rows = list[Row]


def _decay(start: float, end: float, epochs: int, rate: float) -> list[float]:
    return [end + (start - end) * math.exp(-rate * i) for i in range(epochs)]


def _classifier(
    rng: random.Random,
    classes: int,
    *,
    epochs: int = 10,
    rate: float = 0.4,
    best: float = 0.95,
    first: float | None = None,
    gap: float = 0.01,
    noise: float = 0.005,
) -> Rows:
    """Loss from about ln N downwards, accuracy from above 1/N upwards, validation close behind."""
    begin = math.log(classes) * 0.9
    end = max(0.03, -math.log(best))
    low = first if first is not None else 1.6 / classes
    rows = []
    for loss, accuracy in zip(
        _decay(begin, end, epochs, rate), _decay(low, best, epochs, rate), strict=True
    ):
        wobble = rng.uniform(-noise, noise)
        rows.append(
            {
                "loss": round(loss * (1 + wobble), 4),
                "accuracy": round(min(1.0, max(0.001, accuracy + wobble)), 4),
                "val_loss": round(loss * (1 + gap + 2 * rng.uniform(-noise, noise)), 4),
                "val_accuracy": round(
                    min(1.0, max(0.0009, accuracy * (1 - gap) + 2 * rng.uniform(-noise, noise))), 4
                ),
            }
        )
    return rows


def _coarse(rows: Rows, training: int, validation: int) -> Rows:
    """The same accuracies on so little data that they move in whole samples."""
    for row in rows:
        row["accuracy"] = round(round(row["accuracy"] * training) / training, 4)
        row["val_accuracy"] = round(round(row["val_accuracy"] * validation) / validation, 4)
    return rows


def _regression(rng: random.Random, start: float, end: float, epochs: int = 12) -> Rows:
    return [
        {
            "loss": round(loss * (1 + rng.uniform(-0.01, 0.01)), 4),
            "mae": round(math.sqrt(loss) * 0.8, 4),
            "val_loss": round(loss * (1.05 + rng.uniform(-0.03, 0.03)), 4),
            "val_mae": round(math.sqrt(loss) * 0.82, 4),
        }
        for loss in _decay(start, end, epochs, 0.6)
    ]


def _autoencoder(rng: random.Random, epochs: int) -> Rows:
    losses = [0.274, 0.171, *_decay(0.145, 0.0927, epochs - 2, 0.35)]
    return [{"loss": round(x, 4), "val_loss": round(x - rng.uniform(0, 0.001), 4)} for x in losses]


def _plateau_schedule(rng: random.Random) -> Rows:
    rows = _classifier(rng, 10, epochs=14, best=0.92)
    for i, row in enumerate(rows):
        row["learning_rate"] = 1e-3 * 0.5 ** (i // 5)
    return rows


def _segmentation(rng: random.Random) -> Rows:
    rows = _classifier(rng, 3, epochs=10, best=0.93, first=0.7)
    for row in rows:
        row["mean_io_u"] = round(row["accuracy"] - 0.25 + rng.uniform(-0.01, 0.01), 4)
    return rows


def _multi_label(rng: random.Random) -> Rows:
    losses = _decay(0.52, 0.14, 9, 0.5)
    return [
        {
            "loss": round(x, 4),
            "accuracy": round(1 - x / 2.6 + rng.uniform(-0.002, 0.002), 4),
            "val_loss": round(x * 1.04, 4),
            "val_accuracy": round(1 - x / 2.5, 4),
        }
        for x in losses
    ]


HEALTHY: dict[str, Callable[[random.Random], Rows]] = {
    "two classes": lambda r: _classifier(r, 2, first=0.62),
    "four classes": lambda r: _classifier(r, 4),
    "ten classes, quick": lambda r: _classifier(r, 10, rate=1.2, best=0.985, first=0.7),
    "hundred classes, long": lambda r: _classifier(
        r, 100, epochs=40, rate=0.08, best=0.72, gap=0.05
    ),
    "thousand classes, first epochs": lambda r: _classifier(r, 1000, epochs=5, rate=0.2, best=0.7),
    "hard problem": lambda r: _classifier(r, 3, rate=0.5, best=0.64, first=0.42),
    "hard binary problem": lambda r: _classifier(r, 2, rate=0.5, best=0.68, first=0.55),
    "uneven classes": lambda r: _classifier(r, 2, first=0.81, best=0.93),
    "small data": lambda r: _coarse(_classifier(r, 3, epochs=20, noise=0.02), 120, 30),
    "very small data": lambda r: _coarse(
        _classifier(r, 2, epochs=12, first=0.6, noise=0.02), 40, 10
    ),
    "transfer learning": lambda r: _classifier(r, 5, rate=0.9, first=0.83, best=0.97),
    "mild over-fitting": lambda r: _classifier(r, 10, epochs=12, best=0.97, gap=0.06),
    "two hundred epochs": lambda r: _classifier(r, 4, epochs=200, rate=0.1, best=0.93),
    "three epochs": lambda r: _classifier(r, 10, epochs=3, rate=1.0, best=0.97, first=0.5),
    "two epochs": lambda r: _classifier(r, 10, epochs=2, rate=1.0, best=0.97, first=0.5),
    "a restless end": lambda r: _classifier(r, 4, epochs=25, noise=0.02, best=0.9),
    "regression": lambda r: _regression(r, 1.1, 0.11),
    "targets around two hundred": lambda r: _regression(r, 41000.0, 35.0, epochs=20),
    "autoencoder": lambda r: _autoencoder(r, 10),
    "long autoencoder": lambda r: _autoencoder(r, 50),
    "falling learning rate": _plateau_schedule,
    "segmentation": _segmentation,
    "several labels at once": _multi_label,
}
