"""The yardstick must agree with Keras, and 0 must be the best constant."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.apparatus.skill import yardstick
from probes.network import Network

RANDOM = np.random.default_rng(1)


def softmax(values: Any) -> Any:
    raised = np.exp(values - values.max(-1, keepdims=True))
    return raised / raised.sum(-1, keepdims=True)


NUMBERS = RANDOM.integers(0, 4, 24)
HOT = np.eye(4)[NUMBERS]
BITS = RANDOM.integers(0, 2, (24, 1)).astype(float)
FIGURES = RANDOM.normal(3, 2, (24, 1))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("loss", "labels", "predictions", "logits"),
    [
        ("sparse_categorical_crossentropy", NUMBERS, softmax(RANDOM.normal(size=(24, 4))), False),
        ("sparse_categorical_crossentropy", NUMBERS, RANDOM.normal(size=(24, 4)), True),
        ("categorical_crossentropy", HOT, RANDOM.random((24, 4)), False),
        ("categorical_crossentropy", HOT, RANDOM.normal(size=(24, 4)) * 9, False),
        ("categorical_crossentropy", HOT, RANDOM.normal(size=(24, 4)), True),
        ("binary_crossentropy", BITS, RANDOM.random((24, 1)), False),
        ("binary_crossentropy", BITS[:, 0], RANDOM.random((24, 1)), False),
        ("binary_crossentropy", BITS, RANDOM.normal(size=(24, 1)), True),
        ("mean_squared_error", FIGURES, RANDOM.normal(size=(24, 1)), False),
        ("mean_squared_error", FIGURES[:, 0], RANDOM.normal(size=(24, 1)), False),
        ("mean_absolute_error", FIGURES, RANDOM.normal(size=(24, 1)), False),
    ],
)
def test_loss_is_that_of_keras(loss: str, labels: Any, predictions: Any, logits: bool) -> None:
    import keras

    from probes.apparatus.setup import make_loss

    network = Network(loss=loss, from_logits=logits, output_units=predictions.shape[-1])
    expected = float(
        make_loss(network, None)(keras.ops.array(labels), keras.ops.array(predictions))
    )
    assert yardstick(network, labels).loss_of(predictions) == pytest.approx(expected, rel=1e-4)


@settings(max_examples=100, deadline=None)
@given(
    loss=st.sampled_from(
        ["sparse_categorical_crossentropy", "categorical_crossentropy", "binary_crossentropy",
         "mean_squared_error", "mean_absolute_error"]
    ),
    seed=st.integers(0, 10_000),
)  # fmt: skip
def test_no_constant_has_skill(loss: str, seed: int) -> None:
    """Any constant prediction has a skill of at most 0; the truth has 1."""
    random = np.random.default_rng(seed)
    numbers = random.integers(0, 3, 30)
    labels: Any = {
        "sparse_categorical_crossentropy": numbers,
        "categorical_crossentropy": np.eye(3)[numbers],
        "binary_crossentropy": (numbers > 0).astype(float),
    }.get(loss, random.normal(5, 3, 30))
    width = 3 if "categorical" in loss else 1
    yard = yardstick(Network(loss=loss, output_units=width), labels)
    guess = np.tile(random.random((1, width)) * (5 if width == 1 else 1), (30, 1))
    if loss == "binary_crossentropy":
        guess = np.clip(guess, 0, 1)
    if width == 3:
        guess = guess / guess.sum(-1, keepdims=True)
    if not yard.usable:
        return
    assert yard.skill_of(guess) <= 1e-9
    truth = np.eye(3)[numbers] if width == 3 else labels.reshape(-1, 1)
    assert yard.skill_of(truth) == pytest.approx(1.0, abs=1e-4)


def test_soft_targets_have_their_own_floor() -> None:
    painted = RANDOM.random((10, 8))
    yard = yardstick(Network(loss="binary_crossentropy"), painted)
    assert yard.skill_of(painted) == pytest.approx(1.0, abs=1e-6)
    assert yard.floor > 0.3


def test_image_constants_are_taken_by_channel() -> None:
    """16 pictures: a constant picture would fit them too well; a constant colour does not."""
    pictures = RANDOM.random((16, 6, 6, 3))
    yard = yardstick(Network(loss="mean_squared_error"), pictures)
    colour = np.broadcast_to(pictures.mean((0, 1, 2)), pictures.shape)
    assert yard.skill_of(colour) == pytest.approx(0, abs=1e-9)


def test_where_nothing_can_be_learnt_skill_is_nothing() -> None:
    beyond = yardstick(Network(loss="binary_crossentropy"), np.array([0.0, 1, 2, 3]))
    same = yardstick(Network(loss="mean_squared_error"), np.ones(9))
    for yard in (beyond, same):
        assert not yard.usable
        assert yard.skill(-1e9) == 0.0


def test_nan_is_the_worst() -> None:
    yard = yardstick(Network(loss="mean_squared_error"), FIGURES)
    assert yard.skill_of(np.full_like(FIGURES, np.nan)) < -1
    assert yard.skill(float("inf")) < -1


def test_softmax_behind_from_logits_is_measured_as_keras_trains_it() -> None:
    network = Network(
        loss="categorical_crossentropy", from_logits=True, output_activation="softmax"
    )
    assert yardstick(network, HOT).skill_of(HOT) == pytest.approx(1.0, abs=1e-4)


def test_accuracy() -> None:
    assert yardstick(Network(loss="categorical_crossentropy"), HOT).accuracy_of(HOT) == 1.0
    bits = yardstick(Network(loss="binary_crossentropy"), BITS)
    assert bits.accuracy_of(1 - BITS) == 0.0
    assert bits.chance == pytest.approx(max(BITS.mean(), 1 - BITS.mean()))
    assert yardstick(Network(loss="mean_squared_error"), FIGURES).accuracy_of(FIGURES) is None


@pytest.mark.parametrize(
    ("units", "labels", "measured"),
    [
        (3, np.array([0, 1, 2, 1]), "sparse_categorical_crossentropy"),
        (3, np.array([[0.0], [1], [2], [1]]), "sparse_categorical_crossentropy"),
        (3, np.eye(3)[[0, 1, 2, 1]], "categorical_crossentropy"),
        (2, np.array([[1, 1], [0, 1], [0, 0]]), "binary_crossentropy"),
        (1, np.array([0, 1, 1, 0]), "binary_crossentropy"),
        (1, np.array([0, 7, 1, 3]), "mean_squared_error"),
        (2, np.array([0, 7, 1, 3]), "mean_squared_error"),
        (1, np.array([0.5, 1.5]), "mean_squared_error"),
        (None, np.array([0, 1]), "mean_squared_error"),
    ],
)
def test_a_loss_of_the_users_own_is_measured_by_what_suits_the_labels(
    units: int | None, labels: Any, measured: str
) -> None:
    assert yardstick(Network(loss="focal_of_mine", output_units=units), labels).loss == measured
    assert yardstick(Network(loss="poisson", output_units=units), labels).loss == (
        "mean_squared_error"
    )


def test_logits_are_told_from_probabilities_under_a_loss_of_ones_own() -> None:
    labels = np.array([0, 1, 2])
    yard = yardstick(Network(loss="mine", output_units=3), labels)
    sure = np.eye(3) * 0.97 + 0.01
    assert yard.skill_of(sure) == pytest.approx(yard.skill_of(np.log(sure)), abs=1e-6)
    assert yard.skill_of(sure) > 0.9
