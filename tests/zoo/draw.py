"""Shapes and sizes that a seed decides."""

from __future__ import annotations

import random
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """What one network of one seed is made of.

    Seed 0 draws the first of each, the plain network that tests know by its figures; every other
    seed draws one of them.
    """

    def __init__(self, seed: int) -> None:
        self._plain = seed == 0
        self._random = random.Random(seed)

    def of(self, first: T, *others: T) -> T:
        return first if self._plain else self._random.choice((first, *others))

    def classes(self, first: int) -> int:
        return self.of(first, 3, 4, 5, 6)

    def features(self, first: int) -> int:
        return self.of(first, 10, 14, 20, 28)

    def width(self, first: int = 64) -> int:
        """Units of hidden layers."""
        return self.of(first, 40, 64, 96)

    def side(self, first: int = 32) -> int:
        """Pixels of an image's side."""
        return self.of(first, 24, 28, 36)

    def length(self, first: int = 20) -> int:
        """Steps of a sequence."""
        return self.of(first, 14, 20, 26)
