"""What the person has tried already: evidence against the cause that it would have cured."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.reading.words.contexts import shorten
from assistant.reading.words.forms import Forms, parse_forms
from assistant.reading.words.normalise import Sentence
from probes.finding import Finding

#: "I have tried the following:" opens a list; so many lines below it still belong to it.
MAX_LIST_LINES = 15
#: A word of doing reports what stands at most so many characters from it.
REACH = 12
_LIST_ITEM = re.compile(r"^\s*(?:[-*•·]|\(?\d{1,2}[.)、]|[a-z]\))\s*\S")
_OPENS_LIST = re.compile(r"[::]\s*$")


@dataclass(frozen=True)
class Act:
    """Something people try, and the causes it speaks against (none for the batch size)."""

    id: str
    causes: tuple[str, ...]
    forms: Forms


@dataclass(frozen=True)
class TriedForms:
    """The parsed tried.yaml."""

    acts: tuple[Act, ...]
    marks: Forms
    doing: Forms
    useless: Forms
    helped: Forms
    open: Forms

    def all_forms(self) -> list[Forms]:
        words = [self.marks, self.doing, self.useless, self.helped, self.open]
        return [*words, *(a.forms for a in self.acts)]


@dataclass(frozen=True)
class Tried:
    """One act that was tried without success, with the sentence that says so."""

    act: str
    causes: tuple[str, ...]
    quote: str
    sentence: int


def parse_tried(data: Mapping[str, Any]) -> TriedForms:
    """The acts out of the parsed tried.yaml."""
    acts = tuple(
        Act(name, tuple(entry.get("causes") or ()), parse_forms(entry["forms"]))
        for name, entry in data["tried"].items()
    )
    words = ("marks", "doing", "useless", "helped", "open")
    return TriedForms(acts, *(parse_forms(data.get(k)) for k in words))


def read_tried(sentences: Sequence[Sentence], forms: TriedForms) -> list[Tried]:
    """The acts that the prose reports as tried, each once, in the order of the text."""
    found: dict[str, Tried] = {}
    in_list = 0
    for number, sentence in enumerate(sentences):
        listed = in_list > 0 and bool(_LIST_ITEM.match(sentence.raw))
        in_list = in_list - 1 if listed else 0
        reported = _reports(sentence.text, forms)
        if reported and _OPENS_LIST.search(sentence.raw):
            in_list = MAX_LIST_LINES
        for act in forms.acts:
            if act.id in found:
                continue
            if reported or listed:
                said = act.forms.found(sentence.text)
            else:
                said = _done(act, sentence.text, forms)
            if said:
                found[act.id] = Tried(act.id, act.causes, shorten(sentence.raw), number)
    return list(found.values())


def tried_findings(tried: Sequence[Tried]) -> list[Finding]:
    """``already-tried`` once per cause spoken against, the value being the cause's id."""
    found: dict[str, Finding] = {}
    for item in tried:
        for cause in item.causes:
            found.setdefault(
                cause,
                Finding(
                    "already-tried", True, cause, "words", item.quote, details={"act": item.act}
                ),
            )
    return list(found.values())


def _done(act: Act, text: str, forms: TriedForms) -> bool:
    """A word of doing right beside the act: "I lowered the learning rate"."""
    if forms.open.found(text) or forms.helped.found(text):
        return False
    return any(
        start - REACH <= verb_end and verb_start - REACH <= end
        for verb_start, verb_end in forms.doing.spans(text)
        for start, end in act.forms.spans(text)
    )


def _reports(text: str, forms: TriedForms) -> bool:
    """A report of something done, not a question, a plan or a success."""
    if forms.open.found(text):
        return False
    useless = forms.useless.found(text)
    if useless:
        return True
    return forms.marks.found(text) and not forms.helped.found(text)
