"""Batch normalisation in training and in inference: too few steps, one row at a time, a layer that
is fixed in training mode; and the same networks as they should be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from probes.protocol import Subject
from tests.probes.lab import Result, run_probe
from tests.probes.test_probe_looks import SPARSE, written

pytestmark = pytest.mark.slow

CLASSES = 3


def rows(count: int, features: int = 10) -> tuple[Any, Any]:
    """Clouds of points in a corner, narrow, as shares and rates are."""
    random = np.random.default_rng(0)
    y = random.integers(0, CLASSES, count)
    centres = random.normal(size=(CLASSES, features)) * 2
    return (0.03 * (centres[y] + random.normal(size=(count, features))) + 1).astype(np.float32), y


def network(momentum: float = 0.99) -> Any:
    import keras

    keras.utils.set_random_seed(0)
    h = inputs = keras.Input((10,))
    for number in range(2):
        norm = keras.layers.BatchNormalization(momentum=momentum, name=f"norm_{number}")
        h = keras.layers.ReLU()(norm(keras.layers.Dense(16)(h)))
    model = keras.Model(inputs, keras.layers.Dense(CLASSES, "softmax")(h))
    model.compile(keras.optimizers.Adam(0.02), SPARSE)
    return model


@pytest.fixture(scope="module")
def learnt() -> list[Any]:
    """Weights that know the rows, moments included, by quick training with a low momentum."""
    model = network(0.8)
    model.fit(*rows(128), 32, 15, verbose=0)
    return list(model.get_weights())


def stopped(learnt: list[Any], steps: int, momentum: float = 0.99) -> Any:
    """That network as it would be saved after so many steps of another momentum: of the moments
    momentum ** steps is their start, 0 and 1, as Keras's own update leaves it."""
    model = network(momentum)
    model.optimizer.build(model.trainable_variables)
    model.set_weights(learnt)
    left = momentum**steps
    for layer in model.layers:
        if layer.name.startswith("norm"):
            layer.moving_mean.assign(layer.moving_mean * (1 - left))
            layer.moving_variance.assign(left + layer.moving_variance * (1 - left))
    model.optimizer.iterations.assign(steps)
    return model


def look(folder: Path, model: Any, x: Any, y: Any, **assume: Any) -> Result:
    subject: Subject = written(folder, model, x=x, y=y)
    return run_probe("training-mode", replace(subject, assume=assume))


class TestSteps:
    @pytest.mark.parametrize("steps", [4, 20])
    def test_few_steps_are_told(self, steps: int, learnt: list[Any], tmp_path: Path) -> None:
        seen = look(tmp_path, stopped(learnt, steps), *rows(128))
        told = seen.findings["batchnorm-updates-too-few"]
        assert told.present
        assert told.value == steps
        assert told.details["left"] == pytest.approx(0.99**steps, abs=1e-3)

    def test_a_momentum_near_one_is_another_fault(self, learnt: list[Any], tmp_path: Path) -> None:
        seen = look(tmp_path, stopped(learnt, 300, 0.9999), *rows(128))
        assert "batchnorm-statistics-lag" in seen.true
        assert "batchnorm-updates-too-few" in seen.false

    def test_enough_steps_are_silent(self, learnt: list[Any], tmp_path: Path) -> None:
        seen = look(tmp_path, stopped(learnt, 600), *rows(128))
        assert seen.true == set()
        assert {"batchnorm-updates-too-few", "batchnorm-sees-one-row"} <= seen.false

    def test_only_what_no_usual_momentum_would_mend_is_too_few(self) -> None:
        from probes.experiments.base_check import Moments
        from probes.experiments.training_mode import Lag

        def too_few(momentum: float, updates: int | None) -> bool | None:
            return Lag("norm", momentum, Moments(1.0, 0.0), updates).too_few

        assert too_few(0.99, 4) and too_few(0.9, 4) and too_few(0.995, 200)
        assert too_few(0.99, 400) is False
        assert too_few(0.995, 400) is False  # the usual one has caught up by then
        assert too_few(0.9999, 4) is False
        assert too_few(0.99, None) is None


class TestSmallBatches:
    def test_one_row_at_a_time(self, tmp_path: Path) -> None:
        x, y = rows(90)
        model = network()
        model.fit(x, y, 1, verbose=0)
        for assume in ({}, {"batch_size": 1}, {"steps_per_epoch": 90}):
            seen = look(tmp_path, model, x, y, **assume)
            assert seen.findings["batchnorm-sees-one-row"].present
            assert seen.findings["batchnorm-sees-one-row"].value == "norm_0"
            assert not {"batchnorm-statistics-lag", "batchnorm-updates-too-few"} & seen.true

    def test_ordinary_batches_are_silent(self, learnt: list[Any], tmp_path: Path) -> None:
        x, y = rows(96)
        model = stopped(learnt, 400)
        for assume in ({"batch_size": 32}, {"steps_per_epoch": 3}, {"steps_per_epoch": 48}):
            seen = look(tmp_path, model, x, y, **assume)
            assert "batchnorm-sees-one-row" in seen.false

    def test_a_network_without_it_may_take_single_rows(self, tmp_path: Path) -> None:
        import keras

        x, y = rows(60)
        model = keras.Sequential([keras.Input((10,)), keras.layers.Dense(CLASSES, "softmax")])
        model.compile("adam", SPARSE)
        model.fit(x, y, 1, verbose=0)
        seen = look(tmp_path, model, x, y, batch_size=1)
        assert "batchnorm-sees-one-row" not in seen.findings


def test_the_layer_that_is_fixed_in_training_mode_is_named() -> None:
    import keras

    from probes.apparatus.bench import Bench
    from probes.apparatus.look import look as look_at
    from probes.experiments.stability import stability_findings
    from tests.probes.test_probe_surgery import setup_of

    class Fixed(keras.layers.Layer):  # type: ignore[misc]
        def __init__(self, training: bool | None) -> None:
            super().__init__()
            self.norm = keras.layers.BatchNormalization(name="stuck")
            self.mode = training

        def call(self, inputs: Any, training: Any = None) -> Any:
            return self.norm(inputs, training=training if self.mode is None else self.mode)

    x, y = rows(32)
    for mode in (True, None):
        layers = [keras.layers.Dense(8), Fixed(mode), keras.layers.Dense(CLASSES, "softmax")]
        model = keras.Sequential([keras.Input((10,)), *layers])
        model.compile("adam", SPARSE)

        class Ready(Bench):
            setup = setup_of(model, x, y)  # type: ignore[assignment]

        found = {f.id: f for f in stability_findings(look_at(Ready(Subject(), 0)))}
        assert found["predictions-depend-on-batch"].present is bool(mode)
        if mode:
            assert found["predictions-depend-on-batch"].details["layer"] == "stuck"
            assert found["batchnorm-training-fixed"].value == "stuck"
