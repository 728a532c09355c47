"""Metrics that cannot see the answers, and forecasts that repeat: told from those that are sound.

The networks have their weights set by hand, so that what they answer is known without training.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from probes.protocol import Subject
from tests.probes.lab import Result, run_probe

pytestmark = pytest.mark.slow

RANDOM = np.random.default_rng(0)
CLASSES = 10
NUMBERS = np.arange(200) % CLASSES
ONE_HOT = np.eye(CLASSES, dtype=np.float32)[NUMBERS]
INPUTS = (ONE_HOT + 0.1 * RANDOM.normal(size=ONE_HOT.shape)).astype(np.float32)


def dense(inputs: int, units: int, activation: str | None, kernel: Any, bias: float = 0.01) -> Any:
    """One layer that counts, behind one that hands on; its bias says that it was trained."""
    import keras

    handing_on = keras.layers.Dense(inputs)
    counting = keras.layers.Dense(units, activation=activation)
    model = keras.Sequential([keras.Input((inputs,)), handing_on, counting])
    handing_on.set_weights([np.eye(inputs), np.linspace(0, 1e-5, inputs)])
    counting.set_weights([np.asarray(kernel, dtype=np.float32), np.full(units, bias)])
    return model


def run(folder: Path, probe: str, model: Any, x: Any, y: Any, loss: Any, metrics: Any) -> Result:
    model.compile("adam", loss, metrics=metrics)
    model.save(folder / "m.keras")
    np.savez(folder / "d.npz", x=x, y=y)
    return run_probe(probe, Subject(str(folder / "m.keras"), str(folder / "d.npz")))


def metrics_of(folder: Path, model: Any, x: Any, y: Any, loss: Any, metrics: Any) -> Result:
    return run(folder, "metric-check", model, x, y, loss, metrics)


def naming_all(share: float = 1.0) -> Any:
    """Ten classes, of which the given share is named right."""
    kernel = 8 * np.eye(CLASSES)
    moved = np.arange(CLASSES) >= share * CLASSES
    kernel[moved] = np.roll(kernel[moved], 1, axis=1)
    return dense(CLASSES, CLASSES, "softmax", kernel)


def test_metrics_that_see(tmp_path: Path) -> None:
    import keras

    names = ["accuracy", "categorical_accuracy", keras.metrics.TopKCategoricalAccuracy(5), "mae"]
    names += [keras.metrics.AUC(), keras.metrics.Precision()]
    result = metrics_of(
        tmp_path, naming_all(0.6), INPUTS, ONE_HOT, "categorical_crossentropy", names
    )
    assert result.true == set()
    assert {"metric-cannot-see-output", "binary-accuracy-on-onehot"} <= result.false
    assert len(result.data["metrics"]) == len(names)
    assert result.data["counted"] == pytest.approx(0.6, abs=0.1)
    sparse = metrics_of(
        tmp_path, naming_all(), INPUTS, NUMBERS, "sparse_categorical_crossentropy", ["accuracy"]
    )
    assert sparse.true == set()


def test_exact_equality_is_blind(tmp_path: Path) -> None:
    import keras

    exact = [keras.metrics.Accuracy()]
    result = metrics_of(tmp_path, naming_all(), INPUTS, ONE_HOT, "categorical_crossentropy", exact)
    assert "metric-cannot-see-output" in result.true
    assert result.findings["metric-differs-from-count"].details["counted"] == 1.0


def test_the_zeros_of_one_hot_rows(tmp_path: Path) -> None:
    loss = "categorical_crossentropy"
    asked = ["binary_accuracy"]
    result = metrics_of(tmp_path, naming_all(0.3), INPUTS, ONE_HOT, loss, asked)
    assert {"binary-accuracy-on-onehot", "metric-differs-from-count"} <= result.true


def test_five_best_of_four(tmp_path: Path) -> None:
    import keras

    four, y = dense(4, 4, "softmax", 8 * np.eye(4)), np.arange(120) % 4
    x = np.eye(4)[y] + 0.1 * RANDOM.normal(size=(120, 4))
    metric = [keras.metrics.SparseTopKCategoricalAccuracy(5)]
    result = metrics_of(tmp_path, four, x, y, "sparse_categorical_crossentropy", metric)
    assert result.true == {"metric-cannot-see-output"}


@pytest.mark.parametrize(("asked", "blind"), [("accuracy", True), ("mae", False), ("mse", False)])
def test_figures(tmp_path: Path, asked: str, blind: bool) -> None:
    x = RANDOM.normal(size=(120, 3)).astype(np.float32)
    y = x @ [1.0, 2.0, -1.0] + 0.3
    result = metrics_of(tmp_path, dense(3, 1, None, [[1], [2], [-1]]), x, y, "mse", [asked])
    assert ("metric-cannot-see-output" in result.true) is blind


def test_several_labels_at_once(tmp_path: Path) -> None:
    x = RANDOM.normal(size=(150, 6)).astype(np.float32)
    y = (x > 0.3).astype(np.float32)
    model = dense(6, 6, "sigmoid", 9 * np.eye(6), bias=-2.7)
    sound = metrics_of(tmp_path, model, x, y, "binary_crossentropy", ["binary_accuracy"])
    assert sound.true == set()
    largest_only = metrics_of(tmp_path, model, x, y, "binary_crossentropy", ["accuracy"])
    assert "metric-differs-from-count" in largest_only.true


def test_overlap_of_probabilities_taken_for_classes(tmp_path: Path) -> None:
    import keras

    x = RANDOM.normal(size=(120, 2)).astype(np.float32)
    y = (x[:, 0] > 0).astype(np.float32)
    overlap = [keras.metrics.MeanIoU(num_classes=2)]
    model = dense(2, 1, "sigmoid", [[5], [0]])
    result = metrics_of(tmp_path, model, x, y, "binary_crossentropy", overlap)
    assert "metric-cannot-see-output" in result.true
    of_classes = [keras.metrics.BinaryIoU([0, 1], threshold=0.5)]
    sound = metrics_of(tmp_path, model, x, y, "binary_crossentropy", of_classes)
    assert sound.true == set()


@pytest.mark.parametrize(
    ("kernel", "bias", "expected"),
    [
        (1.0, -6.0, set()),
        (0.0, -3.0, {"accuracy-hides-rare-classes"}),
        (4.0, -6.0, set()),
    ],
)
def test_a_rare_class(tmp_path: Path, kernel: float, bias: float, expected: set[str]) -> None:
    """Ranks well, as rare as it is; knows nothing; finds the rare class."""
    x = RANDOM.normal(size=(600, 2)).astype(np.float32)
    y = (x[:, 0] > 1.4).astype(np.int64)
    model = dense(2, 1, "sigmoid", [[kernel], [0]], bias)
    result = metrics_of(tmp_path, model, x, y, "binary_crossentropy", ["accuracy"])
    assert result.true == expected


@pytest.mark.parametrize(("bias", "missed"), [(-6.0, True), (0.0, False)])
def test_a_threshold_beside_all_answers(tmp_path: Path, bias: float, missed: bool) -> None:
    x = RANDOM.normal(size=(300, 2)).astype(np.float32)
    y = (x[:, 0] > 0).astype(np.int64)
    model = dense(2, 1, "sigmoid", [[1.0], [0]], bias)
    result = metrics_of(tmp_path, model, x, y, "binary_crossentropy", ["accuracy"])
    assert ("threshold-misses-classes" in result.true) is missed


def forecast(folder: Path, x: Any, y: Any, kernel: Any) -> Result:
    import keras

    steps = x.shape[1]
    head = dense(steps, 1, None, np.asarray(kernel).reshape(steps, 1), 0.0)
    model = keras.Sequential([keras.Input((steps, 1)), keras.layers.Flatten(), *head.layers])
    return run(folder, "forecast-check", model, x, y, "mse", [])


def test_a_forecast_that_repeats_the_last_value(tmp_path: Path) -> None:
    walk = np.cumsum(RANDOM.normal(size=400))
    x = np.stack([walk[i : i + 12] for i in range(380)])[..., None]
    y = walk[12:392]
    repeats = [*[0.0] * 11, 1.0]
    assert forecast(tmp_path, x, y, repeats).true == {"forecast-lags-by-one"}
    assert forecast(tmp_path, x, y / 50, [value / 50 for value in repeats]).true == {
        "forecast-lags-by-one"
    }


def test_a_forecast_that_knows_the_wave(tmp_path: Path) -> None:
    wave = np.sin(0.3 * np.arange(400)) + 0.02 * RANDOM.normal(size=400)
    x = np.stack([wave[i : i + 12] for i in range(380)])[..., None]
    knows = [*[0.0] * 10, -1.0, 2 * np.cos(0.3)]
    result = forecast(tmp_path, x, wave[12:392], knows)
    assert "forecast-lags-by-one" in result.false
    noise = RANDOM.normal(size=(200, 12, 1))
    assert forecast(tmp_path, noise, noise[:, 0, 0], [1.0, *[0.0] * 11]).true == set()
