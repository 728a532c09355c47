"""Every command of the chat, as records: completion, help, palette and typing all use these.

A command names a method of the conversation's screen (``do_<name>``), which gets the argument.
"""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.texts import say


@dataclass(frozen=True)
class Command:
    """One slash command.

    Args:
        name: what is typed after the slash, and the screen's method ``do_<name>``.
        help: key of the line that says what it does.
        argument: key of the word for its argument; empty when it takes none.
        optional: whether it also works without.
        aliases: other names it is known by.
        key: the key that does the same, for ``/help``.
    """

    name: str
    help: str
    argument: str = ""
    optional: bool = True
    aliases: tuple[str, ...] = ()
    key: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)

    def usage(self, language: str) -> str:
        """The argument as help shows it: ``[venue]``, or ``CODE`` when it must be given."""
        if not self.argument:
            return ""
        word = say(self.argument, language)
        return f"[{word}]" if self.optional else word


def _command(
    name: str,
    argument: str = "",
    optional: bool = True,
    aliases: tuple[str, ...] = (),
    key: str = "",
) -> Command:
    word = f"chat-argument-{argument}" if argument else ""
    return Command(name, f"chat-command-{name}", word, optional, aliases, key)


COMMANDS: tuple[Command, ...] = (
    _command("help", aliases=("h", "?"), key="F1"),
    _command("next", aliases=("go", "continue"), key="Enter"),
    _command("why"),
    _command("suspects", aliases=("causes",), key="F2"),
    _command("advice", "code"),
    _command("probe", "probe"),
    _command("tried", "cause"),
    _command("back", aliases=("change-answer",)),
    _command("remove", "name"),
    _command("model", "path", key="Ctrl+O"),
    _command("data", "path"),
    _command("script", "path", aliases=("log", "file", "open")),
    _command("apply", "number"),
    _command("undo"),
    _command("copy", "what"),
    _command("report", "venue"),
    _command("explain", "code"),
    _command("language", "language", aliases=("lang",)),
    _command("theme", "theme"),
    _command("resume", "case"),
    _command("new"),
    _command("cancel", aliases=("stop",), key="Ctrl+C"),
    _command("quit", aliases=("exit", "q"), key="Ctrl+Q"),
)


def find(name: str) -> Command | None:
    """The command of that name or alias, in any case of letters."""
    name = name.lower()
    return next((c for c in COMMANDS if name in c.names), None)


def nearest(name: str) -> Command | None:
    """The command that was probably meant by a mistyped name."""
    from rapidfuzz import fuzz, process

    names = [n for c in COMMANDS for n in c.names if len(n) > 1]
    found = process.extractOne(name.lower(), names, scorer=fuzz.ratio, score_cutoff=55)
    return find(found[0]) if found else None


def split(text: str) -> tuple[str, str] | None:
    """``("report", "github")`` for ``/report github``; None when the text is no command.

    A pasted path begins with a slash too, so only one word of letters counts as a name.
    """
    line = text.strip()
    if not line.startswith("/") or "\n" in line:
        return None
    name, _, argument = line[1:].partition(" ")
    if not name or not all(c.isalnum() or c in "-?_" for c in name):
        return None
    return name, argument.strip()
