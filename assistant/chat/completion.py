"""What the prompt offers while a command or an ``@path`` is being typed. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.chat.commands import COMMANDS, Command
from knowledge.texts import say

_MENTION = re.compile(r"(?:^|\s)@([^\s@\"']*)$")
LIMIT = 8

Arguments = Callable[[Command], Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class Suggestion:
    """One line of the popup: taking it replaces the last `replace` characters before the cursor.

    ``send`` is True for a command that needs nothing more.
    """

    insert: str
    label: str
    help: str
    replace: int
    send: bool = False


def suggest(
    before: str, language: str, files: Sequence[str], arguments: Arguments
) -> list[Suggestion]:
    """Suggestions for the text before the cursor, best first; empty when there is nothing to say.

    Args:
        before: the prompt's text up to the cursor.
        files: relative paths that ``@`` may name.
        arguments: the (value, help) pairs that may follow a command.
    """
    if before.startswith("/") and "\n" not in before:
        name, space, argument = before[1:].partition(" ")
        return _arguments(name, argument, arguments) if space else _commands(name, language)
    if match := _MENTION.search(before):
        return _files(match[1], files)
    return []


def _commands(typed: str, language: str) -> list[Suggestion]:
    found = [c for c in COMMANDS if any(n.startswith(typed) for n in c.names)]
    return [
        Suggestion(
            f"/{c.name}" + (" " if c.argument else ""),
            f"/{c.name}" + (f" {c.usage(language)}" if c.argument else ""),
            say(c.help, language),
            len(typed) + 1,
            send=not c.argument or c.optional,
        )
        for c in found[: LIMIT * 3]
    ]


def _arguments(name: str, typed: str, arguments: Arguments) -> list[Suggestion]:
    command = next((c for c in COMMANDS if name in c.names), None)
    if command is None:
        return []
    wanted = typed.lower()
    found = [
        (value, text)
        for value, text in arguments(command)
        if wanted in value.lower() or wanted in text.lower()
    ]
    found.sort(key=lambda pair: not pair[0].lower().startswith(wanted))
    if [value for value, _ in found] == [typed]:
        return []
    return [Suggestion(v, v, text, len(typed), send=True) for v, text in found[: LIMIT * 3]]


def _files(typed: str, files: Sequence[str]) -> list[Suggestion]:
    if not typed:
        best = list(files[:LIMIT])
    else:
        from rapidfuzz import fuzz, process

        scored = process.extract(
            typed.lower(),
            files,
            scorer=fuzz.partial_ratio,
            processor=str.lower,
            limit=LIMIT,
            score_cutoff=70,
        )
        best = [name for name, _, _ in scored]
    return [Suggestion(_quoted(name) + " ", name, "", len(typed) + 1) for name in best]


def _quoted(name: str) -> str:
    return f'@"{name}"' if " " in name else f"@{name}"
