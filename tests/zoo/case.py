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


@dataclass(frozen=True)
class Made:
    """A compiled model with its data. ``x`` is a list for several inputs."""

    model: Any
    x: Any
    y: Array
    epochs: int = EPOCHS
    batch: int = 32


@dataclass(frozen=True)
class Healthy:
    """A network that learns. ``hints``: findings that are true of it and no fault."""

    name: str
    build: Callable[[int], Made]
    hints: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Faulty:
    """A network with one fault, and the same network without it.

    Args:
        cause: id of the cause.
        finds: findings of which each must be seen.
        repair: the changes that cure it; empty where nothing in model and data can.
        build: (seed, repaired) -> model and data.
    """

    name: str
    cause: str
    build: Callable[[int, bool], Made]
    finds: frozenset[str]
    repair: tuple[Change, ...] = ()
    assume: Mapping[str, Any] = field(default_factory=dict)


def save(made: Made, folder: Path) -> Subject:
    """Train a few epochs, write ``model.keras`` and ``data.npz``, and name both."""
    import keras

    keras.utils.set_random_seed(1)
    if made.epochs:
        made.model.fit(made.x, made.y, epochs=made.epochs, batch_size=made.batch, verbose=0)
    folder.mkdir(parents=True, exist_ok=True)
    model, data = folder / "model.keras", folder / "data.npz"
    made.model.save(model)
    inputs = made.x if isinstance(made.x, list) else [made.x]
    names = ["x"] if len(inputs) == 1 else [f"x{place}" for place in range(len(inputs))]
    np.savez(data, **dict(zip(names, inputs, strict=True)), y=made.y)
    return Subject(model=str(model), data=str(data))
