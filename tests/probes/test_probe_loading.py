"""Models as people have them: weights alone, folders of Keras 2, own classes, several outputs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from probes.apparatus.bench import open_bench
from probes.errors import ProbeError
from probes.protocol import Subject
from probes.saved.archive import Archive, read_archive
from tests.probes.lab import run_probe

pytestmark = pytest.mark.slow

OWN_CLASSES = """
import keras

class Twice(keras.layers.Layer):
    def call(self, x):
        return 2 * x

def bent(x):
    return keras.ops.maximum(x, 0.1 * x)

def own_loss(y_true, y_pred):
    return keras.ops.mean(keras.ops.square(y_true - y_pred), axis=-1)

class Own(keras.Model):
    def __init__(self, width=6, **more):
        super().__init__(**more)
        self.width = width
        self.hidden = keras.layers.Dense(width, activation="relu")
        self.out = keras.layers.Dense(1)
    def call(self, x):
        return self.out(self.hidden(x))
    def get_config(self):
        return {**super().get_config(), "width": self.width}
"""


def refused(run: Callable[[], Any]) -> ProbeError:
    with pytest.raises(ProbeError) as caught:
        run()
    return caught.value


def outputs(model: Any, x: Any) -> Any:
    return np.asarray(model(x))


def x_of(*shape: int) -> Any:
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def load(path: Path, **more: Any) -> Any:
    from probes.loading.model import load_model

    return load_model(read_archive(path), **more)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    """A model with adapted inputs and recurrence, and its configuration as Keras 2 wrote it."""
    import keras

    layers = keras.layers
    scale = layers.Normalization()
    scale.adapt(5 + 3 * x_of(64, 7, 3))
    stack = [keras.Input((7, 3)), scale, layers.LSTM(4), layers.BatchNormalization()]
    model = keras.Sequential([*stack, layers.Dense(2, activation="softmax")])
    model.layers[1].set_weights([x_of(*weight.shape) for weight in model.layers[1].weights])
    return model, tmp_path_factory.mktemp("network")


def as_keras_2(model: Any) -> dict[str, Any]:
    """The configuration with what Keras 2 wrote otherwise."""
    config: dict[str, Any] = json.loads(model.to_json())
    for entry in config["config"]["layers"]:
        entry.pop("module", None)
        entry.pop("registered_name", None)
        entry.pop("build_config", None)
        entry["config"]["dtype"] = "float32"
        if "batch_shape" in entry["config"]:
            entry["config"]["batch_input_shape"] = entry["config"].pop("batch_shape")
        if entry["class_name"] == "LSTM":
            entry["config"] |= {"time_major": False, "implementation": 2, "no_such_key": 1}
        if entry["class_name"] == "BatchNormalization":
            entry["config"]["axis"] = [1]
    return {"class_name": "Sequential", "config": config["config"]}


@pytest.mark.parametrize("name", ["net.weights.h5", "old.h5"])
def test_weights_with_a_json_beside_them(
    network: tuple[Any, Path], tmp_path: Path, name: str
) -> None:
    model, _ = network
    model.save_weights(tmp_path / "net.weights.h5")
    if name == "old.h5":
        import h5py
        from keras.src.legacy.saving import legacy_h5_format

        with h5py.File(tmp_path / name, "w") as file:
            legacy_h5_format.save_weights_to_hdf5_group(file, model)
    path = tmp_path / name
    assert refused(lambda: load(path)).key == "model-weights-only"
    (tmp_path / "model.json").write_text(json.dumps(as_keras_2(model)))
    x = x_of(3, 7, 3)
    assert np.allclose(outputs(load(path), x), outputs(model, x), atol=1e-5)
    assert read_archive(path).architecture == "model.json"


def test_weights_of_other_layers_do_not_fit(network: tuple[Any, Path], tmp_path: Path) -> None:
    model, _ = network
    model.save_weights(tmp_path / "net.weights.h5")
    config = as_keras_2(model)
    config["config"]["layers"][-1]["config"]["units"] = 9
    (tmp_path / "net.json").write_text(json.dumps(config))
    error = refused(lambda: load(tmp_path / "net.weights.h5"))
    assert error.key == "weights-do-not-fit"
    assert error.fields["architecture"] == "net.json"
    (tmp_path / "net.json").write_text("{not json")
    assert refused(lambda: load(tmp_path / "net.weights.h5")).key == "model-not-a-model"


def test_weights_with_the_layers_of_a_script(network: tuple[Any, Path], tmp_path: Path) -> None:
    model, _ = network
    model.save_weights(tmp_path / "net.weights.h5")
    np.savez(tmp_path / "d.npz", x=x_of(40, 7, 3), y=np.arange(40) % 2)
    said = {"architecture": as_keras_2(model), "loss": "sparse_categorical_crossentropy"}
    subject = Subject(str(tmp_path / "net.weights.h5"), str(tmp_path / "d.npz"), assume=said)
    bench = open_bench(subject, 0)
    assert (bench.network.output_units, bench.network.output_activation) == (2, "softmax")
    x = x_of(3, 7, 3)
    assert np.allclose(outputs(bench.model, x), outputs(model, x), atol=1e-5)
    assert bench.setup.train.y is not None


def varint(value: int) -> bytes:
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + varint(rest) if rest else bytes([low])


def field(number: int, data: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(data)) + data


def write_saved_model(folder: Path, model: Any, **training: Any) -> Path:
    """A SavedModel folder as Keras 2 leaves it, without the graphs that nobody reads here."""
    import tensorflow as tf

    folder.mkdir()
    (folder / "saved_model.pb").touch()
    root = {**as_keras_2(model), "name": model.name, "training_config": training or None}
    node = field(3, b"root.layer-0") + field(5, b"{}")
    top = (
        field(3, b"root") + field(4, b"_tf_keras_sequential") + field(5, json.dumps(root).encode())
    )
    (folder / "keras_metadata.pb").write_bytes(field(1, top) + field(1, node))
    variables = [tf.Variable(weight) for weight in model.get_weights()]
    tf.train.Checkpoint(variables=variables).write(str(folder / "variables" / "variables"))
    return folder


def test_a_saved_model_folder_of_keras_2(network: tuple[Any, Path], tmp_path: Path) -> None:
    model, _ = network
    training = {"loss": "mse", "optimizer_config": {"class_name": "SGD", "config": {"lr": 0.5}}}
    folder = write_saved_model(tmp_path / "net", model, **training)
    x = x_of(3, 7, 3)
    assert np.allclose(outputs(load(folder), x), outputs(model, x), atol=1e-5)
    read = open_bench(Subject(str(folder)), 0).read
    assert (read.loss, read.optimizer, read.learning_rate) == ("mean_squared_error", "SGD", 0.5)
    for damaged in (b"", b"\xff" * 40, field(1, b"\x1a\x7froot")):
        (folder / "keras_metadata.pb").write_bytes(damaged)
        assert refused(lambda: load(folder)).key == "model-savedmodel"


@pytest.mark.parametrize("loss", ["mse", "mae", "bce"])
def test_an_h5_file_with_a_loss_by_its_short_name(tmp_path: Path, loss: str) -> None:
    import keras

    from probes.saved.keras_names import loss_name

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile("sgd", loss, metrics=["mse"])
    model.save(tmp_path / "m.h5")
    bench = open_bench(Subject(str(tmp_path / "m.h5")), 0)
    assert bench.read.loss == loss_name(loss)
    assert np.allclose(outputs(bench.model, x_of(4, 3)), outputs(model, x_of(4, 3)))


def test_an_exported_model_has_no_layers(network: tuple[Any, Path], tmp_path: Path) -> None:
    model, _ = network
    model.export(str(tmp_path / "served"))
    assert refused(lambda: load(tmp_path / "served")).key == "model-savedmodel"


# Code of the user's own


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A file with classes, and what is in it."""
    from probes.loading.own_code import custom_objects

    path = tmp_path_factory.mktemp("own") / "mine.py"
    path.write_text(OWN_CLASSES)
    return path, custom_objects(str(path))


