"""The plain blocks of the conversation: what the assistant says, what the user said."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from assistant.chat.text import join, shorten
from assistant.events import Said, Tone, Verdict
from knowledge.texts import say

#: Glyph and role of a tone. The glyph carries the meaning where there is no colour.
TONES: dict[Tone, tuple[str, str]] = {
    "plain": ("", "$u-text"),
    "good": ("✓ ", "$u-good"),
    "warning": ("! ", "$u-warn"),
    "error": ("✗ ", "$u-bad"),
}
VERDICTS = {"cause": ("●", "$u-warn"), "healthy": ("✓", "$u-good"), "unsure": ("?", "$u-mark")}


class Block(Static):
    """A selectable piece of text. Takes contents only, so that nothing is read as markup."""

    def __init__(self, content: Content, classes: str = "") -> None:
        super().__init__(content, markup=False, classes=f"block {classes}".strip())


def said_block(said: Said, language: str) -> Block:
    """A sentence of the assistant."""
    glyph, role = TONES[said.tone]
    shown = shorten(said.text, lines=200, characters=20_000)
    return Block(
        join((glyph, f"bold {role}"), (shown.text, role), _rest(shown.lines_left, language)), "said"
    )


def verdict_block(verdict: Verdict, language: str) -> Block:
    """Where the case stands, as glyph, word and sentence."""
    glyph, role = VERDICTS[verdict.kind]
    word = say(f"chat-verdict-{verdict.kind}", language)
    return Block(join((f"{glyph} {word}  ", f"bold {role}"), (verdict.text, "$u-text")), "verdict")


def note_block(text: str, tone: Tone = "plain") -> Block:
    """A remark of the chat itself, such as "copied"."""
    glyph, role = TONES[tone]
    return Block(join((f"{glyph}{text}", "$u-quiet" if tone == "plain" else role)), "note")


def _rest(lines: int, language: str) -> str:
    return "\n" + say("chat-more-lines", language, count=lines) if lines else ""
