"""The case as one page of Markdown, built from computed facts only.

Nothing of the user's own text goes in: no code, no path, no name, no data value beyond rounded
statistics. What a reader of a forum asks back for is what stands here.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator

from assistant import __version__
from assistant.dialogue.advising import advice, named_causes, ranking, verdict
from assistant.dialogue.investigation import Search
from assistant.dialogue.situation import Situation
from assistant.events import Advice
from assistant.report.facts import CheckRow, checks, figures_table, model_lines, tried_titles
from knowledge.texts import say

MAX_CHARACTERS = 25_000  # under the limits of the forums (30,000 and 32,000)


def render_markdown(situation: Situation, search: Search | None, venue: str) -> str:
    """The page for `venue`; plain and so hold nothing but headings, lists and fenced code."""
    text = "\n".join(_lines(situation, search, venue))
    return text if len(text) <= MAX_CHARACTERS else text[:MAX_CHARACTERS] + "\n…\n"


def _lines(situation: Situation, search: Search | None, venue: str) -> Iterator[str]:
    language = situation.language
    yield f"# {_title(situation)}"
    yield ""
    yield say("report-intro", language)
    yield ""
    yield from _figures(situation)
    yield from _fence(say("report-model", language), model_lines(situation))
    yield from _seen(situation)
    yield from _checks(checks(situation), situation, venue)
    if tried := tried_titles(situation):
        yield f"## {say('report-tried', language)}"
        yield ""
        yield from (f"- {title}" for title in tried)
        yield ""
    yield from _opinion(situation, search)
    yield from _versions(situation)


def _title(situation: Situation) -> str:
    """What the tool saw, in one line that can be the title of a question."""
    rules = situation.knowledge.findings
    reports = [f for f in situation.findings() if f.present and f.id in rules]
    symptoms = [f for f in reports if rules[f.id].kind == "symptom"]
    shown = symptoms[:2] or reports[:1]
    network = situation.network
    kind = network.model_class if network is not None and network.model_class else "Keras"
    text = "; ".join(situation.finding_text(f) for f in shown)
    return f"{kind} model: {text}" if text else say("report-title", situation.language)


def _figures(situation: Situation) -> Iterator[str]:
    yield from _fence(say("report-figures", situation.language), figures_table(situation))


def _seen(situation: Situation) -> Iterator[str]:
    rules = situation.knowledge.findings
    seen = dict.fromkeys(
        situation.finding_text(f)
        for f in situation.findings()
        if f.present and f.id in rules and rules[f.id].kind in ("symptom", "evidence", "context")
    )
    if seen:
        yield f"## {say('report-seen', situation.language)}"
        yield ""
        yield from (f"- {text}" for text in seen)
        yield ""


def _checks(rows: list[CheckRow], situation: Situation, venue: str) -> Iterator[str]:
    if not rows:
        return
    title = say("report-checks", situation.language)
    lines = [f"- {row.title} ({row.seconds:.1f} s): {row.result}" for row in rows]
    if venue == "github":
        yield from ("<details open>", f"<summary>{title}</summary>", "", *lines, "", "</details>")
    else:
        yield from (f"## {title}", "", *lines)
    yield ""


def _opinion(situation: Situation, search: Search | None) -> Iterator[str]:
    belief, language = situation.belief(), situation.language
    yield f"## {say('report-opinion', language)}"
    yield ""
    yield verdict(situation, belief).text
    yield ""
    for name in named_causes(situation, belief):
        yield from _cause(advice(situation, belief, name, search), situation)
    for suspect in ranking(situation, belief).suspects:
        if suspect.cause not in named_causes(situation, belief):
            yield f"- {suspect.code} {suspect.title}: {suspect.odds}"
    yield ""


def _cause(explained: Advice, situation: Situation) -> Iterator[str]:
    language = situation.language
    yield f"### {explained.code} {explained.title} ({explained.odds})"
    yield ""
    yield f"- {say('part-see', language)}: {'; '.join(explained.see)}"
    yield f"- {say('part-means', language)}: {explained.means}"
    for offer in explained.offers[:2]:
        yield f"- {say('part-change', language)}: {offer.summary}"
    if explained.trial is not None:
        yield f"- {say('part-trial', language)}: {explained.trial.sentence}"
    yield f"- {say('part-know', language)}: {explained.worked_when}"
    yield ""


def _versions(situation: Situation) -> Iterator[str]:
    found = {"unstuck": __version__, "Python": platform.python_version()}
    for entry in situation.case.entries:
        found |= dict((entry.data.get("result") or {}).get("versions") or {})
    shown = ", ".join(f"{k} {v}" for k, v in found.items())
    yield f"{say('report-versions', situation.language)}: {shown}, {platform.system()}"


def _fence(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield from (f"## {title}", "", "```text", *lines, "```", "")
