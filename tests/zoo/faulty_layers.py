"""Networks with one fault in weights, layers, data or training, beside the same without it."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from tests.zoo import data
from tests.zoo.case import Made
from tests.zoo.draw import Draw
from tests.zoo.networks import caffe, chain, mlp, pretrained_base, small_cnn
from tests.zoo.register import SPARSE, change, faulty

L = keras.layers


@faulty(
    "constant-weight-init",
    "zero-or-constant-initializer",
    "weights-constant",
    "tiny-batch-not-learnt",
    repair=(change("set-initializer", kernel="glorot_uniform"),),
)
def zero_kernels(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features, classes = draw.features(20), draw.classes(3)
    x, y = data.table(512, features, classes, seed)
    model = mlp(
        features,
        classes,
        "softmax",
        width=draw.width(),
        kernel_initializer="glorot_uniform" if repaired else "zeros",
    )
    model.compile("adam", SPARSE)
    return Made(model, x, y)


@faulty(
    "dying-relu",
    "dead-relu-layers",
    "tiny-batch-not-learnt",
    repair=(change("set-initializer", bias="zeros"),),
)
def dead_relus(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features, classes = draw.features(20), draw.classes(3)
    x, y = data.table(512, features, classes, seed)
    bias = "zeros" if repaired else keras.initializers.Constant(-25.0)
    model = mlp(features, classes, "softmax", width=draw.width(), bias_initializer=bias)
    model.compile("adam", SPARSE)
    return Made(model, x, y)


@faulty(
    "all-layers-frozen",
    "nothing-trainable",
    "tiny-batch-not-learnt",
    repair=(change("set-trainable", value=True, which="all"),),
)
def all_frozen(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    side, classes = draw.side(32), draw.classes(4)
    x, y = data.pictures(256, side, classes, seed)
    model = small_cnn(classes, side=side)
    model.trainable = repaired
    model.compile("adam", SPARSE)
    return Made(model, x, y)


@faulty("nan-in-inputs", "inputs-nan", repair=(change("fill-missing-inputs", how="zero"),))
def missing_cells(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features, classes = draw.features(20), draw.classes(3)
    x, y = data.table(512, features, classes, seed)
    if not repaired:
        x[::3, 4] = np.nan
    model = mlp(features, classes, "softmax", width=draw.width())
    model.compile("adam", SPARSE)
    return Made(model, x, y)


@faulty(
    "heavy-dropout",
    "heavy-dropout",
    "tiny-batch-not-learnt",
    repair=(change("set-dropout", rate=0.2),),
)
def dropout_of_97(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features, classes = draw.features(20), draw.classes(3)
    x, y = data.table(512, features, classes, seed)
    rate = 0.2 if repaired else 0.97
    model = chain(
        keras.Input((features,)),
        L.Dense(64, "relu"),
        L.Dropout(rate),
        L.Dense(64, "relu"),
        L.Dropout(rate),
        L.Dense(classes, "softmax"),
    )
    model.compile("adam", SPARSE)
    return Made(model, x, y)


@faulty(
    "heavy-regularization",
    "heavy-regularization",
    "tiny-batch-not-learnt",
    repair=(change("set-regularization", l2=0.0),),
)
def strangling_l2(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features, classes = draw.features(20), draw.classes(3)
    x, y = data.table(512, features, classes, seed)
    how = None if repaired else keras.regularizers.L2(1.0)
    model = mlp(features, classes, "softmax", width=draw.width(), kernel_regularizer=how)
    model.compile("adam", SPARSE)
    return Made(model, x, y)


@faulty(
    "missing-hidden-activation",
    "hidden-layers-linear",
    "tiny-batch-not-learnt",
    repair=(change("set-hidden-activation", activation="relu", which="linear"),),
)
def linear_on_xor(seed: int, repaired: bool) -> Made:
    x = np.random.default_rng(seed).uniform(-1, 1, (512, 2)).astype(np.float32)
    act = "relu" if repaired else None
    model = chain(keras.Input((2,)), L.Dense(32, act), L.Dense(32, act), L.Dense(1, "sigmoid"))
    model.compile(keras.optimizers.Adam(1e-2), "binary_crossentropy")
    return Made(model, x, ((x[:, 0] > 0) ^ (x[:, 1] > 0)).astype(np.int64), epochs=12)


@faulty(
    "wrong-pretrained-preprocessing",
    "frozen-batchnorm-mismatch",
    repair=(change("use-preprocessing", family="base"),),
)
def base_fed_ones(seed: int, repaired: bool) -> Made:
    base, x, y = pretrained_base(seed)
    base.trainable = False
    model = chain(
        keras.Input((32, 32, 3)),
        base,
        L.BatchNormalization(),
        L.Dropout(0.2),
        L.Dense(32, "relu"),
        L.Dense(4, "softmax"),
    )
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return Made(model, caffe(x) if repaired else x / 255, data.one_hot(y, 4), epochs=20, batch=16)


@faulty(
    "embedding-input-dim-too-small",
    "token-ids-beyond-input-dim",
    repair=(change("set-embedding", input_dim="max-id-plus-one"),),
)
def small_vocabulary(seed: int, repaired: bool) -> Made:
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
    model.compile(keras.optimizers.Adam(1e-2), "binary_crossentropy")
    return Made(model, x, y, epochs=10 if repaired else 0)


@faulty(
    "integer-labels-with-categorical-loss",
    "integer-labels-with-categorical-loss",
    repair=(change("set-loss", loss=SPARSE),),
)
def numbers_for_one_hot(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features, classes = draw.features(20), draw.classes(4)
    x, y = data.table(512, features, classes, seed)
    model = mlp(features, classes, "softmax", width=draw.width())
    model.compile("adam", SPARSE if repaired else "categorical_crossentropy")
    return Made(model, x, y, epochs=4 if repaired else 0)


@faulty(
    "labels-not-zero-based",
    "labels-at-or-above-units",
    "labels-not-from-zero",
    repair=(change("convert-labels", to="from-zero"),),
)
def classes_from_one(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features, classes = draw.features(20), draw.classes(4)
    x, y = data.table(512, features, classes, seed)
    model = mlp(features, classes, "softmax", width=draw.width())
    model.compile("adam", SPARSE)
    return Made(model, x, y if repaired else y + 1, epochs=4 if repaired else 0)


@faulty(
    "mask-values-not-01",
    "mask-values-0-255",
    repair=(change("convert-labels", to="divide-255"),),
)
def masks_of_255(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    side = draw.side(32)
    x, _ = data.pictures(128, side, 1, seed)
    y = (x[..., :1] > 0.6).astype(np.float32) * (1 if repaired else 255)
    same: dict[str, Any] = {"padding": "same", "activation": "relu"}
    model = chain(
        keras.Input((side, side, 3)),
        L.Conv2D(12, 3, **same),
        L.Conv2D(12, 3, **same),
        L.Conv2D(1, 1, activation="sigmoid"),
    )
    model.compile(keras.optimizers.Adam(5e-3), "binary_crossentropy")
    return Made(model, x, y, epochs=8)


@faulty("input-label-misalignment", "no-simple-signal", also=("unpredictable-target",))
def shuffled_apart(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    side, classes = draw.side(24), draw.classes(3)
    x, y = data.pictures(384, side, classes, seed)
    model = small_cnn(classes, side=side)
    model.compile("adam", SPARSE, metrics=["accuracy"])
    order = np.random.default_rng(seed + 7).permutation(len(y))
    return Made(model, x, y if repaired else y[order])


@faulty(
    "unpredictable-target",
    "no-simple-signal",
    also=("input-label-misalignment", "shuffled-labels"),
)
def coin_throws(seed: int, repaired: bool) -> Made:
    random = np.random.default_rng(seed)
    x = random.normal(size=(512, 12)).astype(np.float32)
    y = (x[:, 0] + 0.5 * x[:, 1] > 0) if repaired else random.random(512) > 0.5
    model = mlp(12, 1, "sigmoid")
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return Made(model, x, y.astype(np.int64), epochs=8)
