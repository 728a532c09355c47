"""Carries one change out in a piece of code, and shows the lines that come and go."""

from __future__ import annotations

import textwrap
from typing import Any

from assistant.advice import Edit, splice, verify_splice
from assistant.reading.script import read_script
from probes.change import Change
from tests.advice.patching import apply_diff


def carry_out(code: str, op: str, context: dict[str, Any] | None = None, **args: Any) -> Edit:
    text = textwrap.dedent(code).strip("\n") + "\n"
    reading = read_script(text, filename="train.py")
    edit = splice(reading, [Change(op, args)], context=context or {})
    if edit.applied:
        assert apply_diff(text, edit.diff) == edit.after
        after = read_script(edit.after, filename="train.py")
        found = verify_splice(reading, after, None, changes=edit.changes)
        assert found.parses and not found.unbound
    return edit


def added(edit: Edit) -> list[str]:
    assert edit.applied, edit.reason
    return [line[1:].strip() for line in edit.diff.split("\n") if line[:1] == "+"][1:]


def removed(edit: Edit) -> list[str]:
    return [line[1:].strip() for line in edit.diff.split("\n") if line[:1] == "-"][1:]


HEAD = """
    import numpy as np
    from tensorflow import keras
    from tensorflow.keras import layers
    from tensorflow.keras.optimizers import SGD
"""
NET = (
    HEAD
    + """
    model = keras.Sequential([
        layers.Input((4,)),
        layers.Dense(16, activation="relu"),
        layers.Dropout(0.95),
        layers.Dense(3, activation="softmax"),
    ])
    model.compile(loss="categorical_crossentropy", optimizer=SGD(0.9), metrics=["accuracy"])
    model.fit(x_train, y_train, epochs=4, validation_data=(x_val, y_val))
"""
)
