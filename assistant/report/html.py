"""A page as one HTML file: no script, nothing loaded from anywhere, curves as inline SVG."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from assistant.report.page import Block, Bullets, Code, Line, Page, Plot, Section
from assistant.report.svg import render_plot

_STYLE = """
:root { color-scheme: light dark; --ink: #1c1e21; --paper: #fdfdfc; --faint: #5d646c;
  --line: #d9dce0; --code: #f3f4f5; --a: #0b62b8; --b: #b23a00; --c: #2e7d32; --d: #7b1fa2; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ea; --paper: #16181b; --faint: #a3abb3;
  --line: #3a3f45; --code: #202327; --a: #6db3f2; --b: #ff9e64; --c: #7fcf86; --d: #d39ae8; } }
body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 50rem; margin: 2.5rem auto; padding: 0 1.2rem; }
h1 { font-size: 1.5rem; line-height: 1.3; } h2 { font-size: 1.1rem; margin-top: 2.2rem; }
pre { background: var(--code); padding: .8rem 1rem; overflow-x: auto; border-radius: 6px;
  font: 13px/1.5 ui-monospace, monospace; }
.faint, figcaption { color: var(--faint); font-size: .9rem; } figure { margin: 1rem 0; }
svg { width: 100%; height: auto; } summary { cursor: pointer; }
""".strip()


def render_html(page: Page) -> str:
    """The whole file. Every text is escaped, so nothing in a case can become markup."""
    body = "\n".join(line for section in page.sections for line in _section(section))
    return (
        f'<!doctype html>\n<html lang="{page.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(page.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f'<h1>{escape(page.title)}</h1>\n<p class="faint">{escape(page.intro)}</p>\n{body}\n'
        "</body>\n</html>\n"
    )


def _section(section: Section) -> Iterator[str]:
    title = escape(section.title)
    yield f"<details><summary>{title}</summary>" if section.folded else f"<h2>{title}</h2>"
    for block in section.blocks:
        yield _block(block)
    if section.folded:
        yield "</details>"


def _block(block: Block) -> str:
    match block:
        case Line(text, strong):
            return f"<p>{_strong(text, strong)}</p>"
        case Bullets(items):
            return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"
        case Code(lines, _):
            return "<pre>" + escape("\n".join(lines)) + "</pre>"
        case Plot():
            return _plot(block)


def _plot(plot: Plot) -> str:
    caption = f"<figcaption>{escape(plot.title)}</figcaption>" if plot.title else ""
    return f"<figure>{render_plot(plot)}{caption}</figure>"


def _strong(text: str, strong: str) -> str:
    return f"<strong>{escape(strong)}</strong> {escape(text)}" if strong else escape(text)
