"""Networks with two faults, of which the first hides the second, beside the same without either."""

from __future__ import annotations

import keras
import numpy as np

from tests.zoo import data
from tests.zoo.case import Made
from tests.zoo.draw import Draw
from tests.zoo.networks import caffe, chain, mlp, pretrained_base, small_cnn
from tests.zoo.register import SPARSE, double

L = keras.layers


def table_net(
    seed: int, head: str | None = "softmax", units: int | None = None, **dense: object
) -> tuple[keras.Model, data.Array, data.Array, int]:
    """A network on a table: model, x, y and the number of classes."""
    draw = Draw(seed)
    features, classes = draw.features(20), draw.classes(4)
    x, y = data.table(512, features, classes, seed)
    return mlp(features, units or classes, head, width=draw.width(), **dense), x, y, classes


@double("missing-output-activation", "inputs-not-scaled")
def linear_head_on_raw_pixels(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    side, classes = draw.side(48), draw.of(2, 3)
    x, y = data.pictures(256, side, classes, seed, top=255.0)
    model = small_cnn(classes, "softmax" if repaired else None, side=side)
    model.compile(keras.optimizers.SGD(0.01), "categorical_crossentropy", metrics=["accuracy"])
    scaled = x / 127.5 - 1 if repaired else x
    return Made(model, scaled, data.one_hot(y, classes), epochs=8, batch=16)


@double("too-few-output-units", "learning-rate-too-high")
def one_unit_at_a_wild_rate(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    side, classes = draw.side(), draw.classes(4)
    x, y = data.pictures(256, side, classes, seed)
    head = (classes, "softmax") if repaired else (1, "sigmoid")
    model = small_cnn(*head, side=side)
    rate = 1e-3 if repaired else draw.of(1.0, 0.5)
    model.compile(keras.optimizers.Adam(rate), SPARSE if repaired else "binary_crossentropy")
    return Made(model, x, y)


@double("softmax-on-single-unit", "learning-rate-too-low")
def one_softmax_asleep(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features = draw.features(16)
    x, y = data.table(512, features, 2, seed)
    model = mlp(features, 1, "sigmoid" if repaired else "softmax", width=draw.width())
    rate = 1e-3 if repaired else draw.of(1e-7, 3e-8)
    model.compile(keras.optimizers.Adam(rate), "binary_crossentropy", metrics=["accuracy"])
    return Made(model, x, y)


@double("relu-on-output-layer", "learning-rate-too-high")
def relu_head_at_a_wild_rate(seed: int, repaired: bool) -> Made:
    model, x, y, _ = table_net(seed, "softmax" if repaired else "relu")
    rate = 1e-3 if repaired else Draw(seed + 1).of(1.0, 2.0)
    model.compile(keras.optimizers.Adam(rate), SPARSE)
    return Made(model, x, y)


@double("labels-not-zero-based", "learning-rate-too-low")
def from_one_asleep(seed: int, repaired: bool) -> Made:
    model, x, y, _ = table_net(seed)
    model.compile(keras.optimizers.Adam(1e-3 if repaired else 1e-7), SPARSE)
    return Made(model, x, y if repaired else y + 1, epochs=4 if repaired else 0)


@double("saturating-hidden-activations", "learning-rate-too-low")
def sigmoid_stack_asleep(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features, classes = draw.features(20), draw.classes(3)
    x, y = data.table(512, features, classes, seed)
    act, how = ("relu", "he_normal") if repaired else ("sigmoid", "glorot_uniform")
    hidden = [L.Dense(32, activation=act, kernel_initializer=how) for _ in range(7)]
    model = chain(keras.Input((features,)), *hidden, L.Dense(classes, activation="softmax"))
    model.compile(keras.optimizers.Adam(1e-3 if repaired else 1e-7), SPARSE)
    return Made(model, x, y)


@double("bounded-output-for-regression", "inputs-not-scaled")
def bounded_on_a_raw_table(seed: int, repaired: bool) -> Made:
    z = np.random.default_rng(seed).normal(size=(512, 6))
    scale = Draw(seed).of(1e5, 3e4)
    x = (z * [1, 10, 1e3, scale, 0.01, 1] + [0, 50, 3e3, 2 * scale, 0, 1]).astype(np.float32)
    y = (5 + 2 * z[:, 0] + z[:, 4]).astype(np.float32)
    if repaired:
        x = ((x - x.mean(0)) / x.std(0)).astype(np.float32)
    model = mlp(6, 1, None if repaired else "sigmoid")
    model.compile(keras.optimizers.Adam(1e-2), "mse")
    return Made(model, x, y, epochs=8)


@double("nan-in-inputs", "learning-rate-too-high")
def missing_cells_at_a_wild_rate(seed: int, repaired: bool) -> Made:
    model, x, y, _ = table_net(seed)
    if not repaired:
        x[:: Draw(seed + 1).of(3, 5), 4] = np.nan
    model.compile(keras.optimizers.Adam(1e-3 if repaired else 1.0), SPARSE)
    return Made(model, x, y)


@double("constant-weight-init", "missing-output-activation")
def zeros_and_a_linear_head(seed: int, repaired: bool) -> Made:
    how = "glorot_uniform" if repaired else Draw(seed).of("zeros", "ones")
    model, x, y, classes = table_net(seed, "softmax" if repaired else None, kernel_initializer=how)
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return Made(model, x, data.one_hot(y, classes))


@double("all-layers-frozen", "missing-output-activation")
def frozen_with_a_linear_head(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    side, classes = draw.side(), draw.classes(3)
    x, y = data.pictures(256, side, classes, seed)
    model = small_cnn(classes, "softmax" if repaired else None, side=side)
    model.trainable = repaired
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return Made(model, x, data.one_hot(y, classes))


@double("heavy-regularization", "learning-rate-too-low")
def strangled_and_asleep(seed: int, repaired: bool) -> Made:
    how = None if repaired else keras.regularizers.L2(Draw(seed).of(1.0, 0.5))
    model, x, y, _ = table_net(seed, kernel_regularizer=how)
    model.compile(keras.optimizers.Adam(1e-3 if repaired else 1e-7), SPARSE)
    return Made(model, x, y)


@double("integer-labels-with-categorical-loss", "inputs-not-scaled")
def numbers_for_one_hot_on_raw_pixels(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    side, classes = draw.side(48), draw.classes(3)
    x, y = data.pictures(256, side, classes, seed, top=255.0)
    model = small_cnn(classes, side=side)
    loss = SPARSE if repaired else "categorical_crossentropy"
    model.compile(keras.optimizers.SGD(0.01), loss, metrics=["accuracy"])
    return Made(model, x / 127.5 - 1 if repaired else x, y, epochs=8 if repaired else 0, batch=16)


@double("embedding-input-dim-too-small", "learning-rate-too-low")
def small_vocabulary_asleep(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    length = draw.length(20)
    x, y = data.sentences(256, length, 50, seed)
    model = chain(
        keras.Input((length,), dtype="int32"),
        L.Embedding(50 if repaired else 30, 16),
        L.GlobalAveragePooling1D(),
        L.Dense(16, "relu"),
        L.Dense(1, "sigmoid"),
    )
    rate = 1e-2 if repaired else 1e-7
    model.compile(keras.optimizers.Adam(rate), "binary_crossentropy")
    return Made(model, x, y, epochs=10 if repaired else 0)


@double("mask-values-not-01", "learning-rate-too-high")
def masks_of_255_at_a_wild_rate(seed: int, repaired: bool) -> Made:
    side = Draw(seed).side()
    x, _ = data.pictures(128, side, 1, seed)
    y = (x[..., :1] > 0.6).astype(np.float32) * (1 if repaired else 255)
    model = chain(
        keras.Input((side, side, 3)),
        L.Conv2D(12, 3, padding="same", activation="relu"),
        L.Conv2D(12, 3, padding="same", activation="relu"),
        L.Conv2D(1, 1, activation="sigmoid"),
    )
    model.compile(keras.optimizers.Adam(5e-3 if repaired else 2.0), "binary_crossentropy")
    return Made(model, x, y, epochs=8)


@double("wrong-pretrained-preprocessing", "learning-rate-too-low")
def base_fed_ones_asleep(seed: int, repaired: bool) -> Made:
    base, x, y = pretrained_base(seed)
    base.trainable = False
    model = chain(
        keras.Input((32, 32, 3)),
        base,
        L.BatchNormalization(),
        L.Dense(32, "relu"),
        L.Dense(4, "softmax"),
    )
    rate = 1e-3 if repaired else 1e-7
    model.compile(keras.optimizers.Adam(rate), "categorical_crossentropy", metrics=["accuracy"])
    pixels = caffe(x) if repaired else x / 255
    return Made(model, pixels, data.one_hot(y, 4), epochs=20, batch=16)


@double("labels-out-of-range", "learning-rate-too-high")
def text_classes_beyond_the_units(seed: int, repaired: bool) -> Made:
    """Labels numbered from ten on, at a wild rate."""
    model, x, y, _ = table_net(seed)
    model.compile(keras.optimizers.Adam(1e-3 if repaired else 1.0), SPARSE)
    return Made(model, x, y if repaired else y + 10, epochs=4 if repaired else 0)


@double("missing-hidden-activation", "learning-rate-too-high")
def linear_on_xor_at_a_wild_rate(seed: int, repaired: bool) -> Made:
    x = np.random.default_rng(seed).uniform(-1, 1, (512, 2)).astype(np.float32)
    act, units = ("relu" if repaired else None), Draw(seed).of(32, 48)
    model = chain(
        keras.Input((2,)), L.Dense(units, act), L.Dense(units, act), L.Dense(1, "sigmoid")
    )
    model.compile(keras.optimizers.Adam(1e-2 if repaired else 3.0), "binary_crossentropy")
    return Made(model, x, ((x[:, 0] > 0) ^ (x[:, 1] > 0)).astype(np.int64), epochs=12)
