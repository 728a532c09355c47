"""The looks that train nothing: gradients, first weights, answers, modes, and a frozen base."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from probes.protocol import Subject
from tests.probes.lab import Result, run_probe

pytestmark = pytest.mark.slow

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(96, 8)).astype(np.float32)
Y = (X[:, 0] > 0).astype(np.int64) + (X[:, 1] > 0.5)
SPARSE = "sparse_categorical_crossentropy"


def written(folder: Path, model: Any, x: Any = X, y: Any = Y) -> Subject:
    model.save(folder / "model.keras")
    np.savez(folder / "data.npz", x=x, y=y)
    return Subject(model=str(folder / "model.keras"), data=str(folder / "data.npz"))


def net(*hidden: Any, head: Any = "softmax", units: int = 3, loss: str = SPARSE) -> Any:
    import keras

    keras.utils.set_random_seed(0)
    layers = [keras.Input((8,)), *hidden, keras.layers.Dense(units, head, name="answer")]
    model = keras.Sequential(layers)
    model.compile("adam", loss)
    return model


def dense(count: int, activation: str = "relu", **settings: Any) -> list[Any]:
    import keras

    return [keras.layers.Dense(24, activation, **settings) for _ in range(count)]


class TestGradients:
    def look(self, folder: Path, model: Any) -> Result:
        return run_probe("gradient-flow", written(folder, model))

    def test_a_stack_of_sigmoids_loses_the_gradient(self, tmp_path: Path) -> None:
        seen = self.look(tmp_path, net(*dense(8, "sigmoid")))
        finding = seen.findings["gradient-vanishes"]
        assert finding.present
        assert finding.value == next(iter(seen.data["layers"]))
        assert finding.details["ratio"] < 1e-3

    def test_wide_weights_explode_and_the_layer_is_named(self, tmp_path: Path) -> None:
        import keras

        wide = keras.initializers.RandomNormal(stddev=2.0)
        seen = self.look(tmp_path, net(*dense(4, kernel_initializer=wide)))
        assert seen.findings["gradient-explodes"].present
        assert seen.findings["gradient-explodes"].value in seen.data["layers"]

    def test_a_deep_stack_of_batch_normalisation_does_not(self, tmp_path: Path) -> None:
        import keras

        layers: list[Any] = []
        for hidden in dense(24, "linear"):
            layers += [hidden, keras.layers.BatchNormalization(), keras.layers.ReLU()]
        seen = self.look(tmp_path, net(*layers))
        assert max(seen.data["layers"].values()) > 100  # what a plain threshold would take
        assert seen.true == set()

    def test_weights_that_no_gradient_reaches_are_named(self, tmp_path: Path) -> None:
        import keras

        layers, inputs = keras.layers, keras.Input((8,))
        lost = layers.Dense(8, name="lost")(inputs)
        rounded = layers.Activation("relu")(keras.ops.cast(keras.ops.argmax(lost, -1), "float32"))
        h = layers.Concatenate()([layers.Dense(8)(inputs), layers.Reshape((1,))(rounded)])
        model = keras.Model(inputs, layers.Dense(3, "softmax")(h))
        model.compile("adam", SPARSE)
        finding = self.look(tmp_path, model).findings["gradient-missing"]
        assert finding.present
        assert finding.value == "lost"

    def test_looking_changes_neither_weights_nor_averages(self, tmp_path: Path) -> None:
        import keras

        from probes.apparatus.bench import open_bench
        from probes.experiments.training_mode import run
        from probes.reporter import Reporter

        model = net(*dense(1), keras.layers.BatchNormalization())
        bench = open_bench(written(tmp_path, model), 0)
        before = [weight.copy() for weight in bench.setup.model.get_weights()]
        run(bench, {}, Reporter(lambda kind, data: None))
        for old, new in zip(before, bench.setup.model.get_weights(), strict=True):
            assert np.array_equal(old, new)


class TestInitialWeights:
    def look(self, folder: Path, model: Any) -> Result:
        return run_probe("initial-weights", written(folder, model))

    def test_narrow_weights_let_the_signal_fade(self, tmp_path: Path) -> None:
        import keras

        narrow = keras.initializers.RandomNormal(stddev=0.01)
        seen = self.look(tmp_path, net(*dense(4, kernel_initializer=narrow)))
        assert seen.true == {"initial-signal-fades"}
        assert seen.findings["initial-signal-fades"].details["layer"] in seen.data["layers"]

    def test_wide_weights_let_it_grow(self, tmp_path: Path) -> None:
        import keras

        wide = keras.initializers.RandomUniform(-3, 3)
        seen = self.look(tmp_path, net(*dense(4, kernel_initializer=wide)))
        assert seen.true == {"initial-signal-grows"}

    @pytest.mark.parametrize("activation", ["relu", "tanh", "selu", "gelu"])
    def test_the_usual_ones_are_left_in_peace(self, tmp_path: Path, activation: str) -> None:
        seen = self.look(tmp_path, net(*dense(5, activation)))
        assert seen.true == set()

    def test_constant_kernels_are_seen_and_a_zero_answer_is_not(self, tmp_path: Path) -> None:
        hidden = dense(2, kernel_initializer="ones")
        seen = self.look(tmp_path, net(*hidden))
        assert seen.findings["weights-constant"].value == hidden[0].name
        import keras

        answer = keras.layers.Dense(3, "softmax", kernel_initializer="zeros", name="answer")
        model = keras.Sequential([keras.Input((8,)), *dense(2), answer])
        model.compile("adam", SPARSE)
        assert self.look(tmp_path, model).true == set()


class TestOutputs:
    def look(self, folder: Path, model: Any, y: Any = Y) -> Result:
        return run_probe("output-check", written(folder, model, y=y))

    def test_answers_that_are_no_probabilities(self, tmp_path: Path) -> None:
        linear = net(*dense(1), head=None)
        assert "output-rows-not-probabilities" in self.look(tmp_path, linear).true
        single = net(*dense(1), head=None, units=1, loss="binary_crossentropy")
        assert "outputs-outside-0-1" in self.look(tmp_path, single, y=Y % 2).true

    def test_a_first_loss_far_above_a_blind_guess(self, tmp_path: Path) -> None:
        import keras

        wide = keras.initializers.RandomNormal(stddev=3.0)
        far = self.look(tmp_path, net(*dense(2, kernel_initializer=wide)))
        assert "initial-loss-far-from-constant" in far.true
        near = self.look(tmp_path, net(*dense(2)))
        assert near.true == set()
        assert near.data["first"] == pytest.approx(np.log(3), abs=0.8)
        assert near.data["uniform"] == pytest.approx(np.log(3))

    def test_rows_on_the_plateau_of_clipped_probabilities(self) -> None:
        from probes.apparatus.skill import yardstick
        from probes.experiments.output_check import clipped_share
        from probes.network import Network

        network = Network(loss=SPARSE, output_units=2, output_activation="softmax")
        yard = yardstick(network, np.array([0, 1, 0, 1]))
        stuck = np.array([[1.0, 0.0]] * 4)
        assert clipped_share(yard, stuck) == 0.5
        unsure = np.array([[0.6, 0.4]] * 4)
        assert clipped_share(yard, unsure) == 0.0


class TestModes:
    def test_batch_normalisation_that_lags(self, tmp_path: Path) -> None:
        import keras

        norm = keras.layers.BatchNormalization(momentum=0.9999)
        model = net(*dense(1), norm)
        model.compile(keras.optimizers.Adam(0.02), SPARSE)
        x = X * 40
        model.fit(x, Y, epochs=12, verbose=0)
        seen = run_probe("training-mode", written(tmp_path, model, x=x))
        assert {"train-eval-disagree", "batchnorm-statistics-lag"} <= seen.true
        assert seen.findings["batchnorm-statistics-lag"].value == norm.name

    def answers(self, layer: Any) -> set[str]:
        from probes.apparatus.bench import Bench
        from probes.apparatus.look import look
        from probes.experiments.stability import stability_findings
        from tests.probes.test_probe_surgery import setup_of

        class Ready(Bench):
            setup = setup_of(net(*dense(1), layer), X, Y)  # type: ignore[assignment]

        seen = look(Ready(Subject(), 0))
        return {finding.id for finding in stability_findings(seen) if finding.present}

    def test_answers_that_do_not_hold_still(self) -> None:
        import keras

        class Centred(keras.layers.Layer):  # type: ignore[misc]
            def call(self, inputs: Any) -> Any:
                return inputs - keras.ops.mean(inputs, axis=0, keepdims=True)

        class Dropping(keras.layers.Layer):  # type: ignore[misc]
            def call(self, inputs: Any) -> Any:
                return keras.random.dropout(inputs, 0.5)

        assert self.answers(Centred()) == {"predictions-depend-on-batch"}
        assert self.answers(Dropping()) == {"dropout-active-in-inference"}
        assert self.answers(keras.layers.BatchNormalization()) == set()

    def test_the_gap_that_dropout_makes(self, tmp_path: Path) -> None:
        import keras

        model = net(*dense(1), keras.layers.Dropout(0.7), *dense(1), keras.layers.Dropout(0.7))
        model.compile(keras.optimizers.Adam(0.02), SPARSE)
        model.fit(X, Y, epochs=25, verbose=0)
        seen = run_probe("training-mode", written(tmp_path, model))
        assert seen.true == {"dropout-makes-the-gap"}
        assert seen.data["without_dropout"] > seen.data["training"]


class TestBase:
    def trained(self) -> Any:
        import keras

        model = net(*dense(2))
        model.layers[0].trainable = False
        model.compile(keras.optimizers.Adam(), SPARSE)
        model.fit(X, Y, verbose=0)
        return model

    def test_freed_after_compile(self, tmp_path: Path) -> None:
        model = self.trained()
        assert run_probe("base-check", written(tmp_path, model)).true == set()
        model.layers[0].trainable = True
        assert run_probe("base-check", written(tmp_path, model)).true == {
            "compiled-while-frozen",
            "base-frozen-before-compile-only",
        }

    def test_frozen_after_compile_and_nothing_left(self, tmp_path: Path) -> None:
        model = self.trained()
        model.layers[1].trainable = False
        assert run_probe("base-check", written(tmp_path, model)).true == {
            "base-frozen-before-compile-only"
        }
        model.trainable = False
        assert "nothing-trainable" in run_probe("base-check", written(tmp_path, model)).true

    def test_what_counts_as_a_mismatch(self) -> None:
        from probes.experiments.base_check import Moments, mismatched

        right = Moments(1.0, 0.1)
        assert mismatched(Moments(2e-5, 0.9), Moments(2e-5, 0.9))
        assert mismatched(Moments(0.096, 0.76), right)
        assert mismatched(Moments(1.0, 1.8), right)
        assert not mismatched(right, right)
        # Dark and white pictures, rightly prepared: nothing else is right for them either.
        dark, white = Moments(0.15, 0.8), Moments(0.28, 3.5)
        assert not mismatched(dark, dark)
        assert not mismatched(dark, Moments(0.25, 0.6))
        assert not mismatched(white, Moments(0.3, 1.4))

    @pytest.mark.parametrize("family", ["caffe", "tf", "torch"])
    def test_prepared_pictures_are_taken_back_to_pixels(self, family: str) -> None:
        from probes.surgery.inputs import FAMILIES, to_pixels

        pixels = RANDOM.uniform(0, 255, (4, 6, 6, 3)).astype(np.float32)
        pixels[0, 0, 0], pixels[0, 0, 1] = 0, 255
        assert np.allclose(to_pixels(FAMILIES[family](pixels)), pixels, atol=0.1)
        assert np.allclose(to_pixels(pixels), pixels)
        wild = RANDOM.normal(0, 4, (4, 6, 6, 3)).astype(np.float32)
        assert np.array_equal(to_pixels(wild), wild)
