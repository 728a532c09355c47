"""Changes of one output of several: its layer, its entry in the losses, its labels."""

from __future__ import annotations

import pytest

from assistant.advice import splice
from assistant.reading.script import read_script
from probes.change import Change

HEAD = """\
import keras
import numpy as np
d = np.load("data.npz")
x, age, kind = d["x"], d["age"], d["kind"]
inputs = keras.Input((12,))
h = keras.layers.Dense(48, activation="relu")(inputs)
first = keras.layers.Dense(1, name="age")(h)
second = keras.layers.Dense(3, activation="sigmoid", name="kind")(h)
"""
BY_NAME = """\
model = keras.Model(inputs, {"age": first, "kind": second})
model.compile("adam", loss={"age": "mse", "kind": "categorical_crossentropy"})
model.fit(x, {"age": age, "kind": kind})
"""
NAMED = """\
model = keras.Model(inputs, [first, second])
losses = {"age": "mse"}
targets = {"age": age, "kind": kind}
model.compile("adam", losses, metrics=["mae", "accuracy"])
model.fit(x, targets)
"""
BY_PLACE = """\
model = keras.Model(inputs=inputs, outputs=[first, second])
model.compile("adam", loss=["mse", "categorical_crossentropy"])
model.fit(x, [age, kind])
"""
ONE_FOR_ALL = """\
model = keras.Model(inputs, [first, second])
model.compile("adam", loss="mse")
model.fit(x, [age, kind])
"""
CONTEXT = {"output": "kind", "output-place": 1, "label-form": "integers", "class-count": 3}


def added(tail: str, *changes: Change, **context: str | int) -> list[str]:
    """The lines that a cure adds to the script."""
    edit = splice(read_script(HEAD + tail), changes, context={**CONTEXT, **context})
    assert edit.applied, edit.reason
    lines = edit.diff.splitlines()
    return [line[1:] for line in lines if line.startswith("+") and not line.startswith("+++")]


@pytest.mark.parametrize("tail", [BY_NAME, NAMED, BY_PLACE, ONE_FOR_ALL])
def test_the_layer_of_the_output(tail: str) -> None:
    (line,) = added(tail, Change("set-output", {"activation": "softmax"}))
    assert line == 'second = keras.layers.Dense(3, activation="softmax", name="kind")(h)'


SPARSE = "sparse_categorical_crossentropy"


@pytest.mark.parametrize(
    ("tail", "written"),
    [
        (BY_NAME, f'loss={{"age": "mse", "kind": "{SPARSE}"}})'),
        (NAMED, f'losses = {{"age": "mse", "kind": "{SPARSE}"}}'),
        (BY_PLACE, f'loss=["mse", "{SPARSE}"])'),
        (ONE_FOR_ALL, f'loss=["mse", "{SPARSE}"])'),
    ],
)
def test_the_loss_of_the_output(tail: str, written: str) -> None:
    (line,) = added(tail, Change("set-loss", {"loss": SPARSE}))
    assert line.endswith(written)


@pytest.mark.parametrize("tail", [BY_NAME, NAMED, BY_PLACE, ONE_FOR_ALL])
def test_the_labels_of_the_output(tail: str) -> None:
    scaled = Change("convert-labels", {"to": "standardised"})
    lines = added(tail, scaled, output="age", **{"output-place": 0})
    assert lines == ["y_mean, y_std = age.mean(), age.std()", "age = (age - y_mean) / y_std"]


def test_the_metrics_of_the_output() -> None:
    (line,) = added(NAMED, Change("set-metrics", {"metrics": ["categorical_accuracy"]}))
    assert line.endswith('metrics=["mae", ["categorical_accuracy"]])')
