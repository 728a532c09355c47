"""Masking is an allow-list: whatever is not Keras's or ours is replaced."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.report.masking import Masks
from probes.finding import Finding

WORDS = st.text(st.characters(categories=("Ll", "Lu", "Lo")), min_size=7, max_size=20)


@given(WORDS.filter(lambda w: Masks().mask(w) != w), st.integers(0, 9))
def test_an_unknown_word_never_passes(word: str, number: int) -> None:
    masks = Masks()
    finding = Finding("dead-relu-layers", value=word, quote=f"x = '{word}'", details={"in": [word]})
    shown = masks.finding(finding)
    assert word not in repr(shown)
    assert word not in masks.mask(f"a {word} in {word}_{number}")
    assert word in masks.words


@pytest.mark.parametrize(
    "known",
    ["dense_3", "conv2d", "val_accuracy", "Adam 0.001", "ResNet50", "multi-label", "(None, 4)",
     "sparse_categorical_crossentropy", "batch_normalization_12", "nan", "float32"],
)  # fmt: skip
def test_words_of_keras_pass(known: str) -> None:
    assert Masks().mask(known) == known


def test_the_same_word_gets_the_same_mark_and_marks_stay() -> None:
    masks = Masks()
    shown = masks.mask("annas_layer, bobs_layer: annas_layer")
    assert shown == "<name1>, <name2>: <name1>"
    assert masks.mask(shown) == shown


def test_only_texts_of_code_are_replaced() -> None:
    code = "model.add(Dense(4, activation='softmax', name=\"annas\"))"
    assert Masks().mask_strings(code) == (
        "model.add(Dense(4, activation='softmax', name='<name1>'))"
    )
