"""Findings about the data: scale, order, form; each with a look-alike that must stay silent."""

from __future__ import annotations

import textwrap

import pytest

from assistant.reading.script import ScriptReading, read_script

MODEL = """
    model = Sequential([Input((4,)), Dense(8, activation='relu'), Dense(1, activation='sigmoid')])
    model.compile('adam', 'binary_crossentropy', metrics=['accuracy'])
"""
IMPORTS = """
    import numpy as np
    import pandas as pd
    from sklearn.model_selection import train_test_split
    from sklearn.preprocessing import *
    from sklearn.utils import shuffle
    from keras.layers import *
    from keras.models import *
"""


def read(*parts: str) -> ScriptReading:
    return read_script("".join(textwrap.dedent(part) for part in parts))


def around(before: str, after: str) -> ScriptReading:
    return read(IMPORTS, before, MODEL, after)


def state(reading: ScriptReading, id: str) -> bool | None:
    found = reading.finding(id)
    return None if found is None else found.present


@pytest.mark.parametrize(
    ("load", "present"),
    [
        ("x = np.random.rand(100, 4) * 1000", True),
        ("x = np.random.rand(100, 4)", False),
        ("x = np.random.normal(50, 3, (100, 4))", True),
        ("x = pd.read_csv('a.csv').values", True),
        ("x = StandardScaler().fit_transform(pd.read_csv('a.csv').values)", False),
        ("x = pd.read_csv('a.csv').values\nx = (x - x.mean(0)) / x.std(0)", False),
        ("x = pd.read_csv('a.csv').values / 100", False),
        ("x = prepare(pd.read_csv('a.csv'))", None),
        ("", None),
    ],
)
def test_scaling(load: str, present: bool | None) -> None:
    reading = around(load, "model.fit(x, y, epochs=3)")
    assert state(reading, "no-scaling-in-script") is present


@pytest.mark.parametrize(
    ("data", "present"),
    [
        ("y = np.array([0] * 50 + [1] * 50)", True),
        ("y = np.concatenate([np.zeros(50), np.ones(50)])", True),
        ("y = np.repeat([0, 1], 50)", True),
        ("y = np.arange(100) // 50", True),
        ("y = np.arange(100) % 2", False),
        ("y = np.array([0, 1] * 50)", None),
        ("y = np.random.randint(0, 2, 100)", False),
        ("y = np.concatenate([np.zeros(50), np.ones(50)])\nx, y = shuffle(x, y)", False),
        ("y = np.load('y.npy')", None),
    ],
)
def test_ordered_labels(data: str, present: bool | None) -> None:
    reading = around(f"x = np.random.rand(100, 4)\n{data}", "model.fit(x, y, validation_split=.2)")
    assert state(reading, "validation-split-on-ordered-data") is present


def test_labels_loaded_folder_by_folder_are_ordered() -> None:
    reading = around(
        """
    import os, cv2
    images, labels = [], []
    for number, folder in enumerate(['a', 'b']):
        for name in os.listdir(folder):
            images.append(cv2.imread(os.path.join(folder, name)))
            labels.append(number)
    """,
        "model.fit(np.array(images) / 255, np.array(labels), validation_split=.1)",
    )
    assert state(reading, "validation-split-on-ordered-data") is True


@pytest.mark.parametrize(
    ("code", "present"),
    [
        ("np.random.shuffle(x)", True),
        ("x = np.random.permutation(x)", True),
        ("np.random.shuffle(x)\nnp.random.shuffle(y)", True),
        ("np.random.seed(1)\nnp.random.shuffle(x)\nnp.random.seed(1)\nnp.random.shuffle(y)", False),
        ("i = np.random.permutation(len(x))\nx, y = x[i], y[i]", False),
        ("i = np.random.permutation(len(x))\nx = x[i]", True),
        ("x, y = shuffle(x, y)", False),
        ("", False),
    ],
)
def test_shuffled_alone(code: str, present: bool) -> None:
    data = "x = np.random.rand(90, 4)\ny = np.random.randint(0, 2, 90)\n"
    assert state(around(data + code, "model.fit(x, y)"), "x-shuffled-without-y") is present


@pytest.mark.parametrize(
    ("labels", "form", "classes"),
    [
        ("to_categorical(raw, 5)", "one-hot", 5),
        ("np.eye(4)[raw]", "one-hot", 4),
        ("LabelEncoder().fit_transform(raw)", "integers", None),
        ("np.random.randint(0, 6, 50)", "integers", 6),
        ("np.random.randint(1, 4, 50)", "integers", 3),
        ("np.random.choice(3, 50)", "integers", 3),
        ("np.arange(60) % 3", "integers", 3),
        ("np.random.normal(size=50) * 3 + 1", "continuous", None),
        ("np.argmax(raw, axis=1)", "integers", None),
        ("raw", None, None),
        ("raw.astype('int')", None, None),
    ],
)
def test_label_form(labels: str, form: str | None, classes: int | None) -> None:
    reading = read(
        IMPORTS,
        "from keras.utils import to_categorical\n",
        f"y = {labels}\n",
        "model = Sequential([Dense(7, activation='softmax')])\n",
        "model.compile('adam', 'categorical_crossentropy')\nmodel.fit(x, y)\n",
    )
    found = {f.id: f.value for f in reading.findings if f.present}
    assert found.get("label-form") == form
    assert found.get("class-count") == classes


def test_zeros_and_ones_in_several_columns_have_no_known_form() -> None:
    reading = read(
        "import numpy as np\ny = (np.random.rand(9, 5) > 0.5).astype(int)\n",
        "model = Sequential([Dense(5, activation='sigmoid')])\n",
        "model.compile('adam', 'binary_crossentropy')\nmodel.fit(x, y)\n",
    )
    assert reading.finding("label-form") is None


