"""The networks that many cases are made from."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from tests.zoo import data

L = keras.layers


def chain(*layers: Any) -> keras.Model:
    return keras.Sequential(list(layers))


def small_cnn(
    classes: int,
    head: str | None = "softmax",
    *,
    side: int = 32,
    activation: str = "relu",
    front: tuple[Any, ...] = (),
    **conv: Any,
) -> keras.Model:
    """Two convolutions and a hidden layer; what half of all beginners write."""
    return chain(
        keras.Input((side, side, 3)),
        *front,
        L.Conv2D(16, 3, activation=activation, **conv),
        L.MaxPooling2D(),
        L.Conv2D(32, 3, activation=activation, **conv),
        L.MaxPooling2D(),
        L.Flatten(),
        L.Dense(32, activation="relu"),
        L.Dense(classes, activation=head),
    )


def mlp(
    inputs: int, outputs: int, head: str | None, *, width: int = 64, **dense: Any
) -> keras.Model:
    return chain(
        keras.Input((inputs,)),
        L.Dense(width, activation="relu", **dense),
        L.Dense(width, activation="relu", **dense),
        L.Dense(outputs, activation=head),
    )


def pretrained_base(seed: int) -> tuple[keras.Model, data.Array, data.Array]:
    """A base trained on mean-subtracted 0..255 BGR pixels of 8 classes, and pixels of 4 classes."""
    keras.utils.set_random_seed(seed)
    inputs = keras.Input((32, 32, 3))
    h = inputs
    for filters in (12, 24, 32):
        h = L.Conv2D(filters, 3, padding="same")(h)
        h = L.ReLU()(L.BatchNormalization()(h))
        h = L.MaxPooling2D()(h)
    base = keras.Model(inputs, L.GlobalAveragePooling2D()(h), name="resnet50_small")
    x, y = data.pictures(600, 32, 8, seed + 1000, top=255.0)
    whole = chain(keras.Input((32, 32, 3)), base, L.Dense(8, activation="softmax"))
    whole.compile(keras.optimizers.Adam(5e-3), "sparse_categorical_crossentropy")
    whole.fit(caffe(x), y, epochs=8, batch_size=32, verbose=0)
    x, y = data.pictures(300, 32, 4, seed + 2000, top=255.0)
    return base, x, y


def caffe(x: data.Array) -> data.Array:
    mean = np.array([103.939, 116.779, 123.68], dtype=np.float32)
    return np.asarray(x[..., ::-1] - mean, dtype=np.float32)
