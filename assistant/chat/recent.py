"""What was worked on lately: cases to go on with, and files to bring again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assistant.cases import SavedCase
from assistant.chat.paths import DATA_ENDINGS, MODEL_ENDINGS, TEXT_ENDINGS
from assistant.chat.text import clean
from knowledge.texts import say

#: command -> how the files end that it takes
ENDINGS: dict[str, tuple[str, ...]] = {
    "model": MODEL_ENDINGS,
    "data": (*DATA_ENDINGS, ".csv"),
    "script": TEXT_ENDINGS,
    "any": (*MODEL_ENDINGS, *DATA_ENDINGS, *TEXT_ENDINGS),
}
_STEPS = (("minutes", 60), ("hours", 3_600), ("days", 86_400))
_WORDS = 32


def age(seconds: float, language: str) -> str:
    """How long ago something was: "3 hours ago"."""
    unit, size = next((s for s in reversed(_STEPS) if seconds >= s[1]), ("moment", 1))
    return say(f"chat-age-{unit}", language, count=int(max(0.0, seconds) // size))


def case_label(case: SavedCase, language: str, now: float) -> str:
    """What a saved case was about, and when: "2 hours ago: the loss stays at 0.6931"."""
    words = clean(case.words).replace("\n", " ")
    words = words if len(words) <= _WORDS else words[: _WORDS - 1].rstrip() + "…"
    return f"{age(now - case.time, language)}: {words}"


def files_for(
    command: str, recent: Sequence[Path], nearby: Sequence[str], language: str
) -> list[tuple[str, str]]:
    """Files that a command may take, each with a remark: the recent ones, then those nearby."""
    endings = ENDINGS[command]
    known = {str(Path(name).absolute()) for name in nearby}
    before = [str(path) for path in recent if str(path.absolute()) not in known]
    remark = say("chat-recent", language)
    found = [(name, remark) for name in before] + [(name, "") for name in nearby]
    return [(name, text) for name, text in found if name.lower().endswith(endings)]