@pytest.mark.parametrize(
    ("fit", "id", "present"),
    [
        ("model.fit(x, y, shuffle=False)", "fit-shuffle-off", True),
        ("model.fit(x, y)", "fit-shuffle-off", False),
        ("model.fit(x, y, batch_size=1)", "batch-size-one", True),
        ("model.fit(x, y, batch_size=32)", "batch-size-one", False),
        ("model.fit(x, y, class_weight={0: 1, 1: 5})", "classes-rebalanced-for-training", True),
    ],
)
def test_arguments_of_fit(fit: str, id: str, present: bool) -> None:
    assert state(around("", fit), id) is present


@pytest.mark.parametrize(
    ("metrics", "monitor", "fit", "present"),
    [
        ("['accuracy']", "val_loss", "validation_split=.1", False),
        ("['accuracy']", "val_loss", "epochs=3", True),
        ("['accuracy']", "val_acc", "validation_split=.1", True),
        ("['acc']", "val_acc", "validation_split=.1", False),
        ("['acc']", "val_accuracy", "validation_split=.1", True),
        ("['accuracy']", "val_f1", "validation_split=.1", False),
        ("['accuracy']", "loss", "epochs=3", False),
    ],
)
def test_monitors(metrics: str, monitor: str, fit: str, present: bool) -> None:
    reading = read(
        IMPORTS,
        "from keras.callbacks import EarlyStopping\nmodel = Sequential([Dense(1)])\n",
        f"model.compile('adam', 'mse', metrics={metrics})\n",
        f"model.fit(x, y, {fit}, callbacks=[EarlyStopping('{monitor}')])\n",
    )
    assert state(reading, "monitor-not-in-logs") is present


def test_old_keras_called_it_acc() -> None:
    reading = read(
        IMPORTS,
        "from keras.callbacks import EarlyStopping\nmodel = Sequential([Dense(1)])\n",
        "model.compile('adam', 'mse', metrics=['accuracy'])\n",
        "model.fit(x, y, nb_epoch=9, validation_split=.1, "
        "callbacks=[EarlyStopping(monitor='val_acc')])\n",
    )
    assert state(reading, "monitor-not-in-logs") is False


@pytest.mark.parametrize(
    ("order", "present"),
    [
        ("body.trainable = False\nmodel.compile('sgd', 'mse')\nmodel.fit(x, y)", False),
        ("model.compile('sgd', 'mse')\nbody.trainable = False\nmodel.fit(x, y)", True),
        ("model.compile('sgd', 'mse')\nmodel.fit(x, y)\nbody.trainable = False", False),
        (
            "model.compile('sgd', 'mse')\nbody.trainable = True\n"
            "model.compile('sgd', 'mse')\nmodel.fit(x, y)",
            False,
        ),
    ],
)
def test_freezing_and_compiling(order: str, present: bool) -> None:
    reading = read(
        IMPORTS,
        "body = Sequential([Input((3,)), Dense(4, activation='relu')])\n",
        "model = Sequential([body, Dense(1)])\n",
        order,
    )
    assert state(reading, "base-frozen-before-compile-only") is present


@pytest.mark.parametrize(
    ("judge", "present"),
    [
        ("accuracy_score(y, model.predict(x))", True),
        ("accuracy_score(y, np.round(model.predict(x)))", False),
        ("accuracy_score(y, model.predict(x) > .5)", False),
        ("accuracy_score(y, model.predict(x).argmax(1))", False),
        ("p = model.predict(x).astype(int)", True),
        ("p = (model.predict(x) > .5).astype(int)", None),
        ("accuracy_score(y, decide(model.predict(x)))", None),
    ],
)
def test_undecided_predictions(judge: str, present: bool | None) -> None:
    reading = around("from sklearn.metrics import accuracy_score", f"model.fit(x, y)\n{judge}")
    assert state(reading, "argmax-missing-before-metric") is present


@pytest.mark.parametrize(
    ("body", "id", "present"),
    [
        ("return K.mean(K.square(y_true - y_pred))", "custom-loss-not-differentiable", False),
        (
            "return K.mean(K.square(y_true - K.round(y_pred)))",
            "custom-loss-not-differentiable",
            True,
        ),
        ("return np.mean((y_true - y_pred) ** 2)", "custom-loss-not-differentiable", True),
        ("return K.mean(K.round(y_true) - y_pred)", "custom-loss-not-differentiable", False),
        ("return -K.mean(y_true * K.log(y_pred))", "custom-loss-log-of-zero", True),
        ("return -K.mean(y_true * K.log(y_pred + K.epsilon()))", "custom-loss-log-of-zero", False),
        (
            "y_pred = K.clip(y_pred, 1e-7, 1)\n    return -K.mean(y_true * K.log(y_pred))",
            "custom-loss-log-of-zero",
            False,
        ),
    ],
)
def test_custom_losses(body: str, id: str, present: bool) -> None:
    reading = read_script(
        "from keras import backend as K\nimport numpy as np\n"
        f"def loss(y_true, y_pred):\n    {body}\n"
        "m = Sequential([Dense(1)])\nm.compile('adam', loss=loss)\n"
    )
    assert state(reading, id) is present


def test_a_function_called_in_two_places_is_followed_in_both() -> None:
    reading = around(
        """
    def prepare(path):
        return np.load(path) / 255.0
    """,
        "model.fit(prepare('a.npy'), y, validation_data=(np.load('b.npy'), v))",
    )
    assert state(reading, "train-val-scaled-differently") is True
