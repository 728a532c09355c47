"""A case as a page: what happens, the figures, the network, the data, the checks, the opinion."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assistant import __version__
from assistant.dialogue.advising import advice, ranking, verdict
from assistant.dialogue.outputs import judged
from assistant.dialogue.situation import Situation
from assistant.dialogue.trials import Search
from assistant.events import Advice
from assistant.report.facts import (
    architecture,
    checks,
    curves,
    data_table,
    epochs_table,
    model_lines,
    tried_titles,
)
from assistant.report.masking import Discreet, Masks
from assistant.report.page import Block, Bullets, Code, Line, Page, Plot, Section
from assistant.report.script import synthetic_section
from knowledge.texts import say

MOST_SUSPECTS = 3


@dataclass(frozen=True)
class Wanted:
    """What the user lets into a report beyond measured facts."""

    code: bool = False  # the diff of the script, its texts masked


def page_of(situation: Situation, search: Search | None, wanted: Wanted | None = None) -> Page:
    """The report of a case. Nothing but figures, known words and our own sentences goes in."""
    masks = Masks()
    case = Discreet(situation, masks)
    allowed = wanted or Wanted()
    language = case.language
    sections = [
        Section(say("report-happens", language), tuple(_happens(case))),
        Section(say("report-figures", language), tuple(_figures(case, masks))),
        Section(say("report-model", language), _code(model_lines(case.network, masks))),
        Section(say("report-data", language), tuple(data_table(case))),
        Section(say("report-checks", language), _bullets(_checks(case))),
        Section(say("report-tried", language), _bullets(tried_titles(case))),
        Section(say("report-opinion", language), tuple(_opinion(case, search, masks, allowed))),
        synthetic_section(case),
        Section(say("report-versions", language), (Line(_versions(case)),), folded=True),
    ]
    return Page(
        title=_title(case),
        language=language,
        intro=say("report-intro-code" if allowed.code else "report-intro", language),
        sections=tuple(section for section in sections if section.blocks),
        masked=masks.words,
    )


def _title(case: Situation) -> str:
    """Symptom and architecture in one line that can be the title of a question."""
    rules = case.knowledge.findings
    reports = [f for f in case.findings() if f.present and f.id in rules]
    symptoms = [f for f in reports if rules[f.id].kind == "symptom"]
    shown = symptoms[:2] or [f for f in reports if rules[f.id].kind == "evidence"][:1]
    text = "; ".join(dict.fromkeys(case.finding_text(f) for f in shown))
    kind = architecture(case.network)
    classes = case.context().get("class-count")
    if classes and kind:
        kind = say("report-classes", case.language, classes=classes, kind=kind)
    return f"{kind or 'Keras'}: {text or say('report-title', case.language)}"


def _happens(case: Situation) -> Iterator[Block]:
    """What is seen, and what would be normal instead."""
    rules = case.knowledge.findings
    seen = dict.fromkeys(
        case.finding_text(f)
        for f in case.findings()
        if f.present and f.id in rules and rules[f.id].kind in ("symptom", "evidence")
    )
    yield from _bullets(list(seen))
    figures = case.figures()
    if isinstance(figures.get("classes"), int):
        chance = 1 / figures["classes"]
        yield Line(say("report-expected", case.language, chance=f"{chance:.3g}", **figures))


def _figures(case: Situation, masks: Masks) -> Iterator[Block]:
    for material in case.materials:
        for number, run in enumerate(material.runs, 1):
            name = say("report-run", case.language, number=number) if len(material.runs) > 1 else ""
            if table := epochs_table(run, masks):
                yield Code(tuple([name, *table] if name else table))
            if plotted := curves(run, masks):
                yield Plot(name, plotted)


def _checks(case: Situation) -> list[str]:
    return [f"{row.title} ({row.seconds:.1f} s): {row.result}" for row in checks(case)]


def _opinion(
    case: Situation, search: Search | None, masks: Masks, wanted: Wanted
) -> Iterator[Block]:
    belief = case.belief()
    yield Line(verdict(case, belief).text)
    found = judged(case)
    named = [name for one in found for name in one.named]
    for one in found:
        for name in one.named:
            told = advice(one.situation, one.belief, name, search)
            yield from _cause(told, one.situation, masks, wanted)
    others = [s for s in ranking(case, belief).suspects if s.cause not in named][:MOST_SUSPECTS]
    if others:
        yield Line(say("report-others" if named else "report-suspects", case.language))
        yield Bullets(tuple(f"{s.code} {s.title}: {s.odds}" for s in others))


def _cause(explained: Advice, case: Situation, masks: Masks, wanted: Wanted) -> Iterator[Block]:
    language = case.language
    yield Line(f"({explained.odds})", strong=f"{explained.code} {explained.title}")
    parts = {
        "part-see": "; ".join(explained.see),
        "part-means": explained.means,
        "part-trial": explained.trial.sentence if explained.trial else explained.untried,
        "part-change": "; ".join(o.summary for o in explained.offers[:2]),
        "part-know": explained.worked_when,
    }
    yield Bullets(tuple(f"{say(key, language)}: {text}" for key, text in parts.items() if text))
    for offer in explained.offers[:1]:
        if wanted.code and offer.diff:
            yield Code(tuple(masks.mask_strings(offer.diff).splitlines()), "diff")
        elif lines := _lines_to_write(case, offer.changes):
            yield Code(tuple(masks.mask_strings(line) for line in lines), "python")
    if explained.trial is not None and explained.trial.before:
        pair = ("arm-original", explained.trial.before), ("arm-changed", explained.trial.after)
        yield Plot(say("part-trial", language), tuple((say(k, language), v) for k, v in pair))


def _lines_to_write(case: Situation, changes: tuple[Mapping[str, Any], ...]) -> list[str]:
    """The change for anybody's code: written from the network, never from the user's script."""
    from assistant.advice import lines_for
    from probes.change import Change

    if not changes or case.network is None:
        return []
    made = [Change.from_dict(dict(change)) for change in changes]
    return list(lines_for(case.network, made, case.context(), case.language))


def _versions(case: Situation) -> str:
    found = {"unstuck": __version__, "Python": platform.python_version()}
    for entry in case.case.entries:
        found |= dict((entry.data.get("result") or {}).get("versions") or {})
    network = case.network
    if network is not None and network.keras_version:
        found[say("report-saved-by", case.language)] = network.keras_version
    return ", ".join(f"{k} {v}" for k, v in found.items()) + f", {platform.system()}"


def _bullets(items: list[str]) -> tuple[Block, ...]:
    return (Bullets(tuple(items)),) if items else ()


def _code(lines: list[str]) -> tuple[Block, ...]:
    return (Code(tuple(lines)),) if lines else ()
