"""Networks with several outputs: healthy ones, and such with a fault in one output or in two."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from tests.zoo import data
from tests.zoo.case import Made
from tests.zoo.draw import Draw
from tests.zoo.register import SPARSE, change, double, faulty, healthy

L = keras.layers


class Table:
    """A table with three things to predict, and a network up to the layer before the outputs."""

    def __init__(self, seed: int) -> None:
        draw = Draw(seed)
        features, self.classes = draw.features(14), draw.classes(3)
        self.x, self.kind = data.table(512, features, self.classes, seed)
        self.level = (2 * self.x[:, 0] + self.x[:, 1] - self.x[:, 2]).astype(np.float32)
        self.sign = (self.x[:, 3] + self.x[:, 4] > 0).astype(np.int64)
        self.inputs = keras.Input((features,))
        width = draw.width()
        self.trunk = L.Dense(width, activation="relu")(self.inputs)
        self.trunk = L.Dense(width, activation="relu")(self.trunk)

    def head(self, name: str, units: int, activation: str | None = None, **dense: Any) -> Any:
        return L.Dense(units, activation=activation, name=name, **dense)(self.trunk)


@healthy()
def three_outputs(seed: int) -> Made:
    t = Table(seed)
    heads = [
        t.head("level", 1),
        t.head("kind", t.classes, "softmax"),
        t.head("sign", 1, "sigmoid"),
    ]
    model = keras.Model(t.inputs, heads)
    losses = {"level": "mse", "kind": SPARSE, "sign": "binary_crossentropy"}
    model.compile("adam", losses, metrics={"kind": "accuracy"})
    return Made(model, t.x, {"level": t.level, "kind": t.kind, "sign": t.sign})


@healthy()
def two_outputs_of_a_picture(seed: int) -> Made:
    """Outputs by name, raw outputs for the loss, dropout in front of both."""
    draw = Draw(seed)
    side, classes = draw.side(28), draw.classes(4)
    x, y = data.pictures(256, side, classes, seed)
    inputs = h = keras.Input((side, side, 3))
    for filters in (12, 24):
        h = L.MaxPooling2D()(L.Conv2D(filters, 3, activation="relu")(h))
    h = L.Dropout(0.3)(L.Dense(48, activation="relu")(L.Flatten()(h)))
    outputs = {"kind": L.Dense(classes, name="kind")(h), "odd": L.Dense(1, name="odd")(h)}
    model = keras.Model(inputs, outputs)
    losses = {
        "kind": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        "odd": keras.losses.BinaryCrossentropy(from_logits=True),
    }
    model.compile("adam", losses, loss_weights={"kind": 1.0, "odd": 0.5})
    return Made(model, x, {"kind": y, "odd": y % 2})


@faulty(
    "missing-output-activation",
    "linear-output-with-probability-loss",
    repair=(change("set-output", activation="softmax"),),
)
def linear_second_output(seed: int, repaired: bool) -> Made:
    t = Table(seed)
    heads = [t.head("level", 1), t.head("kind", t.classes, "softmax" if repaired else None)]
    model = keras.Model(t.inputs, heads)
    model.compile("adam", {"level": "mse", "kind": SPARSE})
    return Made(model, t.x, {"level": t.level, "kind": t.kind})


@faulty(
    "bounded-output-for-regression",
    "bounded-output-cannot-reach-targets",
    repair=(change("set-output", activation="linear"),),
    also=("relu-on-output-layer",),
)
def bounded_first_output(seed: int, repaired: bool) -> Made:
    t = Table(seed)
    bounded = Draw(seed).of("sigmoid", "tanh")
    heads = [
        t.head("level", 1, None if repaired else bounded),
        t.head("kind", t.classes, "softmax"),
    ]
    model = keras.Model(t.inputs, heads)
    model.compile("adam", ["mse", SPARSE])
    return Made(model, t.x, {"level": 3 * t.level + 4, "kind": t.kind})


@faulty("output-outweighed")
def output_without_weight(seed: int, repaired: bool) -> Made:
    t = Table(seed)
    model = keras.Model(t.inputs, [t.head("level", 1), t.head("kind", t.classes, "softmax")])
    weights = {"level": 1.0, "kind": 1.0 if repaired else 0.0}
    rate = keras.optimizers.Adam(3e-3)
    model.compile(rate, {"level": "mse", "kind": SPARSE}, loss_weights=weights)
    return Made(model, t.x, {"level": t.level, "kind": t.kind})


@double("softmax-on-single-unit", "labels-not-zero-based")
def two_outputs_at_fault(seed: int, repaired: bool) -> Made:
    t = Table(seed)
    heads = {
        "sign": t.head("sign", 1, "sigmoid" if repaired else "softmax"),
        "kind": t.head("kind", t.classes, "softmax"),
    }
    model = keras.Model(t.inputs, heads)
    model.compile("adam", {"sign": "binary_crossentropy", "kind": SPARSE})
    kind = t.kind if repaired else t.kind + 1
    return Made(model, t.x, {"sign": t.sign, "kind": kind}, epochs=4 if repaired else 0)
