"""seed-1: a frozen pretrained base with 1/255 in front, though it was trained on mean-subtracted
0..255 pixels.

The frozen features hardly differ from picture to picture. Training still gets better, through the
batch normalisation in the new head, which blows the differences up by the batch's own statistics;
validation uses the moving averages and names one class for every picture. The base is a small
residual network pretrained here on other classes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np

from probes.demo.pictures import shapes
from probes.demo.writing import Paths, train_and_log, write_case
from probes.loading.columns import Array
from probes.surgery.inputs import caffe
from probes.surgery.labels import one_hot

SIDE, CLASSES, EPOCHS = 48, 6, 8
BASE_CLASSES, BASE_COUNT, BASE_EPOCHS = 12, 1200, 6
COUNT, HELD = 400, 120

SCRIPT = """import keras
from keras.applications.resnet50 import ResNet50{imported}
from keras.layers import BatchNormalization, Dense, Dropout
from keras.models import Sequential
from tensorflow.keras.preprocessing.image import ImageDataGenerator

datagen = ImageDataGenerator({preprocessing}, validation_split=0.2)
train_datagen = datagen.flow_from_directory(
    "data/train/", seed=42, class_mode="categorical", subset="training",
    target_size=({side}, {side}))
val_datagen = datagen.flow_from_directory(
    "data/train/", seed=42, class_mode="categorical", subset="validation",
    target_size=({side}, {side}))
classes = len(train_datagen.class_indices)

conv_base = ResNet50(weights="imagenet", include_top=False, pooling="avg",
                     input_shape=({side}, {side}, 3))
conv_base.trainable = False

model = Sequential()
model.add(conv_base)
model.add(BatchNormalization())
model.add(Dropout(0.2))
model.add(Dense(128, activation="relu"))
model.add(Dropout(0.5))
model.add(Dense(classes, activation="softmax"))

model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(train_datagen, validation_data=val_datagen, epochs={epochs}, verbose=2)
"""

PAGE = """I use a ResNet50 with its ImageNet weights, frozen, and put a small head on it for my own
classes. The training accuracy climbs, but the validation accuracy stays at what guessing would give
from the first epoch on. When I look at the predictions for the validation pictures, it is the same
class every time. It does not look like overfitting to me, it is there at once.

{script}

{log}

Other optimizers, fewer or more units in the hidden layer and no augmentation did not help.
"""


def build(folder: Path, seed: int = 0, repaired: bool = False) -> Paths:
    """Build the case, its base included."""
    keras.utils.set_random_seed(seed)
    base = _pretrain(seed)
    pixels, labels = shapes(COUNT + HELD, SIDE, CLASSES, seed + 1)
    x = caffe(pixels) if repaired else (pixels / 255).astype(np.float32)
    y = one_hot(labels, CLASSES)
    arrays: dict[str, Array] = {
        "x_train": x[:COUNT],
        "y_train": y[:COUNT],
        "x_val": x[COUNT:],
        "y_val": y[COUNT:],
    }
    keras.utils.set_random_seed(seed)
    model = _model(base)
    log = train_and_log(
        model,
        arrays["x_train"],
        arrays["y_train"],
        batch_size=32,
        epochs=EPOCHS,
        validation_data=(arrays["x_val"], arrays["y_val"]),
    )
    script = SCRIPT.format(
        side=SIDE,
        epochs=EPOCHS,
        imported=", preprocess_input" if repaired else "",
        preprocessing="preprocessing_function=preprocess_input" if repaired else "rescale=1./255",
    )
    return write_case(folder, model, arrays, script=script, log=log, page=PAGE)


def _pretrain(seed: int) -> keras.Model:
    """A small residual base, trained on pictures of other classes as ResNet50 was trained."""
    base = _base()
    pixels, labels = shapes(BASE_COUNT, SIDE, BASE_CLASSES, seed + 100)
    whole = keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 3)),
            base,
            keras.layers.Dense(BASE_CLASSES, activation="softmax"),
        ]
    )
    whole.compile(keras.optimizers.Adam(3e-3), "sparse_categorical_crossentropy")
    whole.fit(caffe(pixels), labels, epochs=BASE_EPOCHS, batch_size=32, verbose=0)
    return base


def _base() -> keras.Model:
    layers = keras.layers
    inputs = keras.Input((SIDE, SIDE, 3))
    h: Any = inputs
    for filters in (16, 32, 48):
        short = layers.AveragePooling2D(2)(layers.Conv2D(filters, 1)(h))
        h = layers.Conv2D(filters, 3, strides=2, padding="same")(h)
        h = layers.ReLU()(layers.BatchNormalization()(h))
        h = layers.BatchNormalization()(layers.Conv2D(filters, 3, padding="same")(h))
        h = layers.ReLU()(layers.Add()([h, short]))
    return keras.Model(inputs, layers.GlobalAveragePooling2D()(h), name="resnet50")


def _model(base: keras.Model) -> keras.Model:
    layers = keras.layers
    base.trainable = False
    model = keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 3)),
            base,
            layers.BatchNormalization(),
            layers.Dropout(0.2),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(CLASSES, activation="softmax"),
        ]
    )
    model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model
