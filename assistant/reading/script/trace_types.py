"""The way of a piece of data from where it was loaded to where it is used."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from assistant.reading.script.values import Value


@dataclass(frozen=True)
class Step:
    """One thing done to data.

    ``kind``: scale, centre, arithmetic, one-hot, integers, binary, shuffle, head, tail, split,
    reshape, move-axes, cast-whole, floor-divide, augment, batch, unknown.
    """

    kind: str
    value: Value
    detail: Any = None


@dataclass(frozen=True)
class Root:
    """Where data comes from.

    ``kind``: dataset, image, file, random, directory, made, prediction, unknown; ``part`` tells
    train (0) from test (1) of a bundled data set, ``column`` x (0) from y (1).
    """

    kind: str
    name: str
    value: Value
    part: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Trace:
    """The way of a piece of data: steps from the use back to the source, and the sources.

    ``opaque``: something on the way could not be looked into.
    """

    steps: tuple[Step, ...] = ()
    roots: tuple[Root, ...] = ()
    opaque: bool = False

    def has(self, *kinds: str) -> bool:
        return any(step.kind in kinds for step in self.steps)

    def first(self, *kinds: str) -> Step | None:
        """The step of one of these kinds that is nearest to the use."""
        return next((step for step in self.steps if step.kind in kinds), None)

    def behind(self, step: Step) -> Trace:
        return replace(self, steps=(step, *self.steps))
