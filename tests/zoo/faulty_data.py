"""Networks with a fault in the data, the starting weights or normalisation, beside the same
without it."""

from __future__ import annotations

import keras
import numpy as np

from tests.zoo import data
from tests.zoo.case import Made
from tests.zoo.draw import Draw
from tests.zoo.networks import caffe, chain, mlp, pretrained_base, small_cnn
from tests.zoo.register import SPARSE, change, faulty

L = keras.layers


@faulty("integer-division-zeroed-inputs", "inputs-all-zero")
def divided_to_zero(seed: int, repaired: bool) -> Made:
    """Whole numbers divided in place by 256."""
    draw = Draw(seed)
    side, classes = draw.side(), draw.classes(4)
    x, y = data.pictures(256, side, classes, seed, top=255.0)
    model = small_cnn(classes, side=side)
    model.compile("adam", SPARSE, metrics=["accuracy"])
    scaled = x / 256 if repaired else (x.astype(np.int32) // 256).astype(np.float32)
    return Made(model, scaled, y)


@faulty("outlier-sample-not-standardised", "outlier-samples")
def a_few_wild_rows(seed: int, repaired: bool) -> Made:
    """A broken sensor: one row in forty is a hundred thousand times too large."""
    draw = Draw(seed)
    features, classes = draw.features(20), draw.classes(3)
    x, y = data.table(512, features, classes, seed)
    if not repaired:
        x[:: draw.of(40, 25)] *= 1e5
    model = mlp(features, classes, "softmax", width=draw.width())
    model.compile("adam", SPARSE, metrics=["accuracy"])
    return Made(model, x, y)


@faulty("conflicting-labels", "conflicting-labels")
def twice_with_other_labels(seed: int, repaired: bool) -> Made:
    """The rows of two exports joined, whose classes were numbered differently."""
    draw = Draw(seed)
    side, classes = draw.side(24), draw.classes(4)
    x, y = data.pictures(192, side, classes, seed)
    model = small_cnn(classes, side=side)
    model.compile("adam", SPARSE, metrics=["accuracy"])
    other = y if repaired else (y + 1) % classes
    return Made(model, np.concatenate([x, x]), np.concatenate([y, other]))


@faulty("inputs-not-numeric", "inputs-object")
def figures_as_text(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features, classes = draw.features(10), draw.classes(3)
    x, y = data.table(384, features, classes, seed)
    model = mlp(features, classes, "softmax", width=draw.width())
    model.compile("adam", SPARSE)
    written = x if repaired else np.char.mod("%.3f", x)
    return Made(model, written, y, epochs=4 if repaired else 0)


@faulty(
    "bad-weight-init", "wide-initializer", repair=(change("set-initializer", kernel="default"),)
)
def weights_far_apart(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features, classes = draw.features(20), draw.classes(4)
    x, y = data.table(512, features, classes, seed)
    wide = keras.initializers.RandomNormal(stddev=draw.of(5.0, 8.0, 3.0))
    how = "glorot_uniform" if repaired else wide
    hidden = [L.Dense(draw.width(), "tanh", kernel_initializer=how) for _ in range(3)]
    model = chain(keras.Input((features,)), *hidden, L.Dense(classes, "softmax"))
    model.compile("adam", SPARSE)
    return Made(model, x, y)


@faulty("deep-net-no-normalisation", "deep-without-normalisation")
def deep_and_plain(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features, classes = draw.features(20), draw.classes(3)
    x, y = data.table(512, features, classes, seed)
    layers: list[keras.layers.Layer] = []
    for _ in range(draw.of(20, 18, 24)):
        layers.append(L.Dense(24, "relu"))
        if repaired:
            layers.append(L.BatchNormalization(momentum=0.9))
    model = chain(keras.Input((features,)), *layers, L.Dense(classes, "softmax"))
    model.compile("adam", SPARSE)
    return Made(model, x, y, epochs=8, batch=16)


@faulty("batchnorm-momentum-too-high", "batchnorm-momentum-near-one", "train-eval-disagree")
def momentum_too_high(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    side, classes = draw.side(24), draw.classes(4)
    x, y = data.pictures(256, side, classes, seed, top=draw.of(1.0, 2.0))
    momentum = 0.8 if repaired else draw.of(0.9999, 0.9998)
    h = inputs = keras.Input((side, side, 3))
    for filters in (16, 32):
        h = L.Conv2D(filters, 3, padding="same")(h)
        h = L.MaxPooling2D()(L.ReLU()(L.BatchNormalization(momentum=momentum)(h)))
    model = keras.Model(inputs, L.Dense(classes, "softmax")(L.GlobalAveragePooling2D()(h)))
    model.compile(keras.optimizers.Adam(3e-3), SPARSE, metrics=["accuracy"])
    return Made(model, x, y, epochs=12, batch=16)


@faulty("relu-in-recurrent-layer", "relu-in-recurrent")
def recurrent_relu(seed: int, repaired: bool) -> Made:
    """A linear feedback that grows with every step of a long series."""
    draw = Draw(seed)
    length = draw.of(120, 100, 150)
    x, y = data.waves(256, length, seed)
    model = chain(
        keras.Input((length, 2)),
        L.LSTM(draw.of(48, 64), activation="tanh" if repaired else "relu"),
        L.Dense(2, activation="softmax"),
    )
    model.compile(keras.optimizers.Adam(1e-2), SPARSE, metrics=["accuracy"])
    return Made(model, 8 * x, y, epochs=3)


@faulty("architecture-bottleneck", "bottleneck-layer")
def through_one_unit(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features, classes = draw.features(20), draw.of(8, 9, 10)
    x, y = data.table(512, features, classes, seed)
    narrow = L.Dense(64 if repaired else draw.of(1, 2), "relu")
    model = chain(
        keras.Input((features,)),
        L.Dense(draw.width(), "relu"),
        narrow,
        L.Dense(draw.width(), "relu"),
        L.Dense(classes, "softmax"),
    )
    model.compile("adam", SPARSE, metrics=["accuracy"])
    return Made(model, x, y, epochs=6)


@faulty("train-val-preprocessing-mismatch", "validation-scaled-differently")
def validation_left_raw(seed: int, repaired: bool) -> Made:
    """Training pixels are divided by 255, validation pixels are not."""
    draw = Draw(seed)
    side, classes = draw.side(), draw.classes(3)
    x, y = data.pictures(384, side, classes, seed)
    model = small_cnn(classes, side=side)
    model.compile("adam", SPARSE, metrics=["accuracy"])
    held = x[256:] * (1.0 if repaired else 255.0)
    return Made(model, x[:256], y[:256], epochs=8, validation=(held, y[256:]))


@faulty("ordered-data-manual-split")
def the_last_classes_held_back(seed: int, repaired: bool) -> Made:
    """Rows sorted by class, the last quarter for validation."""
    draw = Draw(seed)
    side, classes = draw.side(), draw.classes(4)
    x, y = data.pictures(400, side, classes, seed)
    if not repaired:
        order = np.argsort(y, kind="stable")
        x, y = x[order], y[order]
    model = small_cnn(classes, side=side)
    model.compile("adam", SPARSE, metrics=["accuracy"])
    return Made(model, x[:290], y[:290], epochs=8, validation=(x[290:], y[290:]))


@faulty("train-val-leakage")
def validated_on_copies(seed: int, repaired: bool) -> Made:
    """The validation rows are rows of the training set."""
    draw = Draw(seed)
    side, classes = draw.side(), draw.classes(3)
    x, y = data.pictures(384, side, classes, seed)
    model = small_cnn(classes, side=side)
    model.compile("adam", SPARSE, metrics=["accuracy"])
    held = slice(256, None) if repaired else slice(0, 128)
    return Made(model, x[:256], y[:256], epochs=8, validation=(x[held], y[held]))


@faulty("fine-tune-learning-rate-too-high", "fine-tuning-at-default-rate")
def fine_tuned_wildly(seed: int, repaired: bool) -> Made:
    """A pretrained base, unfrozen, whose weights the first steps wipe out."""
    base, x, y = pretrained_base(seed)
    model = chain(keras.Input((32, 32, 3)), base, L.Dense(4, activation="softmax"))
    rate = 1e-4 if repaired else 0.3
    model.compile(keras.optimizers.Adam(rate), SPARSE, metrics=["accuracy"])
    return Made(model, caffe(x), y, epochs=10, batch=16)
