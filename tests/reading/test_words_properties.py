"""Any text is read without an error, twice alike, and at a pace that follows its length."""

from __future__ import annotations

import subprocess
import sys
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.reading.words import read_words
from assistant.reading.words.load import load_words_knowledge
from assistant.reading.words.normalise import normal_form, split_sentences
from tests.benchmarks.words import phrases

FRAGMENTS = [
    "loss", "val_acc", "nan", "not", "is", "stuck", "0.5", "%", "不", "准确率", "损失", "一直",
    "but", ",", ".", "1e400", "-", "(", "random forest", "4 classes", "类别", "tried", "Adam", "\n",
    "than", "比", "高", "百分之五十", "七成", "百分之十", "百分之", "it's", "don't", "'", "验证",
    "\u202e", "\x00", "🙂",
]  # fmt: skip
TEXTS = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(FRAGMENTS)).map(" ".join))


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_any_text_is_read_and_twice_alike(text: str) -> None:
    reading = read_words(text)
    assert reading == read_words(text)
    assert len(reading.candidates) <= 3
    assert reading.abstained == (not reading.candidates)
    assert all(0 < c.score <= 1 for c in reading.candidates)
    assert all(f.source == "words" for f in reading.findings)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_one_finding_says_one_thing_of_a_symptom(text: str) -> None:
    symptoms = [f.id for f in read_words(text).findings if f.id in load_words_knowledge().rules]
    assert len(symptoms) == len(set(symptoms))


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=200))
def test_sentences_lose_nothing_but_white_space(text: str) -> None:
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=120))
def test_the_normal_form_is_normal(text: str) -> None:
    known = load_words_knowledge()
    once = normal_form(text, known.expand, known.characters)
    assert once == once.strip() and "  " not in once


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(phrases("seen")))
def test_case_and_wide_characters_make_no_difference(phrase: object) -> None:
    text = getattr(phrase, "text", "")
    wide = text.translate({c: c + 0xFEE0 for c in range(ord("a"), ord("z") + 1)})
    plain = [c.symptom for c in read_words(text).candidates]
    assert [c.symptom for c in read_words(text.upper()).candidates] == plain
    assert [c.symptom for c in read_words(wide).candidates] == plain


def seconds(text: str) -> float:
    start = time.perf_counter()
    read_words(text)
    return time.perf_counter() - start


def test_a_huge_text_costs_no_more_than_a_large_one() -> None:
    """Prose is read from both ends, so ten times the text is not ten times the work."""
    line = "the loss does not change and I am lost with zzqx words of all sorts, 准确率不变\n"
    read_words(line)
    large, huge = seconds(line * 1_000), seconds(line * 10_000)
    assert huge < 4 * large + 0.5


def test_neither_numpy_nor_rapidfuzz_is_loaded_for_a_line_without_slips() -> None:
    program = (
        "import sys\nfrom assistant.reading.words import read_words\n"
        "read_words('the loss is nan')\nassert 'rapidfuzz' not in sys.modules\n"
        "read_words('the acuracy is stuk')\nassert 'rapidfuzz' in sys.modules\n"
        "assert not {'numpy', 'tensorflow', 'textual'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
