"""The line below the prompt: what is going on, and the keys that matter now."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from textual._cells import cell_len
from textual.content import Content
from textual.widgets import Static

from assistant.chat.text import clean, join
from assistant.events import Tone
from knowledge.texts import say

_FLASH_SECONDS = 6.0


class StatusLine(Static):
    """State as glyph and word on the left, keys on the right; a passing remark takes its place."""

    def __init__(self, language: str, clock: Callable[[], float] = monotonic) -> None:
        super().__init__(markup=False, id="status")
        self.language = language
        self.clock = clock
        self._since: float | None = None
        self._waiting = 0
        self._flash = ""
        self._tone: Tone = "plain"
        self._hint = "chat-keys-ready"

    def on_mount(self) -> None:
        self.set_interval(1.0, self._tick)
        self.draw()

    def on_resize(self) -> None:
        self.draw()

    def busy(self, waiting: int = 0) -> None:
        """The engine works."""
        if self._since is None:
            self._since = self.clock()
        self._waiting = waiting
        self.draw()

    def ready(self) -> None:
        """The engine waits for the user."""
        self._since, self._waiting = None, 0
        self.draw()

    def hint(self, key: str) -> None:
        """Show other keys, by the key of their text."""
        self._hint = key
        self.draw()

    def flash(self, text: str, tone: Tone = "plain") -> None:
        """Say something in passing."""
        self._flash, self._tone = clean(text).replace("\n", " "), tone
        self.draw()
        self.set_timer(_FLASH_SECONDS, self._forget)

    def draw(self) -> None:
        """Draw again; the right part goes first where there is no room."""
        left, role = self._left()
        key = "chat-keys-busy" if self._since is not None else self._hint
        right = say(key, self.language)
        room = self.size.width - cell_len(left) - cell_len(right) - 2
        parts = [(left, role)]
        if room > 0:
            parts += [(" " * room, ""), (right, "$u-quiet")]
        self.update(Content("").join([join(*parts)]))

    def _left(self) -> tuple[str, str]:
        if self._flash:
            glyph = {"good": "✓ ", "warning": "! ", "error": "✗ "}.get(self._tone, "")
            roles = {"good": "$u-good", "warning": "$u-warn", "error": "$u-bad"}
            return f"{glyph}{self._flash}", roles.get(self._tone, "$u-text")
        if self._since is None:
            return f"● {say('chat-ready', self.language)}", "$u-good"
        spent = f"{self.clock() - self._since:.0f}"
        text = f"◐ {say('chat-working', self.language, spent=spent)}"
        if self._waiting:
            text += say("chat-waiting", self.language, count=self._waiting)
        return text, "$u-mark"

    def _tick(self) -> None:
        if self._since is not None:
            self.draw()

    def _forget(self) -> None:
        self._flash = ""
        self.draw()
