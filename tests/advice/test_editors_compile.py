"""Editors of the last layer and of what ``compile`` is given."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.advice.engine import EDITORS
from probes.change import OPERATIONS
from tests.advice.carrying import NET, added, carry_out, removed


def test_every_operation_has_an_editor_or_is_a_sketch() -> None:
    assert set(OPERATIONS) - set(EDITORS) == {"show-lines"}


@pytest.mark.parametrize(
    ("last", "line"),
    [
        ("model.add(Dense(2))", "model.add(Dense(2, activation='softmax'))"),
        ("model.add(Dense(2, 'relu'))", "model.add(Dense(2, 'softmax'))"),
        ("model.add(Dense(units=2))", "model.add(Dense(units=2, activation='softmax'))"),
        (
            'model.add(Dense(2, activation="sigmoid"))',
            'model.add(Dense(2, activation="softmax"))',
        ),
        (
            "model.add(Dense(2,))  # out",
            "model.add(Dense(2, activation='softmax',))  # out",
        ),
        (
            "model.add(Dense((2)))",
            "model.add(Dense((2), activation='softmax'))",
        ),
        (
            "model.add(Dense(2))\nmodel.add(Activation('sigmoid'))",
            "model.add(Activation('softmax'))",
        ),
    ],
)
def test_activation_of_the_output(last: str, line: str) -> None:
    code = f"model = Sequential()\nmodel.add(Dense(8, activation='relu'))\n{last}\n"
    edit = carry_out(code, "set-output", activation="softmax")
    assert added(edit) == [line]
    assert edit.grade == "safe"


def test_a_call_over_several_lines() -> None:
    code = """
    model = Sequential()
    model.add(Dense(
        2,
        kernel_initializer='he_normal',
    ))
    """
    assert added(carry_out(code, "set-output", activation="softmax")) == ["activation='softmax',"]


def test_activation_taken_away() -> None:
    kept = "model = Sequential([Dense(1, activation='sigmoid', name='out')])"
    assert added(carry_out(kept, "set-output", activation="linear")) == [
        "model = Sequential([Dense(1, name='out')])"
    ]
    apart = (
        "m = Sequential()\nm.add(Dense(1))\nm.add(Activation('tanh'))\nm.compile('sgd', 'mse')\n"
    )
    assert removed(carry_out(apart, "set-output", activation="linear")) == [
        "m.add(Activation('tanh'))"
    ]


def test_units_by_a_name_the_script_has() -> None:
    code = (
        "n_classes = 6\nm = Sequential([Dense(1, activation='sigmoid')])\nm.compile('sgd', 'mse')"
    )
    edit = carry_out(code, "set-output", units="classes", activation="softmax")
    assert added(edit)[0] == "m = Sequential([Dense(n_classes, activation='softmax')])"
    assert edit.grade == "safe"


def test_units_that_nobody_knows_are_asked_for() -> None:
    code = "m = Sequential([Dense(1, activation='sigmoid')])\nm.compile('sgd', 'mse')"
    edit = carry_out(code, "set-output", units="classes", activation="softmax")
    assert (edit.applied, edit.grade, edit.question) == (False, "answer", "class-count")
    assert edit.after == edit.before and not edit.writable
    assert any("NUMBER_OF_CLASSES" in line for line in edit.lines)
    known = carry_out(code, "set-output", {"class-count": 5}, units="classes")
    assert added(known) == ["m = Sequential([Dense(5, activation='sigmoid')])"]


def test_a_head_that_conditions_decide_is_left_alone() -> None:
    code = """
    m = Sequential()
    if two:
        m.add(Dense(1))
    else:
        m.add(Dense(5))
    """
    edit = carry_out(code, "set-output", activation="softmax")
    assert (edit.applied, edit.reason, edit.grade) == (False, "advice-head-unknown", "sketch")


@pytest.mark.parametrize(
    ("compiled", "line"),
    [
        ("loss='mse', optimizer='sgd'", "loss='binary_crossentropy', optimizer='sgd'"),
        ("'sgd', \"mse\"", "'sgd', \"binary_crossentropy\""),
        ("optimizer='sgd'", "optimizer='sgd', loss='binary_crossentropy'"),
        ("'sgd', keras.losses.MeanSquaredError()", "'sgd', 'binary_crossentropy'"),
    ],
)
def test_loss(compiled: str, line: str) -> None:
    code = f"import keras\nm = Sequential([Dense(1)])\nm.compile({compiled})"
    edit = carry_out(code, "set-loss", loss="binary_crossentropy")
    assert added(edit) == [f"m.compile({line})"]


@pytest.mark.parametrize(
    ("imports", "made"),
    [
        ("import keras", "keras.losses.BinaryCrossentropy"),
        ("import tensorflow as tf", "tf.keras.losses.BinaryCrossentropy"),
        ("from tensorflow.keras import losses", "losses.BinaryCrossentropy"),
    ],
)
def test_logits_in_the_file_s_own_root(imports: str, made: str) -> None:
    code = f"{imports}\nm = Sequential([Dense(1)])\nm.compile('sgd', 'binary_crossentropy')"
    edit = carry_out(code, "set-loss", from_logits=True)
    assert added(edit) == [f"m.compile('sgd', {made}(from_logits=True))"]


def test_an_import_is_added_to_those_there_are() -> None:
    code = """
    from keras.models import Sequential
    from keras.layers import Dense
    m = Sequential([Dense(1)])
    m.compile('sgd', 'binary_crossentropy')
    """
    edit = carry_out(code, "set-loss", from_logits=True)
    assert added(edit) == [
        "from keras.losses import BinaryCrossentropy",
        "m.compile('sgd', BinaryCrossentropy(from_logits=True))",
    ]


@pytest.mark.parametrize(
    ("form", "loss"),
    [("one-hot", "categorical_crossentropy"), ("integers", "sparse_categorical_crossentropy")],
)
def test_cross_entropy_follows_the_labels(form: str, loss: str) -> None:
    code = "m = Sequential([Dense(3)])\nm.compile('sgd', 'mse')"
    edit = carry_out(code, "set-loss", {"label-form": form}, loss="categorical_crossentropy")
    assert added(edit) == [f"m.compile('sgd', '{loss}')"]
    assert edit.grade == "safe"
    asked = carry_out(code, "set-loss", loss="sparse_categorical_crossentropy")
    assert (asked.grade, asked.question, asked.applied) == ("answer", "label-form", True)


def test_the_script_s_own_encoding_answers_for_it() -> None:
    code = """
    y = to_categorical(labels, 3)
    m = Sequential([Dense(3)])
    m.compile('sgd', 'mse')
    m.fit(x, y)
    """
    edit = carry_out(code, "set-loss", loss="sparse_categorical_crossentropy")
    assert added(edit) == ["m.compile('sgd', 'categorical_crossentropy')"]
    assert edit.grade == "safe"


@pytest.mark.parametrize(
    ("optimizer", "args", "line"),
    [
        ("'sgd'", {"name": "adam", "learning_rate": 0.001}, "'adam'"),
        ("keras.optimizers.SGD(lr=.5)", {"name": "adam"}, "keras.optimizers.Adam()"),
        (
            "keras.optimizers.SGD(lr=.5)",
            {"name": "adam", "learning_rate": 0.01},
            "keras.optimizers.Adam(lr=0.01)",
        ),
        (
            "'sgd'",
            {"name": "adam", "learning_rate": 1e-4},
            "keras.optimizers.Adam(learning_rate=0.0001)",
        ),
    ],
)
def test_optimizer(optimizer: str, args: dict[str, Any], line: str) -> None:
    code = f"import keras\nm = Sequential([Dense(1)])\nm.compile(optimizer={optimizer}, loss='mse')"
    edit = carry_out(code, "set-optimizer", **args)
    assert added(edit) == [f"m.compile(optimizer={line}, loss='mse')"]


def test_an_optimizer_in_a_variable() -> None:
    code = """
    from keras.optimizers import SGD
    opt = SGD(learning_rate=3.0)
    m = Sequential([Dense(1)])
    m.compile(loss='mse', optimizer=opt)
    """
    edit = carry_out(code, "set-optimizer", name="adam", learning_rate=0.01)
    assert added(edit) == [
        "from keras.optimizers import SGD, Adam",
        "opt = Adam(learning_rate=0.01)",
    ]


@pytest.mark.parametrize(
    ("before", "optimizer", "line"),
    [
        ("", "SGD(0.9)", "m.compile(SGD(0.09), 'mse')"),
        ("", "SGD(lr=0.9)", "m.compile(SGD(lr=0.09), 'mse')"),
        ("RATE = 0.9\n", "SGD(RATE)", "RATE = 0.09"),
        ("RATE = 0.9\nprint(RATE)\n", "SGD(RATE)", "m.compile(SGD(0.09), 'mse')"),
    ],
)
def test_learning_rate(before: str, optimizer: str, line: str) -> None:
    code = f"{before}m = Sequential([Dense(1)])\nm.compile({optimizer}, 'mse')"
    assert added(carry_out(code, "set-learning-rate", factor=0.1)) == [line]


def test_learning_rate_of_a_schedule() -> None:
    code = """
    import keras
    plan = keras.optimizers.schedules.ExponentialDecay(0.5, 100, 0.9)
    m = keras.Sequential([keras.layers.Dense(1)])
    m.compile(keras.optimizers.Adam(plan), 'mse')
    """
    edit = carry_out(code, "set-learning-rate", learning_rate=0.001)
    assert added(edit) == ["plan = keras.optimizers.schedules.ExponentialDecay(0.001, 100, 0.9)"]
    dropped = carry_out(code, "drop-schedule")
    assert added(dropped) == ["m.compile(keras.optimizers.Adam(0.5), 'mse')"]


def test_a_scheduler_callback_is_dropped() -> None:
    code = """
    import keras
    m = keras.Sequential([keras.layers.Dense(1)])
    m.compile('adam', 'mse')
    fading = keras.callbacks.LearningRateScheduler(lambda epoch, lr: lr * 0.1)
    m.fit(x, y, epochs=30, callbacks=[fading])
    m.fit(x, y, epochs=30, callbacks=[keras.callbacks.LearningRateScheduler(lambda e, lr: lr / 9)])
    """
    edit = carry_out(code, "drop-schedule")
    assert added(edit)[-1] == "m.fit(x, y, epochs=30)"


def test_metrics() -> None:
    assert 'metrics=["mae"])' in added(carry_out(NET, "set-metrics", metrics=["mae"]))[0]
    gone = added(carry_out(NET, "set-metrics", metrics=[]))[0]
    assert "metrics" not in gone and gone.endswith("optimizer=SGD(0.9))")
