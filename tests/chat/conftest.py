"""Keeps the chat still for tests: a clock that stands, a cursor that does not blink."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.chat.app import ChatApp
from tests.chat.fake import FakeEngine, made


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UNSTUCK_CASES", str(tmp_path / "cases"))
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    for name in ("LC_ALL", "LC_MESSAGES", "NO_COLOR", "TEXTUAL_THEME", "DISPLAY", "TMUX"):
        monkeypatch.delenv(name, raising=False)


def chat(engine: FakeEngine | None = None, language: str = "en", **more: object) -> ChatApp:
    """The app on a scripted engine, with its clocks stopped."""
    engine = engine or FakeEngine()
    engine.language = language
    app = ChatApp(made(engine), language=language, **more)  # type: ignore[arg-type]
    app.chat.stage.clock = lambda: 0.0
    app.chat.status.clock = lambda: 0.0
    app.chat.prompt.cursor_blink = False
    return app
