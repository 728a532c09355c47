"""The static contradictions of a network, alone and with what is known of its labels."""

from __future__ import annotations

from typing import Any

import pytest

from probes.network import Layer, Network
from probes.network.contradictions import contradictions

LOGIT_LOSSES = ("categorical_crossentropy", "sparse_categorical_crossentropy")


def net(activation: str | None, units: int | None, loss: str | None, **more: Any) -> Network:
    known: dict[str, Any] = {"from_logits": False, "optimizer": "Adam", "learning_rate": 0.001}
    layers = (
        Layer("Dense", "hidden", 32, "relu"),
        Layer("Dense", "out", units, activation),
    )
    return Network(
        layers=layers,
        model_class="Sequential",
        output_units=units,
        output_activation=activation,
        output_layer="out",
        output_rank=2,
        loss=loss,
        **{**known, **more},
    )


def ids(network: Network, present: bool = True, **labels: Any) -> set[str]:
    return {f.id for f in contradictions(network, **labels) if f.present is present}


@pytest.mark.parametrize("loss", LOGIT_LOSSES)
def test_linear_output(loss: str) -> None:
    wrong = "linear-output-with-probability-loss"
    assert wrong in ids(net("linear", 5, loss))
    assert wrong in ids(net("linear", 5, loss, from_logits=True), present=False)
    assert wrong in ids(net("softmax", 5, loss), present=False)
    every = ids(net("linear", 5, loss, from_logits=None)) | ids(
        net("linear", 5, loss, from_logits=None), present=False
    )
    assert wrong not in every, "unknown from_logits says nothing either way"


def test_binary_heads() -> None:
    bce = "binary_crossentropy"
    assert ids(net("sigmoid", 1, bce)) == set()
    assert ids(net("linear", 1, bce, from_logits=True)) == set()
    assert ids(net("linear", 1, bce)) == {"linear-output-with-bce"}
    assert ids(net("softmax", 1, bce)) == {"softmax-on-one-unit"}
    assert ids(net("softmax", 3, bce)) == {"softmax-with-binary-loss"}
    assert ids(net("tanh", 1, bce)) == {"tanh-output-with-probability-loss"}
    assert ids(net("relu", 1, bce)) == {"relu-output"}
    assert ids(net("sigmoid", 6, bce)) == set(), "several sigmoids are a multi-label head"


def test_categorical_heads() -> None:
    cce = "categorical_crossentropy"
    assert ids(net("sigmoid", 4, cce)) == {"sigmoid-with-categorical-loss"}
    assert ids(net("linear", 1, cce)) == {"one-unit-with-categorical-loss"}
    assert ids(net("softmax", 4, cce, from_logits=True)) == {"from-logits-with-activation"}
    assert ids(net("softmax", 4, cce)) == set()


def test_nothing_is_said_of_several_outputs_or_unknown_heads() -> None:
    for network in (
        net("linear", 4, "categorical_crossentropy", outputs=2),
        net(None, 4, "categorical_crossentropy"),
        net("linear", 4, None),
    ):
        assert not {i for i in ids(network) | ids(network, present=False) if "output-with" in i}


def test_classes_against_units() -> None:
    bce, cce = "binary_crossentropy", "categorical_crossentropy"
    assert "classes-exceed-output-units" in ids(net("sigmoid", 1, bce), classes=4)
    assert "classes-exceed-output-units" in ids(net("softmax", 3, cce), classes=4)
    assert "classes-exceed-output-units" in ids(net("sigmoid", 1, bce), False, classes=2)
    assert "output-units-exceed-classes" in ids(net("softmax", 9, cce), classes=4)
    assert "output-units-exceed-classes" in ids(net("softmax", 4, cce), False, classes=4)


def test_label_form_against_loss() -> None:
    cce, scce = LOGIT_LOSSES
    whole, rows = "integer-labels-with-categorical-loss", "onehot-labels-with-sparse-loss"
    assert whole in ids(net("softmax", 3, cce), label_form="integers")
    assert whole in ids(net("softmax", 3, scce), False, label_form="integers")
    assert rows in ids(net("softmax", 3, scce), label_form="one-hot")
    assert rows in ids(net("softmax", 3, cce), False, label_form="one-hot")
    assert "softmax-on-multi-hot-labels" in ids(net("softmax", 3, cce), label_form="multi-hot")
    assert "regression-loss-on-class-labels" in ids(
        net("linear", 1, "mean_squared_error"), label_form="integers"
    )
    assert "classification-loss-on-continuous-targets" in ids(
        net("softmax", 3, cce), label_form="continuous"
    )


