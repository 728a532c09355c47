"""Every sentence of the chat is in the catalogue, in both languages, and every entry is used."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import assistant.chat
from assistant.chat.answers import PHRASES
from assistant.chat.attachments import Kind
from assistant.chat.commands import COMMANDS
from assistant.chat.curves import ARMS
from assistant.chat.desk import COPIES, VENUES
from assistant.chat.help import KEYS
from assistant.chat.recent import ENDINGS
from assistant.chat.widgets.block import VERDICTS
from assistant.chat.widgets.welcome import EXAMPLES
from knowledge.loader import load_messages
from knowledge.schema import LANGUAGES

SOURCE = "\n".join(
    path.read_text(encoding="utf-8") for path in Path(assistant.chat.__file__).parent.rglob("*.py")
)
OURS = {key: texts for key, texts in load_messages().items() if key.startswith("chat-")}
COMPOSED = {
    *(f"chat-kind-{kind}" for kind in Kind.__args__),  # type: ignore[attr-defined]
    *(f"chat-verdict-{kind}" for kind in VERDICTS),
    *(f"chat-example-{name}" for name in EXAMPLES),
    *(f"chat-example-{name}-label" for name in EXAMPLES),
    *(f"chat-venue-{name}" for name in VENUES),
    *(f"chat-copy-{name}" for name in COPIES),
    *(f"chat-language-{name}" for name in LANGUAGES),
    *(f"chat-pick-{name}" for name in ENDINGS),
    *(f"chat-phrase-{name}" for name in (*PHRASES, "yes", "no", "dont-know")),
    *(f"chat-age-{name}" for name in ("moment", "minutes", "hours", "days")),
    *(f"chat-arm-{name}" for name in ARMS.values()),
    *(f"chat-detail-{name}" for name in ("layer", "dead", "saturated")),
    *(f"chat-action-{name}" for name in ("worked", "better", "no-change", "tried", "explain")),
    *(f"chat-bring-{name}" for name in ("sentence", "log", "script", "model")),
    *(f"chat-bring-{name}-how" for name in ("sentence", "log", "script", "model")),
    *(key for command in COMMANDS for key in (command.help, command.argument) if key),
    *(key for _, key in KEYS),
}


def used() -> set[str]:
    return set(re.findall(r"""["'](chat-[a-z0-9-]*[a-z0-9])["']""", SOURCE)) | COMPOSED


def test_nothing_is_missing_and_nothing_is_left_over() -> None:
    assert used() - set(OURS) == set()
    assert set(OURS) - used() == set()


@pytest.mark.parametrize("key", OURS)
def test_both_languages_take_the_same_fields(key: str) -> None:
    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    texts = OURS[key]
    assert set(texts) >= set(LANGUAGES) and all(texts.values())
    assert fields(texts["en"]) == fields(texts["zh"])


def test_no_line_belittles_the_reader() -> None:
    for key, texts in OURS.items():
        assert not re.search(r"\b(simply|just|obviously|of course)\b", texts["en"], re.I), key
        assert not re.search("只需|显然|简单地", texts["zh"]), key
