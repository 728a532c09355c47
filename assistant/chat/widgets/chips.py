"""The attachments above the prompt: Enter opens one, Backspace takes it away."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Static

from assistant.chat.attachments import Attachment
from assistant.chat.text import join, shorten

#: characters of a label; the chip's content opens to all of it
_LONGEST = 72


class Chip(Static, can_focus=True):
    """One attachment."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "open", "Open", id="chip.open", show=False),
        Binding("backspace,delete,x", "remove", "Remove", id="chip.remove", show=False),
    ]
    HELP_KEY = "chat-help-chip"
    KEYS_KEY = "chat-keys-chip"

    class Opened(Message):
        """The chip's content is wanted on a page."""

        def __init__(self, attachment: Attachment) -> None:
            super().__init__()
            self.attachment = attachment

    class Removed(Message):
        """The attachment is not to be sent."""

        def __init__(self, chip: Chip) -> None:
            super().__init__()
            self.chip = chip

    def __init__(self, attachment: Attachment, language: str) -> None:
        super().__init__(markup=False, classes="chip")
        self.attachment = attachment
        self.label = attachment.label(language)

    def on_mount(self) -> None:
        self.tell(self.label)

    def tell(self, label: str) -> None:
        """Say what the attachment turned out to be."""
        self.label = label
        shown = shorten(label, 1, _LONGEST)
        parts = [("▤ ", "$u-mark"), (shown.text, "$u-text")]
        if not shown.whole:
            parts.append(("…", "$u-quiet"))
        self.update(join(*parts, (" ×", "bold $u-bad")))

    def action_open(self) -> None:
        self.post_message(self.Opened(self.attachment))

    def action_remove(self) -> None:
        self.post_message(self.Removed(self))

    def on_click(self, event: events.Click) -> None:
        event.stop()
        # The cross stands in the last three cells.
        self.action_remove() if event.x >= self.size.width - 2 else self.action_open()


class Chips(VerticalScroll, can_focus=False):
    """The chips, one a line; not there while there is none."""

    def __init__(self) -> None:
        super().__init__(id="chips")

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        return tuple(chip.attachment for chip in self.query(Chip))

    async def add(self, attachment: Attachment, language: str) -> None:
        """Add one; the same file is not added twice."""
        if attachment not in self.attachments:
            await self.mount(Chip(attachment, language))
            self.add_class("-filled")

    def tell(self, attachment: Attachment, label: str) -> None:
        """Say what an attachment turned out to be, if it is still there."""
        for chip in self.query(Chip):
            if chip.attachment == attachment:
                chip.tell(label)

    async def clear(self) -> None:
        await self.remove_children()
        self.remove_class("-filled")

    async def on_chip_removed(self, event: Chip.Removed) -> None:
        event.stop()
        await event.chip.remove()
        self.set_class(bool(self.attachments), "-filled")
