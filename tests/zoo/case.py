"""What a zoo case is, and how it becomes files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from probes.change import Change
from probes.protocol import Subject
from tests.zoo.data import Array

#: epochs of ordinary training before a case is saved, as a user's model would be
EPOCHS = 4
#: the file of what ``fit`` printed, beside model and data where a case has one
LOG = "log.txt"


@dataclass(frozen=True)
class Made:
    """A compiled model with its data. ``x`` is a list for several inputs, ``y`` a dictionary by
    name for several outputs.

    Args:
        validation: x and y that the user validates on; they lie in the data file as ``x_val`` and
            ``y_val``, and the log of the training is kept with the case.
        fit: further arguments of ``fit``.
    """

    model: Any
    x: Any
    y: Array | Mapping[str, Array]
    epochs: int = EPOCHS
    batch: int = 32
    validation: tuple[Array, Array] | None = None
    fit: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Healthy:
    """A network that learns. ``hints``: findings that are true of it and no fault."""

    name: str
    build: Callable[[int], Made]
    hints: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Faulty:
    """A network with one fault or two, and the same network without it.

    Args:
        cause: id of the cause.
        build: (seed, repaired) -> model and data.
        finds: findings of which each must be seen.
        repair: the changes that cure it; empty where nothing in model and data can.
        second: id of another cause at work, "" for none.
        also: ids of causes that say the same of this network in other words: what is measured does
            not tell them apart.
    """

    name: str
    cause: str
    build: Callable[[int, bool], Made]
    finds: frozenset[str]
    repair: tuple[Change, ...] = ()
    second: str = ""
    also: frozenset[str] = frozenset()

    @property
    def causes(self) -> tuple[str, ...]:
        return (self.cause, self.second) if self.second else (self.cause,)


def save(made: Made, folder: Path) -> Subject:
    """Train a few epochs, write ``model.keras`` and ``data.npz``, and name both.

    With validation data also ``log.txt``.
    """
    import keras

    keras.utils.set_random_seed(1)
    folder.mkdir(parents=True, exist_ok=True)
    if made.epochs:
        history = made.model.fit(
            made.x,
            dict(made.y) if isinstance(made.y, Mapping) else made.y,
            epochs=made.epochs,
            batch_size=made.batch,
            validation_data=made.validation,
            verbose=0,
            **made.fit,
        )
        if made.validation is not None:
            (folder / LOG).write_text(_log(history.history), "utf-8")
    model, data = folder / "model.keras", folder / "data.npz"
    made.model.save(model)
    inputs = made.x if isinstance(made.x, list) else [made.x]
    names = ["x"] if len(inputs) == 1 else [f"x{place}" for place in range(len(inputs))]
    labels = {f"y_{n}": y for n, y in made.y.items()} if isinstance(made.y, Mapping) else {}
    arrays = {**dict(zip(names, inputs, strict=True)), **(labels or {"y": made.y})}
    if made.validation is not None:
        arrays["x_val"], arrays["y_val"] = made.validation
    np.savez(data, **arrays)
    return Subject(model=str(model), data=str(data))


def _log(history: Mapping[str, list[float]]) -> str:
    """What ``fit(verbose=2)`` of Keras 3 prints, without the times."""
    epochs = len(next(iter(history.values())))
    lines = []
    for epoch in range(epochs):
        figures = " - ".join(f"{key}: {values[epoch]:.4f}" for key, values in history.items())
        lines += [f"Epoch {epoch + 1}/{epochs}", f"8/8 - 1s - 90ms/step - {figures}"]
    return "\n".join(lines) + "\n"
