"""A page in Markdown, for the forums: one CommonMark core, and folding where the venue has it.

Limits: Stack Overflow takes 30,000 characters and no ``<details>``, GitHub 65,536, Discourse 32,000
by default. Nothing is a picture, since pictures of text are closed on sight.
"""

from __future__ import annotations

from collections.abc import Iterator

from assistant.report.page import Block, Bullets, Code, Line, Page, Plot, Section

MAX_CHARACTERS = 25_000
VENUES = ("so", "github", "discourse", "plain")


def render_markdown(page: Page, venue: str) -> str:
    """The page for `venue`: so, github, discourse or plain."""
    sections = list(page.sections)
    text = _text(page, sections, venue)
    while len(text) > MAX_CHARACTERS and len(sections) > 1:
        # The longest section goes as a whole: half a table or half a script helps nobody.
        longest = max(sections, key=lambda s: len("\n".join(_section(s, venue))))
        sections.remove(longest)
        text = _text(page, sections, venue)
    return text


def _text(page: Page, sections: list[Section], venue: str) -> str:
    lines = [f"# {_inline(page.title)}", "", page.intro, ""]
    for section in sections:
        lines += _section(section, venue)
    return "\n".join(lines).rstrip() + "\n"


def _section(section: Section, venue: str) -> Iterator[str]:
    body = [line for block in section.blocks for line in _block(block, venue)]
    if section.folded and venue in ("github", "discourse"):
        yield from ("<details>", f"<summary>{section.title}</summary>", "", *body, "</details>", "")
    else:
        yield from (f"## {section.title}", "", *body)


def _block(block: Block, venue: str) -> Iterator[str]:
    match block:
        case Line(text, strong):
            yield from ((f"**{_inline(strong)}** " if strong else "") + _inline(text), "")
        case Bullets(items):
            yield from (f"- {_inline(item)}" for item in items)
            yield ""
        case Code(lines, language):
            fence = "```" if not any("```" in line for line in lines) else "~~~~"
            yield from (
                f"{fence}{'' if venue == 'so' and language == 'text' else language}",
                *lines,
            )
            yield from (fence, "")
        case Plot():
            return


def _inline(text: str) -> str:
    """A sentence whose marks are shown and not obeyed: ``<name1>`` is no tag."""
    return text.replace("<", "&lt;")
