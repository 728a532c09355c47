"""More networks that learn: training and data that look odd and are right."""

from __future__ import annotations

import keras
import numpy as np

from tests.zoo import data
from tests.zoo.case import Made
from tests.zoo.draw import Draw
from tests.zoo.networks import caffe, chain, mlp, pretrained_base, small_cnn
from tests.zoo.register import SPARSE, healthy

L = keras.layers


@healthy()
def mixed_precision(seed: int) -> Made:
    """Half-precision layers and an output in full precision."""
    draw = Draw(seed)
    features, classes = draw.features(20), draw.classes(4)
    x, y = data.table(512, features, classes, seed)
    before = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_dtype_policy("mixed_float16")
    try:
        model = chain(
            keras.Input((features,)),
            L.Dense(draw.width(), "relu"),
            L.Dense(draw.width(), "relu"),
            L.Dense(classes),
            L.Activation("softmax", dtype="float32"),
        )
        model.compile(keras.optimizers.Adam(3e-3), SPARSE, metrics=["accuracy"])
    finally:
        keras.mixed_precision.set_dtype_policy(before)
    return Made(model, x, y, epochs=6)


@healthy()
def low_rate_that_suffices(seed: int) -> Made:
    """Slow, and it gets there."""
    draw = Draw(seed)
    features, classes = draw.features(20), draw.classes(3)
    x, y = data.table(512, features, classes, seed)
    model = mlp(features, classes, "softmax", width=draw.width(256))
    model.compile(keras.optimizers.Adam(draw.of(1e-4, 2e-4)), SPARSE, metrics=["accuracy"])
    return Made(model, x, y, epochs=30)


@healthy("class-imbalanced")
def weighted_classes(seed: int) -> Made:
    """One class in fifteen, weighed up, so that it is found."""
    draw = Draw(seed)
    features = draw.features(8)
    x = np.random.default_rng(seed).normal(size=(1024, features)).astype(np.float32)
    y = (x[:, 0] + x[:, 1] > 2.1).astype(np.int64)
    model = mlp(features, 1, "sigmoid", width=draw.width(32))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return Made(model, x, y, epochs=12, fit={"class_weight": {0: 1.0, 1: 14.0}})


@healthy()
def separable_convolutions(seed: int) -> Made:
    draw = Draw(seed)
    side, classes = draw.side(), draw.classes(4)
    x, y = data.pictures(256, side, classes, seed)
    h = inputs = keras.Input((side, side, 3))
    for filters in (16, 32):
        h = L.DepthwiseConv2D(3, padding="same", use_bias=False)(h)
        h = L.ReLU(6.0)(L.BatchNormalization()(h))
        h = L.Conv2D(filters, 1, use_bias=False)(h)
        h = L.MaxPooling2D()(L.ReLU(6.0)(L.BatchNormalization()(h)))
    model = keras.Model(inputs, L.Dense(classes, "softmax")(L.GlobalAveragePooling2D()(h)))
    model.compile(keras.optimizers.Adam(3e-3), SPARSE, metrics=["accuracy"])
    return Made(model, x, y, epochs=25, batch=16)


@healthy()
def shallow_sigmoids(seed: int) -> Made:
    """One hidden sigmoid layer, as in the textbook; nothing vanishes."""
    draw = Draw(seed)
    features = draw.features(12)
    x, y = data.table(512, features, 2, seed)
    model = chain(
        keras.Input((features,)), L.Dense(draw.width(32), "sigmoid"), L.Dense(1, "sigmoid")
    )
    model.compile(keras.optimizers.SGD(0.3, momentum=0.9), "binary_crossentropy")
    return Made(model, x, y, epochs=10)


@healthy()
def fine_tuned_gently(seed: int) -> Made:
    """A pretrained base, unfrozen, at a low rate."""
    base, x, y = pretrained_base(seed)
    model = chain(keras.Input((32, 32, 3)), base, L.Dense(4, activation="softmax"))
    model.compile(keras.optimizers.Adam(1e-4), SPARSE, metrics=["accuracy"])
    return Made(model, caffe(x), y, epochs=15, batch=16)


@healthy()
def validated_alike(seed: int) -> Made:
    """Training and validation rows of one kind."""
    draw = Draw(seed)
    side, classes = draw.side(), draw.classes(3)
    x, y = data.pictures(384, side, classes, seed)
    model = small_cnn(classes, side=side)
    model.compile("adam", SPARSE, metrics=["accuracy"])
    return Made(model, x[:256], y[:256], epochs=8, validation=(x[256:], y[256:]))


@healthy()
def price_regression(seed: int) -> Made:
    """Prices of several hundred at a rate that reaches them."""
    draw = Draw(seed)
    features = draw.features(10)
    x, y = data.figures(512, features, seed)
    model = mlp(features, 1, None, width=draw.width())
    model.compile(keras.optimizers.Adam(0.02), "mse", metrics=["mae"])
    return Made(model, x, 300 + draw.of(60, 90) * y, epochs=20)


@healthy()
def several_figures(seed: int) -> Made:
    """A regression with several targets at once."""
    draw = Draw(seed)
    features, columns = draw.features(10), draw.of(2, 3, 4)
    x, _ = data.figures(512, features, seed)
    y = np.tanh(x @ np.random.default_rng(seed + 5).normal(size=(features, columns)))
    model = mlp(features, columns, None, width=draw.width())
    model.compile(keras.optimizers.RMSprop(2e-3), "huber")
    return Made(model, x, y.astype(np.float32), epochs=8)


@healthy()
def stacked_lstm(seed: int) -> Made:
    draw = Draw(seed)
    length = draw.length(30)
    x, y = data.waves(256, length, seed)
    model = chain(
        keras.Input((length, 2)),
        L.LSTM(16, return_sequences=True),
        L.LSTM(16),
        L.Dense(2, activation="softmax"),
    )
    model.compile(keras.optimizers.Adam(5e-3), "categorical_crossentropy", metrics=["accuracy"])
    return Made(model, x, data.one_hot(y, 2), epochs=10)
