"""Data are given to the model as the script gives them, and once only."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from probes.loading.data import Data, Sample
from probes.loading.feeding import as_fed
from probes.network import Layer, Network

CONV = Layer("Conv2D", "conv", config={"kernel_initializer": "x"})
PLAIN = Network(layers=(Layer("InputLayer"), CONV), input_shape=(4, 4, 3))
RESCALING = Network(layers=(Layer("Rescaling"), CONV), scaling_inside=("Rescaling",))


def pixels(
    kind: str = "arrays", scale: float = 1.0, shift: float = 0.0, held: bool = False
) -> Data:
    values = np.random.default_rng(0).integers(0, 256, (12, 4, 4, 3))
    x = values.astype(np.uint8) if (scale, shift) == (1.0, 0.0) else values * scale + shift
    sample = Sample((x,), np.arange(12) % 2)
    apart = Data("arrays", sample, None, 12, 12) if held else None
    return Data(kind, sample, None, 12, 12, held=apart)  # type: ignore[arg-type]


def range_of(data: Data) -> tuple[float, float]:
    values = data.train.x[0]
    return round(float(values.min()), 2), round(float(values.max()), 2)


@pytest.mark.parametrize(
    ("how", "expected"),
    [("divide-255", (0, 1)), ("minus-one-to-one", (-1, 1)), ("none", (0, 255)), (None, (0, 255))],
)
def test_raw_pixels_are_scaled_as_the_script_does(how: str | None, expected: Any) -> None:
    assert range_of(as_fed(pixels(), how, PLAIN)) == expected


@pytest.mark.parametrize(
    ("scale", "shift"), [(1 / 255, 0.0), (2 / 255, -1.0), (1.0, -120.0), (0.01, -1.2)]
)
@pytest.mark.parametrize("how", ["divide-255", "minus-one-to-one", "base"])
def test_what_was_saved_behind_the_scaling_is_left(how: str, scale: float, shift: float) -> None:
    data = pixels(scale=scale, shift=shift)
    assert as_fed(data, how, PLAIN) is data


def test_features_are_standardised_and_stay_so() -> None:
    x = np.random.default_rng(0).normal(50, 9, (200, 5))
    x[:, 3] = 7
    once = as_fed(Data("table", Sample((x,), None), None, 200, None), "standardise-features", None)
    again = as_fed(once, "standardise-features", None)
    assert np.allclose(once.train.x[0].mean(axis=0), 0, atol=1e-4)
    assert np.allclose(once.train.x[0], again.train.x[0], atol=1e-4)


@pytest.mark.parametrize(
    ("network", "expected"),
    [(PLAIN, (0, 1)), (RESCALING, (0, 255)), (None, (0, 1)), (Network(), (0, 1))],
)
def test_a_folder_of_images_without_a_script_gets_the_benefit_of_the_doubt(
    network: Network | None, expected: Any
) -> None:
    assert range_of(as_fed(pixels("images"), None, network)) == expected
    assert range_of(as_fed(pixels("images"), "none", network)) == (0, 255)


def test_validation_rows_are_scaled_by_the_rule_of_the_training_rows() -> None:
    fed = as_fed(pixels(held=True), "divide-255", PLAIN)
    assert fed.validation is not None
    assert np.array_equal(fed.validation.x[0], fed.train.x[0])


def test_token_ids_are_no_pixels() -> None:
    network = Network(layers=(Layer("Embedding", "e", config={"input_dim": 300}),))
    data = Data("arrays", Sample((np.arange(60).reshape(6, 10),), None), None, 6, None)
    assert as_fed(data, "divide-255", network) is data


@pytest.mark.slow
def test_a_folder_for_a_pretrained_base_is_prepared_as_the_base_was() -> None:
    base = Network(layers=(Layer("InputLayer"), CONV), pretrained_base="ResNet50")
    low, high = range_of(as_fed(pixels("images"), None, base))
    assert low < -100 and high > 100
