"""The first screen: what to bring, that nothing leaves the machine, examples to press."""

from __future__ import annotations

import time
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from assistant.cases import SavedCase
from assistant.chat.recent import case_label
from assistant.chat.text import join
from assistant.chat.widgets.choices import Choices
from knowledge.texts import say

EXAMPLES = ("sentence", "log", "script")
_PAIR = "pair"
_CASE = "case"


class Welcome(Vertical):
    """Shown until something is said."""

    class Picked(Message):
        """An example or the folder's own files were chosen."""

        def __init__(self, text: str = "", paths: tuple[Path, ...] = ()) -> None:
            super().__init__()
            self.text = text
            self.paths = paths

    class Resumed(Message):
        """A saved case is to be gone on with."""

        def __init__(self, case: str) -> None:
            super().__init__()
            self.case = case

    def __init__(
        self,
        language: str,
        pair: tuple[Path, ...] = (),
        cases: tuple[SavedCase, ...] = (),
    ) -> None:
        super().__init__(id="welcome")
        self.language = language
        self.pair = pair
        self.cases = cases
        self.choices = Choices(self._items())

    def compose(self) -> ComposeResult:
        yield Static(self._words(), markup=False)
        yield self.choices

    async def offer(self, pair: tuple[Path, ...], cases: tuple[SavedCase, ...]) -> None:
        """Offer the one model and data file of the working folder, and a case to go on with."""
        self.pair, self.cases = pair, cases
        await self._renew()

    async def translate(self, language: str) -> None:
        """Say the same in another language."""
        self.language = language
        await self._renew()

    async def _renew(self) -> None:
        focused = self.choices.has_focus
        self.choices = Choices(self._items())
        await self.recompose()
        if focused:
            self.choices.focus()

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        event.stop()
        if event.value == _PAIR:
            self.post_message(self.Picked(paths=self.pair))
        elif event.value == _CASE:
            self.post_message(self.Resumed(self.cases[0].name))
        else:
            self.post_message(self.Picked(say(f"chat-example-{event.value}", self.language)))

    def _words(self) -> Content:
        language = self.language
        bring = [
            join(
                ("  • ", "$u-mark"),
                (say(f"chat-bring-{key}", language), "bold $u-text"),
                (f"  {say(f'chat-bring-{key}-how', language)}", "$u-quiet"),
            )
            for key in ("sentence", "log", "script", "model")
        ]
        return Content("\n").join(
            [
                join((say("chat-welcome", language), "bold $u-text")),
                Content(""),
                join((say("chat-welcome-bring", language), "$u-text")),
                *bring,
                Content(""),
                join(("✓ ", "bold $u-good"), (say("chat-welcome-private", language), "$u-text")),
                Content(""),
                join((say("chat-welcome-examples", language), "$u-quiet")),
            ]
        )

    def _items(self) -> list[tuple[str, str]]:
        language = self.language
        items = [(key, say(f"chat-example-{key}-label", language)) for key in EXAMPLES]
        if self.pair:
            names = " + ".join(path.name for path in self.pair)
            items.insert(0, (_PAIR, say("chat-example-pair", language, names=names)))
        if self.cases:
            label = case_label(self.cases[0], language, time.time())
            items.append((_CASE, say("chat-example-case", language, case=label)))
        return items
