"""What waits in line behind the experiment that runs; not there while nothing does."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widgets import Static

from assistant.chat.text import join
from knowledge.texts import say


class Queue(Static):
    """One line above the prompt."""

    def __init__(self, language: str) -> None:
        super().__init__(markup=False, id="queue")
        self.language = language
        self.display = False

    def show(self, titles: Sequence[str]) -> None:
        """Name the jobs in line, the next one first."""
        self.display = bool(titles)
        if titles:
            label = say("chat-in-line", self.language)
            names = f" {' · '.join(titles)}"
            keys = say("chat-in-line-keys", self.language)
            self.update(
                join((f"◌ {label}", "$u-mark"), (names, "$u-text"), (f"  {keys}", "$u-quiet"))
            )
