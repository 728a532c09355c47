"""What a chip says of a log, in both languages."""

from __future__ import annotations

import math

import pytest

from assistant.reading.logs import describe_log, read_log
from assistant.reading.logs.describing import _TELLING
from knowledge.loader import load_messages
from tests.reading.log_rendering import Row, keras2_bar

FIVE: list[Row] = [
    {"loss": 3.1 - i / 5, "accuracy": 0.3 + i / 25, "val_loss": 7.0, "val_accuracy": v}
    for i, v in enumerate((0.0099, 0.0099, 0.0094, 0.0100, 0.0100))
]


def test_the_gravest_sign_is_named() -> None:
    reading = read_log(keras2_bar(FIVE))
    assert describe_log(reading, "en") == (
        "training log, 5 epochs, val accuracy stuck at .0099",
        (),
    )
    chip, _ = describe_log(reading, "zh")
    assert "5 轮" in chip
    assert ".0099" in chip


def test_without_a_sign_the_last_figures_are_named() -> None:
    rows: list[Row] = [{"loss": 1 / (i + 1), "accuracy": 0.5 + i / 10} for i in range(4)]
    chip, notes = describe_log(read_log(keras2_bar(rows)), "en")
    assert chip == "training log, 4 epochs, last: loss 0.2500, accuracy 0.8000"
    assert notes == ()


def test_one_line_of_nan() -> None:
    chip, _ = describe_log(read_log("36s - loss: nan - acc: 0.1"), "en")
    assert chip == "training log, one epoch, loss is nan"
    rows: list[Row] = [{"loss": x} for x in (2.0, 9.0, math.nan, math.nan)]
    chip, _ = describe_log(read_log(keras2_bar(rows)), "en")
    assert chip == "training log, 4 epochs, loss is nan from epoch 3"


def test_other_runs_are_mentioned() -> None:
    text = keras2_bar(FIVE) + "\n\nand with fewer classes\n\n36s - loss: 0.3 - acc: 0.9"
    _, notes = describe_log(read_log(text), "en")
    assert len(notes) == 1
    assert "1 more" in notes[0]


@pytest.mark.parametrize("key", [key for _, key in _TELLING])
def test_every_remark_is_in_the_catalogue(key: str) -> None:
    texts = load_messages()[key]
    assert set(texts) == {"en", "zh"}
    assert all("{value}" in text for text in texts.values())
