"""A case as something to hand on: JSON, a page for a forum, or a file for a browser."""

from __future__ import annotations

import json

from assistant.dialogue.situation import Situation
from assistant.dialogue.trials import Search
from assistant.report.html import render_html
from assistant.report.json_form import as_json
from assistant.report.json_report import report_json
from assistant.report.markdown import render_markdown
from assistant.report.patch import combined_diff
from assistant.report.sections import Wanted, page_of

__all__ = ["Wanted", "as_json", "combined_diff", "masked_words", "render"]


def render(
    situation: Situation, search: Search | None, venue: str, wanted: Wanted | None = None
) -> str:
    """The case for `venue`: so, github, discourse, plain, html or json."""
    if venue == "json":
        report = report_json(situation, search)
        return json.dumps(report, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    page = page_of(situation, search, wanted)
    return render_html(page) if venue == "html" else render_markdown(page, venue)


def masked_words(
    situation: Situation, search: Search | None, wanted: Wanted | None = None
) -> tuple[str, ...]:
    """The user's own words that the report leaves out, for the user's eyes only."""
    return page_of(situation, search, wanted).masked
