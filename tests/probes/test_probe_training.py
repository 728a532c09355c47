"""Training on a few rows: it stops when it should, and says how it ended."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from probes.apparatus.cost import make_plan
from probes.apparatus.skill import yardstick
from probes.network import Network
from probes.reporter import Reporter

RANDOM = np.random.default_rng(0)


def test_plan_takes_fewer_rows_before_smaller_images() -> None:
    def plan(flops: float, side: int | None = 256) -> tuple[int, int | None]:
        made = make_plan(flops, 1e11, 45, 5.0, side, rows=300)
        return made.rows, made.size

    assert plan(1e6) == (32, None)
    assert plan(1.5e8) == (16, None)
    rows, size = plan(2e9)
    assert rows == 16
    assert size in (64, 96, 128)
    assert plan(1e12)[0] == 8
    assert plan(1e12, side=None) == (8, None)
    assert make_plan(1e6, 1e11, 45, 5.0, None, rows=5).rows == 5


def test_plan_shrinks_only_what_is_larger() -> None:
    assert make_plan(1e12, 1e11, 45, 5.0, 64, rows=300).size is None
    assert make_plan(1e12, 1e11, 45, 5.0, 100, rows=300).size == 64


@pytest.mark.slow
class TestTraining:
    def run(self, model: Any, x: Any, y: Any, loss: str, optimizer: Any, **more: Any) -> Any:
        from probes.apparatus.setup import make_loss
        from probes.apparatus.training import Rows, train

        network = Network(loss=loss, output_units=model.output_shape[-1])
        rows = Rows(
            (x,), y, yardstick(network, y), more.pop("other_x", None), more.pop("yard", None)
        )
        settings = {"steps": 120, "seconds": 60.0, "report": Reporter(lambda kind, data: None)}
        return train(model, rows, make_loss(network, None), optimizer, **{**settings, **more})

    def mlp(self, outputs: int, head: str | None) -> Any:
        import keras

        keras.utils.set_random_seed(0)
        layers = keras.layers
        return keras.Sequential(
            [keras.Input((6,)), layers.Dense(64, "relu"), layers.Dense(outputs, head)]
        )

    X = RANDOM.normal(size=(24, 6)).astype(np.float32)
    Y = np.arange(24) % 3

    def test_learns_and_stops(self) -> None:
        import keras

        model, loss = self.mlp(3, "softmax"), "sparse_categorical_crossentropy"
        run = self.run(model, self.X, self.Y, loss, keras.optimizers.Adam(0.02))
        assert run.status == "learnt"
        assert run.learns is True
        assert run.steps < 120
        assert run.end >= 0.85
        assert run.accuracy == 1.0
        assert len(run.losses) == len(run.skills) == run.steps

    def test_gets_stuck_and_stops(self) -> None:
        import keras

        model, loss = self.mlp(3, "softmax"), "sparse_categorical_crossentropy"
        run = self.run(model, self.X, self.Y, loss, keras.optimizers.Adam(1e-8))
        assert (run.status, run.learns) == ("stuck", False)
        assert run.steps == 40

    def test_still_falling_is_no_verdict(self) -> None:
        import keras

        model, y = self.mlp(1, None), (self.X[:, 0] * 30 + 200).astype(np.float32)
        run = self.run(
            model, self.X, y, "mean_squared_error", keras.optimizers.Adam(5e-3), steps=60
        )
        assert (run.status, run.learns) == ("falling", None)

    def test_a_loss_that_is_no_number_ends_it(self) -> None:
        import keras

        model, y = self.mlp(1, None), self.X[:, 0] * 100
        run = self.run(model, self.X * 100, y, "mean_squared_error", keras.optimizers.SGD(10.0))
        assert (run.status, run.learns) == ("not-finite", False)
        assert not math.isfinite(run.losses[-1])

    def test_what_keras_refuses_is_told_in_one_line(self) -> None:
        import keras

        model = self.mlp(3, "softmax")
        run = self.run(model, self.X, self.Y, "categorical_crossentropy", keras.optimizers.Adam())
        assert (run.status, run.learns, run.steps) == ("refused", False, 0)
        assert "rank" in run.error
        assert "\n" not in run.error
        assert "File " not in run.error

    def test_cancelling_ends_it_at_the_next_step(self) -> None:
        import keras

        from probes.errors import Cancelled

        asked: list[int] = []

        def cancelled() -> bool:
            asked.append(1)
            return len(asked) > 3

        report = Reporter(lambda kind, data: None, cancelled=cancelled)
        loss = "sparse_categorical_crossentropy"
        with pytest.raises(Cancelled):
            optimizer = keras.optimizers.Adam(1e-5)
            self.run(self.mlp(3, "softmax"), self.X, self.Y, loss, optimizer, report=report)
        assert len(asked) == 4

    def test_time_limit_ends_it(self) -> None:
        import keras

        loss = "sparse_categorical_crossentropy"
        optimizer = keras.optimizers.Adam(1e-4)
        over = Reporter(lambda kind, data: None, 0.0)
        model = self.mlp(3, "softmax")
        run = self.run(model, self.X, self.Y, loss, optimizer, seconds=0.0, report=over)
        assert (run.status, run.steps) == ("falling", 1)

    def test_beginning_is_not_for_nothing(self) -> None:
        import keras

        optimizer, loss = keras.optimizers.Adam(1e-4), "sparse_categorical_crossentropy"
        run = self.run(self.mlp(3, "softmax"), self.X, self.Y, loss, optimizer, seconds=0.0)
        assert run.status == "falling"
        assert run.steps > 1

    def deep(self, rates: list[float]) -> Any:
        import keras

        keras.utils.set_random_seed(0)
        layers, model = keras.layers, keras.Sequential([keras.Input((6,))])
        for rate in rates:
            model.add(layers.Dense(64, "relu"))
            model.add(layers.Dropout(rate))
        model.add(layers.Dense(3, "softmax"))
        return model

    def test_what_dropout_hides_is_seen(self) -> None:
        import keras

        model, loss = self.deep([0.4] * 5), "sparse_categorical_crossentropy"
        run = self.run(model, self.X, self.Y, loss, keras.optimizers.Adam(2e-3), steps=300)
        assert run.learns is True
        assert run.skill_clear is not None
        assert run.end == pytest.approx(run.skill_clear)
        assert {layer.rate for layer in model.layers if hasattr(layer, "rate")} == {0.4}

    def test_dropout_that_leaves_too_little_is_stuck(self) -> None:
        import keras

        model, loss = self.deep([0.97] * 2), "sparse_categorical_crossentropy"
        run = self.run(model, self.X, self.Y, loss, keras.optimizers.Adam(1e-3), steps=400)
        assert (run.status, run.learns) == ("stuck", False)

    def test_regularisation_is_no_part_of_the_loss_shown(self) -> None:
        import keras

        keras.utils.set_random_seed(0)
        layers = keras.layers
        model = keras.Sequential(
            [
                keras.Input((6,)),
                layers.Dense(3, "softmax", kernel_regularizer=keras.regularizers.L2(9.0)),
            ]
        )
        loss = "sparse_categorical_crossentropy"
        run = self.run(model, self.X, self.Y, loss, keras.optimizers.Adam(1e-5), steps=2)
        assert run.losses[0] < 3
        assert float(sum(model.losses)) > 3

    def test_fresh_copy_keeps_what_was_learnt_elsewhere(self) -> None:
        import keras

        from probes.apparatus.training import fresh
        from tests.probes.test_probe_surgery import setup_of

        layers = keras.layers
        norm = layers.Normalization()
        norm.adapt(self.X * 50 + 7)
        frozen = layers.Dense(8, name="frozen")
        model = keras.Sequential([keras.Input((6,)), norm, frozen, layers.Dense(3, name="head")])
        frozen.trainable = False
        setup = setup_of(model, self.X, self.Y)
        copied = fresh(model, setup, 3)
        again = fresh(model, setup, 3)
        kernels = [m.get_layer("head").get_weights()[0] for m in (model, copied, again)]
        assert not np.allclose(kernels[0], kernels[1])
        assert np.array_equal(kernels[1], kernels[2])
        assert np.array_equal(frozen.get_weights()[0], copied.get_layer("frozen").get_weights()[0])
        assert not copied.get_layer("frozen").trainable
        shown = np.asarray(copied.layers[0](self.X * 50 + 7))
        assert abs(shown.mean()) < 1e-3

    def test_frozen_beginning_is_cut_off(self) -> None:
        import keras

        from probes.apparatus.features import FeatureMaker, split_frozen

        layers = keras.layers
        base = keras.Sequential([keras.Input((6,)), layers.Dense(8, "relu"), layers.Dense(5)])
        base.trainable = False
        chain = keras.Sequential([keras.Input((6,)), base, layers.Dense(3, name="head")])
        inputs = keras.Input((6,))
        h = base(inputs, training=False)
        graph = keras.Model(inputs, layers.Dense(3)(layers.Dropout(0.3)(h)))
        beside = layers.Add()([layers.Dense(3)(h), layers.Dense(3)(inputs)])
        both = keras.Model(inputs, beside)
        for model in (chain, graph):
            split = split_frozen(model)
            assert split is not None
            features = FeatureMaker(split[0])(self.X)
            assert features.shape == (24, 5)
            assert np.allclose(np.asarray(split[1](features)), np.asarray(model(self.X)), atol=1e-5)
        assert split_frozen(both) is None
        base.trainable = True
        assert split_frozen(chain) is None
