"""Text that is made anew for the width it gets, such as a plot."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content
from textual.widgets import Static

#: cells that a plot is given before its place is known
WIDTH = 52


class Fitted(Static):
    """Shows what `make` returns for its own width in cells."""

    def __init__(self, make: Callable[[int], Content], classes: str = "") -> None:
        super().__init__(markup=False, classes=classes)
        self._make = make
        self._fits = 0

    def on_mount(self) -> None:
        self._draw(WIDTH)

    def on_resize(self) -> None:
        self._draw(self.size.width)

    def _draw(self, width: int) -> None:
        # A new height of the same width would otherwise be drawn for ever.
        if width and width != self._fits:
            self._fits = width
            self.update(self._make(width))
