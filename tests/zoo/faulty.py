"""Networks with one fault each, beside the same network without it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from probes.change import Change
from tests.zoo import data
from tests.zoo.case import Faulty, Made
from tests.zoo.healthy import caffe, chain, mlp, pretrained_base, small_cnn

L = keras.layers
FAULTY: dict[str, Faulty] = {}
Build = Callable[[int, bool], Made]
_SPARSE = "sparse_categorical_crossentropy"


def faulty(cause: str, *finds: str, repair: tuple[Change, ...] = ()) -> Callable[[Build], Build]:
    def register(build: Build) -> Build:
        name = build.__name__.replace("_", "-")
        FAULTY[name] = Faulty(name, cause, build, frozenset(finds), repair)
        return build

    return register


def change(op: str, **args: Any) -> Change:
    return Change(op, args)


@faulty(
    "missing-output-activation",
    "linear-output-with-probability-loss",
    "tiny-batch-not-learnt",
    repair=(change("set-output", activation="softmax"),),
)
def linear_head(seed: int, repaired: bool) -> Made:
    x, y = data.pictures(256, 32, 3, seed)
    model = small_cnn(3, "softmax" if repaired else None)
    model.compile("adam" if repaired else "sgd", "categorical_crossentropy")
    return Made(model, x, data.one_hot(y, 3))


@faulty(
    "inputs-not-scaled",
    "inputs-large-range",
    repair=(change("scale-inputs", how="minus-one-to-one"),),
)
def raw_pixels_with_sgd(seed: int, repaired: bool) -> Made:
    x, y = data.pictures(256, 48, 2, seed, top=255.0)
    model = small_cnn(2, side=48)
    model.compile(keras.optimizers.SGD(0.01), "categorical_crossentropy", metrics=["accuracy"])
    return Made(model, x / 127.5 - 1 if repaired else x, data.one_hot(y, 2), epochs=10, batch=16)


@faulty(
    "inputs-not-scaled",
    "features-scale-apart",
    "inputs-large-range",
    repair=(change("scale-inputs", how="standardise-features"),),
)
def raw_table(seed: int, repaired: bool) -> Made:
    z = np.random.default_rng(seed).normal(size=(512, 6))
    x = (z * [1, 10, 1e3, 1e5, 0.01, 1] + [0, 50, 3e3, 2e5, 0, 1]).astype(np.float32)
    if repaired:
        x = ((x - x.mean(0)) / x.std(0)).astype(np.float32)
    model = chain(keras.Input((6,)), L.Dense(64, "relu"), L.Dense(1, "sigmoid"))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return Made(model, x, (z[:, 0] + z[:, 4] > 0).astype(np.int64), epochs=8)


@faulty(
    "inputs-not-scaled",
    "inputs-low-contrast",
    repair=(change("scale-inputs", how="standardise-samples"),),
)
def price_pictures(seed: int, repaired: bool) -> Made:
    x, y = data.price_pictures(600, 14, seed)
    if repaired:
        x = (x - x.mean((1, 2), keepdims=True)) / x.std((1, 2), keepdims=True)
    model = chain(
        keras.Input((14, 14, 4)),
        L.Conv2D(32, 3, activation="relu"),
        L.MaxPooling2D(),
        L.Conv2D(32, 3, activation="relu"),
        L.Flatten(),
        L.Dense(32, activation="relu"),
        L.Dense(1, activation="sigmoid"),
    )
    model.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
    return Made(model, x, y, epochs=6, batch=16)


@faulty(
    "pretrained-double-rescaling",
    "inputs-tiny-range",
    repair=(change("scale-inputs", how="none"),),
)
def scaled_twice(seed: int, repaired: bool) -> Made:
    x, y = data.pictures(256, 32, 6, seed, top=255.0 if repaired else 1.0)
    model = small_cnn(6, front=(L.Rescaling(1 / 255),))
    model.compile("adam", _SPARSE)
    return Made(model, x, y, epochs=8)


@faulty(
    "too-few-output-units",
    "classes-exceed-output-units",
    "labels-outside-0-1-with-bce",
    "tiny-batch-not-learnt",
    repair=(
        change("set-output", units="classes", activation="softmax"),
        change("set-loss", loss=_SPARSE),
    ),
)
def one_sigmoid_for_five(seed: int, repaired: bool) -> Made:
    x, y = data.pictures(256, 32, 5, seed)
    model = small_cnn(5, "softmax") if repaired else small_cnn(1, "sigmoid")
    model.compile("adam", _SPARSE if repaired else "binary_crossentropy", metrics=["accuracy"])
    return Made(model, x, y)


@faulty(
    "bce-labels-not-01",
    "labels-outside-0-1-with-bce",
    "tiny-batch-not-learnt",
    repair=(change("convert-labels", to="zero-one"),),
)
def labels_one_and_two(seed: int, repaired: bool) -> Made:
    x, y = data.pictures(256, 32, 2, seed)
    model = small_cnn(1, "sigmoid")
    model.compile("adam", "binary_crossentropy")
    return Made(model, x, y if repaired else y + 1)


@faulty(
    "softmax-on-single-unit",
    "softmax-on-one-unit",
    "tiny-batch-not-learnt",
    repair=(change("set-output", activation="sigmoid"),),
)
def softmax_of_one(seed: int, repaired: bool) -> Made:
    x, y = data.table(512, 16, 2, seed)
    model = mlp(16, 1, "sigmoid" if repaired else "softmax")
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return Made(model, x, y)


@faulty(
    "relu-on-output-layer",
    "relu-output",
    "tiny-batch-not-learnt",
    repair=(change("set-output", activation="softmax"),),
)
def relu_head(seed: int, repaired: bool) -> Made:
    x, y = data.pictures(256, 32, 4, seed)
    model = small_cnn(4, "softmax" if repaired else "relu")
    model.compile("adam", _SPARSE)
    return Made(model, x, y)


@faulty(
    "relu-on-output-layer",
    "bounded-output-cannot-reach-targets",
    "tiny-batch-not-learnt",
    repair=(change("set-output", activation="linear"),),
)
def relu_head_below_zero(seed: int, repaired: bool) -> Made:
    x, y = data.figures(512, 10, seed)
    model = mlp(10, 1, None if repaired else "relu")
    model.compile(keras.optimizers.Adam(1e-2), "mse")
    return Made(model, x, y - 6 * (y.std() + 1))


@faulty(
    "bounded-output-for-regression",
    "bounded-output-cannot-reach-targets",
    "tiny-batch-not-learnt",
    repair=(
        change("set-output", activation="linear"),
        change("convert-labels", to="standardised"),
    ),
)
def sigmoid_regression(seed: int, repaired: bool) -> Made:
    x, y = data.figures(512, 10, seed)
    y = (y - y.mean()) / y.std() if repaired else 100 + 30 * y
    model = mlp(10, 1, None if repaired else "sigmoid")
    model.compile("adam", "mse")
    return Made(model, x, y)


@faulty(
    "learning-rate-too-high",
    "learning-rate-suspiciously-high",
    "tiny-batch-not-learnt",
    "tiny-batch-learnt-with-other-optimizer",
    repair=(change("set-learning-rate", learning_rate=1e-3),),
)
def adam_at_one(seed: int, repaired: bool) -> Made:
    x, y = data.pictures(256, 32, 4, seed)
    model = small_cnn(4)
    model.compile(keras.optimizers.Adam(1e-3 if repaired else 1.0), _SPARSE)
    return Made(model, x, y)


@faulty(
    "learning-rate-too-high",
    "learning-rate-suspiciously-high",
    "tiny-batch-not-learnt",
    repair=(change("set-learning-rate", learning_rate=1e-3),),
)
def sgd_at_two(seed: int, repaired: bool) -> Made:
    random = np.random.default_rng(seed)
    x = (4 * random.normal(size=(512, 10))).astype(np.float32)
    model = mlp(10, 1, None)
    model.compile(keras.optimizers.SGD(1e-3 if repaired else 2.0), "mse")
    return Made(model, x, (2 * x[:, 0]).astype(np.float32))


@faulty(
    "learning-rate-too-low",
    "learning-rate-suspiciously-low",
    "tiny-batch-not-learnt",
    "tiny-batch-learnt-with-other-optimizer",
    repair=(change("set-learning-rate", learning_rate=1e-3),),
)
def adam_asleep(seed: int, repaired: bool) -> Made:
    x, y = data.table(512, 20, 3, seed)
    model = mlp(20, 3, "softmax")
    model.compile(keras.optimizers.Adam(1e-3 if repaired else 1e-7), _SPARSE)
    return Made(model, x, y)


@faulty(
    "saturating-hidden-activations",
    "saturating-stack",
    "gradient-vanishes",
    "tiny-batch-not-learnt",
    repair=(
        change("set-hidden-activation", activation="relu", which="saturating"),
        change("set-initializer", kernel="he_normal"),
    ),
)
def sigmoid_stack(seed: int, repaired: bool) -> Made:
    x, y = data.table(512, 20, 3, seed)
    act = "relu" if repaired else "sigmoid"
    how = "he_normal" if repaired else "glorot_uniform"
    hidden = [L.Dense(32, activation=act, kernel_initializer=how) for _ in range(7)]
    model = chain(keras.Input((20,)), *hidden, L.Dense(3, activation="softmax"))
    model.compile(keras.optimizers.Adam(1e-3), _SPARSE)
    return Made(model, x, y)


@faulty(
    "constant-weight-init",
    "zero-or-constant-initializer",
    "weights-constant",
    "tiny-batch-not-learnt",
    repair=(change("set-initializer", kernel="glorot_uniform"),),
)
def zero_kernels(seed: int, repaired: bool) -> Made:
    x, y = data.table(512, 20, 3, seed)
    model = mlp(20, 3, "softmax", kernel_initializer="glorot_uniform" if repaired else "zeros")
    model.compile("adam", _SPARSE)
    return Made(model, x, y)


@faulty(
    "dying-relu",
    "dead-relu-layers",
    "tiny-batch-not-learnt",
    repair=(change("set-initializer", bias="zeros"),),
)
def dead_relus(seed: int, repaired: bool) -> Made:
    x, y = data.table(512, 20, 3, seed)
    bias = "zeros" if repaired else keras.initializers.Constant(-25.0)
    model = mlp(20, 3, "softmax", bias_initializer=bias)
    model.compile("adam", _SPARSE)
    return Made(model, x, y)


@faulty(
    "compiled-while-frozen",
    "nothing-trainable",
    "tiny-batch-not-learnt",
    repair=(change("set-trainable", value=True, which="all"),),
)
def all_frozen(seed: int, repaired: bool) -> Made:
    x, y = data.pictures(256, 32, 4, seed)
    model = small_cnn(4)
    model.trainable = repaired
    model.compile("adam", _SPARSE)
    return Made(model, x, y)


@faulty("nan-in-inputs", "inputs-nan", repair=(change("fill-missing-inputs", how="zero"),))
def missing_cells(seed: int, repaired: bool) -> Made:
    x, y = data.table(512, 20, 3, seed)
    if not repaired:
        x[::3, 4] = np.nan
    model = mlp(20, 3, "softmax")
    model.compile("adam", _SPARSE)
    return Made(model, x, y)


@faulty(
    "architecture-bottleneck",
    "heavy-dropout",
    "tiny-batch-not-learnt",
    repair=(change("set-dropout", rate=0.2),),
)
def dropout_of_97(seed: int, repaired: bool) -> Made:
    x, y = data.table(512, 20, 3, seed)
    rate = 0.2 if repaired else 0.97
    model = chain(
        keras.Input((20,)),
        L.Dense(64, "relu"),
        L.Dropout(rate),
        L.Dense(64, "relu"),
        L.Dropout(rate),
        L.Dense(3, "softmax"),
    )
    model.compile("adam", _SPARSE)
    return Made(model, x, y)


@faulty(
    "architecture-bottleneck",
    "heavy-regularization",
    "tiny-batch-not-learnt",
    repair=(change("set-regularization", l2=0.0),),
)
def strangling_l2(seed: int, repaired: bool) -> Made:
    x, y = data.table(512, 20, 3, seed)
    how = None if repaired else keras.regularizers.L2(1.0)
    model = mlp(20, 3, "softmax", kernel_regularizer=how)
    model.compile("adam", _SPARSE)
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
    x, y = data.sentences(256, 20, 50, seed)
    model = chain(
        keras.Input((20,), dtype="int32"),
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
    repair=(change("set-loss", loss=_SPARSE),),
)
def numbers_for_one_hot(seed: int, repaired: bool) -> Made:
    x, y = data.table(512, 20, 4, seed)
    model = mlp(20, 4, "softmax")
    model.compile("adam", _SPARSE if repaired else "categorical_crossentropy")
    return Made(model, x, y, epochs=4 if repaired else 0)


@faulty(
    "labels-not-zero-based",
    "labels-at-or-above-units",
    "labels-not-from-zero",
    repair=(change("convert-labels", to="from-zero"),),
)
def classes_from_one(seed: int, repaired: bool) -> Made:
    x, y = data.table(512, 20, 4, seed)
    model = mlp(20, 4, "softmax")
    model.compile("adam", _SPARSE)
    return Made(model, x, y if repaired else y + 1, epochs=4 if repaired else 0)


@faulty(
    "mask-values-not-01",
    "mask-values-0-255",
    repair=(change("convert-labels", to="divide-255"),),
)
def masks_of_255(seed: int, repaired: bool) -> Made:
    x, _ = data.pictures(128, 32, 1, seed)
    y = (x[..., :1] > 0.6).astype(np.float32) * (1 if repaired else 255)
    same: dict[str, Any] = {"padding": "same", "activation": "relu"}
    model = chain(
        keras.Input((32, 32, 3)),
        L.Conv2D(12, 3, **same),
        L.Conv2D(12, 3, **same),
        L.Conv2D(1, 1, activation="sigmoid"),
    )
    model.compile(keras.optimizers.Adam(5e-3), "binary_crossentropy")
    return Made(model, x, y, epochs=8)


@faulty("input-label-misalignment", "no-simple-signal")
def shuffled_apart(seed: int, repaired: bool) -> Made:
    x, y = data.pictures(384, 24, 3, seed)
    model = small_cnn(3, side=24)
    model.compile("adam", _SPARSE, metrics=["accuracy"])
    order = np.random.default_rng(seed + 7).permutation(len(y))
    return Made(model, x, y if repaired else y[order])


@faulty("unpredictable-target", "no-simple-signal")
def coin_throws(seed: int, repaired: bool) -> Made:
    random = np.random.default_rng(seed)
    x = random.normal(size=(512, 12)).astype(np.float32)
    y = (x[:, 0] + 0.5 * x[:, 1] > 0) if repaired else random.random(512) > 0.5
    model = mlp(12, 1, "sigmoid")
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return Made(model, x, y.astype(np.int64), epochs=8)
