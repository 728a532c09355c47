"""Editors of inputs and labels."""

from __future__ import annotations

import pytest

from tests.advice.carrying import NET, added, carry_out, removed


def test_arrays_are_divided_in_every_use() -> None:
    edit = carry_out(NET, "scale-inputs", how="divide-255")
    assert added(edit) == ["x_train = x_train / 255.0", "x_val = x_val / 255.0"]
    assert (edit.grade, edit.question) == ("answer", "inputs-scaled")
    assert (
        carry_out(NET, "scale-inputs", {"inputs-scaled": False}, how="divide-255").grade == "safe"
    )


def test_standardised_by_the_training_data() -> None:
    edit = carry_out(NET, "scale-inputs", how="standardise-features")
    assert added(edit) == [
        "x_mean = x_train.mean(axis=0)",
        "x_std = x_train.std(axis=0) + 1e-7",
        "x_train = (x_train - x_mean) / x_std",
        "x_val = (x_val - x_mean) / x_std",
    ]


def test_standardised_inside_each_sample() -> None:
    code = """
    m = Sequential([Input((8, 8, 3)), Flatten(), Dense(1)])
    m.compile('sgd', 'mse')
    m.fit(x, y)
    """
    lines = added(carry_out(code, "scale-inputs", how="standardise-samples"))
    assert lines[-1] == "x = (x - sample_mean) / sample_std"
    assert lines[0] == "sample_mean = x.mean(axis=(1, 2, 3), keepdims=True)"


def test_labels_worked_out_from_the_inputs_stay() -> None:
    code = """
    import numpy as np
    x = np.random.uniform(0, 255, (90, 4))
    y = x.mean(axis=1) > 100
    m = Sequential([Dense(1)])
    m.compile('sgd', 'mse')
    m.fit(x, y)
    """
    edit = carry_out(code, "scale-inputs", how="divide-255")
    assert edit.after.index("y = x.mean") < edit.after.index("x = x / 255.0")


def test_generators_are_rescaled() -> None:
    code = """
    gen = ImageDataGenerator(zoom_range=0.1)
    train = gen.flow_from_directory('a')
    m = Sequential([Dense(1)])
    m.compile('sgd', 'mse')
    m.fit(train)
    """
    edit = carry_out(code, "scale-inputs", how="divide-255")
    assert added(edit) == ["gen = ImageDataGenerator(zoom_range=0.1, rescale=1./255)"]


def test_datasets_are_mapped() -> None:
    code = """
    import tensorflow as tf
    train = tf.keras.utils.image_dataset_from_directory('a')
    m = tf.keras.Sequential([tf.keras.layers.Dense(1)])
    m.compile('sgd', 'mse')
    m.fit(train)
    """
    edit = carry_out(code, "scale-inputs", how="divide-255")
    assert added(edit) == ["train = train.map(lambda x, y: (x / 255.0, y))"]


def test_a_whole_division_is_made_a_true_one() -> None:
    code = """
    x = load() // 255
    m = Sequential([Dense(1)])
    m.compile('sgd', 'mse')
    m.fit(x, y)
    """
    assert added(carry_out(code, "true-division")) == ["x = load() / 255"]
    assert added(carry_out(code, "scale-inputs", how="divide-255")) == ["x = load() / 255"]


def test_scaling_is_taken_out() -> None:
    code = """
    x = load() / 255.0
    m = Sequential([Rescaling(1/255.), Dense(1)])
    m.compile('sgd', 'mse')
    m.fit(x, y)
    """
    assert added(carry_out(code, "scale-inputs", how="none")) == ["x = load()"]


def test_arrays_made_inside_the_loop_are_changed_there() -> None:
    code = """
    import numpy as np
    m = Sequential([Dense(1)])
    m.compile('sgd', 'mse')
    for step in range(10):
        batch = load(step)
        m.train_on_batch(batch, y)
    """
    edit = carry_out(code, "scale-inputs", how="divide-255")
    assert "        batch = batch / 255.0\n".removeprefix("    ") in edit.after


@pytest.mark.parametrize(
    ("base", "module"),
    [("VGG16", "vgg16"), ("ResNet50", "resnet50"), ("Xception", "xception")],
)
def test_preprocessing_of_the_base(base: str, module: str) -> None:
    code = f"""
    from keras.applications import {base}
    gen = ImageDataGenerator(rescale=1/255.)
    train = gen.flow_from_directory('a')
    m = Sequential([{base}(include_top=False, pooling='avg'), Dense(3, activation='softmax')])
    m.compile('sgd', 'categorical_crossentropy')
    m.fit(train)
    """
    assert added(carry_out(code, "use-preprocessing", family="base")) == [
        f"from keras.applications.{module} import preprocess_input",
        "gen = ImageDataGenerator(preprocessing_function=preprocess_input)",
    ]


def test_a_base_that_scales_itself_gets_raw_pixels() -> None:
    code = """
    from keras.applications import EfficientNetB0
    x = load() / 255.
    m = Sequential([EfficientNetB0(include_top=False, pooling='avg'), Dense(3)])
    m.compile('sgd', 'mse')
    m.fit(x, y)
    """
    assert added(carry_out(code, "use-preprocessing", family="base")) == ["x = load()"]


def test_the_wrong_module_s_preprocessing_is_turned() -> None:
    code = """
    from keras.applications.vgg16 import preprocess_input
    from keras.applications import MobileNetV2
    x = preprocess_input(load())
    m = Sequential([MobileNetV2(include_top=False, pooling='avg'), Dense(3)])
    m.compile('sgd', 'mse')
    m.fit(x, y)
    """
    assert added(carry_out(code, "use-preprocessing", family="base")) == [
        "from keras.applications.mobilenet_v2 import preprocess_input"
    ]


