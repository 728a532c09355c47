"""What is remembered from one session to the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.case import cases_folder
from assistant.chat.app import THEME
from assistant.chat.settings import Settings, load_settings, remember
from tests.chat.conftest import chat
from tests.chat.fake import FakeEngine, made
from tests.chat.hand import say, settle


def test_what_was_chosen_is_found_again() -> None:
    assert load_settings() == Settings()
    remember(theme="nord")
    remember(language="zh")
    assert load_settings() == Settings("nord", "zh")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"theme": 3, "other": 1}', "[" * 9000])
def test_a_damaged_file_is_no_file(text: str) -> None:
    cases_folder().mkdir()
    (cases_folder() / "chat-settings.json").write_text(text)
    assert load_settings() == Settings()


def test_a_folder_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("UNSTUCK_CASES", str(tmp_path / "file"))
    remember(theme="nord")
    assert load_settings() == Settings()


async def test_theme_and_language_are_remembered_when_chosen() -> None:
    app = chat()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        assert app.theme == THEME and load_settings() == Settings()
        await say(pilot, app, "/theme nord")
        await say(pilot, app, "/language zh")
    from assistant.chat.app import ChatApp

    again = ChatApp(made(FakeEngine()))
    assert again.theme == "nord" and again.chat.language == "zh"


def test_the_environment_and_the_command_line_win(monkeypatch: pytest.MonkeyPatch) -> None:
    remember(theme="nord", language="zh")
    monkeypatch.setenv("TEXTUAL_THEME", "gruvbox")
    assert chat(language="en").theme == "gruvbox" and chat(language="en").chat.language == "en"
    monkeypatch.setenv("NO_COLOR", "1")
    assert chat().theme == "ansi-dark"


def test_a_theme_that_is_gone() -> None:
    remember(theme="no-such-theme", language="xx")
    assert chat().theme == THEME
