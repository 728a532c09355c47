"""The concept lexicon: which concepts a sentence holds, and where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from assistant.reading.words.forms import Form, Forms, parse_forms

Role = Literal["subject", "scope", "state", "thing", "not", "break"]

_LETTERS = re.compile(r"([a-z]{3,})([~?\[]?)")
#: Within these families the longer form wins over one inside it.
_FAMILIES = frozenset({"subject", "scope", "state"})


@dataclass(frozen=True)
class Mark:
    """A concept found in a sentence, with its place."""

    start: int
    end: int
    concept: str
    role: Role


@dataclass(frozen=True)
class Concept:
    """A meaning, its part in a sentence and its forms; ``several`` is the feature that two
    different wordings make ("VGG16 learns, ResNet50 does not")."""

    id: str
    role: Role
    forms: Forms
    several: str | None = None


@dataclass(frozen=True)
class Lexicon:
    """All concepts, what denial turns a state into, and the vocabulary.

    Args:
        words: every correct word; one with ``~`` stands for all its endings.
        by_initial: the words that a slip is snapped to, those of the concepts, by first letter:
            people hardly ever miss the first one.
    """

    concepts: tuple[Concept, ...]
    denied: Mapping[str, str]
    words: frozenset[str]
    by_initial: Mapping[str, Sequence[str]]

    def find(self, text: str) -> list[Mark]:
        """The marks of one sentence in normal form, by position; those inside a longer one of the
        same family are dropped."""
        marks = {
            Mark(start, end, concept.id, concept.role)
            for anchor, holders in self._by_anchor.items()
            if anchor in text
            for concept, form in holders
            for start, end in form.spans(text)
        }
        return _longest(marks)

    @cached_property
    def _by_anchor(self) -> Mapping[str, Sequence[tuple[Concept, Form]]]:
        """The forms that an anchor may belong to: most anchors are not in a sentence, and asking
        each form in turn takes four times as long."""
        holders: dict[str, list[tuple[Concept, Form]]] = {}
        for concept in self.concepts:
            for form in concept.forms.items:
                for anchor in form.anchors:
                    holders.setdefault(anchor, []).append((concept, form))
        return holders

    def several(self, text: str, marks: Sequence[Mark]) -> frozenset[tuple[str, str]]:
        """The wordings of the concepts whose number counts, with the feature that two make."""
        features = {c.id: c.several for c in self.concepts if c.several is not None}
        return frozenset(
            (features[m.concept], text[m.start : m.end]) for m in marks if m.concept in features
        )

    def knows(self, word: str) -> bool:
        """True for a word of the vocabulary and for any ending of a stem written with ``~``."""
        if word in self.words:
            return True
        return any(word[:cut] + "~" in self.words for cut in range(3, len(word) + 1))


def build_lexicon(concepts: Mapping[str, Any], others: Iterable[Forms], known: str) -> Lexicon:
    """The lexicon out of the parsed ``concepts`` of concepts.yaml.

    Args:
        concepts: per concept id its ``role``, ``en`` and ``zh`` (forms, one a line), ``denied``.
        others: further forms whose words are correct ones.
        known: further correct words, blank-separated, that are never taken for typos.
    """
    built = tuple(
        Concept(
            name,
            entry["role"],
            parse_forms(f"{entry.get('en') or ''}\n{entry.get('zh') or ''}"),
            entry.get("several"),
        )
        for name, entry in concepts.items()
    )
    denied = {name: str(entry["denied"]) for name, entry in concepts.items() if "denied" in entry}
    targets = _words(form for c in built for form in c.forms.items)
    words = targets | set(known.split())
    words |= _words(form for forms in others for form in forms.items)
    by_initial: dict[str, list[str]] = {}
    for word in sorted(w for w in targets if len(w) > 3 and not w.endswith("~")):
        by_initial.setdefault(word[0], []).append(word)
    return Lexicon(built, denied, frozenset(words), by_initial)


def _words(forms: Iterable[Form]) -> set[str]:
    """The words of the forms; a stem, written with ``~`` or before ``[sz]``, keeps its ``~``."""
    found: set[str] = set()
    for word, follower in _LETTERS.findall("\n".join(form.source for form in forms)):
        found.add(word + "~" if follower in ("~", "[") else word)
        if follower == "?":
            found.add(word[:-1])
    return found


def _longest(marks: set[Mark]) -> list[Mark]:
    ordered = sorted(marks, key=lambda m: (m.start, -m.end, m.concept))
    kept: list[Mark] = []
    last: dict[Role, Mark] = {}
    for mark in ordered:
        if mark.role in _FAMILIES:
            before = last.get(mark.role)
            if before is not None and mark.end <= before.end:
                if (mark.start, mark.end) == (before.start, before.end):
                    kept.append(mark)
                continue
            last[mark.role] = mark
        kept.append(mark)
    return kept
