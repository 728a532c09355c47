"""The bench: what is silent is assumed, what is said is kept, what does not fit is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from probes.apparatus.bench import assume, check_shapes, open_bench
from probes.errors import ProbeError
from probes.loading.data import Sample
from probes.network import Network
from probes.protocol import Subject


def test_what_the_file_says_is_never_overruled() -> None:
    said = {"loss": "mse", "optimizer": "sgd", "learning_rate": 0.5, "metrics": ["mae"]}
    silent = assume(Network(), said)
    assert (silent.loss, silent.optimizer, silent.learning_rate) == (
        "mean_squared_error",
        "SGD",
        0.5,
    )
    assert silent.compiled
    speaking = Network(loss="hinge", from_logits=False, optimizer="Adam", learning_rate=0.1)
    assert assume(speaking, said) == assume(speaking, {"metrics": ["mae"]})
    assert assume(speaking, said).loss == "hinge"
    assert assume(Network(), {"optimizer": "adam"}).learning_rate == 0.001
    assert assume(Network(), {}) == Network()


@pytest.mark.parametrize(
    ("given", "wanted", "fits"),
    [
        ((8, 8, 3), (8, 8, 3), True),
        ((8, 8), (8, 8, 1), True),
        ((8, 8, 1), (8, 8), True),
        ((9, 8, 3), (None, 8, 3), True),
        ((9, 8, 3), (8, 8, 3), False),
        ((12,), (13,), False),
    ],
)
def test_shapes(given: Any, wanted: Any, fits: bool) -> None:
    sample = Sample((np.zeros((2, *given)),), None)
    network = Network(input_shape=wanted, inputs=1)
    if fits:
        check_shapes(sample, network)
    else:
        with pytest.raises(ProbeError) as caught:
            check_shapes(sample, network)
        assert caught.value.key == "data-shape-differs"


def test_nothing_is_opened_before_it_is_asked_for(tmp_path: Path) -> None:
    bench = open_bench(Subject(str(tmp_path / "no.keras"), str(tmp_path / "no.npz")), 0)
    assert not bench.has_model
    for name, key in (("archive", "model-missing"), ("data", "data-missing")):
        with pytest.raises(ProbeError) as caught:
            getattr(bench, name)
        assert caught.value.key == key
    for name, key in (("archive", "model-not-given"), ("data", "data-not-given")):
        with pytest.raises(ProbeError) as caught:
            getattr(open_bench(Subject(), 0), name)
        assert caught.value.key == key


@pytest.mark.slow
class TestWithKeras:
    def save(self, tmp_path: Path, rows: int = 40, **data: Any) -> tuple[str, str]:
        import keras

        layers = keras.layers
        model = keras.Sequential(
            [
                keras.Input((5,)),
                layers.Dense(4, activation="relu"),
                layers.Dense(3, activation="softmax"),
            ]
        )
        model.save(tmp_path / "m.keras")
        arrays = {"x": np.random.default_rng(0).normal(size=(rows, 5)), "y": np.arange(rows) % 3}
        np.savez(tmp_path / "d.npz", **{**arrays, **data})
        return str(tmp_path / "m.keras"), str(tmp_path / "d.npz")

    def test_an_uncompiled_model_needs_its_loss(self, tmp_path: Path) -> None:
        from tests.probes.lab import run_probe

        model, data = self.save(tmp_path)
        with pytest.raises(ProbeError) as caught:
            run_probe("tiny-batch-overfit", Subject(model, data))
        assert caught.value.key == "loss-not-given"
        said = {
            "loss": "sparse_categorical_crossentropy",
            "optimizer": "adam",
            "learning_rate": 0.01,
        }
        result = run_probe("tiny-batch-overfit", Subject(model, data, assume=said))
        assert "tiny-batch-not-learnt" in result.false

    def test_scaling_of_the_script_is_done_to_the_data(self, tmp_path: Path) -> None:
        pixels = np.random.default_rng(0).integers(0, 256, (40, 5)).astype(np.uint8)
        model, data = self.save(tmp_path, x=pixels)
        said = {"loss": "sparse_categorical_crossentropy", "scale_inputs": "divide-255"}
        train = open_bench(Subject(model, data, assume=said), 0).setup.train
        assert train.x[0].max() <= 1

    def test_changes_of_the_subject_are_applied(self, tmp_path: Path) -> None:
        model, data = self.save(tmp_path)
        change = {"op": "set-output", "units": 7, "activation": "sigmoid"}
        bench = open_bench(Subject(model, data, changes=(change,)), 0)
        assert bench.network.output_units == 7
        assert bench.network.output_activation == "sigmoid"
        assert bench.read.output_units == 3

    def test_a_changed_copy_is_judged_by_its_own_labels_and_weights(self, tmp_path: Path) -> None:
        from tests.probes.lab import run_probe

        model, data = self.save(tmp_path)
        changes = (
            {"op": "convert-labels", "to": "one-hot"},
            {"op": "set-loss", "loss": "categorical_crossentropy"},
        )
        subject = Subject(model, data, changes=changes)
        result = run_probe("label-shape", subject)
        assert result.findings["label-form"].value == "one-hot"
        assert {"integer-labels-with-categorical-loss", "units-differ-from-target-columns"} <= (
            result.false
        )
        bench = open_bench(subject, 0)
        before, after = (m.layers[0].get_weights()[0] for m in (bench.model, bench.setup.model))
        assert not np.allclose(before, after)

    def test_different_lengths_stop_a_training(self, tmp_path: Path) -> None:
        model, data = self.save(tmp_path, y=np.arange(30) % 3)
        with pytest.raises(ProbeError) as caught:
            _ = open_bench(Subject(model, data), 0).setup
        assert caught.value.key == "data-lengths-differ"
        assert caught.value.fields == {"x": 40, "y": 30}

    def test_lambda_and_foreign_layers_are_loaded_only_with_trust(self, tmp_path: Path) -> None:
        import keras

        layers = keras.layers
        model = keras.Sequential(
            [keras.Input((5,)), layers.Lambda(lambda x: x * 2, name="trick"), layers.Dense(3)]
        )
        model.save(tmp_path / "l.keras")
        _, data = self.save(tmp_path)
        path = str(tmp_path / "l.keras")
        with pytest.raises(ProbeError) as caught:
            _ = open_bench(Subject(path, data), 0).model
        assert caught.value.key == "model-has-lambda"
        assert open_bench(Subject(path, data, trust=True), 0).model.built

    def test_keras_2_arguments_are_dropped(self, tmp_path: Path) -> None:
        """An .h5 of Keras 2 with `time_major` and a list as axis, weights kept."""
        import json

        import h5py
        import keras

        from probes.loading.model import load_model
        from probes.saved.archive import read_archive

        layers = keras.layers
        model = keras.Sequential(
            [keras.Input((7, 3)), layers.LSTM(4), layers.BatchNormalization(), layers.Dense(2)]
        )
        path = tmp_path / "old.h5"
        model.save(path)
        with h5py.File(path, "r+") as file:
            config = json.loads(file.attrs["model_config"])
            for entry in config["config"]["layers"]:
                if entry["class_name"] == "LSTM":
                    entry["config"]["time_major"] = False
                if entry["class_name"] == "BatchNormalization":
                    entry["config"]["axis"] = [1]
            file.attrs["model_config"] = json.dumps(config)
        loaded = load_model(read_archive(path))
        x = np.random.default_rng(0).normal(size=(2, 7, 3)).astype(np.float32)
        assert np.allclose(np.asarray(loaded(x)), np.asarray(model(x)), atol=1e-5)
