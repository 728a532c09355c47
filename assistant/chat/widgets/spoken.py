"""What the user said or brought, as the conversation shows it."""

from __future__ import annotations

from textual.content import Content

from assistant.chat.text import join, plain, shorten
from assistant.chat.widgets.block import Block
from assistant.chat.widgets.fold import Fold
from assistant.events import Heard, Spoken
from knowledge.texts import say
from probes.finding import Finding

_OPEN_LINES = 400
_PRESENCE = {
    True: ("●", "$u-warn", "chat-finding-seen"),
    False: ("○", "$u-good", "chat-finding-absent"),
    None: ("?", "$u-quiet", "chat-finding-unknown"),
}
_OPEN_CHARACTERS = 60_000


def spoken_block(spoken: Spoken, language: str) -> Block | Fold:
    """The user's words; a long text shows its beginning and opens."""
    chips = [(f"  ▤ {label}", "$u-soft") for label in spoken.labels]
    shown = shorten(spoken.text, lines=12, characters=1_200)
    mark = ("❯ ", "bold $u-mark")
    if shown.whole:
        return Block(join(mark, (shown.text, "$u-text"), *chips), "spoken")
    rest = (
        say("chat-more-lines", language, count=f"{shown.lines_left:,}")
        if shown.lines_left
        else say("chat-more-characters", language, count=f"{shown.characters_left:,}")
    )
    title = join(mark, (shown.text, "$u-text"), (f"\n{rest}", "$u-quiet"), *chips)
    return Fold(title, lambda _: _whole(spoken.text, language), "spoken")


def heard_block(heard: Heard, language: str) -> Block | Fold:
    """The chip of something that was read; opens to what was found in it."""
    head = join(
        ("✓ ", "bold $u-good"),
        (say("chat-heard", language) + " ", "$u-quiet"),
        (heard.summary, "$u-text"),
    )
    if not (heard.notes or heard.findings):
        return Block(head, "heard")
    return Fold(head, lambda _: _details(heard, language), "heard")


def finding_line(finding: Finding, language: str) -> Content:
    """One finding: glyph, title, value, where it was read."""
    glyph, role, word = _PRESENCE[finding.present]
    parts: list[tuple[str, str]] = [
        (f"{glyph} ", role),
        (finding_title(finding.id, language), "$u-text"),
        (f"  {say(word, language)}", "$u-quiet"),
    ]
    if finding.present and finding.value is not None and not isinstance(finding.value, bool):
        parts.append((f"  {finding.value}", "$u-text"))
    where = [say("chat-line", language, line=finding.line)] if finding.line else []
    if finding.quote:
        where.append(f"“{shorten(finding.quote, 1, 100).text}”")
    if where:
        parts.append((f"\n    {' '.join(where)}", "$u-quiet"))
    return join(*parts)


def finding_title(name: str, language: str) -> str:
    """The finding's title out of the rule base, else its id."""
    from knowledge.loader import BrokenKnowledge, load_knowledge
    from knowledge.texts import pick

    try:
        rule = load_knowledge().findings.get(name)
    except BrokenKnowledge:
        rule = None
    return pick(rule.title, language) if rule else name


def _details(heard: Heard, language: str) -> Content:
    notes = [plain(f"– {note}", "$u-quiet") for note in heard.notes]
    found = [finding_line(finding, language) for finding in heard.findings]
    return Content("\n").join([*notes, *found])


def _whole(text: str, language: str) -> Content:
    shown = shorten(text, _OPEN_LINES, _OPEN_CHARACTERS)
    if shown.whole:
        return plain(shown.text)
    return join(shown.text, (f"\n{say('chat-cut-here', language)}", "$u-quiet"))
