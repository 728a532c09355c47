"""seed-3: pictures of price series that hardly vary inside themselves, SGD 0.01, weak labels.

Mean near -0.81, deviation inside a picture near 0.01: the network sees one flat colour. The answer
that was given, "add relu to the convolutions", changed nothing, neither for the asker nor here;
standardising each picture does. A fifth of the labels is turned round: prices foretell little.
"""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np

from probes.demo.pictures import price_fields
from probes.demo.writing import Paths, train_and_log, write_case

COUNT, HELD, SIDE, EPOCHS = 1000, 250, 25, 5
FLIPPED = 0.2

SCRIPT = """import numpy as np
from tensorflow import keras
from tensorflow.keras.layers import Conv2D, Dense, Flatten, MaxPooling2D

data = np.load("data.npz")
trainX, trainY = data["x_train"], data["y_train"]   # fields of four price series, 0 falls 1 rises
{standardising}
def get_model(input_shape):
    model = keras.Sequential()
    model.add(keras.Input(input_shape))
    model.add(Conv2D(32, kernel_size=(3, 3){activation}))
    model.add(MaxPooling2D(pool_size=(2, 2)))
    model.add(Conv2D(64, kernel_size=(3, 3){activation}))
    model.add(MaxPooling2D(pool_size=(2, 2)))
    model.add(Conv2D(64, kernel_size=(3, 3){activation}))
    model.add(MaxPooling2D(pool_size=(2, 2)))
    model.add(Flatten())
    model.add(Dense(64, activation="relu"))
    model.add(Dense(1, activation="sigmoid"))
    return model

model = get_model((25, 25, 4))
model.compile(optimizer="sgd", metrics=["accuracy"], loss="binary_crossentropy")
model.fit(trainX, trainY, validation_data=(data["x_val"], data["y_val"]), epochs={epochs},
          batch_size=50, verbose=2)
"""

PAGE = """Why does my binary classifier not learn, not even overfit? The input is a picture of 25x25
pixels with 4 channels, made from prices. The data cannot be the problem, a random forest fits it
well. I have already set the activation of the convolutions to relu, it makes no difference.

{script}

{log}

One sample looks like this: mean {mean:.3f}, standard deviation {deviation:.4f}.
"""


def build(folder: Path, seed: int = 0, repaired: bool = False) -> Paths:
    """Build the case."""
    x, y = price_fields(COUNT + HELD, SIDE, seed, FLIPPED)
    figures = {"mean": float(x[0].mean()), "deviation": float(x[0].std())}
    if repaired:
        x = (x - x.mean((1, 2), keepdims=True)) / x.std((1, 2), keepdims=True)
    keras.utils.set_random_seed(seed)
    model = _model("relu" if repaired else None)
    log = train_and_log(
        model,
        x[:COUNT],
        y[:COUNT],
        batch_size=50,
        epochs=EPOCHS,
        validation_data=(x[COUNT:], y[COUNT:]),
    )
    script = SCRIPT.format(
        epochs=EPOCHS,
        activation=', activation="relu"' if repaired else "",
        standardising="" if not repaired else "# each picture has mean 0 and deviation 1\n",
    )
    page = PAGE
    for name, value in figures.items():
        page = page.replace(f"{{{name}:.3f}}", f"{value:.3f}")
        page = page.replace(f"{{{name}:.4f}}", f"{value:.4f}")
    arrays = {
        "x_train": x[:COUNT].astype(np.float32),
        "y_train": y[:COUNT],
        "x_val": x[COUNT:].astype(np.float32),
        "y_val": y[COUNT:],
    }
    return write_case(folder, model, arrays, script=script, log=log, page=page)


def _model(activation: str | None) -> keras.Model:
    layers = keras.layers
    model = keras.Sequential([keras.Input((SIDE, SIDE, 4))])
    for filters in (32, 64, 64):
        model.add(layers.Conv2D(filters, 3, activation=activation))
        model.add(layers.MaxPooling2D(2))
    model.add(layers.Flatten())
    model.add(layers.Dense(64, activation="relu"))
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile(optimizer="sgd", metrics=["accuracy"], loss="binary_crossentropy")
    return model
