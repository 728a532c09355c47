"""Networks whose output, loss or metric does not fit the labels, beside the same made to fit."""

from __future__ import annotations

import keras
import numpy as np

from tests.zoo import data
from tests.zoo.case import Made
from tests.zoo.draw import Draw
from tests.zoo.networks import chain, mlp, small_cnn
from tests.zoo.register import SPARSE, change, faulty

L = keras.layers


@faulty(
    "onehot-labels-with-sparse-loss",
    "onehot-labels-with-sparse-loss",
    repair=(change("set-loss", loss="categorical_crossentropy"),),
)
def one_hot_for_numbers(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features, classes = draw.features(20), draw.classes(4)
    x, y = data.table(512, features, classes, seed)
    model = mlp(features, classes, "softmax", width=draw.width())
    model.compile("adam", "categorical_crossentropy" if repaired else SPARSE)
    return Made(model, x, data.one_hot(y, classes), epochs=4 if repaired else 0)


@faulty("labels-out-of-range", "labels-at-or-above-units")
def unknown_as_255(seed: int, repaired: bool) -> Made:
    """Rows without a label are marked 255, as in segmentation data sets."""
    draw = Draw(seed)
    features, classes = draw.features(20), draw.classes(4)
    x, y = data.table(512, features, classes, seed)
    if repaired:
        x, y = x[20:], y[20:]
    else:
        y[:20] = 255
    model = mlp(features, classes, "softmax", width=draw.width())
    model.compile("adam", SPARSE)
    return Made(model, x, y, epochs=4 if repaired else 0)


@faulty("nan-in-labels", "labels-nan")
def missing_targets(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features = draw.features(10)
    x, y = data.figures(512, features, seed)
    if not repaired:
        y[:: draw.of(9, 5, 14)] = np.nan
    model = mlp(features, 1, None, width=draw.width())
    model.compile("adam", "mse")
    return Made(model, x, y)


@faulty("wrong-output-units", "units-differ-from-target-columns")
def one_unit_for_several_targets(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features, columns = draw.features(10), draw.of(2, 3, 5)
    x, _ = data.figures(512, features, seed)
    y = np.tanh(x @ np.random.default_rng(seed + 5).normal(size=(features, columns)))
    model = mlp(features, columns if repaired else 1, None, width=draw.width())
    model.compile(keras.optimizers.Adam(3e-3), "mse")
    return Made(model, x, y.astype(np.float32))


@faulty("output-shape-target-shape-broadcast", "target-shape-broadcasts")
def several_units_for_one_target(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features = draw.features(10)
    x, y = data.figures(512, features, seed)
    model = mlp(features, 1 if repaired else draw.of(8, 4, 16), None, width=draw.width())
    model.compile(keras.optimizers.Adam(3e-3), "mse")
    return Made(model, x, y.reshape(-1, 1))


@faulty(
    "targets-not-scaled",
    "targets-wide-range",
    repair=(change("convert-labels", to="standardised"),),
)
def house_prices(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features = draw.features(10)
    x, y = data.figures(512, features, seed)
    y = (y - y.mean()) / y.std()
    model = mlp(features, 1, None, width=draw.width())
    model.compile(keras.optimizers.Adam(1e-3), "mse", metrics=["mae"])
    level = draw.of(250_000, 400_000, 90_000)
    return Made(model, x, y if repaired else (level * (1 + 0.3 * y)).astype(np.float32), epochs=8)


@faulty(
    "labels-scaled-with-images",
    "labels-tiny-fractions",
)
def labels_divided_by_255(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    side, classes = draw.side(), draw.classes(5)
    x, y = data.pictures(256, side, classes, seed)
    model = small_cnn(classes, side=side)
    model.compile("adam", SPARSE, metrics=["accuracy"])
    return Made(model, x, y if repaired else (y / 255).astype(np.float32))


@faulty("binary-crossentropy-for-multiclass", "softmax-with-binary-loss")
def binary_loss_for_classes(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    side, classes = draw.side(), draw.classes(5)
    x, y = data.pictures(256, side, classes, seed)
    model = small_cnn(classes, side=side)
    loss = "categorical_crossentropy" if repaired else "binary_crossentropy"
    model.compile("adam", loss, metrics=["accuracy"])
    return Made(model, x, data.one_hot(y, classes))


@faulty("sigmoid-with-categorical-crossentropy", "sigmoid-with-categorical-loss")
def sigmoids_for_classes(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features, classes = draw.features(20), draw.classes(4)
    x, y = data.table(512, features, classes, seed)
    model = mlp(features, classes, "softmax" if repaired else "sigmoid", width=draw.width())
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return Made(model, x, data.one_hot(y, classes))


@faulty("softmax-for-multilabel", "softmax-on-multi-hot-labels")
def softmax_for_tags(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features, tags = draw.features(20), draw.of(6, 5, 8)
    random = np.random.default_rng(seed)
    x = random.normal(size=(512, features)).astype(np.float32)
    y = (x @ random.normal(size=(features, tags)) > 1.0).astype(np.float32)
    model = mlp(features, tags, "sigmoid" if repaired else "softmax", width=draw.width())
    model.compile("adam", "binary_crossentropy" if repaired else "categorical_crossentropy")
    return Made(model, x, y)


@faulty(
    "mse-for-classification",
    "regression-loss-on-class-labels",
    also=("too-few-output-units",),
)
def squared_error_on_classes(seed: int, repaired: bool) -> Made:
    """Class numbers taken for figures, with one linear unit."""
    draw = Draw(seed)
    features, classes = draw.features(20), draw.classes(4)
    x, y = data.table(512, features, classes, seed)
    head = (classes, "softmax") if repaired else (1, None)
    model = mlp(features, *head, width=draw.width())
    model.compile("adam", SPARSE if repaired else "mse", metrics=["accuracy"])
    return Made(model, x, y)


@faulty("wrong-loss-for-task", "classification-loss-on-continuous-targets")
def binary_loss_for_figures(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features = draw.features(10)
    x, y = data.figures(512, features, seed)
    model = mlp(features, 1, None if repaired else "sigmoid", width=draw.width())
    model.compile(keras.optimizers.Adam(5e-3), "mse" if repaired else "binary_crossentropy")
    return Made(model, x, draw.of(4.0, 7.0) + 2 * y)


@faulty("accuracy-metric-for-regression", "accuracy-on-continuous-targets")
def accuracy_of_figures(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features = draw.features(10)
    x, y = data.figures(512, features, seed)
    model = mlp(features, 1, None, width=draw.width())
    model.compile("adam", "mse", metrics=["mae" if repaired else "accuracy"])
    return Made(model, x, y)


@faulty("binary-accuracy-picked-for-multiclass", "binary-accuracy-on-onehot")
def binary_accuracy_of_classes(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features, classes = draw.features(20), draw.classes(5)
    x, y = data.table(512, features, classes, seed)
    model = mlp(features, classes, "softmax", width=draw.width())
    metric = "categorical_accuracy" if repaired else "binary_accuracy"
    model.compile("adam", "categorical_crossentropy", metrics=[metric])
    return Made(model, x, data.one_hot(y, classes))


@faulty("exact-match-accuracy-metric", "exact-match-accuracy")
def exact_match(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features = draw.features(16)
    x, y = data.table(512, features, 2, seed)
    model = mlp(features, 1, "sigmoid", width=draw.width())
    metric = "accuracy" if repaired else keras.metrics.Accuracy()
    model.compile("adam", "binary_crossentropy", metrics=[metric])
    return Made(model, x, y.reshape(-1, 1))


@faulty("softmax-over-wrong-axis", "output-rows-not-probabilities")
def softmax_over_time(seed: int, repaired: bool) -> Made:
    """The softmax of a tagger runs over the steps instead of the tags."""
    draw = Draw(seed)
    length, tags = draw.length(12), draw.of(3, 4, 5)
    x, _ = data.sentences(256, length, 30, seed)
    model = chain(
        keras.Input((length,), dtype="int32"),
        L.Embedding(30, 16),
        L.LSTM(24, return_sequences=True),
        L.Dense(tags),
        L.Softmax(axis=-1 if repaired else 1),
    )
    model.compile(keras.optimizers.Adam(5e-3), SPARSE)
    return Made(model, x, (x % tags).astype(np.int64))


@faulty("lstm-return-sequences-missing", "sequences-returned-or-missing")
def one_answer_for_every_step(seed: int, repaired: bool) -> Made:
    """Labels for each step, a recurrent layer that answers once."""
    draw = Draw(seed)
    length, tags = draw.length(12), draw.of(3, 4)
    x, _ = data.sentences(256, length, 30, seed)
    model = chain(
        keras.Input((length,), dtype="int32"),
        L.Embedding(30, 16),
        L.LSTM(24, return_sequences=repaired),
        L.Dense(tags, activation="softmax"),
    )
    model.compile(keras.optimizers.Adam(5e-3), SPARSE)
    return Made(model, x, (x % tags).astype(np.int64), epochs=4 if repaired else 0)


@faulty(
    "target-missing-time-axis",
    "sequences-returned-or-missing",
    also=("lstm-return-sequences-missing",),
)
def an_answer_for_every_step(seed: int, repaired: bool) -> Made:
    """One target a series, a recurrent layer that answers at each step."""
    draw = Draw(seed)
    length = draw.length(20)
    x, _ = data.waves(256, length, seed)
    y = x[:, -3:, 0].mean(1).astype(np.float32)
    model = chain(keras.Input((length, 2)), L.LSTM(24, return_sequences=not repaired), L.Dense(1))
    model.compile(keras.optimizers.Adam(5e-3), "mse")
    return Made(model, x, y, epochs=8)


@faulty("wrong-array-as-labels", "labels-constant")
def an_empty_column_as_labels(seed: int, repaired: bool) -> Made:
    draw = Draw(seed)
    features = draw.features(16)
    x, y = data.table(512, features, 2, seed)
    model = mlp(features, 1, "sigmoid", width=draw.width())
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return Made(model, x, y if repaired else np.zeros_like(y))


@faulty("class-imbalance", "class-imbalanced")
def one_in_forty(seed: int, repaired: bool) -> Made:
    """A rare class that shows only in a faint sum, so that the network never names it."""
    draw = Draw(seed)
    random = np.random.default_rng(seed)
    features = draw.features(20)
    count = 1200
    x = random.normal(size=(count, features)).astype(np.float32)
    score = x[:, :6].sum(1) / 6**0.5 + 2.0 * random.normal(size=count)
    level = np.quantile(score, 0.5 if repaired else 0.975)
    model = mlp(features, 1, "sigmoid", width=draw.width(32))
    model.compile(keras.optimizers.Adam(1e-3), "binary_crossentropy", metrics=["accuracy"])
    return Made(model, x, (score > level).astype(np.int64), epochs=6, batch=64)
