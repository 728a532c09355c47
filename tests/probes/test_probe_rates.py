"""The probes of learning rate, capacity and the user's own code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.probes.lab import run_probe
from tests.probes.test_probe_looks import SPARSE, X, Y, dense, net, written

pytestmark = pytest.mark.slow


class TestLearningRate:
    def look(self, folder: Path, optimizer: Any) -> Any:
        model = net(*dense(2))
        model.compile(optimizer, SPARSE)
        return run_probe("learning-rate", written(folder, model))

    def test_too_low_names_a_higher_rate_that_learns(self, tmp_path: Path) -> None:
        import keras

        seen = self.look(tmp_path, keras.optimizers.Adam(1e-7))
        assert seen.true == {"updates-too-small", "higher-rate-learns"}
        assert 1e-4 < seen.findings["higher-rate-learns"].value < 0.3
        assert "lower-rate-learns" in seen.false

    def test_too_high_names_a_lower_rate_that_learns(self, tmp_path: Path) -> None:
        import keras

        seen = self.look(tmp_path, keras.optimizers.SGD(300.0))
        assert "lower-rate-learns" in seen.true
        assert seen.findings["lower-rate-learns"].value < 30

    def test_a_rate_that_learns_is_left_alone(self, tmp_path: Path) -> None:
        import keras

        seen = self.look(tmp_path, keras.optimizers.Adam(5e-3))
        assert seen.true == set()
        assert all(1e-4 < ratio < 0.2 for ratio in seen.data["ratios"].values())
        assert seen.data["range"] == []

    def test_the_best_of_a_range_is_where_the_skill_was_highest(self) -> None:
        from probes.experiments.learning_rate import best_rate

        skills = [0.0, 0.0, 0.1, 0.4, 0.5, 0.45, -1.0]
        assert best_rate([(10.0**i, s) for i, s in enumerate(skills)]) in (1e4, 1e5)
        assert best_rate([(10.0**i, 0.0) for i in range(5)]) is None
        assert best_rate([]) is None


class TestCapacity:
    def test_a_penalty_that_outweighs_the_errors(self, tmp_path: Path) -> None:
        import keras

        heavy = dense(2, kernel_regularizer=keras.regularizers.L2(1.0))
        assert (
            "penalty-outweighs-loss" in run_probe("capacity", written(tmp_path, net(*heavy))).true
        )
        light = dense(2, kernel_regularizer=keras.regularizers.L2(1e-4))
        assert run_probe("capacity", written(tmp_path, net(*light))).true == set()

    def test_a_run_that_was_too_short(self, tmp_path: Path) -> None:
        import keras

        model = net(*dense(2))
        model.compile(keras.optimizers.Adam(1e-4), SPARSE)
        model.fit(X, Y, epochs=1, verbose=0)
        seen = run_probe("capacity", written(tmp_path, model))
        assert seen.findings["few-updates-made"].present
        assert seen.findings["few-updates-made"].value == 3
        model.compile(keras.optimizers.Adam(2e-2), SPARSE)
        model.fit(X, Y, epochs=25, verbose=0)
        assert run_probe("capacity", written(tmp_path, model)).true == set()

    def test_directions_that_are_left(self) -> None:
        from probes.experiments.capacity import directions

        random = np.random.default_rng(0)
        assert directions(np.ones((32, 6))) == 0
        assert directions(random.normal(size=(32, 1)) @ random.normal(size=(1, 6))) == 1
        assert directions(random.normal(size=(64, 6))) >= 5


class TestOwnCode:
    def look_at(self, loss: Any, head: str = "sigmoid", y: Any = None) -> dict[str, bool | None]:
        """Findings on a loss of the user's own, on a small binary network."""
        from probes.apparatus.bench import Bench
        from probes.apparatus.look import look
        from probes.apparatus.setup import _averaged
        from probes.experiments.custom_code import loss_findings
        from tests.probes.test_probe_surgery import setup_of

        labels = (Y % 2).astype(np.float32)[:, None] if y is None else y
        model = net(*dense(1), head=head, units=labels.shape[1], loss="binary_crossentropy")

        class Ready(Bench):
            setup = setup_of(model, X, labels, loss="own")  # type: ignore[assignment]

        from probes.protocol import Subject

        seen = look(Ready(Subject(), 0))
        return {finding.id: finding.present for finding in loss_findings(_averaged(loss), seen)}

    def test_a_log_of_zero(self) -> None:
        from keras import ops

        def bare(y: Any, p: Any) -> Any:
            return -ops.mean(y * ops.log(p) + (1 - y) * ops.log(1 - p), axis=-1)

        def guarded(y: Any, p: Any) -> Any:
            return bare(y, ops.clip(p, 1e-7, 1 - 1e-7))

        assert self.look_at(bare)["custom-loss-log-of-zero"] is True
        assert self.look_at(guarded)["custom-loss-log-of-zero"] is False

    def test_a_loss_without_a_gradient(self) -> None:
        from keras import ops

        def counted(y: Any, p: Any) -> Any:
            return ops.mean(ops.cast(ops.not_equal(y, ops.round(p)), "float32"), axis=-1)

        assert self.look_at(counted)["custom-loss-not-differentiable"] is True

        def squared(y: Any, p: Any) -> Any:
            return ops.mean(ops.square(y - p), axis=-1)

        assert self.look_at(squared)["custom-loss-not-differentiable"] is False

    def test_exchanged_arguments(self) -> None:
        import keras

        own = keras.losses.binary_crossentropy

        def swapped(p: Any, y: Any) -> Any:
            return own(y, p)

        assert self.look_at(swapped)["custom-loss-arguments-swapped"] is True
        assert self.look_at(own)["custom-loss-arguments-swapped"] is False

    def test_a_layer_that_stops_the_gradient(self) -> None:
        import keras

        from probes.apparatus.bench import Bench
        from probes.apparatus.look import look
        from probes.experiments.custom_code import layer_finding
        from probes.protocol import Subject
        from tests.probes.test_probe_surgery import setup_of

        class Rounding(keras.layers.Layer):  # type: ignore[misc]
            def call(self, inputs: Any) -> Any:
                return keras.ops.cast(keras.ops.cast(inputs, "int32"), "float32")

        class Doubling(keras.layers.Layer):  # type: ignore[misc]
            def call(self, inputs: Any) -> Any:
                return 2 * inputs

        for layer, stops in ((Rounding(name="own"), True), (Doubling(name="own"), False)):
            model = net(*dense(1), layer)

            class Ready(Bench):
                setup = setup_of(model, X, Y)  # type: ignore[assignment]

            finding = layer_finding([layer], look(Ready(Subject(), 0)))
            assert finding.present is stops
            assert finding.value == ("own" if stops else None)
