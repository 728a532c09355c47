"""Networks with one of the usual faults each, beside the same network without it."""

from __future__ import annotations

import keras
import numpy as np

from tests.zoo import data
from tests.zoo.case import Made
from tests.zoo.draw import Draw
from tests.zoo.networks import chain, mlp, small_cnn
from tests.zoo.register import SPARSE, change, faulty

L = keras.layers


@faulty(
    "missing-output-activation",
    "linear-output-with-probability-loss",
    "tiny-batch-not-learnt",
    repair=(change("set-output", activation="softmax"),),
)
def linear_head(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    side, classes = draw.side(32), draw.classes(3)
    x, y = data.pictures(256, side, classes, seed)
    model = small_cnn(classes, "softmax" if repaired else None, side=side)
    model.compile("adam" if repaired else "sgd", "categorical_crossentropy")
    return Made(model, x, data.one_hot(y, classes))


@faulty(
    "inputs-not-scaled",
    "inputs-large-range",
    repair=(change("scale-inputs", how="minus-one-to-one"),),
)
def raw_pixels_with_sgd(seed: int, repaired: bool) -> Made:
    x, y = data.pictures(256, 48, 2, seed, top=255.0)
    model = small_cnn(2, side=48)
    model.compile(keras.optimizers.SGD(0.01), "categorical_crossentropy", metrics=["accuracy"])
    return Made(model, x / 127.5 - 1 if repaired else x, data.one_hot(y, 2), epochs=10, batch=16)


@faulty(
    "inputs-not-scaled",
    "features-scale-apart",
    "inputs-large-range",
    repair=(change("scale-inputs", how="standardise-features"),),
)
def raw_table(seed: int, repaired: bool) -> Made:
    z = np.random.default_rng(seed).normal(size=(512, 6))
    x = (z * [1, 10, 1e3, 1e5, 0.01, 1] + [0, 50, 3e3, 2e5, 0, 1]).astype(np.float32)
    if repaired:
        x = ((x - x.mean(0)) / x.std(0)).astype(np.float32)
    model = chain(keras.Input((6,)), L.Dense(64, "relu"), L.Dense(1, "sigmoid"))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return Made(model, x, (z[:, 0] + z[:, 4] > 0).astype(np.int64), epochs=8)


@faulty(
    "inputs-without-contrast",
    "inputs-low-contrast",
    repair=(change("scale-inputs", how="standardise-samples"),),
)
def price_pictures(seed: int, repaired: bool) -> Made:
    x, y = data.price_pictures(600, 14, seed)
    if repaired:
        x = (x - x.mean((1, 2), keepdims=True)) / x.std((1, 2), keepdims=True)
    model = chain(
        keras.Input((14, 14, 4)),
        L.Conv2D(32, 3, activation="relu"),
        L.MaxPooling2D(),
        L.Conv2D(32, 3, activation="relu"),
        L.Flatten(),
        L.Dense(32, activation="relu"),
        L.Dense(1, activation="sigmoid"),
    )
    model.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
    return Made(model, x, y, epochs=6, batch=16)


@faulty(
    "pretrained-double-rescaling",
    "inputs-tiny-range",
    repair=(change("scale-inputs", how="none"),),
)
def scaled_twice(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    side, classes = draw.side(32), draw.classes(6)
    x, y = data.pictures(256, side, classes, seed, top=255.0 if repaired else 1.0)
    model = small_cnn(classes, front=(L.Rescaling(1 / 255),), side=side)
    model.compile("adam", SPARSE)
    return Made(model, x, y, epochs=8)


@faulty(
    "too-few-output-units",
    "classes-exceed-output-units",
    "labels-outside-0-1-with-bce",
    "tiny-batch-not-learnt",
    repair=(
        change("set-output", units="classes", activation="softmax"),
        change("set-loss", loss=SPARSE),
    ),
)
def one_sigmoid_for_five(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    side, classes = draw.side(32), draw.classes(5)
    x, y = data.pictures(256, side, classes, seed)
    model = (
        small_cnn(classes, "softmax", side=side) if repaired else small_cnn(1, "sigmoid", side=side)
    )
    model.compile("adam", SPARSE if repaired else "binary_crossentropy", metrics=["accuracy"])
    return Made(model, x, y)


@faulty(
    "bce-labels-not-01",
    "labels-outside-0-1-with-bce",
    "tiny-batch-not-learnt",
    repair=(change("convert-labels", to="zero-one"),),
)
def labels_one_and_two(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    side = draw.side(32)
    x, y = data.pictures(256, side, 2, seed)
    model = small_cnn(1, "sigmoid", side=side)
    model.compile("adam", "binary_crossentropy")
    return Made(model, x, y if repaired else y + 1)


@faulty(
    "softmax-on-single-unit",
    "softmax-on-one-unit",
    "tiny-batch-not-learnt",
    repair=(change("set-output", activation="sigmoid"),),
)
def softmax_of_one(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features = draw.features(16)
    x, y = data.table(512, features, 2, seed)
    model = mlp(features, 1, "sigmoid" if repaired else "softmax", width=draw.width())
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return Made(model, x, y)


@faulty(
    "relu-on-output-layer",
    "relu-output",
    "tiny-batch-not-learnt",
    repair=(change("set-output", activation="softmax"),),
)
def relu_head(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    side, classes = draw.side(32), draw.classes(4)
    x, y = data.pictures(256, side, classes, seed)
    model = small_cnn(classes, "softmax" if repaired else "relu", side=side)
    model.compile("adam", SPARSE)
    return Made(model, x, y)


@faulty(
    "bounded-output-for-regression",
    "bounded-output-cannot-reach-targets",
    "tiny-batch-not-learnt",
    repair=(change("set-output", activation="linear"),),
)
def relu_head_below_zero(seed: int, repaired: bool) -> Made:
    x, y = data.figures(512, 10, seed)
    model = mlp(10, 1, None if repaired else "relu")
    model.compile(keras.optimizers.Adam(1e-2), "mse")
    return Made(model, x, y - 6 * (y.std() + 1))


@faulty(
    "bounded-output-for-regression",
    "bounded-output-cannot-reach-targets",
    "tiny-batch-not-learnt",
    repair=(
        change("set-output", activation="linear"),
        change("convert-labels", to="standardised"),
    ),
)
def sigmoid_regression(seed: int, repaired: bool) -> Made:
    x, y = data.figures(512, 10, seed)
    y = (y - y.mean()) / y.std() if repaired else 100 + 30 * y
    model = mlp(10, 1, None if repaired else "sigmoid")
    model.compile("adam", "mse")
    return Made(model, x, y)


@faulty(
    "learning-rate-too-high",
    "learning-rate-suspiciously-high",
    "tiny-batch-not-learnt",
    "tiny-batch-learnt-with-other-optimizer",
    repair=(change("set-learning-rate", learning_rate=1e-3),),
)
def adam_at_one(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    side, classes = draw.side(32), draw.classes(4)
    x, y = data.pictures(256, side, classes, seed)
    model = small_cnn(classes, side=side)
    model.compile(keras.optimizers.Adam(1e-3 if repaired else 1.0), SPARSE)
    return Made(model, x, y)


@faulty(
    "learning-rate-too-high",
    "learning-rate-suspiciously-high",
    "tiny-batch-not-learnt",
    repair=(change("set-learning-rate", learning_rate=1e-3),),
)
def sgd_at_two(seed: int, repaired: bool) -> Made:
    random = np.random.default_rng(seed)
    x = (4 * random.normal(size=(512, 10))).astype(np.float32)
    model = mlp(10, 1, None)
    model.compile(keras.optimizers.SGD(1e-3 if repaired else 2.0), "mse")
    return Made(model, x, (2 * x[:, 0]).astype(np.float32))


@faulty(
    "learning-rate-too-low",
    "learning-rate-suspiciously-low",
    "tiny-batch-not-learnt",
    "tiny-batch-learnt-with-other-optimizer",
    repair=(change("set-learning-rate", learning_rate=1e-3),),
)
def adam_asleep(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features, classes = draw.features(20), draw.classes(3)
    x, y = data.table(512, features, classes, seed)
    model = mlp(features, classes, "softmax", width=draw.width())
    model.compile(keras.optimizers.Adam(1e-3 if repaired else 1e-7), SPARSE)
    return Made(model, x, y)


@faulty(
    "saturating-hidden-activations",
    "saturating-stack",
    "gradient-vanishes",
    "tiny-batch-not-learnt",
    repair=(
        change("set-hidden-activation", activation="relu", which="saturating"),
        change("set-initializer", kernel="he_normal"),
    ),
)
def sigmoid_stack(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features, classes = draw.features(20), draw.classes(3)
    x, y = data.table(512, features, classes, seed)
    act = "relu" if repaired else "sigmoid"
    how = "he_normal" if repaired else "glorot_uniform"
    hidden = [L.Dense(32, activation=act, kernel_initializer=how) for _ in range(7)]
    model = chain(keras.Input((features,)), *hidden, L.Dense(classes, activation="softmax"))
    model.compile(keras.optimizers.Adam(1e-3), SPARSE)
    return Made(model, x, y)