def test_own_layers_and_functions_need_their_file_and_consent(
    own: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    import keras

    source, objects = own
    layers = keras.layers
    inner = layers.Dense(3, activation=objects["bent"])
    for name, layer in (("layer.keras", objects["Twice"]()), ("function.keras", inner)):
        model = keras.Sequential([keras.Input((5,)), layer, layers.Dense(3)])
        path = tmp_path / name
        model.save(path)
        error = refused(lambda path=path: load(path))
        assert error.key in ("model-needs-classes", "model-has-code"), error
        assert ("Twice" if "layer" in name else "bent") in error.fields["names"]
        asked = refused(lambda path=path: load(path, custom=str(source)))
        assert asked.key == "custom-needs-consent"
        assert load(path, custom=str(source), trust=True).count_params() == model.count_params()
    broken = tmp_path / "broken.py"
    broken.write_text("raise RuntimeError('no')")
    for file, key in ((broken, "custom-file-fails"), (tmp_path / "none.py", "custom-missing")):
        error = refused(lambda file=file: load(path, custom=str(file), trust=True))
        assert error.key == key


def test_classes_written_for_tf_keras_run_on_keras(tmp_path: Path) -> None:
    import keras

    from probes.loading.own_code import custom_objects

    path = tmp_path / "old.py"
    lines = ("import tf_keras as keras", "from tf_keras.layers import Layer", "class Old(Layer):",
             "    def call(self, x):", "        return 3 * x")  # fmt: skip
    path.write_text("\n".join(lines))
    made = custom_objects(str(path))["Old"]()
    assert isinstance(made, keras.layers.Layer)
    assert float(made(np.ones((1, 1), np.float32))[0, 0]) == 3.0


def test_a_class_of_its_own_is_trained_like_any_model(
    own: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    source, objects = own
    model = objects["Own"](width=8)
    x = x_of(60, 5)
    model.compile("adam", objects["own_loss"])
    model.fit(x, x[:, :1], verbose=0)
    model.save(tmp_path / "own.keras")
    np.savez(tmp_path / "d.npz", x=x, y=x[:, :1])
    paths = (str(tmp_path / "own.keras"), str(tmp_path / "d.npz"))
    assert refused(lambda: open_bench(Subject(*paths), 0).model).key == "model-needs-classes"
    subject = Subject(*paths, custom=str(source), trust=True)
    assert "tiny-batch-not-learnt" in run_probe("tiny-batch-overfit", subject).false


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda c: c.update(activation={"module": "os", "class_name": "function",
                                        "config": "system", "registered_name": "system"}),
         "model-has-code"),
        (lambda c: c.update(kernel_initializer={"module": "keras.utils", "class_name": "function",
                                                "config": "get_file", "registered_name": "x"}),
         "model-has-code"),
        (lambda c: c.update(name="../../outside"), "model-leaves-its-folder"),
    ],
)  # fmt: skip
def test_a_configuration_that_reaches_outside_is_refused(
    network: tuple[Any, Path], tmp_path: Path, change: Callable[[Any], None], key: str
) -> None:
    import zipfile

    model, _ = network
    config = json.loads(model.to_json())
    change(config["config"]["layers"][-1]["config"])
    with zipfile.ZipFile(tmp_path / "m.keras", "w") as archive:
        archive.writestr("config.json", json.dumps(config))
    assert refused(lambda: load(tmp_path / "m.keras")).key == key


