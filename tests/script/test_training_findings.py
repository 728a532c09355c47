"""Findings about training and the code around it, each beside a look-alike."""

from __future__ import annotations

import textwrap

import pytest

from assistant.reading.script import read_script

SETUP = """
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
from tensorflow.keras.preprocessing.image import ImageDataGenerator
"""
NET = """
model = keras.Sequential([layers.Input((4,)), layers.Dense(8, activation='relu'),
                          layers.Dense(1, activation='sigmoid')])
model.compile('adam', 'binary_crossentropy', metrics=['accuracy'])
"""
KINDS = """
model = keras.Sequential([layers.Input((32, 32, 3)), layers.Conv2D(8, 3, activation='relu'),
                          layers.Flatten(), layers.Dense({units}, activation='{act}')])
model.compile('adam', '{loss}', metrics=['accuracy'])
"""


def state(id: str, *parts: str) -> bool | None:
    code = SETUP + "".join(textwrap.dedent(part) for part in parts)
    found = read_script(code).finding(id)
    return None if found is None else found.present


@pytest.mark.parametrize(
    ("after", "present"),
    [
        ("model.predict(np.load('new.npy'))", True),
        ("model.predict(np.load('new.npy') / 255.0)", False),
        ("model.predict(x[:5])", False),
        ("model.predict(prepare(np.load('new.npy')))", None),
        ("model.evaluate(np.load('t.npy'), np.load('u.npy'))", True),
    ],
)
def test_prediction_scaled_like_training(after: str, present: bool | None) -> None:
    data = "x = np.load('a.npy') / 255.0\ny = np.load('b.npy')\n"
    found = state("predict-scaled-differently", data, NET, "model.fit(x, y)\n", after)
    assert found is present


@pytest.mark.parametrize(
    ("mode", "units", "act", "loss", "present"),
    [
        ("categorical", 5, "softmax", "categorical_crossentropy", False),
        ("sparse", 5, "softmax", "categorical_crossentropy", True),
        ("categorical", 5, "softmax", "sparse_categorical_crossentropy", True),
        ("sparse", 5, "softmax", "sparse_categorical_crossentropy", False),
        ("categorical", 1, "sigmoid", "binary_crossentropy", True),
        ("binary", 1, "sigmoid", "binary_crossentropy", False),
        ("binary", 2, "softmax", "categorical_crossentropy", True),
    ],
)
def test_class_mode(mode: str, units: int, act: str, loss: str, present: bool) -> None:
    data = f"flow = ImageDataGenerator().flow_from_directory('a', class_mode='{mode}')\n"
    net = KINDS.format(units=units, act=act, loss=loss)
    assert state("class-mode-not-fitting-output", data, net, "model.fit(flow)") is present


def test_class_mode_is_categorical_where_it_is_not_written() -> None:
    data = "flow = ImageDataGenerator().flow_from_directory('a')\n"
    net = KINDS.format(units=1, act="sigmoid", loss="binary_crossentropy")
    assert state("class-mode-not-fitting-output", data, net, "model.fit(flow)") is True


@pytest.mark.parametrize(
    ("steps", "source", "present"),
    [
        ("flow.samples", "ImageDataGenerator().flow_from_directory('a')", True),
        ("len(flow)", "ImageDataGenerator().flow_from_directory('a')", False),
        ("flow.samples // 32", "ImageDataGenerator().flow_from_directory('a')", None),
        ("len(x_train)", "tf.data.Dataset.from_tensor_slices((x_train, y)).batch(8)", True),
        (
            "len(x_train)",
            "tf.data.Dataset.from_tensor_slices((x_train, y)).batch(8).repeat()",
            False,
        ),
    ],
)
def test_steps_per_epoch(steps: str, source: str, present: bool | None) -> None:
    fit = f"flow = {source}\nmodel.fit(flow, steps_per_epoch={steps})"
    assert state("steps-per-epoch-beyond-data", NET, fit) is present


@pytest.mark.parametrize(
    ("epochs", "samples", "present"), [(2, 100, True), (200, 100, False), (2, 50_000, False)]
)
def test_few_updates(epochs: int, samples: int, present: bool) -> None:
    data = f"x = np.random.rand({samples}, 4)\ny = np.random.randint(0, 2, {samples})\n"
    assert state("few-epochs-tiny-data", data, NET, f"model.fit(x, y, epochs={epochs})") is present


