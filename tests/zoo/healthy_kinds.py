"""Networks that learn, of kinds that other tools take for faulty."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from tests.zoo import data
from tests.zoo.case import Made
from tests.zoo.draw import Draw
from tests.zoo.networks import caffe, chain, mlp, pretrained_base, small_cnn
from tests.zoo.register import healthy

L = keras.layers


@healthy()
def mlp_on_table(seed: int) -> Made:
    draw = Draw(seed)
    features, classes = draw.features(20), draw.classes(3)
    x, y = data.table(512, features, classes, seed)
    model = mlp(features, classes, "softmax", width=draw.width())
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return Made(model, x, y)


@healthy()
def cnn_with_rescaling(seed: int) -> Made:
    draw = Draw(seed)
    side, classes = draw.side(32), draw.classes(4)
    x, y = data.pictures(256, side, classes, seed, top=255.0)
    model = small_cnn(classes, front=(L.Rescaling(1 / 255),), side=side)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return Made(model, x.astype(np.uint8), y)


@healthy()
def cnn_with_logits(seed: int) -> Made:
    draw = Draw(seed)
    side, classes = draw.side(32), draw.classes(4)
    x, y = data.pictures(256, side, classes, seed)
    model = small_cnn(classes, None, side=side)
    model.compile("adam", keras.losses.CategoricalCrossentropy(from_logits=True))
    return Made(model, x, data.one_hot(y, classes))


@healthy()
def cnn_with_separate_activations(seed: int) -> Made:
    draw = Draw(seed)
    side, classes = draw.side(32), draw.classes(4)
    x, y = data.pictures(256, side, classes, seed)
    model = chain(
        keras.Input((side, side, 3)),
        L.Conv2D(16, 3),
        L.Activation("relu"),
        L.MaxPooling2D(),
        L.Conv2D(32, 3),
        L.LeakyReLU(),
        L.MaxPooling2D(),
        L.Flatten(),
        L.Dense(32),
        L.PReLU(),
        L.Dense(classes),
        L.Activation("softmax"),
    )
    model.compile(keras.optimizers.SGD(0.05, momentum=0.9), "categorical_crossentropy")
    return Made(model, x - 0.5, data.one_hot(y, classes))


@healthy()
def residual_with_batch_norm(seed: int) -> Made:
    x, y = data.pictures(256, 33, 4, seed)
    inputs = keras.Input((33, 33, 3))
    h = L.Conv2D(16, 3, padding="same", use_bias=False)(inputs)
    for filters in (16, 32):
        short = L.Conv2D(filters, 1, strides=2, use_bias=False)(h)
        h = L.ReLU()(L.BatchNormalization()(h))
        h = L.Conv2D(filters, 3, strides=2, padding="same", use_bias=False)(h)
        h = L.ReLU()(L.BatchNormalization()(h))
        h = L.Add()([L.Conv2D(filters, 3, padding="same", use_bias=False)(h), short])
    h = L.GlobalAveragePooling2D()(L.ReLU()(L.BatchNormalization()(h)))
    model = keras.Model(inputs, L.Dense(4, activation="softmax")(h))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return Made(model, x, y, epochs=30, batch=16)


@healthy()
def raw_pixels_behind_batch_norm(seed: int) -> Made:
    draw = Draw(seed)
    side, classes = draw.side(32), draw.classes(4)
    x, y = data.pictures(256, side, classes, seed, top=255.0)
    model = small_cnn(classes, front=(L.BatchNormalization(),), side=side)
    model.compile("adam", "sparse_categorical_crossentropy")
    return Made(model, x, y, epochs=25, batch=16)


@healthy()
def lstm_binary(seed: int) -> Made:
    draw = Draw(seed)
    length = draw.length(20)
    x, y = data.sentences(256, length, 50, seed)
    model = chain(
        keras.Input((length,), dtype="int32"),
        L.Embedding(50, 16),
        L.LSTM(32),
        L.Dense(1, activation="sigmoid"),
    )
    model.compile(keras.optimizers.Adam(3e-3), "binary_crossentropy", metrics=["accuracy"])
    return Made(model, x, y)


@healthy()
def masked_bidirectional_gru(seed: int) -> Made:
    x, y = data.sentences(256, 15, 50, seed)
    x = np.concatenate([x, np.zeros((256, 5), dtype=np.int32)], axis=1)
    model = chain(
        keras.Input((20,), dtype="int32"),
        L.Embedding(50, 16, mask_zero=True),
        L.Bidirectional(L.GRU(16)),
        L.Dropout(0.3),
        L.Dense(1, activation="sigmoid"),
    )
    model.compile("adam", "binary_crossentropy")
    return Made(model, x, y.reshape(-1, 1).astype(np.float32))


@healthy()
def transformer(seed: int) -> Made:
    draw = Draw(seed)
    length = draw.length(20)
    x, y = data.sentences(256, length, 50, seed)
    inputs = keras.Input((length,), dtype="int32")
    h = L.Embedding(50, 32)(inputs)
    for _ in range(2):
        h = L.LayerNormalization()(h + L.MultiHeadAttention(4, 8)(h, h))
        h = L.LayerNormalization()(h + L.Dense(32)(L.Dense(64, activation="gelu")(h)))
    model = keras.Model(inputs, L.Dense(2)(L.GlobalAveragePooling1D()(h)))
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return Made(model, x, y)


@healthy()
def tagger(seed: int) -> Made:
    x, _ = data.sentences(256, 12, 30, seed)
    model = chain(
        keras.Input((12,), dtype="int32"),
        L.Embedding(30, 16),
        L.LSTM(24, return_sequences=True),
        L.Dense(3, activation="softmax"),
    )
    model.compile(keras.optimizers.Adam(5e-3), "sparse_categorical_crossentropy")
    return Made(model, x, (x % 3).astype(np.int64))


@healthy()
def waves_conv1d(seed: int) -> Made:
    x, y = data.waves(256, 40, seed)
    model = chain(
        keras.Input((40, 2)),
        L.Conv1D(16, 5, activation="relu"),
        L.GlobalMaxPooling1D(),
        L.Dense(16, activation="relu"),
        L.Dense(2, activation="softmax"),
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return Made(model, x, y, epochs=8)


@healthy()
def regression(seed: int) -> Made:
    x, y = data.figures(512, 10, seed)
    model = mlp(10, 1, None)
    model.compile("adam", "mse", metrics=["mae"])
    return Made(model, x, y)


@healthy()
def regression_with_normalization(seed: int) -> Made:
    """Features of wild scales behind an adapted Normalization, targets around 200."""
    z = np.random.default_rng(seed).normal(size=(512, 6))
    x = z * [1, 10, 1e3, 1e5, 0.01, 1] + [0, 50, 3e3, 2e5, 0, 1]
    x = x.astype(np.float32)
    norm = L.Normalization()
    norm.adapt(x)
    model = chain(
        keras.Input((6,)),
        norm,
        L.Dense(64, activation="relu"),
        L.Dense(64, activation="relu"),
        L.Dense(1),
    )
    model.compile(keras.optimizers.Adam(1e-2), "mae")
    return Made(model, x, (200 + 40 * z[:, 0] + 30 * z[:, 2]).astype(np.float32))


@healthy()
def multi_label(seed: int) -> Made:
    random = np.random.default_rng(seed)
    x = random.normal(size=(512, 20)).astype(np.float32)
    y = (x @ random.normal(size=(20, 6)) > 1.5).astype(np.float32)
    model = chain(
        keras.Input((20,)), L.Dense(64, activation="relu"), L.Dense(6, activation="sigmoid")
    )
    model.compile("adam", "binary_crossentropy", metrics=["binary_accuracy"])
    return Made(model, x, y)


@healthy()
def autoencoder(seed: int) -> Made:
    random = np.random.default_rng(seed)
    z = random.normal(size=(512, 4)) @ random.normal(size=(4, 64))
    x = (1 / (1 + np.exp(-z))).astype(np.float32)
    model = chain(
        keras.Input((64,)),
        L.Dense(32, activation="relu"),
        L.Dense(12, activation="relu"),
        L.Dense(32, activation="relu"),
        L.Dense(64, activation="sigmoid"),
    )
    model.compile("adam", "mse")
    return Made(model, x, x)


@healthy()
def convolutional_autoencoder(seed: int) -> Made:
    draw = Draw(seed)
    side, classes = draw.side(32), draw.classes(4)
    x, _ = data.pictures(128, side, classes, seed)
    same: dict[str, Any] = {"strides": 2, "padding": "same"}
    model = chain(
        keras.Input((side, side, 3)),
        L.Conv2D(16, 3, activation="relu", **same),
        L.Conv2D(8, 3, activation="relu", **same),
        L.Conv2DTranspose(16, 3, activation="relu", **same),
        L.Conv2DTranspose(3, 3, activation="sigmoid", **same),
    )
    model.compile("adam", "binary_crossentropy")
    return Made(model, x, x)


@healthy()
def segmentation(seed: int) -> Made:
    """A small U-Net; masks 0 and 1."""
    draw = Draw(seed)
    side = draw.side(32)
    x, _ = data.pictures(128, side, 1, seed)
    y = (x[..., :1] > 0.6).astype(np.float32)
    inputs = keras.Input((side, side, 3))
    first = L.Conv2D(12, 3, padding="same", activation="relu")(inputs)
    deep = L.Conv2D(24, 3, padding="same", activation="relu")(L.MaxPooling2D()(first))
    up = L.Concatenate()([L.UpSampling2D()(deep), first])
    h = L.Conv2D(12, 3, padding="same", activation="relu")(up)
    model = keras.Model(inputs, L.Conv2D(1, 1, activation="sigmoid")(h))
    model.compile(keras.optimizers.Adam(5e-3), "binary_crossentropy")
    return Made(model, x, y, epochs=8)


@healthy("class-imbalanced")
def imbalanced(seed: int) -> Made:
    x = np.random.default_rng(seed).normal(size=(1024, 8)).astype(np.float32)
    y = (x[:, 0] + x[:, 1] > 2.2).astype(np.float32)
    model = chain(
        keras.Input((8,)), L.Dense(32, activation="relu"), L.Dense(1, activation="sigmoid")
    )
    model.compile("adam", "binary_crossentropy")
    return Made(model, x, y, epochs=12)


@healthy()
def two_inputs(seed: int) -> Made:
    x, y = data.pictures(256, 16, 3, seed)
    side = np.random.default_rng(seed).normal(size=(256, 4)).astype(np.float32)
    image, figures = keras.Input((16, 16, 3)), keras.Input((4,))
    h = L.Flatten()(L.Conv2D(8, 3, activation="relu")(image))
    h = L.Concatenate()([h, L.Dense(8, activation="relu")(figures)])
    output = L.Dense(3, activation="softmax")(L.Dense(32, activation="relu")(h))
    model = keras.Model([image, figures], output)
    model.compile("adam", "sparse_categorical_crossentropy")
    return Made(model, [x, side], y)


@healthy()
def heavy_dropout(seed: int) -> Made:
    draw = Draw(seed)
    features, classes = draw.features(20), draw.classes(3)
    x, y = data.table(512, features, classes, seed)
    model = chain(
        keras.Input((features,)),
        L.Dense(256, activation="relu"),
        L.Dropout(0.5),
        L.Dense(128, activation="relu"),
        L.Dropout(0.5),
        L.Dense(classes, activation="softmax"),
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    return Made(model, x, y)


@healthy()
def deep_elu(seed: int) -> Made:
    draw = Draw(seed)
    features, classes = draw.features(20), draw.classes(3)
    x, y = data.table(512, features, classes, seed)
    hidden = [L.Dense(32, activation="elu") for _ in range(8)]
    model = chain(keras.Input((features,)), *hidden, L.Dense(classes, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy")
    return Made(model, x, y)


@healthy()
def transfer_done_right(seed: int) -> Made:
    """A frozen base with batch normalisation, fed what it was trained on."""
    base, x, y = pretrained_base(seed)
    base.trainable = False
    model = chain(
        keras.Input((32, 32, 3)),
        base,
        L.Dropout(0.2),
        L.Dense(32, activation="relu"),
        L.Dense(4, activation="softmax"),
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return Made(model, caffe(x), y, epochs=10)