def test_a_vocabulary_that_is_a_path_is_refused() -> None:
    from probes.loading.model import load_model

    lookup = {"class_name": "StringLookup", "module": "keras.layers",
              "config": {"name": "words", "vocabulary": "/etc/hostname"}}  # fmt: skip
    config = {"class_name": "Sequential", "config": {"layers": [lookup]}}
    archive = Archive(Path("m.keras"), "keras", config)
    error = refused(lambda: load_model(archive))
    assert (error.key, error.fields["layers"]) == ("model-reads-files", "words")


# Text, several inputs and outputs


def test_text_goes_in_as_text_and_the_vocabulary_survives(tmp_path: Path) -> None:
    import keras
    import tensorflow as tf

    layers = keras.layers
    words = np.array([f"{'good' if n % 2 else 'bad'} film number{n % 5}" for n in range(60)])
    vectors = layers.TextVectorization(max_tokens=30, output_sequence_length=4)
    vectors.adapt(words)
    embed = layers.Embedding(30, 6)
    stack = [keras.Input((1,), dtype=tf.string), vectors, embed, layers.GlobalAveragePooling1D()]
    model = keras.Sequential([*stack, layers.Dense(1, activation="sigmoid")])
    model.compile(keras.optimizers.Adam(0.05), "binary_crossentropy")
    model.save(tmp_path / "m.keras")
    lines = [f"{text},{n % 2}" for n, text in enumerate(words)]
    (tmp_path / "d.csv").write_text("review,label\n" + "\n".join(lines))
    subject = Subject(str(tmp_path / "m.keras"), str(tmp_path / "d.csv"))
    assert "tiny-batch-not-learnt" in run_probe("tiny-batch-overfit", subject).false


@pytest.mark.parametrize("form", ["names", "list"])
def test_each_output_is_looked_at_with_its_own_loss_and_labels(tmp_path: Path, form: str) -> None:
    import keras

    layers = keras.layers
    left, right = keras.Input((4,), name="left"), keras.Input((3,), name="right")
    joined = layers.Dense(12, activation="relu")(layers.Concatenate()([left, right]))
    age = layers.Dense(1, name="age")(joined)
    kind = layers.Dense(3, name="kind")(joined)  # no softmax: the fault
    model = keras.Model([left, right], [age, kind])
    losses = ["mse", "categorical_crossentropy"]
    by_name = dict(zip(("age", "kind"), losses, strict=True))
    model.compile("adam", by_name if form == "names" else losses)
    model.save(tmp_path / "m.keras")
    x, y = x_of(80, 7), np.arange(80) % 3
    arrays = {"left": x[:, :4], "right": x[:, 4:], "age": x[:, 0], "kind": np.eye(3)[y]}
    np.savez(tmp_path / "d.npz", **arrays)
    subject = Subject(str(tmp_path / "m.keras"), str(tmp_path / "d.npz"))
    bench = open_bench(subject, 0)
    assert (bench.output, bench.network.output_layer) == (1, "kind")
    found = run_probe("label-shape", subject)
    assert "linear-output-with-probability-loss" in found.true
    assert found.findings["label-form"].value == "one-hot"
    asked = Subject(*(subject.model, subject.data), assume={"output": "age"})
    result = run_probe("label-shape", asked)
    assert result.findings["task"].value == "regression"
    assert "tiny-batch-not-learnt" in run_probe("tiny-batch-overfit", asked).false