@pytest.mark.parametrize(
    ("schedule", "present"),
    [
        ("lambda epoch, lr: lr * 0.1", True),
        ("lambda epoch, lr: lr * 0.95", False),
        ("lambda epoch: 0.001", False),
    ],
)
def test_schedules(schedule: str, present: bool | None) -> None:
    fit = f"""
    fading = keras.callbacks.LearningRateScheduler({schedule})
    model.fit(x, y, epochs=40, callbacks=[fading])
    """
    assert state("learning-rate-schedule-collapses", NET, fit) is present


def test_weights_loaded_into_a_model_without_shape() -> None:
    bare = "model = keras.Sequential([layers.Dense(3)])\nmodel.compile('sgd', 'mse')\n"
    load = "model.load_weights('w.h5')\n"
    assert state("weights-loaded-before-build", bare, load, "model.predict(x)") is True
    assert state("weights-loaded-before-build", bare, "model.build((None, 4))\n", load) is False
    assert state("weights-loaded-before-build", NET, load) is False


def test_compiled_while_everything_was_frozen() -> None:
    code = """
    model.trainable = False
    model.compile('adam', 'binary_crossentropy')
    model.trainable = True
    model.fit(x, y)
    """
    assert state("compiled-while-frozen", NET, code) is True
    assert state("nothing-trainable", NET, code) is True


@pytest.mark.parametrize(
    ("code", "id", "present"),
    [
        (
            "tf.keras.mixed_precision.set_global_policy('mixed_float16')",
            "half-precision-in-use",
            True,
        ),
        ("tf.keras.mixed_precision.set_global_policy('float32')", "half-precision-in-use", False),
        ("s = tf.distribute.MirroredStrategy()", "distribution-strategy-in-use", True),
        ("v = {w: i for i, w in enumerate(set(words))}", "vocabulary-from-set", True),
        ("for i, w in enumerate(set(words)): ids[w] = i", "vocabulary-from-set", True),
        ("for i, w in enumerate(sorted(set(words))): ids[w] = i", "vocabulary-from-set", None),
    ],
)
def test_asides(code: str, id: str, present: bool | None) -> None:
    assert state(id, NET, code + "\n", "model.fit(x, y)") is present


def test_two_tokenizers() -> None:
    code = """
    from tensorflow.keras.preprocessing.text import Tokenizer
    a = Tokenizer(); a.fit_on_texts(train)
    b = Tokenizer(); b.fit_on_texts(test)
    """
    assert state("tokenizer-refit", NET, code) is True


def test_folds_that_build_their_model_are_fine() -> None:
    folds = "from sklearn.model_selection import KFold\nfor a, b in KFold(5).split(x):\n"
    inside = "    model.fit(x[a], y[a])\n"
    fresh = "    model = keras.Sequential([layers.Dense(1)])\n    model.compile('sgd', 'mse')\n"
    reset = "    model.set_weights(first)\n"
    assert state("model-built-outside-fold-loop", NET, folds + inside) is True
    assert state("model-built-outside-fold-loop", folds + fresh + inside) is False
    assert state("model-built-outside-fold-loop", NET, folds + reset + inside) is False
    epochs = "for epoch in range(5):\n    model.fit(x, y)\n"
    assert state("model-built-outside-fold-loop", NET, epochs) is None


@pytest.mark.parametrize(
    ("form", "present"),
    [
        ("layers.Rescaling(1/255.)", True),
        ("layers.Rescaling(1/127.5, offset=-1)", False),
    ],
)
def test_rescaling_in_front_of_a_base_that_wants_minus_one_to_one(form: str, present: bool) -> None:
    code = f"""
    base = keras.applications.MobileNetV2(include_top=False, input_shape=(96, 96, 3))
    i = keras.Input((96, 96, 3))
    x = base({form}(i))
    model = keras.Model(i, layers.Dense(3, activation='softmax')(layers.Flatten()(x)))
    model.compile('adam', 'categorical_crossentropy')
    model.fit(np.load('a.npy'), y)
    """
    assert state("rescale-before-pretrained-base", code) is present


def test_fine_tuning_in_a_second_phase() -> None:
    code = """
    base = keras.applications.VGG16(include_top=False, pooling='avg')
    base.trainable = False
    model = keras.Sequential([base, layers.Dense(3, activation='softmax')])
    model.compile('adam', 'categorical_crossentropy')
    model.fit(x, y)
    base.trainable = True
    model.compile({optimizer}, 'categorical_crossentropy')
    model.fit(x, y)
    """
    fast = code.format(optimizer="'adam'")
    slow = code.format(optimizer="keras.optimizers.Adam(1e-5)")
    assert state("fine-tuning-at-default-rate", fast) is True
    assert state("fine-tuning-at-default-rate", slow) is False
