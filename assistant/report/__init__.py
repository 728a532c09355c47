"""A case as something to hand on: JSON, or a page for a forum."""

from __future__ import annotations

import json

from assistant.dialogue.investigation import Search
from assistant.dialogue.situation import Situation
from assistant.report.json_form import as_json
from assistant.report.markdown import render_markdown
from assistant.report.patch import combined_diff

__all__ = ["as_json", "combined_diff", "render"]


def render(situation: Situation, search: Search | None, venue: str) -> str:
    """The case for `venue`: so, github, discourse, plain, or json."""
    if venue == "json":
        return json.dumps(as_json(situation, search), ensure_ascii=False, indent=1, allow_nan=False)
    return render_markdown(situation, search, venue)
