"""The help page: what the focused part does, the keys, the commands."""

from __future__ import annotations

from textual._cells import cell_len
from textual.content import Content
from textual.widget import Widget

from assistant.chat.commands import COMMANDS
from assistant.chat.text import join, pad, plain
from knowledge.texts import say

#: Keys that belong to no command, with the key of their line.
KEYS = (
    ("Enter", "chat-key-enter"),
    ("Shift+Enter  Ctrl+J  \\", "chat-key-newline"),
    ("1-9", "chat-key-number"),
    ("Tab  Shift+Tab", "chat-key-tab"),
    ("↑  ↓", "chat-key-history"),
    ("PgUp  PgDn", "chat-key-scroll"),
    ("@", "chat-key-mention"),
    ("?  F1", "chat-key-help"),
    ("F2", "chat-key-suspects"),
    ("Esc", "chat-key-cancel"),
    ("Ctrl+O", "chat-key-picker"),
    ("Ctrl+P", "chat-key-palette"),
    ("Ctrl+Q", "chat-key-quit"),
)


def help_content(focused: Widget | None, language: str) -> Content:
    """Everything `/help` shows, beginning with the part that has the focus."""
    parts: list[Content] = []
    for widget in focused.ancestors_with_self if focused is not None else ():
        if key := getattr(widget, "HELP_KEY", ""):
            parts += [_title("chat-help-here", language), plain(say(key, language)), Content("")]
            break
    parts.append(_title("chat-help-keys", language))
    parts += _table([(keys, say(key, language)) for keys, key in KEYS])
    parts += [Content(""), _title("chat-help-commands", language)]
    rows = []
    for command in COMMANDS:
        usage = f"/{command.name} {command.usage(language)}".rstrip()
        extra = f"  ({command.key})" if command.key else ""
        rows.append((usage, say(command.help, language) + extra))
    parts += _table(rows)
    parts += [
        Content(""),
        _title("chat-help-copy", language),
        plain(say("chat-help-copying", language)),
    ]
    return Content("\n").join(parts)


def _title(key: str, language: str) -> Content:
    return plain(say(key, language), "bold $u-mark")


def _table(rows: list[tuple[str, str]]) -> list[Content]:
    width = max(cell_len(left) for left, _ in rows) + 2
    return [join((pad(left, width), "bold $u-text"), (right, "$u-quiet")) for left, right in rows]
