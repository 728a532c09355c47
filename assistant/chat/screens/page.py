"""Pages that open over the conversation: help, suspects, a long text, the report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Log, Static

from assistant.chat.text import clean, join
from knowledge.texts import say

_LONGEST_LINE = 1_000
_MOST_LINES = 100_000


class Page(ModalScreen[str]):
    """A title, something to scroll, and a line of keys. Its result is the action asked for."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f1,f2", "leave", "Close", id="page.close", show=False),
    ]

    def __init__(self, title: str, language: str, keys: str = "chat-keys-page") -> None:
        super().__init__(classes="page")
        self._heading = title
        self.language = language
        self._keys = keys

    def compose(self) -> ComposeResult:
        with Vertical(classes="page-box"):
            yield Static(join((self._heading, "bold $u-mark")), markup=False, classes="page-title")
            yield from self.body()
            keys = say(self._keys, self.language)
            yield Static(join((keys, "$u-quiet")), markup=False, classes="page-keys")

    def body(self) -> ComposeResult:
        """The part between title and keys."""
        yield from ()

    def action_leave(self) -> None:
        self.dismiss("")


class TextPage(Page):
    """A page of content that wraps, such as help."""

    def __init__(self, title: str, content: Content, language: str) -> None:
        super().__init__(title, language)
        self._content = content

    def body(self) -> ComposeResult:
        with VerticalScroll(can_focus=True):
            yield Static(self._content, markup=False)


class Viewer(Page):
    """A long text, line by line. With `report`, it can be copied or saved once it has been seen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "ask('copy')", "Copy", id="viewer.copy", show=False),
        Binding("s", "ask('save')", "Save", id="viewer.save", show=False),
    ]

    def __init__(self, title: str, text: str, language: str, report: bool = False) -> None:
        super().__init__(title, language, "chat-keys-report" if report else "chat-keys-viewer")
        self._text = text
        self._report = report

    def body(self) -> ComposeResult:
        yield Log(highlight=False)

    def on_mount(self) -> None:
        log = self.query_one(Log)
        log.auto_scroll = False
        log.write_lines(list(viewer_lines(self._text)))
        log.focus()

    def action_ask(self, what: str) -> None:
        if what == "copy" or self._report:
            self.dismiss(what)


def viewer_lines(text: str) -> Iterator[str]:
    """The lines of a text, the very long ones folded, with an end to the very many."""
    count = 0
    for line in clean(text).split("\n"):
        for start in range(0, max(1, len(line)), _LONGEST_LINE):
            yield line[start : start + _LONGEST_LINE]
            count += 1
            if count >= _MOST_LINES:
                return
