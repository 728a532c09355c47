"""A short list to choose from: number keys, arrows and Enter, or a click."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from assistant.chat.text import join


class Choices(OptionList):
    """Numbered choices. Anything typed that is no number of theirs goes on to the prompt.

    Args:
        items: (value, label) pairs; the value is what `Chosen` carries.
    """

    HELP_KEY = "chat-help-choices"
    KEYS_KEY = "chat-keys-choices"

    class Chosen(Message):
        """One of the items was taken."""

        def __init__(self, choices: Choices, value: str, label: str) -> None:
            super().__init__()
            self.choices = choices
            self.value = value
            self.label = label

        @property
        def control(self) -> Choices:
            return self.choices

    class Typed(Message):
        """The user began to write instead of choosing."""

        def __init__(self, character: str) -> None:
            super().__init__()
            self.character = character

    def __init__(self, items: Sequence[tuple[str, str]], classes: str = "") -> None:
        self.items = tuple(items)
        options = [
            Option(join((f"{i} ", "bold $u-mark"), label)) if i < 10 else Option(join("  ", label))
            for i, (_, label) in enumerate(self.items, 1)
        ]
        super().__init__(*options, markup=False, compact=True, classes=f"choices {classes}".strip())

    def choose(self, number: int) -> bool:
        """Take the item with this number, 1 and up; False when there is none."""
        if self.disabled or not 1 <= number <= len(self.items):
            return False
        value, label = self.items[number - 1]
        self.highlighted = number - 1
        self.post_message(self.Chosen(self, value, label))
        return True

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.choose(event.option_index + 1)

    def on_key(self, event: events.Key) -> None:
        if event.character and event.character.isdecimal() and event.character.isascii():
            event.stop()
            event.prevent_default()
            if not self.choose(int(event.character)):
                self.post_message(self.Typed(event.character))
        elif event.is_printable and event.character and event.character != " ":
            event.stop()
            event.prevent_default()
            self.post_message(self.Typed(event.character))
