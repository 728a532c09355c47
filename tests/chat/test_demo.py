"""`unstuck demo` on the bundled cases: Enter alone leads through all of it, and harms nothing.

The experiments themselves are left out here; `tests/dialogue` runs them on the same cases.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from assistant.case import Case
from assistant.chat.app import ChatApp
from assistant.demo import CASES, demo_folder
from assistant.dialogue import Dialogue, Options
from assistant.events import Heard, Question, Verdict
from assistant.launch import demo_words
from tests.chat.hand import settle


async def until(pilot: Pilot[int], done: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for something that the chat does by itself."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        await pilot.pause(0.02)
    await pilot.pause()


@pytest.mark.slow
@pytest.mark.parametrize(("case", "language"), zip(CASES, ("zh", "en", "zh", "en"), strict=True))
async def test_a_bundled_case_by_enter_alone(case: str, language: str) -> None:
    folder = demo_folder(case)
    assert folder is not None
    script = (folder / "script.py").read_bytes()
    options = Options(language=language, language_fixed=True)
    words = demo_words(folder)
    app = ChatApp(
        lambda: Dialogue(Case("memory"), None, options), language=language, first_words=words
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app, 60.0)
        for left in reversed(range(len(words))):
            await until(pilot, lambda: bool(app.chat.chips.attachments or app.chat.prompt.text))
            assert len(app.chat._first_words) == left
            before = app.chat.chips.attachments
            await pilot.press("enter")
            await until(pilot, lambda before=before: app.chat.chips.attachments != before)
            await settle(pilot, app, 60.0)
        entries = app.chat.conversation.entries
        heard = {entry.kind for entry in entries if isinstance(entry, Heard)}
        assert heard >= {"script", "model", "data"}
        # Without the experiments a case may end in the question that tells most.
        assert any(isinstance(entry, (Question, Verdict)) for entry in entries)
        await settle(pilot, app, 60.0)
        for _ in range(3):
            await pilot.press("enter")
            await settle(pilot, app, 60.0)
    app.chat.backstage.close()
    assert (folder / "script.py").read_bytes() == script
    assert not list(folder.glob("*.bak*"))


def test_the_words_of_a_demo_are_what_people_bring(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("损失不降 [nan]", encoding="utf-8")
    words = demo_words(tmp_path)
    endings = [Path(word).suffix for word in words[1:]]
    assert words[0] == "损失不降 [nan]" and endings == [".py", ".keras", ".npz"]
