"""The vote of the nearest examples: finds what it knows, abstains on noise, is never stale."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.reading.words import examples, read_words
from assistant.reading.words.binding import read_features
from assistant.reading.words.examples import lines, load_examples
from assistant.reading.words.likeness import Examples, Vote, bag_of
from assistant.reading.words.load import FILES, load_words_knowledge
from assistant.reading.words.normalise import normal_form, split_sentences
from knowledge.files import HERE, read_yaml

LABELLED = list(lines(read_yaml(HERE / examples.FILE)["examples"]))
NAMES = st.sampled_from(["+loss:falls", "-nan", "loss", "不", "#", "'", "flat", "zero"])
BAGS = st.dictionaries(NAMES, st.integers(1, 4), max_size=6)


def vote_on(text: str, among: Examples | None = None) -> Vote:
    known = load_words_knowledge()
    sentences = [normal_form(s, known.expand, known.characters) for s in split_sentences(text)]
    lexicon = known.lexicon
    features = [read_features(s, lexicon.find(s), lexicon) for s in sentences]
    return (among or load_examples()).vote(bag_of(features, sentences))


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A knowledge folder whose only example is of a loss that is nan, and an empty cache."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((HERE / name).read_bytes())
    monkeypatch.setattr(examples, "HERE", tmp_path)
    monkeypatch.setenv("UNSTUCK_CACHE", str(tmp_path / "cache"))
    write(tmp_path, "loss-nan", "the loss turned into nan")
    return tmp_path


def write(shelf: Path, symptom: str, line: str) -> None:
    text = f"examples:\n  {symptom}: |\n    {line}\n"
    (shelf / examples.FILE).write_text(text, encoding="utf-8")


def load_again() -> Examples:
    load_examples.cache_clear()
    try:
        return load_examples()
    finally:
        load_examples.cache_clear()


@pytest.mark.parametrize(("symptom", "text"), LABELLED[::19])
def test_an_example_is_nearest_to_itself(symptom: str, text: str) -> None:
    vote = vote_on(text)
    assert vote.nearest == pytest.approx(1.0)
    assert symptom in vote.shares


def test_no_line_is_given_twice() -> None:
    counted = Counter(text.casefold() for _, text in LABELLED)
    assert [text for text, times in counted.items() if times > 1] == []


def test_every_symptom_has_a_rule_and_enough_examples() -> None:
    counted = Counter(symptom for symptom, _ in LABELLED)
    assert set(counted) - {"none"} == set(load_words_knowledge().rules)
    assert min(counted.values()) >= 10


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\t",
        "0.5 17 93% 1e-3",
        "0.69 0.69 0.69",
        "qzvx wrrtk bloopf",
        "🙂🙂",
        "()[]--",
        "''",
    ],
)
def test_noise_and_bare_figures_get_no_vote(text: str) -> None:
    assert vote_on(text) == Vote({}, 0.0)
    assert read_words(text).abstained


@pytest.mark.parametrize(
    "text",
    ["which keyboard do you like best", "请问哪里可以买到键盘", "could you draw me a diagram"],
)
def test_small_talk_gets_no_candidate(text: str) -> None:
    assert read_words(text).candidates == ()


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("my gpu memory is full and then it crashes", "oom-error"),
        ("as good as tossing a coin", "acc-at-chance"),
        ("the mask is a black rectangle without any object", "segmentation-all-background"),
        ("验证分数像过山车一样", "val-fluctuates"),
        ("股价的预测总是比真实慢一天", "forecast-lags-by-one"),
        ("把权重存下来再读回去就变傻了", "loaded-model-worse"),
    ],
)
def test_colloquial_words_are_offered_as_a_symptom(text: str, symptom: str) -> None:
    assert symptom in [c.symptom for c in read_words(text).candidates]


def test_what_was_kept_is_used_again(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = vote_on("nan", load_again())

    def unexpected(*_: object) -> None:
        raise AssertionError("the examples were read a second time")

    monkeypatch.setattr(examples, "_read", unexpected)
    assert vote_on("nan", load_again()) == first == Vote({"loss-nan": 1.0}, first.nearest)


def test_a_changed_file_is_read_anew(shelf: Path) -> None:
    assert set(vote_on("the loss", load_again()).shares) == {"loss-nan"}
    write(shelf, "loss-huge", "the loss turned into ten")
    assert set(vote_on("the loss", load_again()).shares) == {"loss-huge"}


@pytest.mark.parametrize("name", [*FILES, examples.FILE])
def test_a_new_stamp_alone_makes_what_was_kept_old(shelf: Path, name: str) -> None:
    before = examples._state()
    os.utime(shelf / name, ns=(1, 1))
    assert examples._state() != before


@pytest.mark.parametrize("kept", ["", "{", "[]", "null", '{"rows": []}', '{"state": "x"}'])
def test_a_damaged_cache_is_read_anew(shelf: Path, kept: str) -> None:
    (shelf / "cache").mkdir()
    (shelf / "cache" / "examples.json").write_text(kept, encoding="utf-8")
    assert set(vote_on("the loss", load_again()).shares) == {"loss-nan"}


def test_a_cache_that_cannot_be_written_does_no_harm(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    occupied = shelf / "occupied"
    occupied.write_text("a file, not a folder", encoding="utf-8")
    monkeypatch.setenv("UNSTUCK_CACHE", str(occupied / "below"))
    assert set(vote_on("the loss", load_again()).shares) == {"loss-nan"}
    assert occupied.read_text(encoding="utf-8") == "a file, not a folder"


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=80), st.sampled_from([text for _, text in LABELLED])))
def test_shares_of_any_text_sum_to_one_or_there_are_none(text: str) -> None:
    check(vote_on(text))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), BAGS), max_size=20), BAGS)
def test_shares_among_any_examples_sum_to_one_or_there_are_none(
    labelled: list[tuple[str, dict[str, int]]], bag: dict[str, int]
) -> None:
    vote = Examples([label for label, _ in labelled], [b for _, b in labelled]).vote(bag)
    check(vote)
    assert set(vote.shares) <= {label for label, _ in labelled}


def check(vote: Vote) -> None:
    assert 0.0 <= vote.nearest <= 1.0 + 1e-9
    assert bool(vote.shares) == (vote.nearest > 0.0)
    if vote.shares:
        assert sum(vote.shares.values()) == pytest.approx(1.0)
        ranked = list(vote.shares.values())
        assert ranked == sorted(ranked, reverse=True)
