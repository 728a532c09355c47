"""Where the user writes: Enter sends, long pastes and dropped files become attachments."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

from assistant.chat.attachments import is_long
from assistant.chat.paths import paths_in_paste
from assistant.chat.text import clean
from assistant.chat.widgets.popup import Popup

_OWN_ACTIONS = ("send", "newline", "complete", "close_popup")


class Prompt(TextArea):
    """A text area that grows to eight lines.

    Keys that mean something on an empty prompt (Enter, ``?``, a digit) are posted as messages; the
    screen decides what they do.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", "Send", id="prompt.send", show=False),
        Binding(
            "shift+enter,ctrl+j",
            "newline",
            "New line",
            id="prompt.newline",
            show=False,
        ),
        Binding("tab", "complete", "Complete", id="prompt.complete", show=False),
        Binding("escape", "close_popup", "Close", id="prompt.close-popup", show=False),
    ]
    HELP_KEY = "chat-help-prompt"

    class Sent(Message):
        """Enter was pressed on a text."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class EmptyKey(Message):
        """A key with a meaning of its own was pressed on the empty prompt: enter, ? or a digit."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    class LongPaste(Message):
        """A text too long for the prompt was pasted."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class PathsPasted(Message):
        """The paste was one or more existing files."""

        def __init__(self, paths: tuple[Path, ...]) -> None:
            super().__init__()
            self.paths = paths

    def __init__(self, placeholder: str, popup: Popup) -> None:
        super().__init__(
            id="prompt",
            placeholder=placeholder,
            compact=True,
            highlight_cursor_line=False,
            tab_behavior="focus",
            show_line_numbers=False,
        )
        self._popup = popup
        self._sent: list[str] = []
        self._recalled = 0
        self._draft = ""

    @property
    def before_cursor(self) -> str:
        """The text up to the cursor."""
        row, column = self.cursor_location
        lines = self.text.split("\n")
        return "\n".join([*lines[:row], lines[row][:column]])

    def replace_before(self, count: int, text: str) -> None:
        """Put `text` in place of the `count` characters before the cursor."""
        row, column = self.cursor_location
        self.replace(text, (row, max(0, column - count)), (row, column))

    def take(self, text: str) -> None:
        """Set the whole text, cursor at its end."""
        self.text = text
        self.move_cursor(self.document.end)

    def give_back(self, text: str) -> None:
        """Put back words whose sending failed, before anything typed since."""
        if text.strip() and text not in self.text:
            self.take(f"{text}\n{self.text}" if self.text.strip() else text)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Tab and Esc are the popup's while it is open, and the screen's otherwise."""
        if action in ("complete", "close_popup"):
            return self._popup.open
        return True

    def action_send(self) -> None:
        if self._popup.open and self._popup.take(finish=True):
            return
        row, column = self.cursor_location
        line = self.document.get_line(row)
        if column == len(line) and line.endswith("\\"):
            self.replace("\n", (row, column - 1), (row, column))
            return
        if not self.text.strip():
            self.post_message(self.EmptyKey("enter"))
            return
        text = self.text
        self.remember(text)
        self.clear()
        self.post_message(self.Sent(text))

    def remember(self, text: str) -> None:
        """Keep a text for the up arrow."""
        if text not in self._sent[-1:]:
            self._sent.append(text)
        self._recalled, self._draft = 0, ""

    def action_newline(self) -> None:
        self.insert("\n")

    def action_complete(self) -> None:
        self._popup.take()

    def action_close_popup(self) -> None:
        self._popup.hide()

    def action_cursor_up(self, select: bool = False) -> None:
        if self._popup.open:
            self._popup.move(-1)
        elif self.cursor_location[0] == 0 and not select:
            self._recall(1)
        else:
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        if self._popup.open:
            self._popup.move(1)
        elif self._recalled and self.cursor_location[0] == self.document.line_count - 1:
            self._recall(-1)
        else:
            super().action_cursor_down(select)

    async def on_key(self, event: events.Key) -> None:
        """Our keys before the text area's, in the order they were typed.

        A priority binding would overtake letters that still wait in this widget's queue, so that
        a fast typist's Enter finds an empty prompt.
        """
        character = event.character or ""
        if event.is_printable:
            if not self.text and character in "?123456789":
                event.stop()
                event.prevent_default()
                self.post_message(self.EmptyKey(character))
            return
        active = self.screen.active_bindings.get(event.key)
        if active is not None and active.node is self and active.binding.action in _OWN_ACTIONS:
            event.stop()
            event.prevent_default()
            await self.run_action(active.binding.action)

    def on_paste(self, event: events.Paste) -> None:
        """Take a paste apart before the text area inserts it."""
        event.stop()
        event.prevent_default()
        self.paste_text(event.text)

    def paste_text(self, text: str) -> None:
        """Files become attachments, so does a long text; the rest is inserted."""
        if paths := paths_in_paste(text):
            self.post_message(self.PathsPasted(paths))
        elif is_long(text):
            self.post_message(self.LongPaste(text))
        elif text:
            start, end = self.selection
            self.replace(clean(text), start, end)

    def _recall(self, step: int) -> None:
        wanted = self._recalled + step
        if not 0 <= wanted <= len(self._sent):
            return
        if self._recalled == 0:
            self._draft = self.text
        self._recalled = wanted
        self.take(self._sent[-wanted] if wanted else self._draft)
