"""Copying and saving, as the conversation's screen does it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.chat.clipboard import copy, write_file
from assistant.chat.entries import Entry, Note
from assistant.chat.messages import CopyDone, ReportWritten
from assistant.plain import lines_of
from knowledge.files import cache_folder
from knowledge.texts import say

if TYPE_CHECKING:
    from assistant.chat.screens.chat import ChatScreen


def copy_in_background(screen: ChatScreen, text: str, name: str) -> None:
    """Copy without making the screen wait for a clipboard program."""
    # Reaching for the driver is the only way to write a sequence between two frames.
    driver = screen.app._driver
    send = driver.write if driver is not None else None

    def run() -> None:
        done = copy(text, name, cache_folder() / "copies", send)
        screen.post_message(CopyDone(done.ways, done.path))

    screen.run_worker(run, thread=True, group="copy", exit_on_error=False)


def tell_of_copy(screen: ChatScreen, event: CopyDone) -> None:
    """Say where the copy went; the file is named in any case."""
    if event.path is None and not event.ways:
        screen.flash(say("chat-copy-failed", screen.language), "error")
        return
    key = "chat-copied" if event.ways else "chat-copied-file"
    path = str(event.path) if event.path is not None else "–"
    screen.flash(say(key, screen.language, ways=", ".join(event.ways), path=path), "good")


def open_report(screen: ChatScreen, report: ReportWritten) -> None:
    """Show the report, every line of it, and what it leaves out; it is copied or saved only from
    there."""
    from assistant.chat.screens.page import Viewer

    text, ending = report.text, "html" if report.venue == "html" else "md"
    name = f"{screen.case_name or 'unstuck'}-report.{ending}"

    def done(action: str | None) -> None:
        if action == "copy":
            screen.copy(text, f"report.{ending}")
        elif action == "save":
            path = write_file(text, name, Path.cwd())
            key = "chat-saved" if path else "chat-save-failed"
            screen.flash(say(key, screen.language, path=name), "good" if path else "error")

    shown = report.shown
    if report.masked:
        left_out = say("report-masked", screen.language, words=", ".join(report.masked))
        shown = f"[{left_out}]\n\n{shown}"
    title = say("chat-report-title", screen.language, venue=report.venue)
    screen.app.push_screen(Viewer(title, shown, screen.language, report=True), done)


def transcript(entries: Iterable[Entry], language: str) -> str:
    """The conversation as plain lines, the user's words behind a mark."""
    lines: list[str] = []
    for entry in entries:
        lines += [entry.text] if isinstance(entry, Note) else lines_of(entry, language)
    return "\n".join(lines).strip() + "\n"
