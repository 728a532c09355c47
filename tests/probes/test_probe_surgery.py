"""Each change does on a copy what it says, and leaves the set-up it was given alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from probes.change import OPERATIONS, Change
from probes.loading.data import Sample
from probes.network import Network

pytestmark = pytest.mark.slow

RANDOM = np.random.default_rng(0)


def setup_of(model: Any, x: Any, y: Any, **network: Any) -> Any:
    from probes.apparatus.cloning import kept_layers
    from probes.apparatus.setup import Setup, describe

    known = {"loss": "sparse_categorical_crossentropy", "from_logits": False, "optimizer": "Adam"}
    read = describe(model).with_(**{**known, "learning_rate": 1e-3, **network})
    whole = y.dtype.kind in "iu"
    return Setup(
        model=model,
        network=read,
        loss=None,
        optimizer=None,
        train=Sample((x,), y),
        validation=Sample((x[:5],), y[:5]),
        kept=frozenset(kept_layers(model)),
        classes=len(np.unique(y)) if whole else None,
    )


def mlp(head: str | None = None, units: int = 1, **dense: Any) -> Any:
    import keras

    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(8, name="first", **dense),
            layers.Dropout(0.95, name="drop"),
            layers.Dense(8, name="second", activation="sigmoid", **dense),
            layers.Dense(units, name="out"),
            layers.Activation(head, name="end"),
        ]
    )


X = RANDOM.normal(size=(20, 6)).astype(np.float32)
Y = np.arange(20) % 3


def apply(setup: Any, op: str, **args: Any) -> Any:
    from probes.surgery import apply as apply_change

    return apply_change(setup, Change(op, args))


def refused(setup: Any, op: str, **args: Any) -> str:
    from probes.surgery import NotApplicable

    with pytest.raises(NotApplicable) as caught:
        apply(setup, op, **args)
    return caught.value.key


def test_output_gets_units_and_activation_and_the_rest_keeps_its_weights() -> None:
    setup = setup_of(mlp("sigmoid"), X, Y)
    changed = apply(setup, "set-output", units="classes", activation="softmax")
    assert changed.model.output_shape == (None, 3)
    assert changed.network.output_activation == "softmax"
    assert changed.network.output_units == 3
    assert np.allclose(np.asarray(changed.model(X)).sum(-1), 1, atol=1e-5)
    for layer in ("first", "second"):
        before, after = (m.get_layer(layer).get_weights() for m in (setup.model, changed.model))
        assert np.array_equal(before[0], after[0])
    assert setup.model.output_shape == (None, 1)
    assert changed.network.loss == setup.network.loss


def test_output_of_a_nested_model_and_of_a_distributed_layer() -> None:
    import keras

    layers = keras.layers
    inner = keras.Sequential([keras.Input((8,)), layers.Dense(4, name="deep")], name="decoder")
    nested = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="relu"), inner])
    changed = apply(setup_of(nested, X, Y), "set-output", activation="softmax")
    assert changed.network.output_activation == "softmax"
    steps = keras.Sequential([keras.Input((5, 6)), layers.TimeDistributed(layers.Dense(4))])
    x = RANDOM.normal(size=(20, 5, 6)).astype(np.float32)
    changed = apply(setup_of(steps, x, Y), "set-output", units=3, activation="softmax")
    assert changed.model.output_shape == (None, 5, 3)


def test_loss_optimizer_and_rate() -> None:
    from probes.apparatus.setup import make_loss, make_optimizer

    setup = setup_of(mlp("softmax", 3), X, Y)
    changed = apply(setup, "set-loss", loss="categorical_crossentropy", from_logits=True)
    assert (changed.network.loss, changed.network.from_logits) == ("categorical_crossentropy", True)
    assert make_loss(changed.network, changed.loss).from_logits  # type: ignore[attr-defined]
    changed = apply(setup, "set-optimizer", name="sgd")
    assert (changed.network.optimizer, changed.network.learning_rate) == ("SGD", 0.01)
    changed = apply(setup, "set-learning-rate", factor=0.1)
    made = make_optimizer(changed.network, changed.optimizer)
    assert float(np.asarray(made.learning_rate)) == pytest.approx(1e-4)
    written = {"class_name": "SGD", "config": {"learning_rate": 1.0, "momentum": 0.9}}
    setup = replace(setup, network=replace(setup.network, optimizer="SGD"), optimizer=written)
    changed = apply(setup, "set-learning-rate", learning_rate=0.05)
    made = make_optimizer(changed.network, changed.optimizer)
    assert float(np.asarray(made.learning_rate)) == pytest.approx(0.05)
    assert made.momentum == 0.9


@pytest.mark.parametrize(
    ("how", "x", "low", "high"),
    [
        ("divide-255", RANDOM.integers(0, 256, (20, 4, 4, 3)).astype(np.uint8), 0, 1),
        ("minus-one-to-one", RANDOM.integers(0, 256, (20, 4, 4, 3)).astype(np.uint8), -1, 1),
        ("none", RANDOM.random((20, 4, 4, 3)), 0, 255),
    ],
)
def test_images_are_scaled(how: str, x: Any, low: float, high: float) -> None:
    import keras

    layers = keras.layers
    model = keras.Sequential([keras.Input((4, 4, 3)), layers.Flatten(), layers.Dense(3)])
    changed = apply(setup_of(model, x, Y), "scale-inputs", how=how)
    values = changed.train.x[0]
    assert low <= values.min() < values.max() <= high
    assert values.max() - values.min() > 0.8 * (high - low)
    assert np.allclose(changed.validation.x[0], values[:5])
    assert refused(changed, "scale-inputs", how=how) == "change-nothing-to-change"


def test_standardising_features_and_samples() -> None:
    wild = X * [1, 100, 1, 1, 1e4, 1] + 7
    changed = apply(
        setup_of(mlp("softmax", 3), wild, Y), "scale-inputs", how="standardise-features"
    )
    assert np.allclose(changed.train.x[0].std(0), 1, atol=1e-3)
    assert np.allclose(changed.train.x[0].mean(0), 0, atol=1e-3)
    changed = apply(setup_of(mlp("softmax", 3), wild, Y), "scale-inputs", how="standardise-samples")
    assert np.allclose(changed.train.x[0].std(1), 1, atol=1e-3)


def test_token_ids_are_never_scaled() -> None:
    import keras

    layers = keras.layers
    model = keras.Sequential(
        [keras.Input((6,)), layers.Embedding(500, 4), layers.Flatten(), layers.Dense(3)]
    )
    ids = RANDOM.integers(0, 500, (20, 6))
    assert refused(setup_of(model, ids, Y), "scale-inputs", how="divide-255") == (
        "change-nothing-to-change"
    )


@pytest.mark.parametrize("present", ["zero-to-one", "minus-one-to-one", "pixels"])
def test_preprocessing_is_the_same_from_any_range(present: str) -> None:
    import keras

    from probes.surgery.inputs import FAMILIES

    pixels = RANDOM.integers(0, 256, (20, 8, 8, 3)).astype(np.float32)
    x = {"zero-to-one": pixels / 255, "minus-one-to-one": pixels / 127.5 - 1, "pixels": pixels}
    for family, module in (("caffe", "resnet"), ("tf", "mobilenet_v2"), ("torch", "densenet")):
        theirs = getattr(keras.applications, module).preprocess_input(pixels.copy())
        assert np.allclose(FAMILIES[family](x[present]), theirs, atol=2e-3), family
    assert np.allclose(FAMILIES["none"](x[present]), pixels, atol=1e-3)


def test_preprocessing_follows_the_base_and_takes_rescaling_out() -> None:
    import keras

    layers = keras.layers
    base = keras.Sequential(
        [keras.Input((8, 8, 3)), layers.Conv2D(4, 3), layers.GlobalAveragePooling2D()],
        name="vgg16",
    )
    base.trainable = False
    model = keras.Sequential(
        [keras.Input((8, 8, 3)), layers.Rescaling(1 / 255), base, layers.Dense(3)]
    )
    pixels = RANDOM.integers(0, 256, (20, 8, 8, 3)).astype(np.uint8)
    setup = setup_of(model, pixels, Y)
    changed = apply(setup, "use-preprocessing", family="base")
    assert changed.network.scaling_inside == ()
    assert changed.train.x[0].min() < -90
    unknown = replace(setup, network=replace(setup.network, pretrained_base="unnamed"))
    assert refused(unknown, "use-preprocessing", family="base") == "change-base-unknown"


@pytest.mark.parametrize(
    ("to", "labels", "expected"),
    [
        ("integers", np.eye(3)[[0, 2, 1, 1]], [0, 2, 1, 1]),
        ("one-hot", np.array([0, 2, 1, 1]), np.eye(3)[[0, 2, 1, 1]]),
        ("from-zero", np.array([1, 3, 2, 2]), [0, 2, 1, 1]),
        ("zero-one", np.array([-1, 1, 1, -1]), [0, 1, 1, 0]),
        ("float-column", np.array([1, 0, 1, 1]), [[1], [0], [1], [1]]),
        ("divide-255", np.array([0.0, 255, 255, 0]), [0, 1, 1, 0]),
    ],
)
def test_labels_are_recoded(to: str, labels: Any, expected: Any) -> None:
    setup = setup_of(mlp("softmax", 3), X[:4], labels)
    changed = apply(setup, "convert-labels", to=to)
    assert np.array_equal(changed.train.y, expected)
    assert np.array_equal(changed.validation.y, np.asarray(expected)[:5])


def test_labels_standardised_and_refusals() -> None:
    setup = setup_of(mlp(None), X, (X[:, 0] * 40 + 200).astype(np.float32))
    assert abs(apply(setup, "convert-labels", to="standardised").train.y.mean()) < 1e-3
    assert refused(setup_of(mlp("softmax", 3), X, Y), "convert-labels", to="zero-one") == (
        "change-more-than-two-classes"
    )


def test_missing_inputs() -> None:
    holes = X.copy()
    holes[::4, 1] = np.nan
    setup = setup_of(mlp("softmax", 3), holes, Y)
    assert np.isfinite(apply(setup, "fill-missing-inputs", how="zero").train.x[0]).all()
    dropped = apply(setup, "fill-missing-inputs", how="drop-rows").train
    assert len(dropped) == 15
    assert np.array_equal(dropped.y, Y[np.arange(20) % 4 != 0])
    whole = setup_of(mlp("softmax", 3), X, Y)
    assert refused(whole, "fill-missing-inputs", how="zero") == "change-nothing-to-change"


def test_hidden_layers() -> None:
    setup = setup_of(mlp("softmax", 3), X, Y)

    def acts(changed: Any) -> list[str]:
        return [changed.model.get_layer(name).activation.__name__ for name in ("first", "second")]

    linear = apply(setup, "set-hidden-activation", activation="relu", which="linear")
    assert acts(linear) == ["relu", "sigmoid"]
    saturating = apply(setup, "set-hidden-activation", activation="relu", which="saturating")
    assert acts(saturating) == ["linear", "relu"]
    assert acts(apply(setup, "set-hidden-activation", activation="elu", which="all")) == ["elu"] * 2
    assert apply(setup, "set-dropout", rate=0.2).model.get_layer("drop").rate == 0.2
    assert refused(setup, "set-regularization", l2=0.0) == "change-nothing-to-change"
    wide = apply(setup, "widen-layer", units=32, layer="second")
    assert wide.model.get_layer("second").units == 32
    normal = apply(setup, "add-batch-normalization", where="hidden")
    kinds = [layer.kind for layer in normal.network.layers]
    assert kinds.count("BatchNormalization") == 2
    assert normal.network.pretrained_base is None
    assert refused(setup, "set-batch-normalization", momentum=0.9) == "change-nothing-to-change"
    slow = apply(normal, "set-batch-normalization", momentum=0.5)
    assert slow.model.layers[0].layers[1].momentum == 0.5


def test_regularisers_and_initialisers() -> None:
    model = mlp("softmax", 3, kernel_regularizer="l2", kernel_initializer="zeros")
    setup = setup_of(model, X, Y)
    free = apply(setup, "set-regularization", l2=0.0)
    assert free.model.get_layer("first").kernel_regularizer is None
    assert not free.model.losses
    from probes.apparatus.training import fresh

    drawn = apply(setup, "set-initializer", kernel="he_normal")
    assert np.ptp(fresh(drawn.model, drawn, 0).get_layer("first").get_weights()[0]) > 0.1
    assert np.ptp(fresh(setup.model, setup, 0).get_layer("first").get_weights()[0]) == 0


def test_trainable_flags() -> None:
    model = mlp("softmax", 3)
    model.trainable = False
    setup = setup_of(model, X, Y)
    assert setup.model.trainable_weights == []
    assert len(apply(setup, "set-trainable", value=True, which="all").model.trainable_weights) == 6
    only = apply(setup, "set-trainable", value=True, which="output").model
    assert [w.path.split("/")[-2] for w in only.trainable_weights] == ["out", "out"]


def test_recurrent_layers_and_embedding() -> None:
    import keras

    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((6,), dtype="int32"),
            layers.Embedding(10, 4, name="embed"),
            layers.Bidirectional(layers.GRU(3, return_sequences=True), name="both"),
            layers.LSTM(5, return_sequences=True, name="last"),
            layers.Dense(3, name="out"),
        ]
    )
    ids = RANDOM.integers(0, 40, (20, 6)).astype(np.int32)
    setup = setup_of(model, ids, Y)
    assert apply(setup, "return-sequences", value=False).model.output_shape == (None, 3)
    wide = apply(setup, "set-embedding", input_dim="max-id-plus-one", mask_zero=True)
    embed = wide.model.get_layer("embed")
    assert (embed.input_dim, embed.mask_zero) == (int(ids.max()) + 1, True)
    relu = apply(setup, "set-hidden-activation", activation="relu", which="recurrent")
    assert relu.model.get_layer("last").activation.__name__ == "relu"


def test_layers_behind_the_output_are_taken_out() -> None:
    import keras

    layers = keras.layers
    model = keras.Sequential(
        [keras.Input((6,)), layers.Dropout(0.1), layers.Dense(3), layers.Dropout(0.5)]
    )
    setup = setup_of(model, X, Y)
    changed = apply(setup, "remove-layers", kind="Dropout", where="after-output")
    left = [layer.kind for layer in changed.network.layers if layer.kind == "Dropout"]
    assert left == ["Dropout"]
    changed = apply(setup, "remove-layers", kind="Dropout", where="all")
    assert "Dropout" not in [layer.kind for layer in changed.network.layers]


def test_base_called_in_inference() -> None:
    import keras

    layers = keras.layers
    base = keras.Sequential(
        [keras.Input((6,)), layers.Dense(4), layers.BatchNormalization()], name="base"
    )
    inputs = keras.Input((6,))
    model = keras.Model(inputs, layers.Dense(3)(base(inputs, training=True)))
    setup = setup_of(model, X * 9, Y)
    assert '"training": true' in model.to_json()
    changed = apply(setup, "call-base-in-inference").model
    assert '"training": false' in changed.to_json()
    alone, beside = X[:5], np.concatenate([X[:5], X[5:] * 50])

    def depends_on_the_batch(network: Any) -> bool:
        together = np.asarray(network(beside))[:5]
        return not np.allclose(together, np.asarray(network(alone)), atol=1e-3)

    assert depends_on_the_batch(model)
    assert not depends_on_the_batch(changed)
    followed = apply(setup, "set-batch-normalization", training="auto").model
    assert '"training": true' not in followed.to_json()


def test_what_lies_outside_the_model_is_not_applicable() -> None:
    from probes import surgery

    setup = setup_of(mlp("softmax", 3), X, Y)
    for op in set(OPERATIONS) - set(surgery.OPERATIONS):
        assert refused(setup, op) == "change-outside-the-model", op
    assert apply(setup, "set-metrics", metrics=[]) is setup
    assert refused(setup, "remove-layers", kind="LSTM") == "change-nothing-to-change"


def test_a_change_that_does_not_fit_is_said_to() -> None:
    import keras

    layers = keras.layers
    inputs = keras.Input((6,))
    h = layers.Dense(8, name="a")(inputs)
    model = keras.Model(inputs, layers.Dense(3)(layers.Add()([h, layers.Dense(8)(inputs)])))
    setup = setup_of(model, X, Y)
    assert refused(setup, "widen-layer", units=9, layer="a") == "change-does-not-build"


def test_changes_need_a_network_with_an_output() -> None:
    setup = setup_of(mlp("softmax", 3), X, Y)
    blind = replace(setup, network=Network())
    assert refused(blind, "set-output", activation="softmax") == "change-output-unknown"
    unknown = replace(setup, classes=None)
    assert refused(unknown, "set-output", units="classes") == "change-classes-unknown"
