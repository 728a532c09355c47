"""`unstuck explain`: the long page of one cause."""

from __future__ import annotations

import textwrap

from knowledge.loader import load_knowledge
from knowledge.schema import CauseRule, Texts
from knowledge.texts import fill, pick, say

WIDTH = 80


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
            body = fill(pick(text, language), generic)
            parts += [textwrap.fill(body, WIDTH, break_on_hyphens=False), ""]
    rules = load_knowledge().causes
    if alike := [rules[c] for c in cause.look_alikes if c in rules]:
        parts.append(say("explain-look-alikes", language))
        parts += [f"    {c.code}  {pick(c.title, language)}" for c in alike]
        parts.append("")
    if cause.references:
        parts.append(say("explain-references", language))
        parts += [f"    {reference}" for reference in cause.references]
    return "\n".join(parts).rstrip()
