"""What holds for any text: no exception, the same answer twice, figures kept, an end."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.reading.logs import LogReading, describe_log, looks_like_log, read_log
from assistant.reading.logs.cleaning import MOST_CHARACTERS, clean
from tests.reading.healthy_runs import HEALTHY
from tests.reading.log_rendering import FORMATS, Row
from tests.reading.test_logs_formats import SAMPLES
from tests.reading.test_logs_runs import FOUR_CLASSES, TWO_CLASSES

#: pieces that the patterns look for, in orders nobody would print
PIECES = st.sampled_from(
    [
        *("Epoch 1/3", "Epoch ", "第1/5集", "- loss: 0.5", "loss", ": ", "= ", "nan", "inf", "-"),
        *("[=====>...]", "12/229", "\r", "\x08" * 9, "\x1b[1m", "[0m", "{'loss': [", "0.1, ", "]"),
        *(
            "epoch,loss\n",
            "1,0.5\n",
            "val_acc: 50%",
            "acc: 3/4",
            "\n",
            "\t",
            " | ",
            "1e999",
            "-1e-9",
        ),
        *("Train on 0 samples", "belonging to 0 classes", "(287, 4)", "lr: 1e-400", "Answer 1\n"),
        *("损失：", "精度", "0,69", "9" * 40, "ETA: 0s", "fold", "- 3s", "accuracy: 1.0", "\ud800"),
    ]
)
FIGURES = st.floats(min_value=1e-4, max_value=900, allow_nan=False).map(lambda x: float(f"{x:.4f}"))
SHARES = st.integers(min_value=0, max_value=10_000).map(lambda n: n / 10_000)
ROWS = st.lists(
    st.fixed_dictionaries(
        {"loss": FIGURES, "accuracy": SHARES, "val_loss": FIGURES, "val_accuracy": SHARES}
    ),
    min_size=1,
    max_size=8,
)


def read_twice(text: str) -> LogReading:
    first, second = read_log(text), read_log(text)
    assert repr(first) == repr(second)
    assert 0.0 <= looks_like_log(text) <= 1.0
    for language in ("en", "zh"):
        chip, notes = describe_log(first, language)
        assert bool(chip) == bool(first.runs)
        assert not any("{" in said for said in (chip, *notes))
    for run in first.runs:
        assert run.epochs
        assert 1 <= run.first_line <= run.last_line <= text.count("\n") + 1
    ids = [finding.id for finding in first.findings]
    assert len(ids) == len(set(ids))
    for finding in first.findings:
        finding.to_dict()
    return first


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    read_twice(text)


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=300)
def test_any_heap_of_log_pieces_is_read(text: str) -> None:
    read_twice(text)


@given(st.binary(max_size=2000))
def test_binary_noise_is_read(noise: bytes) -> None:
    read_twice(noise.decode("utf-8", errors="replace"))
    read_twice(noise.decode("latin-1"))


@given(ROWS, st.sampled_from(sorted(FORMATS)))
@settings(max_examples=300)
def test_figures_come_back_from_every_format(rows: list[Row], name: str) -> None:
    epochs = [epoch for run in read_log(FORMATS[name](rows)).runs for epoch in run.epochs]
    assert len(epochs) == len(rows)
    for epoch, row in zip(epochs, rows, strict=True):
        for metric, value in row.items():
            # an exponent keeps five figures, a data frame six decimals
            assert epoch.metrics[metric] == pytest.approx(value, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("text", [s[1] for s in SAMPLES], ids=[s[0] for s in SAMPLES])
def test_every_sample_cut_at_every_character(text: str) -> None:
    for end in range(len(text)):
        read_log(text[:end])


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_cut_at_every_line_and_in_lines(name: str) -> None:
    text = FORMATS[name](HEALTHY["four classes"](random.Random(1)))
    lines = text.split("\n")
    for end in range(len(lines)):
        read_twice("\n".join(lines[:end]))
        read_twice("\n".join(lines[end:]))
    for end in range(0, len(text), max(1, len(text) // 150)):
        read_twice(text[:end])


def test_lines_are_numbered_as_in_the_text() -> None:
    text = "first\r\n\r\n36s - loss: 0.5 - acc: 0.5\r\nlast"
    assert read_log(text).runs[0].first_line == 3


def test_a_redrawn_line_counts_once() -> None:
    lines, _ = clean("1/8 x\x08\x08\x08\r8/8 y\nnext")
    assert [(line.number, line.text) for line in lines] == [(1, "8/8 y"), (2, "next")]


HARD = {
    "one word": "a" * 2_000_000,
    "one number": "1" * 2_000_000,
    "keys without figures": "loss: " * 300_000,
    "open lists": "'loss': [1, " * 150_000,
    "closed lists": "'loss': [1], " * 150_000,
    "lost escapes": "[1" * 1_000_000 + " loss: 1",
    "escapes": "\x1b[" * 1_000_000 + " loss: 1",
    "spaces": "loss" + " " * 2_000_000 + ": 1",
    "dots": "loss." * 400_000,
    "slashes": "1/2 " * 400_000 + "loss: 1",
    "heads of tables": "epoch,loss\n" * 100_000,
    "rows of a table": "epoch,loss\n" + "1,0.5\n" * 150_000,
    "carriage returns": "\r" * 2_000_000 + "loss: 1",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HARD)
def test_texts_made_to_be_slow_are_read_to_the_end(name: str) -> None:
    assert read_log(HARD[name]).characters == len(HARD[name])


@pytest.mark.slow
def test_a_paste_of_fifty_megabytes_is_read_at_its_ends() -> None:
    epochs = 370_000
    text = "".join(
        f"Epoch {i}/{epochs}\n{TWO_CLASSES if i < epochs else FOUR_CLASSES}\n"
        for i in range(1, epochs + 1)
    )
    assert len(text) > 50_000_000
    reading = read_log(text)
    assert reading.truncated
    assert reading.characters == len(text)
    (run,) = reading.runs
    assert (run.epochs[0].number, run.epochs[-1].number) == (1, epochs)
    assert run.last_line == 2 * epochs
    assert run.epochs_run == epochs
    assert sum(len(e.text) for e in run.epochs) < MOST_CHARACTERS
    assert any(f.id == "loss-negative" and f.present for f in reading.findings)
    _, notes = describe_log(reading, "en")
    assert any("beginning" in note for note in notes)
