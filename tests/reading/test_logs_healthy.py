"""No sign on trainings with nothing wrong, in any format, whatever is known of them."""

from __future__ import annotations

import random
from typing import Any

import pytest

from assistant.reading.logs import read_log
from tests.reading.healthy_runs import HEALTHY
from tests.reading.log_rendering import FORMATS, Row, keras2_bar

CONTEXTS = {"epochs-run", "learning-rate", "class-count", "sample-count"}
#: a fact that every run shows which could go on
NORMAL = {"loss-still-falling"}


def signs(text: str, classes: int | None = None) -> dict[str, Any]:
    found = read_log(text, classes=classes).findings
    return {f.id: f.value for f in found if f.present and f.id not in CONTEXTS | NORMAL}


def known_classes(name: str) -> int | None:
    for word, count in (("two classes", 2), ("four", 4), ("ten", 10), ("hundred classes", 100)):
        if name.startswith(word):
            return count
    return None


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", HEALTHY)
def test_healthy_runs_show_no_sign(name: str, seed: int) -> None:
    rows = HEALTHY[name](random.Random(seed))
    assert signs(keras2_bar(rows), known_classes(name)) == {}
    assert signs(keras2_bar(rows)) == {}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", ["two classes", "small data", "mild over-fitting"])
def test_healthy_runs_show_no_sign_in_any_format(name: str, form: str) -> None:
    rows = HEALTHY[name](random.Random(11))
    assert signs(FORMATS[form](rows)) == {}


@pytest.mark.parametrize("name", HEALTHY)
def test_any_beginning_or_end_of_a_healthy_run_shows_no_sign(name: str) -> None:
    rows = HEALTHY[name](random.Random(5))
    lines = keras2_bar(rows).split("\n")
    for cut in range(3, len(lines), max(3, len(lines) // 40)):
        assert signs("\n".join(lines[:cut])) == {}, cut
        assert signs("\n".join(lines[-cut:])) == {}, cut


def test_most_absent_signs_are_said_to_be_absent() -> None:
    rows = HEALTHY["four classes"](random.Random(0))
    found = read_log(keras2_bar(rows), classes=4).findings
    absent = {f.id for f in found if f.present is False}
    assert absent >= {
        "loss-nan",
        "loss-negative",
        "loss-flat",
        "loss-huge",
        "loss-diverges",
        "acc-flat",
        "acc-at-chance",
        "acc-zero",
        "val-acc-flips",
        "val-low-train-high",
        "val-loss-rises",
        "clip-plateau-right-share",
    }


def test_one_line_absolves_of_nothing() -> None:
    found = read_log(
        "Epoch 1/9\n36s - loss: 0.7 - acc: 0.6 - val_loss: 0.7 - val_acc: 0.6"
    ).findings
    assert {f.id for f in found} <= CONTEXTS


def test_heavy_dropout_shows_the_lead_of_validation_and_nothing_else() -> None:
    rows: list[Row] = [
        {"loss": 1.2, "accuracy": 0.55, "val_loss": 0.8, "val_accuracy": 0.7},
        {"loss": 1.0, "accuracy": 0.62, "val_loss": 0.6, "val_accuracy": 0.78},
        {"loss": 0.9, "accuracy": 0.66, "val_loss": 0.55, "val_accuracy": 0.81},
        {"loss": 0.85, "accuracy": 0.68, "val_loss": 0.5, "val_accuracy": 0.82},
        {"loss": 0.82, "accuracy": 0.69, "val_loss": 0.48, "val_accuracy": 0.83},
    ]
    assert set(signs(keras2_bar(rows))) == {"val-better-than-train"}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["two classes", "four classes", "regression", "images"])
def test_real_healthy_trainings_show_no_sign(kind: str) -> None:
    rows, classes = _trained(kind)
    assert signs(keras2_bar(rows), classes) == {}


def _trained(kind: str) -> tuple[list[Row], int | None]:
    """The figures of a small Keras model that learns, rounded as a paste would have them."""
    import keras
    import numpy as np

    keras.utils.set_random_seed(3)
    rng = np.random.default_rng(3)
    x: Any
    y: Any
    layers = keras.layers
    classes: int | None = {"two classes": 2, "four classes": 4, "images": 3}.get(kind)
    if kind == "regression":
        x = rng.normal(size=(600, 8)).astype("float32")
        y = x @ rng.normal(size=(8, 1)) + 0.1 * rng.normal(size=(600, 1))
        loss, metrics, head, body = "mse", ["mae"], layers.Dense(1), [layers.Dense(32, "relu")]
    else:
        assert classes is not None
        y = rng.integers(0, classes, 900)
        loss, metrics = "sparse_categorical_crossentropy", ["accuracy"]
        head = layers.Dense(classes, "softmax")
        if kind == "images":
            x = rng.normal(0, 0.3, (900, 12, 12, 1)).astype("float32")
            for i, label in enumerate(y):
                x[i, 4 * label : 4 * label + 4] += 0.35
            body = [layers.Conv2D(8, 3, activation="relu"), layers.Flatten()]
        else:
            centres = rng.normal(0, 1, (classes, 12))
            x = (centres[y] + rng.normal(0, 1.1, (900, 12))).astype("float32")
            body = [layers.Dense(24, "relu")]
    model = keras.Sequential([*body, head])
    model.compile("adam", loss, metrics=metrics)
    history = model.fit(x, y, validation_split=0.25, epochs=8, verbose=0).history
    return [{n: float(f"{v[i]:.4f}") for n, v in history.items()} for i in range(8)], classes
