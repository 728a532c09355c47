"""Loads what the reader of words knows. `read_parsed` is the one place that touches files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from assistant.reading.words.contexts import ContextForms, parse_contexts
from assistant.reading.words.lexicon import Lexicon, build_lexicon
from assistant.reading.words.match import Rule, parse_beside, parse_rules
from assistant.reading.words.tried import TriedForms, parse_tried

FILES = (
    "concepts.yaml",
    "tried.yaml",
    "phrases/symptoms.yaml",
    "phrases/contexts.yaml",
    "phrases/spelling.yaml",
)


@dataclass(frozen=True)
class WordsKnowledge:
    """The parsed lexicon, rules and lists.

    Args:
        lexicon: concepts and vocabulary.
        rules: per symptom id its rules, in order of precedence.
        beside: per symptom what else may have been meant, likeliest first.
        expand: words written out, such as ``doesnt`` to ``does not``.
        characters: Traditional to Simplified code points.
    """

    lexicon: Lexicon
    rules: Mapping[str, tuple[Rule, ...]]
    beside: Mapping[str, tuple[str, ...]]
    expand: Mapping[str, str]
    characters: Mapping[int, int]
    contexts: ContextForms
    tried: TriedForms


def read_parsed() -> dict[str, Any]:
    """The parsed files of the rule base by their name; quick the second time."""
    from knowledge.files import HERE, read_many

    paths = {name: HERE / name for name in FILES}
    contents = read_many(paths.values(), cache_name="words")
    return {name: contents[path] for name, path in paths.items()}


def build_words_knowledge(parsed: Mapping[str, Any]) -> WordsKnowledge:
    """What the reader needs, out of the parsed files named in `FILES`.

    Raises:
        KeyError, ValueError: a file lacks a part, or a rule is not one.
    """
    symptoms, spelling = parsed["phrases/symptoms.yaml"], parsed["phrases/spelling.yaml"]
    places = parsed["phrases/contexts.yaml"]
    contexts = parse_contexts(places["contexts"], places["facts"])
    tried = parse_tried(parsed["tried.yaml"])
    lexicon = build_lexicon(
        parsed["concepts.yaml"]["concepts"],
        [*contexts.all_forms(), *tried.all_forms()],
        spelling["known"],
    )
    return WordsKnowledge(
        lexicon=lexicon,
        rules=parse_rules(symptoms["symptoms"]),
        beside=parse_beside(symptoms["beside"]),
        expand=_pairs(spelling["expand"]),
        characters=_characters(spelling["traditional"]),
        contexts=contexts,
        tried=tried,
    )


@cache
def load_words_knowledge() -> WordsKnowledge:
    """The knowledge that ships with unstuck, loaded once."""
    return build_words_knowledge(read_parsed())


def _pairs(lines: str) -> dict[str, str]:
    rows = (line.split(maxsplit=1) for line in lines.splitlines())
    return {row[0]: row[1].strip() for row in rows if len(row) == 2}


def _characters(pairs: str) -> dict[int, int]:
    flat = "".join(pairs.split())
    return {ord(a): ord(b) for a, b in zip(flat[::2], flat[1::2], strict=False)}
