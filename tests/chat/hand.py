"""The user's hand in tests: types, presses, waits until the engine has nothing left to say."""

from __future__ import annotations

import time

from textual.content import Content
from textual.pilot import Pilot
from textual.widgets import Static

from assistant.chat.app import ChatApp


async def settle(pilot: Pilot[int], app: ChatApp, seconds: float = 15.0) -> None:
    """Wait until all jobs have ended and everything they said is shown."""
    end = time.monotonic() + seconds
    await pilot.pause()
    for _ in range(2):  # what was pressed last may have begun something in the meantime
        while app.chat.backstage.busy or any(
            worker.group in ("files", "copy") and not worker.is_finished for worker in app.workers
        ):
            assert time.monotonic() < end, "the engine did not come to rest"
            await pilot.pause(0.01)
        await pilot.pause()
        await pilot.pause()


async def say(pilot: Pilot[int], app: ChatApp, text: str) -> None:
    """Write `text` and send it."""
    app.chat.prompt.focus()
    app.chat.prompt.take(text)
    await pilot.pause()
    await pilot.press("escape", "enter") if app.chat.popup.open else await pilot.press("enter")
    await settle(pilot, app)


def top(app: ChatApp) -> object:
    """The screen that is seen."""
    return app.screen


def screen_text(app: ChatApp) -> str:
    """All text shown by the widgets of the top screen."""
    parts = []
    for widget in app.screen.query(Static):
        visual = widget.visual
        parts.append(visual.plain if isinstance(visual, Content) else str(visual))
    return "\n".join(parts)
