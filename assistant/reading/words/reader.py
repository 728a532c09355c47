"""Reads prose into symptoms, contexts and what was tried. Candidates only: never a diagnosis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.reading.words.binding import Features, read_features
from assistant.reading.words.contexts import read_contexts, read_facts, shorten
from assistant.reading.words.levels import read_levels
from assistant.reading.words.likeness import NOTHING, bag_of
from assistant.reading.words.load import WordsKnowledge, load_words_knowledge
from assistant.reading.words.match import Match, denied_symptoms, match_symptoms
from assistant.reading.words.normalise import (
    Sentence,
    language_of,
    normal_form,
    split_sentences,
)
from assistant.reading.words.spread import read_spread
from assistant.reading.words.stated import Stated, read_stated
from assistant.reading.words.tried import Tried, read_tried, tried_findings
from assistant.reading.words.typos import make_snapper
from probes.finding import Finding

#: From here on a symptom counts as said; below, it is only offered.
STRONG = 0.75
#: Below this a line holds no symptom. Offering something for everything would be worse.
FAINT = 0.5
#: What the text denies in one place must be said this clearly in another to count.
SURE = 0.9
OFFERED = 3
#: Less like the nearest example than this, a text that no rule knows is no complaint.
ALIKE = 0.3
#: With so much of the vote for "no complaint", a text that no rule knows is left alone:
#: of examples left out in turn, .78 of the off-topic ones are, and .10 of the complaints.
NO_COMPLAINT = 0.35
#: Share of a unanimous vote against a rule's score.
VOTE = 0.5
#: A whole page is like everything; the vote is for what a person types.
MOST_VOTED = 12
#: In a sentence about something tried, these are the attempt and its outcome, not the complaint.
_ATTEMPT_TALK = ("RESULT", "REPRO", "EXPECTED", "IMPROVEWISH", "SAMEDATA", "OTHERNET", "LABELS")
#: Score of what nobody said, offered beside what was.
BESIDE = 0.2
#: Longer prose is read from both ends: complaints stand in the title and in the last lines.
MAX_CHARS, MAX_SENTENCES = 40_000, 400


@dataclass(frozen=True)
class Candidate:
    """A symptom the words may mean, with a score in 0..1 and the words themselves."""

    symptom: str
    score: float
    quote: str


@dataclass(frozen=True)
class WordsReading:
    """What prose says.

    Args:
        candidates: at most three symptoms, best first; these are offered to choose from.
        findings: symptoms said or denied, contexts and ``already-tried``; source ``words``.
        tried: everything reported as tried, those without a known cause included.
        language: ``en`` or ``zh``.
        abstained: no symptom in it; candidates are empty then.
        vague: a complaint without a figure or a curve ("it does not learn").
        stated: the loss, the last layer and the like, as far as the words tell them.
    """

    candidates: tuple[Candidate, ...]
    findings: tuple[Finding, ...]
    tried: tuple[Tried, ...]
    language: str
    abstained: bool
    vague: bool
    stated: Stated


def read_words(text: str, knowledge: WordsKnowledge | None = None) -> WordsReading:
    """Reads prose: what a person typed, or the asker's prose blocks of a page.

    Args:
        text: any text; code, logs and arrays should have been taken out before.
        knowledge: another lexicon than the one that ships with unstuck.
    """
    known = knowledge or load_words_knowledge()
    sentences = _sentences(text, known)
    contexts = read_contexts(sentences, known.contexts)
    facts = read_facts(sentences, known.contexts)
    tried = read_tried(sentences, known.tried)
    attempts = {t.sentence for t in tried}
    stated = read_stated([s.text for i, s in enumerate(sentences) if i not in attempts])
    classes = next((f.value for f in contexts if f.id == "class-count"), None)
    features = _features(sentences, known, classes if isinstance(classes, int) else None)
    features = _without_asides(features, sentences, tried, known)
    denials = denied_symptoms(features, known.rules)
    denied_ids = {symptom for symptom, _ in denials}
    matches = [
        m
        for m in match_symptoms(features, known.rules)
        if m.score >= (SURE if m.symptom in denied_ids else FAINT)
    ]
    vague = bool(matches) and matches[0].vague
    likely = _by_likeness(matches, features, sentences, knowledge is None)
    symptoms = _symptom_findings(matches, denials, sentences)
    denied = {f.id for f in symptoms if f.present is False}
    return WordsReading(
        candidates=_candidates(matches, likely, denied, sentences, known),
        findings=(
            *symptoms,
            *contexts,
            *facts,
            *read_levels(features, sentences),
            *read_spread(sentences),
            *stated.findings,
            *tried_findings(tried),
        ),
        tried=tuple(tried),
        language=language_of(text),
        abstained=not matches and not likely,
        vague=vague,
        stated=stated,
    )


def _sentences(text: str, known: WordsKnowledge) -> list[Sentence]:
    if len(text) > MAX_CHARS:
        text = text[: MAX_CHARS // 2] + "\n" + text[-MAX_CHARS // 2 :]
    snap = make_snapper(known.lexicon)
    return [
        Sentence(raw, normal_form(raw, known.expand, known.characters, snap))
        for raw in split_sentences(text)[:MAX_SENTENCES]
    ]


def _features(
    sentences: Sequence[Sentence], known: WordsKnowledge, classes: int | None
) -> list[Features]:
    lexicon = known.lexicon
    return [read_features(s.text, lexicon.find(s.text), lexicon, classes) for s in sentences]


def _without_asides(
    features: list[Features],
    sentences: Sequence[Sentence],
    tried: Sequence[Tried],
    known: WordsKnowledge,
) -> list[Features]:
    """Takes out what is not said of the network: another model's success, and "same result" as
    the outcome of something tried."""
    others = known.contexts.facts.get("other-models-learn", {})
    attempts = {t.sentence for t in tried}
    kept: list[Features] = []
    for number, (feature, sentence) in enumerate(zip(features, sentences, strict=True)):
        if any(forms.found(sentence.text) for forms in others.values()):
            kept.append(Features(frozenset(), frozenset()))
        elif number in attempts:
            said = frozenset(f for f in feature.said if not f.startswith(_ATTEMPT_TALK))
            kept.append(replace(feature, said=said))
        else:
            kept.append(feature)
    return kept


def _by_likeness(
    matches: Sequence[Match],
    features: Sequence[Features],
    sentences: Sequence[Sentence],
    shipped: bool,
) -> dict[str, float]:
    """What the examples most like the text say, as shares of their vote.

    Empty when nothing is like it or the likest examples are no complaint.
    """
    if not shipped or len(sentences) > MOST_VOTED:
        return {}
    from assistant.reading.words.examples import load_examples

    vote = load_examples().vote(bag_of(features, (s.text for s in sentences)))
    no_complaint = vote.nearest < ALIKE or vote.shares.get(NOTHING, 0.0) >= NO_COMPLAINT
    if not matches and no_complaint:
        return {}
    return {symptom: share for symptom, share in vote.shares.items() if symptom != NOTHING}


def _candidates(
    matches: Sequence[Match],
    likely: Mapping[str, float],
    denied: set[str],
    sentences: Sequence[Sentence],
    known: WordsKnowledge,
) -> tuple[Candidate, ...]:
    """What the rules say and what the examples say, added up; the rules' likely companions last.

    Where a rule is sure, the examples only add to what stands behind it.
    """
    quotes = {m.symptom: _quote(m.sentence, sentences) for m in matches}
    scores = {m.symptom: min(m.rank, 1.0) for m in matches}
    sure = max(scores.values(), default=0.0) >= STRONG
    for symptom, share in likely.items():
        scores[symptom] = scores.get(symptom, 0.0) + (
            0.0 if sure and symptom in scores else VOTE * share
        )
    ranked = sorted((s for s in scores if s not in denied or s in quotes), key=lambda s: -scores[s])
    offered = [
        Candidate(s, round(min(scores[s], 1.0), 3), quotes.get(s, "")) for s in ranked[:OFFERED]
    ]
    beside = (s for m in matches[:OFFERED] for s in known.beside.get(m.symptom, ()))
    for symptom in beside:
        if len(offered) >= OFFERED:
            break
        if symptom not in denied and all(c.symptom != symptom for c in offered):
            offered.append(Candidate(symptom, BESIDE, ""))
    return tuple(offered)


def _symptom_findings(
    matches: Sequence[Match], denials: Sequence[tuple[str, int]], sentences: Sequence[Sentence]
) -> list[Finding]:
    found = [
        Finding(m.symptom, True, source="words", quote=_quote(m.sentence, sentences))
        for m in matches
        if m.score >= STRONG
    ]
    said = {m.symptom for m in matches}
    for symptom, number in denials:
        if symptom not in said:
            said.add(symptom)
            quote = _quote(number, sentences)
            found.append(Finding(symptom, False, source="words", quote=quote))
    return found


def _quote(number: int | None, sentences: Sequence[Sentence]) -> str:
    return "" if number is None else shorten(sentences[number].raw)
