"""The chat as a program: the app, its way in and its way out."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterable
from time import monotonic
from typing import Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.theme import Theme

from assistant.chat.colors import role_colors
from assistant.chat.commands import COMMANDS
from assistant.chat.engine import EngineFactory
from assistant.chat.screens.chat import ChatScreen
from assistant.chat.settings import load_settings, remember
from knowledge.texts import known_language, say

THEME = "tokyo-night"
_PLAIN_THEME = "ansi-dark"
_TWICE_SECONDS = 2.0


class ChatApp(App[int]):
    """Holds the conversation's screen, the theme and the keys that work everywhere."""

    CSS_PATH = "chat.tcss"
    TITLE = "unstuck"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", id="app.quit", show=False, priority=True),
    ]

    def __init__(
        self,
        factory: EngineFactory,
        *,
        language: str | None = None,
        first_words: tuple[str, ...] = (),
    ) -> None:
        # Textual picks its filter of colours here: with a theme of RGB colours it would be grey.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        settings = load_settings()
        chosen = language or (settings.language if known_language(settings.language) else "")
        guessed = guess_language()
        # English is what everyone gets who set nothing, so then the chat follows what is written.
        fixed = bool(chosen) or guessed != "en"
        self.chat = ChatScreen(factory, chosen or guessed, fixed, first_words)
        self._interrupted = -_TWICE_SECONDS
        wanted = os.environ.get("TEXTUAL_THEME") or settings.theme or THEME
        if self.no_color:
            wanted = _PLAIN_THEME
        self.theme = wanted if wanted in self.available_themes else THEME

    def get_default_screen(self) -> Screen[None]:
        return self.chat

    def get_css_variables(self) -> dict[str, str]:
        variables = super().get_css_variables()
        return {**variables, **role_colors(self.current_theme, variables)}

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The slash commands, for the palette."""
        language = self.chat.language
        for command in COMMANDS:
            name = command.name

            async def run(name: str = name) -> None:
                await self.chat.desk.run(name, "")

            yield SystemCommand(f"/{name}", say(command.help, language), run)

    def on_mount(self) -> None:
        self.theme_changed_signal.subscribe(self, self._remember_theme)
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None:
                try:
                    loop.add_signal_handler(number, self._end_by_signal, int(number))
                except (NotImplementedError, RuntimeError, ValueError):
                    continue  # Windows, or not the main thread: nothing to restore by hand there

    def action_help_quit(self) -> None:
        """Ctrl+C: stops what runs; pressed twice it leaves."""
        now = monotonic()
        if self.chat.backstage.busy and now - self._interrupted > _TWICE_SECONDS:
            self.chat.stop(everything=True)
        elif now - self._interrupted <= _TWICE_SECONDS:
            self.exit()
        else:
            self.chat.flash(say("chat-press-again", self.chat.language), "warning")
        self._interrupted = now

    def copy_to_clipboard(self, text: str) -> None:
        """Copy a selection by every way there is, not by OSC 52 alone."""
        self._clipboard = text
        self.chat.copy(text, "selection.txt")

    def _remember_theme(self, theme: Theme) -> None:
        if not self.no_color:
            remember(theme=theme.name)

    def _end_by_signal(self, number: int) -> None:
        self.exit(return_code=128 + number)


def guess_language() -> str:
    """The language of the user's locale, when it is one we speak."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable, ""):
            name = value.replace("-", "_").split("_")[0].lower()
            return name if known_language(name) else "en"
    return "en"


def run_chat(
    dialogue_factory: EngineFactory,
    *,
    mouse: bool,
    first_words: tuple[str, ...] = (),
    language: str | None = None,
) -> int:
    """Run the chat until the user leaves it.

    Args:
        dialogue_factory: makes the dialogue; called in the background after the first paint.
        mouse: whether the chat takes the mouse; without it the terminal selects text itself.
        first_words: what the prompt holds, one turn after the other, to be sent by Enter.
        language: the chosen language; None follows the locale and then what the user writes.

    Returns:
        The exit status: 0, or 128 + the signal that ended it.
    """
    app = ChatApp(dialogue_factory, language=language, first_words=first_words)
    try:
        app.run(mouse=mouse)
    finally:
        app.chat.backstage.close()
    if app.chat.case_name and app.chat.conversation.entries:
        print(say("chat-resume-line", app.chat.language, case=app.chat.case_name))
    return app.return_code or 0
