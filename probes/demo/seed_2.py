"""seed-2: four classes, labels 0..3, on one sigmoid unit under binary_crossentropy.

The loss of a label above 1 has no floor: it falls below zero without end, and the accuracy stays at
the share of class 1.
"""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np

from probes.demo.pictures import shapes
from probes.demo.writing import Paths, train_and_log, write_case

COUNT, HELD, SIDE, CLASSES, EPOCHS = 320, 80, 64, 4, 5

SCRIPT = """import keras
import numpy as np
from keras.layers import Activation, Conv2D, Dense, Dropout, Flatten, MaxPooling2D
from keras.models import Sequential

data = np.load("data.npz")   # pictures divided by 255, labels 0, 1, 2, 3

model = Sequential()
model.add(keras.Input(({side}, {side}, 3)))
model.add(Conv2D(64, (3, 3)))
model.add(Activation("relu"))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Conv2D(64, (3, 3)))
model.add(Activation("relu"))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Conv2D(64, (3, 3)))
model.add(Activation("relu"))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Flatten())
model.add(Dense(64))
model.add(Activation("relu"))
model.add(Dropout(0.5))
model.add(Dense({units}))
model.add(Activation("{activation}"))

model.compile(loss="{loss}", optimizer="adam", metrics=["accuracy"])
model.fit(data["x_train"], data["y_train"], batch_size=16, epochs={epochs}, verbose=2,
          validation_data=(data["x_val"], data["y_val"]))
"""

PAGE = """With two of my folders of pictures this network works. With all four classes the loss goes
negative and keeps falling, and the accuracy is no better than guessing. What does a negative loss
mean?

{script}

{log}
"""


def build(folder: Path, seed: int = 0, repaired: bool = False, side: int = SIDE) -> Paths:
    """Build the case; `side` is the pictures' side in pixels (150 in the question)."""
    pixels, y = shapes(COUNT + HELD, side, CLASSES, seed)
    x = (pixels / 255).astype(np.float32)
    units, activation = (CLASSES, "softmax") if repaired else (1, "sigmoid")
    loss = "sparse_categorical_crossentropy" if repaired else "binary_crossentropy"
    keras.utils.set_random_seed(seed)
    model = _model(side, units, activation)
    model.compile(loss=loss, optimizer="adam", metrics=["accuracy"])
    log = train_and_log(
        model,
        x[:COUNT],
        y[:COUNT],
        batch_size=16,
        epochs=EPOCHS,
        validation_data=(x[COUNT:], y[COUNT:]),
    )
    script = SCRIPT.format(side=side, units=units, activation=activation, loss=loss, epochs=EPOCHS)
    arrays = {"x_train": x[:COUNT], "y_train": y[:COUNT], "x_val": x[COUNT:], "y_val": y[COUNT:]}
    return write_case(folder, model, arrays, script=script, log=log, page=PAGE)


def _model(side: int, units: int, activation: str) -> keras.Model:
    layers = keras.layers
    model = keras.Sequential([keras.Input((side, side, 3))])
    for _ in range(3):
        model.add(layers.Conv2D(64, 3))
        model.add(layers.Activation("relu"))
        model.add(layers.MaxPooling2D(2))
    model.add(layers.Flatten())
    model.add(layers.Dense(64))
    model.add(layers.Activation("relu"))
    model.add(layers.Dropout(0.5))
    model.add(layers.Dense(units))
    model.add(layers.Activation(activation))
    return model