def test_missing_values() -> None:
    zero = carry_out(NET, "fill-missing-inputs", how="zero")
    assert added(zero) == ["x_train = np.nan_to_num(x_train, nan=0.0, posinf=0.0, neginf=0.0)"]
    rows = carry_out(NET, "fill-missing-inputs", how="drop-rows")
    assert added(rows)[1] == "x_train, y_train = x_train[complete], y_train[complete]"


@pytest.mark.parametrize(
    ("to", "first"),
    [
        ("integers", "y_train = np.argmax(y_train, axis=-1)"),
        ("from-zero", "y_train = y_train - y_train.min()"),
        ("divide-255", "y_train = y_train / 255.0"),
        ("float-column", 'y_train = y_train.astype("float32").reshape(-1, 1)'),
        ("one-hot", "y_train = keras.utils.to_categorical(y_train)"),
        ("standardised", "y_mean, y_std = y_train.mean(), y_train.std()"),
        ("zero-one", "y_low, y_high = y_train.min(), y_train.max()"),
    ],
)
def test_labels(to: str, first: str) -> None:
    lines = added(carry_out(NET, "convert-labels", to=to))
    assert lines[0] == first
    assert lines[-1].startswith("y_val = ")


def test_an_encoding_is_taken_out() -> None:
    code = """
    y = to_categorical(y, 3)
    m = Sequential([Dense(3)])
    m.compile('sgd', 'mse')
    m.fit(x, y)
    """
    edit = carry_out(code, "convert-labels", to="integers")
    assert removed(edit) == ["y = to_categorical(y, 3)"]


def test_labels_of_a_generator() -> None:
    code = """
    train = ImageDataGenerator().flow_from_directory('a', class_mode="categorical")
    m = Sequential([Dense(3)])
    m.compile('sgd', 'mse')
    m.fit(train)
    """
    edit = carry_out(code, "convert-labels", to="integers")
    assert added(edit) == [
        "train = ImageDataGenerator().flow_from_directory('a', class_mode=\"sparse\")"
    ]


KEYED = """
import numpy as np
from tensorflow import keras
data = np.load("data.npz")
model = keras.Sequential([keras.layers.Input((8,)), keras.layers.Dense(3)])
model.compile(loss="mse", optimizer="adam")
model.fit(data["x"], data["y"], validation_data=(data["held"], data["held_y"]))
"""


def test_arrays_taken_out_of_a_file_by_key_are_divided_where_they_stand() -> None:
    edit = carry_out(KEYED, "scale-inputs", how="divide-255")
    assert added(edit) == [
        'model.fit(data["x"] / 255.0, data["y"], '
        'validation_data=(data["held"] / 255.0, data["held_y"]))'
    ]


def test_arrays_taken_out_of_a_file_by_key_get_a_name_to_be_standardised() -> None:
    edit = carry_out(KEYED, "scale-inputs", how="standardise-features")
    assert added(edit) == [
        'x_train = data["x"]',
        "x_mean = x_train.mean(axis=0)",
        "x_std = x_train.std(axis=0) + 1e-7",
        "x_train = (x_train - x_mean) / x_std",
        'x_val = data["held"]',
        "x_val = (x_val - x_mean) / x_std",
        'model.fit(x_train, data["y"], validation_data=(x_val, data["held_y"]))',
    ]


TWO_SIDES = """
    x_val, y_val = np.load('xv.npy'), np.load('yv.npy')
    x_train = np.load('x.npy')
    {}
    m = Sequential([Dense(1)])
    m.compile('sgd', 'mse')
    m.fit(x_train, y_train, validation_data=(x_val, y_val))
    """


@pytest.mark.parametrize(
    ("scaling", "line"),
    [
        ("mean, std = stats(x_train)\n    x_train = (x_train - mean) / std",
         "x_val = (x_val - mean) / std"),
        ("x_train -= mean\n    x_train /= std + 1e-7", "x_val = (x_val - mean) / (std + 1e-7)"),
        ("x_train = x_train / 127.5 - 1", "x_val = (x_val / 127.5) - 1"),
        ("scaler = StandardScaler()\n    x_train = scaler.fit_transform(x_train)",
         "x_val = scaler.transform(x_val)"),
    ],
)  # fmt: skip
def test_validation_goes_through_what_training_went_through(scaling: str, line: str) -> None:
    edit = carry_out(TWO_SIDES.format(scaling), "scale-inputs", how="as-training")
    assert added(edit) == [line]
    last = scaling.split("\n")[-1].strip()
    assert edit.after.index(last) < edit.after.index(line)


def test_figures_of_the_training_data_get_a_name_first() -> None:
    scaling = "x_train = (x_train - x_train.mean(axis=0)) / (np.std(x_train, axis=0) + 1e-7)"
    edit = carry_out(TWO_SIDES.format(scaling), "scale-inputs", how="as-training")
    assert added(edit) == [
        "train_mean = x_train.mean(axis=0)",
        "train_std = np.std(x_train, axis=0) + 1e-7",
        "x_val = (x_val - train_mean) / train_std",
    ]


def test_a_scaling_of_another_form_is_not_repeated() -> None:
    code = TWO_SIDES.format("x_train = 1 / x_train")
    assert not carry_out(code, "scale-inputs", how="as-training").applied
