"""The chat in lines: the same case as with a screen, by typing or through a pipe."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.case import Case
from assistant.chat.commands import COMMANDS
from assistant.dialogue import Dialogue, Options
from assistant.linemode import LineConversation, messages
from assistant.linemode.messages import cut

LINES = st.lists(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\n")))
SCRIPT = (
    "import keras\nfrom keras import layers\n"
    "model = keras.Sequential([layers.Input((8,)), layers.Dense(4)])\n"
    "model.compile(loss='categorical_crossentropy', optimizer='adam')\n"
)


def _talk(*given: str, language: str = "en") -> list[str]:
    lines: list[str] = []
    options = Options(language=language, language_fixed=True)
    LineConversation(Dialogue(Case("memory"), None, options), lines.append).run(given)
    return lines


@given(LINES)
def test_no_line_is_lost(lines: list[str]) -> None:
    words = [word for message in cut(lines) for word in message.split()]
    assert words == [word for line in lines for word in line.split()]


def test_a_paste_is_one_message_and_a_command_or_a_number_its_own() -> None:
    given = ["Epoch 1/2", "", "loss: 1.0", "/why", "3", "/home/a/train.py", "and words"]
    assert list(cut(given)) == [
        "Epoch 1/2\n\nloss: 1.0",
        "/why",
        "3",
        "/home/a/train.py\nand words",
    ]


def test_a_pipe_is_read_to_its_end() -> None:
    prompts: list[int] = []
    stream = io.StringIO("one\ntwo\n/why\nthree")
    assert list(messages(stream, lambda: prompts.append(1))) == ["one\ntwo", "/why", "three"]
    assert len(prompts) == 2


def test_questions_are_answered_by_number() -> None:
    lines = _talk("my accuracy stays at 0.25, 4 classes", "9", "1", "/why")
    assert "There is no answer of that number." in lines
    assert any(line.startswith("  U0") and " + " in line for line in lines)


@pytest.mark.parametrize("argument", ["", "1", "nothing-of-that-name"])
def test_every_command_answers_or_names_another(argument: str) -> None:
    lines: list[str] = []
    conversation = LineConversation(Dialogue(Case("memory"), None, Options()), lines.append)
    conversation.take("my accuracy stays at 0.25")
    for command in COMMANDS:
        before = len(lines)
        conversation.take(f"/{command.name} {argument}")
        assert len(lines) > before or command.name == "quit", command.name


def test_a_mistyped_command_is_told_the_nearest() -> None:
    assert "/raport is no command here. Try /report." in _talk("/raport")


def test_a_change_is_written_and_taken_back(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    _talk(str(script), "/apply")
    assert "softmax" in script.read_text()
    script.write_text(SCRIPT)
    _talk(str(script), "/apply", "/undo")
    assert script.read_text() == SCRIPT


def test_it_speaks_chinese() -> None:
    assert any("输入或粘贴" in line for line in _talk("/language zh"))


def test_quit_ends_it() -> None:
    assert "There is no answer of that number." not in _talk("/quit", "my loss is nan", "99")
