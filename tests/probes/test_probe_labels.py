"""What labels are told to be, and how they are held against a network."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from probes.arrays.labels import encode_labels, label_facts
from probes.network import Network
from probes.protocol import Subject
from tests.probes.lab import run_probe

RANDOM = np.random.default_rng(0)
CLASSIFIER = Network(loss="sparse_categorical_crossentropy", output_rank=2)
REGRESSION = Network(loss="mean_squared_error", output_rank=2)
PIXELS = Network(loss="binary_crossentropy", output_rank=4, input_shape=(8, 8, 3), output_units=1)


@pytest.mark.parametrize(
    ("labels", "network", "form", "task", "classes"),
    [
        (np.arange(60) % 4, None, "integers", "classification", 4),
        (np.arange(60) % 2, None, "binary", "classification", 2),
        ((np.arange(60) % 2).reshape(-1, 1).astype(float), None, "binary", "classification", 2),
        (np.eye(5)[np.arange(60) % 5], None, "one-hot", "classification", 5),
        (RANDOM.random((60, 6)) > 0.5, None, "multi-hot", "multi-label", 6),
        (RANDOM.normal(size=60), None, "continuous", "regression", None),
        (RANDOM.normal(size=(60, 3)), None, "continuous", "regression", None),
        (np.arange(60) * 2.0, None, "continuous", "regression", None),
        (np.arange(60) * 10 % 70, CLASSIFIER, "integers", "classification", 7),
        (np.arange(600), REGRESSION, "continuous", "regression", None),
        (RANDOM.integers(0, 3, (60, 12)), CLASSIFIER.with_(output_rank=3), "integers",
         "sequence-labelling", 3),
        (RANDOM.integers(0, 2, (20, 8, 8, 1)), PIXELS, "mask", "segmentation", 2),
        (RANDOM.integers(0, 2, (20, 8, 8)), PIXELS, "mask", "segmentation", 2),
        (np.eye(3)[RANDOM.integers(0, 3, (20, 8, 8))], PIXELS, "one-hot", "segmentation", 3),
        (np.array(["cat", "dog"] * 30), None, "integers", "classification", 2),
    ],
)  # fmt: skip
def test_form_and_task(
    labels: Any, network: Network | None, form: str, task: str, classes: int | None
) -> None:
    facts = label_facts(labels, "arrays", network)
    assert (facts.form, facts.task, facts.classes) == (form, task, classes)


def test_autoencoder_targets_are_told_from_a_regression() -> None:
    network = Network(loss="mean_squared_error", output_rank=2, input_shape=(16,), output_units=16)
    assert label_facts(RANDOM.random((50, 16)), "arrays", network).task == "autoencoder"


def test_missing_labels_are_counted_and_left_out() -> None:
    facts = label_facts(np.array([1.0, np.nan, 0.0, np.nan] * 9), "arrays", None)
    assert facts.missing == 18
    assert (facts.form, facts.minimum, facts.maximum) == ("binary", 0.0, 1.0)


def test_shares_of_one_hot_rows() -> None:
    facts = label_facts(np.eye(2)[np.array([0] * 30 + [1] * 10)], "arrays", None)
    assert facts.largest_share == 0.75


def test_an_image_folder_takes_the_coding_of_the_loss() -> None:
    labels = np.arange(12) % 3
    facts = label_facts(labels, "images", None)
    one_hot = Network(loss="categorical_crossentropy", output_units=3)
    assert encode_labels(labels, facts, one_hot, "images").shape == (12, 3)
    assert encode_labels(labels, facts, CLASSIFIER, "images").shape == (12,)


def found(tmp_path: Path, x: Any, y: Any, **kind: Any) -> Any:
    np.savez(tmp_path / "d.npz", x=x, y=y)
    return run_probe("label-shape", Subject(data=str(tmp_path / "d.npz"), **kind))


def test_labels_alone_need_no_model(tmp_path: Path) -> None:
    x = RANDOM.normal(size=(200, 3))
    result = found(tmp_path, x, np.arange(200) % 4)
    assert result.findings["class-count"].value == 4
    assert result.findings["label-form"].value == "integers"
    assert {"labels-nan", "labels-constant", "x-and-y-differ-in-length"} <= result.false


def test_data_faults_are_seen_without_a_model(tmp_path: Path) -> None:
    x = RANDOM.normal(size=(100, 3))
    assert "labels-constant" in found(tmp_path, x, np.ones(100)).true
    assert "labels-nan" in found(tmp_path, x, np.where(np.arange(100) % 9, 1.0, np.nan)).true
    assert "x-and-y-differ-in-length" in found(tmp_path, x, np.arange(90) % 2).true
    assert "class-imbalanced" in found(tmp_path, x, (np.arange(100) == 3) * 1).true
    assert "labels-object" in found(tmp_path, x, np.array(["a", "b"] * 50)).true
    ragged = np.empty(100, dtype=object)
    ragged[:] = [[1]] * 100
    assert "labels-object" in found(tmp_path, x, ragged).true


@pytest.mark.parametrize("top", [255, 1])
def test_masks_of_255(tmp_path: Path, top: int) -> None:
    masks = RANDOM.integers(0, 2, (40, 12, 12, 1)).astype(np.uint8) * top
    result = found(tmp_path, RANDOM.random((40, 12, 12, 3)), masks)
    assert ("mask-values-0-255" in result.true) is (top == 255)


def test_masks_that_were_saved_as_jpeg(tmp_path: Path) -> None:
    black_and_white = RANDOM.integers(0, 2, (40, 12, 12, 1)) * 255
    blurred = np.clip(black_and_white + RANDOM.integers(-9, 10, black_and_white.shape), 0, 255)
    images = RANDOM.random((40, 12, 12, 3))
    assert "mask-values-0-255" in found(tmp_path, images, blurred.astype(np.uint8)).true
    greys = RANDOM.integers(0, 256, (40, 12, 12, 1)).astype(np.uint8)
    assert "mask-values-0-255" not in found(tmp_path, images, greys).true


@pytest.mark.parametrize(
    ("labels", "divided"),
    [
        (np.arange(200) % 10 / 255, True),
        (np.arange(200) % 2 / 255, True),
        (1 + np.arange(200) % 7 / 1.0, False),
        ((1 + np.arange(200) % 7) / 255, True),
        (np.arange(200) % 10 / 20, False),
        (np.arange(200) % 3 * 0.2, False),  # 0.2 is 51 / 255: whole, but with gaps
        (RANDOM.random(200) * 0.4, False),
        ((np.arange(200) % 10 / 255).astype(np.float32).reshape(-1, 1), True),
        (np.arange(200) % 4, False),
    ],
)
def test_labels_divided_with_the_images(tmp_path: Path, labels: Any, divided: bool) -> None:
    result = found(tmp_path, RANDOM.random((200, 6, 6, 1)), labels)
    assert ("labels-tiny-fractions" in result.true) is divided


@pytest.mark.parametrize("masks", [1, 255])
def test_masks_divided_once_too_often(tmp_path: Path, masks: int) -> None:
    ones = RANDOM.integers(0, 2, (40, 12, 12, 1)) * masks
    result = found(tmp_path, RANDOM.random((40, 12, 12, 3)), (ones / 255).astype(np.float32))
    assert ("labels-tiny-fractions" in result.true) is (masks == 1)


def test_row_numbers_taken_for_labels(tmp_path: Path) -> None:
    model = tmp_path / "m.keras"
    layers = [{"class_name": "Dense", "config": {"name": "d", "units": 100}}]
    config = {
        "class_name": "Sequential",
        "config": {"layers": layers},
        "compile_config": {"loss": "sparse_categorical_crossentropy"},
    }
    with zipfile.ZipFile(model, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
    x = RANDOM.normal(size=(100, 3))
    assert "labels-all-different" in found(tmp_path, x, np.arange(100), model=str(model)).true
    few = found(tmp_path, x, np.arange(100) % 9, model=str(model))
    assert "labels-all-different" in few.false
