"""The conversation: blocks in one scrolling column, of which only the latest are kept mounted."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from assistant.chat.entries import Entry, widget_of
from assistant.chat.text import join
from knowledge.texts import say

WINDOW = 20
#: Above this many mounted blocks the oldest leave; a block costs more the more there are.
MOST = 120


class LoadMore(Static, can_focus=True):
    """Stands for the earlier blocks; Enter or a click brings the next twenty."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "load", "Load more", id="load-more.load", show=False)
    ]
    HELP_KEY = "chat-help-load-more"

    class Wanted(Message):
        """More of the past is wanted."""

    def __init__(self) -> None:
        super().__init__(markup=False, id="load-more")

    def count(self, hidden: int, language: str) -> None:
        self.update(join((f"▲ {say('chat-load-more', language, count=hidden)}", "$u-mark")))

    def action_load(self) -> None:
        self.post_message(self.Wanted())

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.action_load()


class Conversation(VerticalScroll, can_focus=True):
    """Keeps every entry, mounts a window of them, and follows the end until the user scrolls."""

    HELP_KEY = "chat-help-conversation"

    def __init__(self, language: str) -> None:
        super().__init__(id="conversation")
        self.language = language
        self.entries: list[Entry] = []
        self._first = 0
        self._blocks: list[Widget] = []
        self._load_more = LoadMore()
        self._more = False
        self._tops: list[Widget] = []

    class MoreBelow(Message):
        """Something new stands below what is seen, or no longer does."""

        def __init__(self, more: bool) -> None:
            super().__init__()
            self.more = more

    def watch_show_vertical_scrollbar(self, shown: bool) -> None:
        # An anchored container pushes short content to its bottom; a page begins at the top.
        self.anchor(shown)
        if not shown:
            self.scroll_to(y=0, animate=False, release_anchor=False)
        self.call_after_refresh(self._keep_top)

    def watch_virtual_size(self) -> None:
        # A block may reach its height some layouts after it came, a plot for one.
        self.call_after_refresh(self._keep_top)

    def on_resize(self) -> None:
        self.call_after_refresh(self._keep_top)

    def release_anchor(self) -> None:
        """Stay where it is, because the user scrolls."""
        self._tops.clear()
        super().release_anchor()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._look_below()

    async def add(self, entry: Entry, widget: Widget | None = None) -> Widget:
        """Append one entry; `widget` is its live block, else it is made."""
        block = widget if widget is not None else widget_of(entry, self.language)
        self.entries.append(entry)
        self._blocks.append(block)
        await self.mount(block)
        if len(self._blocks) > MOST:
            await self._drop(WINDOW)
        self.call_after_refresh(self._look_below)
        return block

    def settle(self, block: Widget, entry: Entry) -> None:
        """Note what a live block has become, for when it is made again."""
        if block in self._blocks:
            self.entries[self._first + self._blocks.index(block)] = entry

    def show_from(self, block: Widget) -> None:
        """Scroll so that what begins with `block` is read from its beginning, if it is too tall to
        be seen whole, and stay there until the user does something."""
        self._tops.append(block)
        self.call_after_refresh(self._keep_top)

    def _keep_top(self) -> None:
        tall = [b for b in self._tops if b.is_attached and self._below(b) >= self.size.height]
        if tall:
            super().release_anchor()
            top = tall[-1].virtual_region.y
            self.scroll_to(y=top, animate=False, immediate=True, release_anchor=False)
        self._look_below()

    def _below(self, block: Widget) -> int:
        """Lines from the first of `block` to the end of the conversation."""
        return self.virtual_size.height - block.virtual_region.y

    def sees(self, widget: Widget) -> bool:
        """Whether a widget of the conversation can be read now, from its first line on."""
        view, place = self.region, widget.region
        return view.y <= place.y and place.y + min(place.height, 2) <= view.bottom

    def follow(self) -> None:
        """Follow the end again, because the user did something."""
        self._tops.clear()
        # Scrolling to the end takes the anchor up again only once it has arrived there.
        self._anchor_released = False
        if self.show_vertical_scrollbar:
            self.anchor()

    async def replay(self, entries: list[Entry]) -> None:
        """Show the tail of a past conversation; the rest stays behind "load more"."""
        self.entries = [*entries, *self.entries]
        self._first = max(0, len(entries) - WINDOW)
        blocks = [widget_of(entry, self.language) for entry in entries[self._first :]]
        self._blocks = [*blocks, *self._blocks]
        await self.mount_all(blocks, before=0 if self.children else None)
        await self._show_load_more()

    async def clear(self) -> None:
        """Forget everything, for another case."""
        self.entries, self._blocks, self._first = [], [], 0
        self._tops.clear()
        await self.remove_children()
        self._load_more = LoadMore()

    async def on_load_more_wanted(self, event: LoadMore.Wanted) -> None:
        event.stop()
        start = max(0, self._first - WINDOW)
        blocks = [widget_of(entry, self.language) for entry in self.entries[start : self._first]]
        self._first = start
        self.release_anchor()
        anchor = self._blocks[0] if self._blocks else None
        self._blocks = [*blocks, *self._blocks]
        await self.mount_all(blocks, before=anchor)
        await self._show_load_more()
        if anchor is not None:
            self.call_after_refresh(self.scroll_to_widget, anchor, animate=False, top=True)

    def _look_below(self) -> None:
        more = self.max_scroll_y - self.scroll_y > 1
        if more != self._more:
            self._more = more
            self.post_message(self.MoreBelow(more))

    async def _drop(self, count: int) -> None:
        gone, self._blocks = self._blocks[:count], self._blocks[count:]
        self._first += len(gone)
        await self.remove_children(gone)
        await self._show_load_more()

    async def _show_load_more(self) -> None:
        if self._first and not self._load_more.is_attached:
            await self.mount(self._load_more, before=0)
        if self._first:
            self._load_more.count(self._first, self.language)
        elif self._load_more.is_attached:
            await self._load_more.remove()
            self._load_more = LoadMore()
