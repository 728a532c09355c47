"""Rows against each other, and validation against training: faults are seen, splits stay silent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from probes.arrays.file_keys import keys_of_files
from probes.errors import ProbeError
from probes.protocol import Subject
from tests.probes.lab import Result, run_probe
from tests.zoo import data

KINDS = ("table", "figures", "pictures", "waves", "sentences")


def made(kind: str, seed: int) -> tuple[Any, Any]:
    """Learnable rows in random order."""
    return {
        "table": lambda: data.table(400, 12, 3, seed),
        "figures": lambda: data.figures(400, 8, seed),
        "pictures": lambda: data.pictures(240, 16, 4, seed),
        "waves": lambda: data.waves(240, 30, seed),
        "sentences": lambda: data.sentences(300, 15, 40, seed),
    }[kind]()


def rows_of(tmp_path: Path, x: Any, y: Any) -> Result:
    np.savez(tmp_path / "d.npz", x=x, y=y)
    return run_probe("row-check", Subject(data=str(tmp_path / "d.npz")))


def split_of(tmp_path: Path, x: Any, y: Any, xv: Any, yv: Any) -> Result:
    np.savez(tmp_path / "d.npz", x_train=x, y_train=y, x_val=xv, y_val=yv)
    return run_probe("train-validation", Subject(data=str(tmp_path / "d.npz")))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [0, 1])
def test_sound_data_are_silent(tmp_path: Path, kind: str, seed: int) -> None:
    x, y = made(kind, seed)
    assert rows_of(tmp_path, x, y).true == set()
    cut = len(x) * 3 // 4
    assert split_of(tmp_path, x[:cut], y[:cut], x[cut:], y[cut:]).true == set()


@pytest.mark.parametrize("kind", KINDS)
def test_rows_on_both_sides(tmp_path: Path, kind: str) -> None:
    x, y = made(kind, 3)
    cut = len(x) * 3 // 4
    leak = slice(cut - len(x) // 20, None)  # a fifth of validation comes from training
    result = split_of(tmp_path, x[:cut], y[:cut], x[leak], y[leak])
    assert result.true == {"validation-rows-in-training"}
    assert result.findings["validation-rows-in-training"].value == pytest.approx(1 / 6, abs=0.03)


def test_rows_of_few_forms_repeat_by_chance(tmp_path: Path) -> None:
    """Yes-or-no answers, and dice: equal rows are no copies, and their labels no contradiction."""
    random = np.random.default_rng(0)
    for top, columns in ((2, 5), (6, 3)):
        x = random.integers(0, top, (500, columns)).astype(np.float32)
        y = random.integers(0, 2, 500)
        assert rows_of(tmp_path, x, y).true == set()
        assert split_of(tmp_path, x[:400], y[:400], x[400:], y[400:]).true == set()
    patterns = (random.random((10, 25)) > 0.5).astype(np.float32)
    digits = random.integers(0, 10, 600)
    assert rows_of(tmp_path, patterns[digits], digits).true == set()


@pytest.mark.parametrize("one_hot", [False, True])
def test_same_input_with_two_labels_is_a_conflict(tmp_path: Path, one_hot: bool) -> None:
    x = np.repeat(np.random.default_rng(0).normal(size=(50, 3)), 2, axis=0)
    coded = np.eye(2)[np.arange(100) % 2] if one_hot else np.arange(100) % 2
    assert "conflicting-labels" in rows_of(tmp_path, x, coded).true
    assert "conflicting-labels" in rows_of(tmp_path, x, np.arange(100) // 2 % 2).false


def test_inputs_without_labels_are_left_alone(tmp_path: Path) -> None:
    np.savez(tmp_path / "d.npz", x=np.random.default_rng(0).random((50, 4)))
    result = run_probe("row-check", Subject(data=str(tmp_path / "d.npz")))
    assert result.findings == {}


def test_copies_before_the_split(tmp_path: Path) -> None:
    x, y = data.table(60, 6, 2, 0)
    assert rows_of(tmp_path, np.tile(x, (5, 1)), np.tile(y, 5)).true == {"rows-repeated"}


def test_order_of_the_rows(tmp_path: Path) -> None:
    x, y = data.table(300, 6, 4, 0)
    order = np.argsort(y, kind="stable")
    assert rows_of(tmp_path, x[order], y[order]).true == {"rows-ordered-by-label"}
    assert rows_of(tmp_path, x[order], np.eye(4)[y[order]]).true == {"rows-ordered-by-label"}
    by_turns = np.argsort(np.arange(300) // 4, kind="stable")
    assert rows_of(tmp_path, x[by_turns], np.arange(300) % 4).true == set()
    x, targets = data.figures(200, 5, 0)
    order = np.argsort(targets)
    assert rows_of(tmp_path, x[order], targets[order]).true == {"rows-ordered-by-label"}


def test_the_label_left_among_the_inputs(tmp_path: Path) -> None:
    x, y = data.table(200, 5, 3, 0)
    with_label = np.column_stack([x, y])
    assert rows_of(tmp_path, with_label, y).findings["label-among-inputs"].value == 5
    assert rows_of(tmp_path, x[:, :1], x[:, 0]).true == set()  # a line through the origin to learn


def test_a_tail_cut_off_ordered_rows(tmp_path: Path) -> None:
    x, y = data.table(300, 6, 4, 0)
    order = np.argsort(y, kind="stable")
    x, y = x[order], y[order]
    cut = int(np.flatnonzero(y == 3)[0])
    result = split_of(tmp_path, x[:cut], y[:cut], x[cut:], y[cut:])
    assert "validation-classes-unseen" in result.true
    assert result.findings["validation-classes-unseen"].details["names"] == "3"


def test_other_class_shares(tmp_path: Path) -> None:
    x, y = data.table(900, 6, 2, 1)
    rare, often = np.flatnonzero(y == 1), np.flatnonzero(y == 0)
    balanced = np.concatenate([rare[:200], often[:200]])
    real = np.concatenate([rare[200:212], often[200:320]])
    result = split_of(tmp_path, x[balanced], y[balanced], x[real], y[real])
    assert {"validation-class-shares-differ", "classes-rebalanced-for-training"} <= result.true
    assert "validation-told-apart" not in result.true


@pytest.mark.parametrize("factor", [255.0, 1 / 255])
def test_validation_scaled_otherwise(tmp_path: Path, factor: float) -> None:
    x, y = data.pictures(200, 12, 3, 0)
    result = split_of(tmp_path, x[:150], y[:150], x[150:] * factor, y[150:])
    assert "validation-scaled-differently" in result.true


def test_validation_from_another_source(tmp_path: Path) -> None:
    """A camera with a colour cast: the range stays, the inputs can be told apart."""
    x, y = data.pictures(300, 12, 3, 0)
    other = np.clip(x[200:] * [1.0, 0.75, 1.25], 0, 1)
    result = split_of(tmp_path, x[:200], y[:200], other, y[200:])
    assert result.true == {"validation-told-apart"}


def test_without_validation_nothing_is_said(tmp_path: Path) -> None:
    np.savez(tmp_path / "d.npz", x=np.random.default_rng(0).random((40, 3)), y=np.arange(40) % 2)
    with pytest.raises(ProbeError) as caught:
        run_probe("train-validation", Subject(data=str(tmp_path / "d.npz")))
    assert caught.value.key == "data-no-validation"


def test_validation_in_a_file_of_its_own(tmp_path: Path) -> None:
    x, y = data.table(300, 6, 3, 0)
    np.savez(tmp_path / "train.npz", x=x[:200], y=y[:200])
    np.savez(tmp_path / "val.npz", x=x[150:], y=y[150:])
    subject = Subject(data=str(tmp_path / "train.npz"), validation=str(tmp_path / "val.npz"))
    assert run_probe("train-validation", subject).true == {"validation-rows-in-training"}


@pytest.mark.parametrize("off", [1, -2, 0])
@pytest.mark.parametrize("kind", ["pictures", "sentences"])
def test_labels_that_stand_off(tmp_path: Path, kind: str, off: int) -> None:
    x, y = data.pictures(240, 16, 4, 0) if kind == "pictures" else data.sentences(400, 9, 12, 0)
    np.savez(tmp_path / "d.npz", x=x, y=np.roll(y, off))
    result = run_probe("signal-check", Subject(data=str(tmp_path / "d.npz")))
    if kind == "pictures":
        assert ("labels-off-by-rows" in result.true) is (off != 0)
        assert off == 0 or result.findings["labels-off-by-rows"].value == off
    else:
        assert "labels-off-by-rows" not in result.true or off != 0


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_labels_without_a_signal_are_not_said_to_stand_off(tmp_path: Path, seed: int) -> None:
    """Pictures with labels by chance, and the returns of a market beside the day before."""
    random = np.random.default_rng(seed)
    x, _ = data.pictures(240, 16, 4, seed)
    returns = random.normal(size=400)
    table = np.stack([returns[i : i + 5] for i in range(380)])
    for inputs, labels in ((x, random.integers(0, 4, 240)), (table, returns[5:385] > 0)):
        np.savez(tmp_path / "d.npz", x=inputs, y=labels * 1)
        result = run_probe("signal-check", Subject(data=str(tmp_path / "d.npz")))
        assert "labels-off-by-rows" not in result.true


def test_only_files_of_equal_length_and_bytes_are_equal(tmp_path: Path) -> None:
    contents = [b"one", b"two", b"three", b"one", b"fours"]
    paths = [tmp_path / str(number) for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    keys = keys_of_files(paths)
    assert keys[0] == keys[3]
    assert len(set(keys)) == 4


@pytest.mark.slow
def test_class_folders_of_images(tmp_path: Path) -> None:
    """A class that validation lacks moves the numbers; a file on both sides is a copy."""
    import tensorflow as tf

    random = np.random.default_rng(0)
    for part, classes, each in (("train", "abc", 14), ("val", "bc", 6)):
        for name in classes:
            folder = tmp_path / part / name
            folder.mkdir(parents=True)
            for number in range(each):
                picture = random.integers(0, 255, (8, 8, 3)).astype(np.uint8)
                (folder / f"{number}.png").write_bytes(tf.io.encode_png(picture).numpy())
    subject = Subject(data=str(tmp_path))
    result = run_probe("train-validation", subject)
    assert result.true == {"validation-class-numbers-differ"}
    for number in range(4):
        copied = (tmp_path / "train" / "b" / f"{number}.png").read_bytes()
        (tmp_path / "val" / "b" / f"{number}.png").write_bytes(copied)
        (tmp_path / "train" / "c" / f"{number}.png").write_bytes(copied)
    assert "validation-rows-in-training" in run_probe("train-validation", subject).true
    assert "conflicting-labels" in run_probe("row-check", subject).true
