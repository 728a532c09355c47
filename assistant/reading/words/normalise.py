"""Brings what people type into one form: sentences in lower case, Latin apart from Chinese."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

#: A full stop ends a sentence only before white space, so that 0.69 and model.fit stay whole, and
#: not after the short forms people write ("val. loss", "e.g. this").
_SENTENCE_END = re.compile(
    r"\n+|(?<=[!?。!?;;…])|(?<=\.)(?<!val\.)(?<!acc\.)(?<!e\.g\.)(?<!i\.e\.)(?<!vs\.)(?<!\.\.\.)\s+"
)
#: The end of a long line that goes on below: no stop before it, no list item or capital after it.
_WRAP = re.compile(
    r"(?<=[^\n]{50}[^\s.!?:。!?:;;,…])[ \t]*\n[ \t]*(?=[a-z0-9(\u3400-\u9fff])(?!\d{1,2}[.)]\s)"
)
_CJK = "\u3400-\u9fff"
_CJK_THEN_LATIN = re.compile(rf"(?<=[{_CJK}])(?=[a-z0-9<>=+-])")
_LATIN_THEN_CJK = re.compile(rf"(?<=[a-z0-9%.)])(?=[{_CJK}])")
_BLANKS = re.compile(r"[ \t\r\f\v\u00a0\u200b`*\"]+")
_HYPHEN = re.compile(r"(?<=[a-z0-9])-(?=[a-z])")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_PERCENT_ZH = re.compile(
    r"百分之(\d+(?:\.\d+)?|[一二三四五六七八九十]{1,3})|([一二三四五六七八九])成(?![功了为])"
)
_DIGITS_ZH = "零一二三四五六七八九"
_PUNCTUATION = str.maketrans("，、；：（）【】“”‘’", ",,;:()[]\"\"''")


@dataclass(frozen=True)
class Sentence:
    """One sentence: as written (for quoting) and in normal form (for matching)."""

    raw: str
    text: str


def split_sentences(text: str) -> list[str]:
    """The sentences of `text` as written, white space trimmed, none empty; a line that was wrapped
    goes on in the next one."""
    unwrapped = _WRAP.sub(" ", text)
    return [piece.strip() for piece in _SENTENCE_END.split(unwrapped) if piece and piece.strip()]


def normal_form(
    raw: str,
    words: Mapping[str, str],
    characters: Mapping[int, int],
    snap: Callable[[str], str] | None = None,
) -> str:
    """`raw` in the form that the lexicon is written for.

    Args:
        raw: one sentence.
        words: whole words to be written out, such as ``don't`` to ``do not``.
        characters: Traditional to Simplified code points.
        snap: maps a Latin word to the vocabulary's word it was meant to be, or to itself.
    """
    text = unicodedata.normalize("NFKC", raw).translate(_PUNCTUATION).translate(characters)
    text = _BLANKS.sub(" ", text.lower().replace("_", " ")).strip()
    text = _HYPHEN.sub(" ", text)
    text = _PERCENT_ZH.sub(_percent, text)
    text = _CJK_THEN_LATIN.sub(" ", text)
    text = _LATIN_THEN_CJK.sub(" ", text)

    def expand(match: re.Match[str]) -> str:
        word = match[0]
        known = words.get(word)
        if known is not None:
            return known
        if word.endswith("'s"):
            word = word[:-2]
        elif word.endswith("n't"):
            return word[:-3] + " not"
        return snap(word) if snap else word

    return _WORD.sub(expand, text)


def _percent(match: re.Match[str]) -> str:
    """``百分之十五`` and ``七成`` as ``15%`` and ``70%``."""
    if match[2]:
        return f" {_DIGITS_ZH.index(match[2])}0%"
    number = match[1]
    if not number[0].isdigit():
        tens, ten, ones = number.partition("十")
        if not ten:
            return f" {_DIGITS_ZH.index(number[0])}%"
        high = _DIGITS_ZH.index(tens) if tens in _DIGITS_ZH and tens else 1
        low = _DIGITS_ZH.index(ones[0]) if ones else 0
        return f" {high * 10 + low}%"
    return f" {number}%"


def language_of(text: str) -> str:
    """``zh`` when Chinese carries the text, else ``en``.

    A Chinese character says about as much as a Latin word of five letters, and Chinese posts are
    full of English terms, so one such character in twelve Latin letters is enough.
    """
    chinese = sum(1 for c in text if "\u3400" <= c <= "\u9fff")
    latin = sum(1 for c in text if "a" <= c <= "z" or "A" <= c <= "Z")
    return "zh" if chinese and chinese * 12 >= latin else "en"
