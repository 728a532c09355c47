"""The list of completions above the prompt. It never takes the focus."""

from __future__ import annotations

from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from assistant.chat.completion import Suggestion
from assistant.chat.text import join, pad


class Popup(OptionList, can_focus=False):
    """Shown while there is something to complete; Tab takes the marked line, Enter does it too."""

    class Taken(Message):
        """A completion was taken; ``finish`` is set by Enter: do it, if it needs nothing more."""

        def __init__(self, suggestion: Suggestion, finish: bool) -> None:
            super().__init__()
            self.suggestion = suggestion
            self.finish = finish

    def __init__(self) -> None:
        super().__init__(id="popup", markup=False, compact=True)
        self._suggestions: list[Suggestion] = []

    @property
    def open(self) -> bool:
        return bool(self._suggestions)

    def offer(self, suggestions: list[Suggestion]) -> None:
        """Show these lines; an empty list hides the popup."""
        if suggestions == self._suggestions:
            return
        self._suggestions = suggestions
        self.set_class(self.open, "-open")
        self.clear_options()
        width = max((len(s.label) for s in suggestions), default=0) + 2
        self.add_options(
            Option(join((pad(s.label, width), "bold $u-text"), (s.help, "$u-quiet")))
            for s in suggestions
        )
        self.highlighted = 0 if suggestions else None

    def hide(self) -> None:
        self.offer([])

    def move(self, step: int) -> None:
        """Mark the next line, up or down."""
        self.highlighted = ((self.highlighted or 0) + step) % len(self._suggestions)

    def take(self, finish: bool = False) -> bool:
        """Take the marked line; False when there is none."""
        if not self.open or self.highlighted is None:
            return False
        suggestion = self._suggestions[self.highlighted]
        self.hide()
        self.post_message(self.Taken(suggestion, finish))
        return True

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.highlighted = event.option_index
        self.take(finish=True)
