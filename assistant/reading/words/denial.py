"""Whether a word of denial reaches a state: "the loss is not nan", "准确率没有提高"."""

from __future__ import annotations

from assistant.reading.words.lexicon import Mark

#: Words, and in Chinese characters, that may stand between a denial and what it denies
#: ("does not seem to change").
MAX_GAP_WORDS, MAX_GAP_CHARS = 3, 6


def reaches(denial: Mark, state: Mark, text: str) -> bool:
    """True when `denial` denies `state`; one that lies inside the state's form is part of it."""
    if denial.start >= state.start:
        return False
    if denial.end >= state.start:
        return denial.end <= state.end
    between = text[denial.end : state.start]
    if any("\u3400" <= c <= "\u9fff" for c in between):
        return len(between) <= MAX_GAP_CHARS
    return len(between.split()) <= MAX_GAP_WORDS
