"""From features to symptoms: each symptom's rules, weighed, over the sentences and the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from assistant.reading.words.binding import Features, join

#: A rule met only by putting sentences together is weaker evidence than one met in one sentence:
#: two that follow each other, and the whole text.
NEXT_SENTENCE, ACROSS_SENTENCES = 0.92, 0.8
#: Beyond so many sentences, things met anywhere in the text have nothing to do with each other.
SHORT_TEXT = 5
#: A symptom said in the title or the first lines is what the person is after.
LATER_SENTENCE = 0.97
MAX_LATENESS = 4
#: What is named first in a sentence leads: so much is taken off per character, up to a limit.
PER_CHARACTER, PER_CHARACTER_CJK, MOST_OFF = 0.0004, 0.001, 0.03
#: A rule at or above this weight, made of one term, may also be denied.
DENIABLE = 0.8

_RULE = re.compile(r"^(\d{1,3})(\?)?\s+(.+)$")


@dataclass(frozen=True)
class Rule:
    """One line of symptoms.yaml."""

    weight: float
    vague: bool
    needs: tuple[frozenset[str], ...]
    forbids: frozenset[str]
    forbids_anywhere: frozenset[str]

    def holds(self, features: frozenset[str], whole: frozenset[str]) -> bool:
        """Whether a sentence with `features`, in a text with the features `whole`, meets it."""
        if self.forbids & features or self.forbids_anywhere & whole:
            return False
        return all(any_of & features for any_of in self.needs)


@dataclass(frozen=True)
class Match:
    """A symptom with the weight of its best rule and the sentence it was met in (None: several)."""

    symptom: str
    score: float
    vague: bool
    sentence: int | None
    rank: float


def parse_rules(symptoms: Mapping[str, Any]) -> dict[str, tuple[Rule, ...]]:
    """The rules per symptom out of the parsed ``symptoms`` of symptoms.yaml.

    Raises:
        ValueError: a line is not ``WEIGHT TERM ...``.
    """
    return {
        symptom: tuple(_rule(symptom, line) for line in str(text).splitlines() if line.strip())
        for symptom, text in symptoms.items()
    }


def parse_beside(lines: str) -> dict[str, tuple[str, ...]]:
    """Per symptom what else may have been meant, out of ``beside`` of symptoms.yaml."""
    rows = (line.split(":", 1) for line in lines.splitlines() if ":" in line)
    return {name.strip(): tuple(others.split()) for name, others in rows}


def _rule(symptom: str, line: str) -> Rule:
    found = _RULE.match(line.strip())
    if found is None:
        raise ValueError(f"{symptom}: not a rule: {line.strip()!r}")
    terms = found[3].split()
    needs = tuple(frozenset(t.split("|")) for t in terms if not t.startswith("-"))
    everywhere = frozenset(t[2:] for t in terms if t.startswith("--"))
    forbids = frozenset(t[1:] for t in terms if t.startswith("-")) - {f"-{t}" for t in everywhere}
    return Rule(int(found[1]) / 100, bool(found[2]), needs, forbids, everywhere)


def match_symptoms(
    sentences: Sequence[Features], rules: Mapping[str, tuple[Rule, ...]]
) -> list[Match]:
    """All symptoms with a rule that holds, best first."""
    whole = join(sentences)
    pairs = [join(pair) for pair in pairwise(sentences)]
    order = {symptom: i for i, symptom in enumerate(rules)}
    found: list[Match] = []
    for symptom, lines in rules.items():
        best: Match | None = None
        for rule in lines:
            hit = _hit(symptom, rule, sentences, pairs, whole)
            if hit is not None and (best is None or hit.rank > best.rank):
                best = hit
        if best is not None:
            found.append(best)
    return sorted(found, key=lambda m: (-m.rank, order[m.symptom]))


def _hit(
    symptom: str,
    rule: Rule,
    sentences: Sequence[Features],
    pairs: Sequence[frozenset[str]],
    whole: frozenset[str],
) -> Match | None:
    for number, sentence in enumerate(sentences):
        if rule.holds(sentence.said, whole):
            score = rule.weight * LATER_SENTENCE ** min(number, MAX_LATENESS)
            return Match(symptom, score, rule.vague, number, score - _lateness(rule, sentence))
    for number, pair in enumerate(pairs):
        if len(rule.needs) > 1 and rule.holds(pair, whole):
            score = rule.weight * NEXT_SENTENCE * LATER_SENTENCE ** min(number, MAX_LATENESS)
            return Match(symptom, score, rule.vague, number, score)
    if 2 < len(sentences) <= SHORT_TEXT and rule.holds(whole, whole):
        score = rule.weight * ACROSS_SENTENCES
        return Match(symptom, score, rule.vague, None, score)
    return None


def _lateness(rule: Rule, sentence: Features) -> float:
    """What is taken off for the place in the sentence where the rule's last term is met."""
    place = max(
        min(sentence.places.get(term, 0) for term in any_of & sentence.said)
        for any_of in rule.needs
    )
    return min(MOST_OFF, place * (PER_CHARACTER_CJK if sentence.chinese else PER_CHARACTER))


def denied_symptoms(
    sentences: Iterable[Features], rules: Mapping[str, tuple[Rule, ...]]
) -> list[tuple[str, int]]:
    """Symptoms whose sign is expressly denied, with the sentence that does."""
    return [
        (symptom, number)
        for number, sentence in enumerate(sentences)
        if sentence.denied
        for symptom, lines in rules.items()
        if any(_denies(sentence, rule) for rule in lines)
    ]


def _denies(sentence: Features, rule: Rule) -> bool:
    """A rule of one term is denied with it; a bare one ("no nan") when no quantity is named."""
    if rule.vague or len(rule.needs) != 1:
        return False
    terms = rule.needs[0] & sentence.denied
    if rule.weight >= DENIABLE:
        return bool(terms)
    bare = not any("." in feature for feature in sentence.denied)
    return bare and any("." not in term for term in terms)
