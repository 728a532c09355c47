"""One line of things to do with a block: "1 apply · 2 copy · 3 it worked"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual._cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content, Span
from textual.message import Message
from textual.reactive import reactive
from textual.style import Style
from textual.widgets import Static

from assistant.chat.text import clean

_GAP = "   "
_WIDTH = 56


class ActionLine(Static, can_focus=True):
    """Actions in a row that wraps; arrows and Enter, their number, or a click.

    Only the line that the number keys mean shows numbers; one that has the focus does so too.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", "Previous", id="actions.previous", show=False),
        Binding("right", "move(1)", "Next", id="actions.next", show=False),
        Binding("enter,space", "take", "Do it", id="actions.take", show=False),
    ]
    HELP_KEY = "chat-help-actions"
    KEYS_KEY = "chat-keys-actions"

    current: reactive[int] = reactive(0, init=False)
    numbered: reactive[bool] = reactive(False, init=False)

    class Taken(Message):
        """An action was chosen."""

        def __init__(self, line: ActionLine, value: str, label: str) -> None:
            super().__init__()
            self.line = line
            self.value = value
            self.label = label

    def __init__(self, items: Sequence[tuple[str, str]]) -> None:
        self.items = tuple((value, clean(label)) for value, label in items)
        super().__init__(markup=False, classes="actions")

    def on_mount(self) -> None:
        self._draw()

    def choose(self, number: int) -> bool:
        """Do the action with this number, 1 and up; False when there is none."""
        if self.disabled or not 1 <= number <= len(self.items):
            return False
        self.post_message(self.Taken(self, *self.items[number - 1]))
        return True

    def action_move(self, step: int) -> None:
        self.current = (self.current + step) % len(self.items)

    def action_take(self) -> None:
        self.choose(self.current + 1)

    def action_choose(self, number: int) -> None:
        self.choose(number)

    def watch_current(self) -> None:
        self._draw()

    def watch_numbered(self) -> None:
        self._draw()

    def on_focus(self) -> None:
        self._draw()

    def on_blur(self) -> None:
        self._draw()

    def on_key(self, event: events.Key) -> None:
        if event.character and event.character in "123456789" and self.choose(int(event.character)):
            event.stop()
            event.prevent_default()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        text, used, spans = "", 0, []
        for index, (_, label) in enumerate(self.items):
            mark = str(index + 1) if self.numbered or self.has_focus else "·"
            item = f"{mark} {label}"
            if text:
                # Broken by hand: a label that is torn in two is hard to read.
                fits = used + len(_GAP) + cell_len(item) <= (self.size.width or _WIDTH)
                text += _GAP if fits else "\n"
                used = used + len(_GAP) if fits else 0
            start = len(text)
            text, used = text + item, used + cell_len(item)
            here = self.has_focus and index == self.current
            spans.append(Span(start, start + 1, "bold $u-mark"))
            spans.append(Span(start, len(text), "reverse bold" if here else "$u-text"))
            spans.append(Span(start, len(text), _click(index + 1)))
        self.update(Content(text, spans))


def _click(number: int) -> Style:
    return Style.from_meta({"@click": f"choose({number})"})
