"""A line that opens to details."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from assistant.chat.text import join
from assistant.chat.widgets.fitted import Fitted


class FoldHeader(Static, can_focus=True):
    """The line itself: Enter, space or a click opens and closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "press", "Open", id="fold.toggle", show=False)
    ]
    HELP_KEY = "chat-help-fold"
    KEYS_KEY = "chat-keys-fold"

    class Toggled(Message):
        """The header was pressed."""

    def action_press(self) -> None:
        self.post_message(self.Toggled())

    def on_click(self, event: events.Click) -> None:
        event.stop()
        # A click that ends a selection by mouse must not close what is being copied.
        if not self.text_selection:
            self.action_press()


class Fold(Vertical):
    """A header that is always there and a body that is built when it is first opened.

    Args:
        body: makes the body for a width in cells; None when there is nothing to open.
    """

    opened: reactive[bool] = reactive(False, init=False)

    def __init__(
        self, title: Content, body: Callable[[int], Content] | None, classes: str = ""
    ) -> None:
        super().__init__(classes=f"block fold {classes}".strip())
        self._title = title
        self._body = body
        self._header = FoldHeader(self._heading(), markup=False)
        self._header.can_focus = body is not None

    def compose(self) -> ComposeResult:
        yield self._header

    async def watch_opened(self, opened: bool) -> None:
        self.set_class(opened, "-open")
        self._header.update(self._heading())
        if opened and self._body is not None and not self.query(Fitted):
            await self.mount(Fitted(self._body, "fold-body"))

    def on_fold_header_toggled(self, event: FoldHeader.Toggled) -> None:
        event.stop()
        if self._body is not None:
            self.opened = not self.opened

    def _heading(self) -> Content:
        if self._body is None:
            return self._title
        return join((f"{'▾' if self.opened else '▸'} ", "$u-quiet"), self._title)
