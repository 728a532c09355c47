"""The configuration reader: what it says must be what the model is, and nothing may break it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.reading.model_file import read_model_file
from probes.network import Network
from probes.saved.keras_config import read_network


def sequential(*layers: dict[str, Any], **compiled: Any) -> Network:
    return read_network({"class_name": "Sequential", "config": {"layers": list(layers)}}, compiled)


def layer(kind: str, **config: Any) -> dict[str, Any]:
    config.setdefault("name", kind.lower())
    return {"class_name": kind, "config": config}


def test_head_is_read_through_activation_dropout_and_softmax_layers() -> None:
    network = sequential(
        layer("InputLayer", batch_shape=[None, 8]),
        layer("Dense", name="out", units=5, activation="linear"),
        layer("Dropout", rate=0.5),
        layer("Softmax"),
    )
    assert (network.output_layer, network.output_units) == ("out", 5)
    assert network.output_activation == "softmax"
    assert network.output_rank == 2
    assert network.input_shape == (8,)


def test_list_order_is_not_graph_order() -> None:
    """The output of a functional model is found by its edges, not as the last entry."""
    node = [{"args": [{"config": {"keras_history": ["a", 0, 0]}}], "kwargs": {}}]
    model = {
        "class_name": "Functional",
        "config": {
            "layers": [
                {**layer("InputLayer", name="a", batch_shape=[None, 4]), "inbound_nodes": []},
                {
                    **layer("Dense", name="head", units=3, activation="softmax"),
                    "inbound_nodes": node,
                },
                {**layer("Dense", name="side", units=7, activation="relu"), "inbound_nodes": node},
            ],
            "input_layers": ["a", 0, 0],
            "output_layers": ["head", 0, 0],
        },
    }
    network = read_network(model, None)
    assert (network.output_layer, network.output_activation) == ("head", "softmax")
    assert network.outputs == network.inputs == 1
    assert network.compiled is False


def test_two_outputs_have_no_one_head() -> None:
    model = {
        "class_name": "Functional",
        "config": {
            "layers": [
                {**layer("Dense", name="a", units=3, activation="softmax"), "inbound_nodes": []},
                {**layer("Dense", name="b", units=1, activation="linear"), "inbound_nodes": []},
            ],
            "input_layers": [],
            "output_layers": [["a", 0, 0], ["b", 0, 0]],
        },
    }
    network = read_network(model, None)
    assert network.outputs == 2
    assert network.output_units is None
    assert network.output_activation is None


@pytest.mark.parametrize(
    ("written", "name", "logits"),
    [
        ("mse", "mean_squared_error", False),
        ("BinaryCrossentropy", "binary_crossentropy", False),
        (
            {"class_name": "CategoricalCrossentropy", "config": {"from_logits": True}},
            "categorical_crossentropy",
            True,
        ),
        (
            {"class_name": "function", "config": "sparse_categorical_crossentropy"},
            "sparse_categorical_crossentropy",
            False,
        ),
        ({"class_name": "KLDivergence", "config": {}}, "kl_divergence", False),
        (["mae", "mae"], "mean_absolute_error", False),
        (["mae", "mse"], None, None),
        (None, None, None),
    ],
)
def test_losses_in_every_form(written: Any, name: str | None, logits: bool | None) -> None:
    network = sequential(layer("Dense", units=1, activation="linear"), loss=written)
    assert (network.loss, network.from_logits) == (name, logits)


@pytest.mark.parametrize(
    ("written", "name", "rate"),
    [
        ("adam", "Adam", 0.001),
        ({"class_name": "SGD", "config": {"lr": 0.009999999776482582}}, "SGD", 0.01),
        ({"class_name": "Custom>RMSprop", "config": {"learning_rate": 1e-4}}, "RMSprop", 1e-4),
        (
            {
                "class_name": "Adam",
                "config": {
                    "learning_rate": {
                        "class_name": "ExponentialDecay",
                        "config": {"initial_learning_rate": 0.02},
                    }
                },
            },
            "Adam",
            0.02,
        ),
    ],
)
def test_optimizers_in_every_form(written: Any, name: str, rate: float) -> None:
    network = sequential(layer("Dense", units=1), optimizer=written)
    assert (network.optimizer, network.learning_rate) == (name, rate)


def test_frozen_base_is_told_from_a_block_of_ones_own() -> None:
    inner = [layer("Dense", name=f"d{n}", units=4, activation="relu") for n in range(10)]

    def with_base(name: str, trainable: bool) -> Network:
        base = {
            "class_name": "Functional",
            "config": {"name": name, "trainable": trainable, "layers": inner},
        }
        return sequential(base, layer("Dense", name="head", units=2, activation="softmax"))

    assert with_base("resnet50", False).pretrained_base == "ResNet50"
    assert with_base("resnet50", False).base_trainable is False
    assert with_base("mobilenetv2_1.00_224", True).pretrained_base == "MobileNetV2"
    assert with_base("encoder", False).pretrained_base == "unnamed"
    assert with_base("encoder", True).pretrained_base is None


def test_scaling_counts_only_where_it_stands() -> None:
    dense = layer("Dense", units=2, activation="relu")
    at_input = sequential(layer("BatchNormalization"), dense)
    later = sequential(dense, layer("BatchNormalization"))
    assert at_input.scaling_inside == ("BatchNormalization",)
    assert later.scaling_inside == ()
    assert sequential(layer("Rescaling", scale=1 / 255), dense).scaling_inside == ("Rescaling",)


def test_foreign_classes_and_losses_are_named() -> None:
    network = sequential(
        {"class_name": "Attend", "module": "__main__", "registered_name": "Attend", "config": {}},
        layer("Lambda", name="trick"),
        loss="focal_of_mine",
    )
    assert network.custom == ("Attend", "focal_of_mine")
    assert network.lambdas == ("trick",)


NAMES = st.sampled_from(
    ["Dense", "Sequential", "Functional", "LSTM", "Bidirectional", "TimeDistributed", "Flatten",
     "Reshape", "Activation", "Softmax", "Embedding", "BatchNormalization", "Rescaling", "Dropout",
     "Conv2D", "GlobalAveragePooling2D", "ConvLSTM2D", "InputLayer", "Add", "Lambda", "function",
     "SGD", "mse", "relu", "softmax", "a", "b"]
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=3) | NAMES,
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["class_name", "config", "layers", "name", "units", "activation", "inbound_nodes",
             "output_layers", "input_layers", "batch_shape", "layer", "build_config",
             "input_shape", "module", "registered_name", "rate", "trainable", "scale"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(model=st.dictionaries(st.sampled_from(["class_name", "config"]), JSON), compiled=JSON)
def test_no_configuration_breaks_the_reader(
    tmp_path_factory: pytest.TempPathFactory, model: dict[str, Any], compiled: Any
) -> None:
    """Whatever stands in a model file, it is read or refused; nothing is raised."""
    place: Path = tmp_path_factory.getbasetemp() / "odd.keras"
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("config.json", json.dumps({**model, "compile_config": compiled}))
    reading = read_model_file(place)
    assert reading.network is not None or reading.refusals


@pytest.mark.slow
def test_reading_agrees_with_keras(tmp_path: Path) -> None:
    """On every network of the zoo the static reader says what the loaded model is."""
    import keras

    from tests.zoo.healthy import HEALTHY

    for name in ("transformer", "masked-bidirectional-gru", "two-inputs", "segmentation", "tagger"):
        keras.utils.set_random_seed(0)
        made = HEALTHY[name].build(0)
        for suffix in ("keras", "h5"):
            path = tmp_path / f"{name}.{suffix}"
            made.model.save(path)
            network = read_model_file(path).network
            assert network is not None
            assert network.output_units == made.model.output_shape[-1], name
            assert network.output_rank in (len(made.model.output_shape), None), name
            assert network.inputs == len(made.model.inputs), name
            assert network.optimizer == type(made.model.optimizer).__name__
            rate = float(np.asarray(made.model.optimizer.learning_rate))
            assert network.learning_rate == pytest.approx(rate, rel=1e-5)