def test_label_range() -> None:
    bce, scce = "binary_crossentropy", "sparse_categorical_crossentropy"
    outside = "labels-outside-0-1-with-bce"
    assert outside in ids(net("sigmoid", 1, bce), label_min=-1, label_max=1)
    assert outside in ids(net("sigmoid", 1, bce), False, label_min=0, label_max=1)
    assert outside in ids(net("sigmoid", 1, bce), label_form="integers", classes=3)
    assert "labels-at-or-above-units" in ids(net("softmax", 3, scce), label_max=3)
    assert "labels-not-from-zero" in ids(
        net("softmax", 3, scce), label_form="integers", label_min=1
    )
    bounded = "bounded-output-cannot-reach-targets"
    mse = "mean_squared_error"
    reach: dict[str, Any] = {"label_form": "continuous", "label_min": -4, "label_max": 90}
    assert bounded in ids(net("tanh", 1, mse), **reach)
    assert bounded in ids(net("linear", 1, mse), False, **reach)


def test_shapes() -> None:
    mse = "mean_squared_error"
    assert "target-shape-broadcasts" in ids(net("linear", 3, mse), target_columns=1)
    assert "units-differ-from-target-columns" in ids(net("linear", 3, mse), target_columns=5)
    assert "units-differ-from-target-columns" in ids(net("linear", 3, mse), False, target_columns=3)


def test_decoders_may_end_in_a_sigmoid() -> None:
    wrong = "mse-with-softmax-or-sigmoid"
    mse = "mean_squared_error"
    assert wrong in ids(net("sigmoid", 1, mse))
    decoder = net("sigmoid", 784, mse, input_shape=(784,))
    assert wrong not in ids(decoder)
    picture = net("sigmoid", 3, mse, input_shape=(64, 64, 3)).with_(output_rank=4)
    assert wrong not in ids(picture)


def test_metrics() -> None:
    cce, mse = "categorical_crossentropy", "mean_squared_error"
    assert "exact-match-accuracy" in ids(net("softmax", 3, cce, metrics=("Accuracy",)))
    assert "binary-accuracy-on-onehot" in ids(net("softmax", 3, cce, metrics=("binary_accuracy",)))
    assert "binary-accuracy-on-onehot" in ids(net("softmax", 3, cce, metrics=("accuracy",)), False)
    assert "accuracy-on-continuous-targets" in ids(net("linear", 1, mse, metrics=("accuracy",)))
    assert "accuracy-on-continuous-targets" in ids(net("linear", 1, mse, metrics=("mae",)), False)


@pytest.mark.parametrize(
    ("optimizer", "rate", "found"),
    [
        ("Adam", 0.06, "high"),
        ("Adam", 0.05, None),
        ("RMSprop", 1e-7, "low"),
        ("SGD", 0.5, None),
        ("SGD", 0.6, "high"),
        ("SGD", 1e-6, "low"),
        ("Adadelta", 1.0, None),
    ],
)
def test_rates(optimizer: str, rate: float, found: str | None) -> None:
    network = net("softmax", 3, LOGIT_LOSSES[0], optimizer=optimizer, learning_rate=rate)
    wanted = {f"learning-rate-suspiciously-{found}"} if found else set()
    assert ids(network) == wanted


def test_fine_tuning() -> None:
    fast = "fine-tuning-at-default-rate"
    base: dict[str, Any] = {"pretrained_base": "VGG16", "base_trainable": True}
    cce = LOGIT_LOSSES[0]
    assert fast in ids(net("softmax", 3, cce, **base))
    assert fast in ids(net("softmax", 3, cce, **{**base, "learning_rate": 1e-5}), False)
    assert fast in ids(net("softmax", 3, cce, **{**base, "base_trainable": False}), False)


def stack(*layers: Layer, **more: Any) -> Network:
    head = Layer("Dense", "out", 1, "sigmoid")
    return net("sigmoid", 1, "binary_crossentropy").with_(layers=(*layers, head), **more)


def dense(name: str, units: int, activation: str, **config: Any) -> Layer:
    return Layer("Dense", name, units, activation, config=config)


def test_linear_hidden_layers() -> None:
    wrong = "hidden-layers-linear"
    assert wrong in ids(stack(dense("a", 9, "linear"), dense("b", 9, "linear")))
    assert wrong in ids(stack(dense("a", 9, "relu"), dense("b", 9, "relu")), False)
    apart = stack(dense("a", 9, "linear"), Layer("Activation", "r", activation="relu"))
    assert wrong in ids(apart, False)
    one_of_two = stack(dense("a", 9, "relu"), dense("b", 9, "linear"))
    assert wrong not in ids(one_of_two) | ids(one_of_two, False), "one projection is usual"


