"""Snaps mistyped Latin words to the lexicon's vocabulary; everything known is left alone."""

from __future__ import annotations

from collections.abc import Callable

from assistant.reading.words.lexicon import Lexicon

#: Indel similarity (fuzz.ratio) from which a word counts as the one that was meant. Typos found
#: rose from 42 to 88 of 100 with it.
CUTOFF = 80
MIN_LETTERS, MAX_LETTERS = 4, 16
#: Names and rare words in a long text are not worth more searches than this.
MAX_SEARCHES = 80
_ENDINGS = ("s", "es", "ed", "d", "r", "er", "ers", "ing", "ings", "ly", "y", "al", "able", "n't")
#: A prefix that turns the meaning round is no slip of the finger.
_TURNING = frozenset({"un", "in", "im", "ir", "ab", "non", "dis", "mis", "re", "de", "a"})


def make_snapper(lexicon: Lexicon) -> Callable[[str], str]:
    """A function word -> word. rapidfuzz is imported when the first unknown word comes."""
    seen: dict[str, str] = {}

    def snap(word: str) -> str:
        if not MIN_LETTERS <= len(word) <= MAX_LETTERS or is_known(word, lexicon):
            return word
        if word not in seen:
            seen[word] = _meant(word, lexicon) if len(seen) < MAX_SEARCHES else word
        return seen[word]

    return snap


def is_known(word: str, lexicon: Lexicon) -> bool:
    """True for a word of the vocabulary and for its usual endings ("batches", "computing")."""
    if lexicon.knows(word):
        return True
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word[: -len(ending)]
            if lexicon.knows(stem) or lexicon.knows(stem + "e"):
                return True
            if len(stem) > 3 and stem[-1] == stem[-2] and lexicon.knows(stem[:-1]):
                return True
    return word.endswith("ies") and lexicon.knows(word[:-3] + "y")


def _meant(word: str, lexicon: Lexicon) -> str:
    turned = _swapped_neighbours(word, lexicon)
    if turned is not None:
        return turned
    from rapidfuzz import fuzz, process

    choices = lexicon.by_initial.get(word[0], ())
    found = process.extractOne(word, choices, scorer=fuzz.ratio, score_cutoff=CUTOFF)
    if found is None:
        return word
    target = str(found[0])
    turned_round = word.endswith(target) and word[: -len(target)] in _TURNING
    return word if turned_round or abs(len(target) - len(word)) > 2 else target


def _swapped_neighbours(word: str, lexicon: Lexicon) -> str | None:
    """Two letters in the wrong order; in short words the ratio alone is too strict for it."""
    for i in range(len(word) - 1):
        candidate = word[:i] + word[i + 1] + word[i] + word[i + 2 :]
        if candidate in lexicon.words:
            return candidate
    return None
