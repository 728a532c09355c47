"""``python -m tests.pictures``: plays a bundled case in the real chat and draws ``docs/*.svg``."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from pathlib import Path

from assistant.case import new_case
from assistant.chat.app import ChatApp
from assistant.demo import demo_folder
from assistant.dialogue import Dialogue, Options
from assistant.laboratory import Laboratory
from assistant.launch import demo_words

DOCS = Path(__file__).resolve().parent.parent / "docs"
#: file -> case, language, size in cells, scroll back this many pages at the end
PICTURES = {
    "chat.svg": ("seed-2", "en", (110, 44), 0),
    "chat-zh.svg": ("seed-2", "zh", (110, 44), 0),
    "chat-80x24.svg": ("seed-0", "en", (80, 24), 0),
}


async def play(case: str, language: str, size: tuple[int, int], pages: int) -> str:
    """The case from its first word to the advice, as an SVG."""
    folder = demo_folder(case)
    assert folder is not None, f"{case} could not be built"

    def dialogue() -> Dialogue:
        laboratory = Laboratory()
        laboratory.start()
        return Dialogue(
            new_case(), laboratory, Options(language=language, language_fixed=True, budget=240.0)
        )

    words = demo_words(folder)
    app = ChatApp(dialogue, language=language, first_words=words)
    async with app.run_test(size=size) as pilot:
        for _ in words:
            await settle(app, pilot)
            await pilot.press("enter")
        await settle(app, pilot)
        for _ in range(pages):
            await pilot.press("pageup")
        await pilot.pause(0.3)
        picture = app.export_screenshot(title="unstuck")
    app.chat.backstage.close()
    return picture


async def settle(app: ChatApp, pilot: object) -> None:
    """Wait until the dialogue has said what it has to say."""
    for _ in range(2):
        await pilot.pause(0.6)  # type: ignore[attr-defined]
        while app.chat.backstage.busy:
            await pilot.pause(0.2)  # type: ignore[attr-defined]


def main() -> None:
    """Draw every picture; a line for each."""
    DOCS.mkdir(exist_ok=True)
    os.environ.setdefault("UNSTUCK_CASES", tempfile.mkdtemp())
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    for name, (case, language, size, pages) in PICTURES.items():
        picture = asyncio.run(play(case, language, size, pages))
        # Fonts are those of the reader's machine: a picture should fetch nothing.
        picture = re.sub(r"@font-face\s*{[^}]*}", "", picture)
        (DOCS / name).write_text(picture, encoding="utf-8")
        print(f"docs/{name}: {case} in {language}, {size[0]} x {size[1]} cells")


if __name__ == "__main__":
    main()
