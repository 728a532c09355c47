"""seed-0: two classes, a linear ``Dense(2)`` under categorical_crossentropy, pixels 0..255, SGD.

Keras divides the outputs by their sum and clips them to 1e-7. Once clipped no gradient is left, and
the loss stays at 16.118 times the share of wrong pictures (16.118 = -ln 1e-7). Behind that fault
lies a second one: with the head mended, raw pixels under SGD 0.01 still stick at 0.693.
"""

from __future__ import annotations

from pathlib import Path

import keras

from probes.demo.pictures import shapes
from probes.demo.writing import Paths, train_and_log, write_case
from probes.loading.columns import Array
from probes.surgery.labels import one_hot

COUNT, SIDE, EPOCHS = 160, 96, 4
#: share of the first class, 88 of 287 in the question
FIRST = 0.3066
TRIES = 6

SCRIPT = """import keras
import numpy as np
from keras.layers import Conv2D, Dense, Flatten, MaxPooling2D
from keras.models import Sequential
from keras.optimizers import SGD

data = np.load("data.npz")
x_train, y_train = data["x_train"]{scaling}, data["y_train"]   # pictures 0..255, one-hot labels

model = Sequential()
model.add(keras.Input(({side}, {side}, 3)))
model.add(Conv2D(filters=32, kernel_size=[5, 5], padding="same", activation="relu"))
model.add(MaxPooling2D())
model.add(Conv2D(filters=64, kernel_size=[5, 5], padding="same", activation="relu"))
model.add(MaxPooling2D())
model.add(Flatten())
model.add(Dense(2{activation}))

sgd = SGD()
model.compile(loss="categorical_crossentropy", optimizer=sgd, metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=32, epochs={epochs}, verbose=2)
"""

PAGE = """My CNN for two kinds of pictures never gets better than a coin. After the first epoch loss
and accuracy do not move any more, not even in the last digit. The labels come from to_categorical,
so they look like [[0. 1.] [1. 0.] [1. 0.]].

{script}

and this is what it prints:

{log}

I have tried other batch sizes, shuffling differently, black and white pictures, Adam in place of
SGD and a lower learning rate. Nothing changes.
"""


def build(folder: Path, seed: int = 0, repaired: bool = False, side: int = SIDE) -> Paths:
    """Build the case; `side` is the pictures' side in pixels (256 in the question)."""
    x, labels = shapes(COUNT, side, 2, seed, first=FIRST)
    y = one_hot(labels, 2)
    given = (x / 127.5 - 1).astype("float32") if repaired else x
    epochs = 2 * EPOCHS if repaired else EPOCHS
    for attempt in range(TRIES):
        keras.utils.set_random_seed(seed + attempt)
        model = _model(side, repaired)
        log = train_and_log(model, given, y, batch_size=32, epochs=epochs)
        if repaired or _stands_still(model, given, y):
            break
    script = SCRIPT.format(
        side=side,
        epochs=epochs,
        activation=', activation="softmax"' if repaired else "",
        scaling="",
    )
    arrays = {"x_train": given, "y_train": y}
    return write_case(folder, model, arrays, script=script, log=log, page=PAGE)


def _model(side: int, repaired: bool) -> keras.Model:
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((side, side, 3)),
            layers.Conv2D(32, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(2, activation="softmax" if repaired else None),
        ]
    )
    model.compile(
        loss="categorical_crossentropy", optimizer=keras.optimizers.SGD(), metrics=["accuracy"]
    )
    return model


def _stands_still(model: keras.Model, x: Array, y: Array) -> bool:
    """Whether the last two epochs had the very same loss, as in the question."""
    losses = model.history.history["loss"]
    return bool(abs(losses[-1] - losses[-2]) < 1e-4)
