"""The set-up that prose tells: loss, rate, last layer, label values."""

from __future__ import annotations

import pytest

from assistant.reading.words import read_words


@pytest.mark.parametrize(
    ("text", "loss", "units", "activation"),
    [
        ("The last layer is Dense(4, activation='sigmoid'), loss mse.",
         "mean_squared_error", 4, "sigmoid"),
        ("Final layer is Dense(1) with tanh activation, loss mean_absolute_error",
         "mean_absolute_error", 1, "tanh"),
        ("输出层一个神经元 sigmoid，损失函数用的 binary_crossentropy",
         "binary_crossentropy", 1, "sigmoid"),
        ("Dense(32 relu) Dense(16 relu) Dense(7), sparse_categorical_crossentropy",
         "sparse_categorical_crossentropy", 7, "linear"),
    ],
)  # fmt: skip
def test_loss_and_last_layer(text: str, loss: str, units: int, activation: str) -> None:
    network = read_words(text).stated.network
    assert (network.loss, network.output_units, network.output_activation) == (
        loss,
        units,
        activation,
    )


def test_what_is_told_two_ways_is_left_unknown() -> None:
    stated = read_words("The loss is mse. My friend has binary_crossentropy as the loss.").stated
    assert stated.network.loss is None


def test_a_metric_is_no_loss() -> None:
    assert read_words("My loss is 0.45 and the mse 0.2 on validation.").stated.network.loss is None


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("The labels are -1 and 1.", (-1, 1)),
        ("my labels go from 1 to 7", (1, 7)),
        ("标签那一列 1 表示正常，2 表示违约", (1, 2)),
        ("Targets are between 0 and 90000", (0, 90000)),
        ("For classes 1 and 2 it works", None),
    ],
)
def test_label_values(text: str, labels: tuple[int, int] | None) -> None:
    assert read_words(text).stated.label_range == labels


def test_dropout_that_is_there_and_dropout_that_was_taken_out() -> None:
    def told(text: str) -> bool:
        return any(f.id == "dropout-in-use" for f in read_words(text).findings)

    assert told("I have Dropout(0.5) after both dense layers")
    assert not told("Without dropout it is the same")
