"""The registry of commands, completion, and typing errors."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from assistant.chat import commands
from assistant.chat.commands import COMMANDS, Command
from assistant.chat.completion import suggest
from assistant.chat.desk import Desk

FILES = ("model.keras", "train.py", "runs/old train.py")


def arguments(command: Command) -> Sequence[tuple[str, str]]:
    return [("so", "Stack Overflow"), ("github", "GitHub")] if command.name == "report" else []


def offered(before: str) -> list[str]:
    return [s.insert for s in suggest(before, "en", FILES, arguments)]


def test_every_command_can_be_done_and_names_are_unique() -> None:
    names = [name for command in COMMANDS for name in command.names]
    assert len(names) == len(set(names))
    for command in COMMANDS:
        assert callable(getattr(Desk, f"do_{command.name.replace('-', '_')}"))


def test_splitting() -> None:
    assert commands.split("/report github ") == ("report", "github")
    assert commands.split("  /why") == ("why", "")
    assert commands.split("/tmp/run.log") is None
    assert commands.split("/home") == ("home", "")
    assert commands.split("loss is nan") is None
    assert commands.split("/report\nmore") is None


def test_typing_errors_find_the_nearest() -> None:
    for typed, meant in (("repot", "report"), ("hlep", "help"), ("langage", "language")):
        near = commands.nearest(typed)
        assert near is not None and near.name == meant
    assert commands.nearest("zzzzzzzz") is None
    assert commands.find("Q") is commands.find("quit")


def test_completion_of_commands_and_arguments() -> None:
    assert "/report " in offered("/re") and "/undo" not in offered("/re")
    assert len(offered("/")) == len(COMMANDS)
    assert offered("/report g") == ["github"]
    assert offered("/report github") == []
    assert offered("/nonsense x") == [] and offered("what is /re") == []


def test_completion_of_files() -> None:
    assert offered("look at @mod") == ["@model.keras "]
    assert '@"runs/old train.py" ' in offered("@train")
    assert offered("mail me@train") == []
    assert len(offered("@")) == 3


@given(st.text())
def test_any_text(text: str) -> None:
    commands.split(text)
    for suggestion in suggest(text, "en", FILES, arguments):
        assert suggestion.replace <= len(text)