def test_linear_layers_in_front_of_an_addition() -> None:
    def conv(name: str, *inbound: str) -> Layer:
        return Layer("Conv2D", name, 8, "linear", config={"inbound": inbound})

    layers = (
        Layer("InputLayer", "in", config={"inbound": ()}),
        conv("short", "in"),
        conv("long", "in"),
        Layer("Add", "add", config={"inbound": ("short", "long")}),
        Layer("ReLU", "relu", activation="relu", config={"inbound": ("add",)}),
        dense("out", 1, "sigmoid", inbound=("relu",)),
    )
    network = net("sigmoid", 1, "binary_crossentropy").with_(layers=layers)
    assert "hidden-layers-linear" not in ids(network.with_(model_class="Functional"))


def test_stacks() -> None:
    sigmoids = [dense(f"s{i}", 9, "sigmoid") for i in range(4)]
    assert "saturating-stack" in ids(stack(*sigmoids))
    assert "saturating-stack" in ids(stack(*sigmoids[:3]), False)
    norm = Layer("BatchNormalization", "n")
    assert "saturating-stack" in ids(stack(*sigmoids, norm), False)
    deep = [dense(f"d{i}", 9, "relu") for i in range(9)]
    assert "deep-without-normalisation" in ids(stack(*deep))
    assert "deep-without-normalisation" in ids(stack(*deep[:8]), False)
    assert "deep-without-normalisation" in ids(stack(*deep, norm), False)


def test_single_layers() -> None:
    cases = {
        "heavy-dropout": Layer("Dropout", "d", rate=0.9),
        "heavy-regularization": dense("r", 9, "relu", kernel_regularizer={"name": "L2", "l2": 1.0}),
        "zero-or-constant-initializer": dense("z", 9, "relu", kernel_initializer="zeros"),
        "wide-initializer": dense(
            "w", 9, "relu", kernel_initializer={"name": "RandomNormal", "stddev": 2.0}
        ),
        "batchnorm-momentum-near-one": Layer(
            "BatchNormalization", "b", config={"momentum": 0.9999}
        ),
        "relu-in-recurrent": Layer("LSTM", "l", 9, "relu"),
        "bottleneck-layer": dense("n", 1, "relu"),
    }
    for wrong, layer in cases.items():
        assert wrong in ids(stack(layer)), wrong
    fine = stack(
        Layer("Dropout", "d", rate=0.5),
        dense("r", 9, "relu", kernel_regularizer={"name": "L2", "l2": 0.01}),
        dense("w", 9, "relu", kernel_initializer="he_normal"),
        Layer("BatchNormalization", "b", config={"momentum": 0.9}),
    )
    assert ids(fine) == set()


def test_recurrent_layers_need_sequences() -> None:
    def lstm(name: str, returns: bool) -> Layer:
        return Layer("LSTM", name, 8, "tanh", config={"return_sequences": returns})

    wrong = "sequences-returned-or-missing"
    assert wrong in ids(stack(lstm("a", False), lstm("b", False)))
    assert wrong not in ids(stack(lstm("a", True), lstm("b", False)))
    steps = stack(lstm("a", True)).with_(
        output_rank=3, loss="sparse_categorical_crossentropy", output_units=3
    )
    assert wrong in ids(steps, target_rank=1)
    assert wrong in ids(steps, False, target_rank=2)


def test_dropout_behind_the_output() -> None:
    head = (dense("h", 8, "relu"), dense("out", 1, "sigmoid"))
    behind = net("sigmoid", 1, "binary_crossentropy").with_(
        layers=(*head, Layer("Dropout", "d", rate=0.3))
    )
    assert "dropout-after-output" in ids(behind)


def test_frozen_throughout() -> None:
    layers = tuple(Layer("Dense", f"d{i}", 4, "relu", trainable=False) for i in range(2))
    network = net("sigmoid", 1, "binary_crossentropy").with_(layers=layers)
    assert "nothing-trainable" in ids(network)


def test_values_lines_and_sources_are_given() -> None:
    network = net("linear", 5, "categorical_crossentropy")
    found = contradictions(
        network, source="script", where=lambda part: (7, "Dense(5)") if part == "output" else None
    )
    linear = next(f for f in found if f.id == "linear-output-with-probability-loss")
    assert (linear.line, linear.quote, linear.source) == (7, "Dense(5)", "script")
    plain = contradictions(network)[0]
    assert plain.source == "model" and plain.line is None and plain.quote


def test_an_empty_network_gives_nothing() -> None:
    assert contradictions(Network()) == []
