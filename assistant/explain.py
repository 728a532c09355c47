"""`unstuck explain`: the long page of one cause."""

from __future__ import annotations

import textwrap

from knowledge.loader import Knowledge, load_knowledge
from knowledge.schema import CauseRule, Texts
from knowledge.texts import fill, pick, say

WIDTH = 80
#: A finding that is likelier by this much under one cause is worth looking at: "often" to "rarely".
TELLS = 0.3


def explain(name: str, language: str) -> str | None:
    """The page of the cause with that id or code, None when there is none."""
    cause = load_knowledge().cause_by_code(name)
    return None if cause is None else page(cause, language)


def page(cause: CauseRule, language: str) -> str:
    """The page as plain text, the same headings for every cause."""
    title = f"{cause.code}  {pick(cause.title, language)}"
    parts = [title, "=" * min(WIDTH, len(title) + 2), f"({cause.id})", ""]
    sections: list[tuple[str, str | Texts]] = [
        ("explain-what", cause.page.what_happens),
        ("explain-why", cause.page.why),
        ("explain-wrong", cause.page.wrong),
        ("explain-right", cause.page.right),
        ("explain-check", cause.page.how_to_check),
        ("part-know", cause.worked_when),
        ("explain-when-wrong", cause.page.when_wrong),
    ]
    generic = {"classes": "N", "ln_classes": "ln N"}
    for key, text in sections:
        if not text:
            continue
        parts.append(say(key, language))
        if isinstance(text, str):
            parts += [textwrap.indent(text.rstrip(), "    "), ""]
        else:
            parts += [_filled(fill(pick(text, language), generic)), ""]
    parts += _look_alikes(cause, language)
    if cause.references:
        parts.append(say("explain-references", language))
        parts += [f"    {reference}" for reference in cause.references]
    return "\n".join(parts).rstrip()


def telling(cause: CauseRule, other: CauseRule) -> tuple[str, ...]:
    """At most two findings that show far more often under `cause` than under `other`, best first.

    Complaints that every fault brings are no help here and fall out by themselves.
    """
    gaps = {f: p - other.shows.get(f, 0.0) for f, p in cause.shows.items()}
    best = sorted((f for f in gaps if gaps[f] >= TELLS), key=lambda f: -gaps[f])
    return tuple(best[:2])


def _look_alikes(cause: CauseRule, language: str) -> list[str]:
    """Each look-alike, with what shows here and what shows there."""
    knowledge = load_knowledge()
    alike = [knowledge.causes[c] for c in cause.look_alikes if c in knowledge.causes]
    if not alike:
        return []
    lines = [say("explain-look-alikes", language)]
    for other in alike:
        lines.append(f"    {other.code}  {pick(other.title, language)}")
        for key, own, its in (
            ("explain-tells-here", cause, other),
            ("explain-tells-there", other, cause),
        ):
            if found := _titles(telling(own, its), knowledge, language):
                said = say(key, language, findings=found)
                lines.append(_filled(said, indent=10))
    return [*lines, ""]


def _titles(findings: tuple[str, ...], knowledge: Knowledge, language: str) -> str:
    rules = [knowledge.findings[f] for f in findings if f in knowledge.findings]
    return say("list-separator", language).join(pick(rule.title, language) for rule in rules)


def _filled(text: str, indent: int = 0) -> str:
    space = " " * indent
    return textwrap.fill(
        text, WIDTH, break_on_hyphens=False, initial_indent=space, subsequent_indent=space
    )
