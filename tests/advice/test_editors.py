"""Each operation in several forms of scripts: the lines that come out, and a second reading."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from assistant.advice import Edit, splice, verify_splice
from assistant.advice.engine import EDITORS
from assistant.reading.script import read_script
from probes.change import OPERATIONS, Change
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


def test_every_operation_has_an_editor_or_is_a_sketch() -> None:
    assert set(OPERATIONS) - set(EDITORS) == {"show-lines"}


# -- the last layer ------------------------------------------------------------------------------


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


# -- compile -------------------------------------------------------------------------------------


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
    assert added(edit)[-1] == "m.fit(x, y, epochs=30, callbacks=[])"


def test_metrics() -> None:
    assert 'metrics=["mae"])' in added(carry_out(NET, "set-metrics", metrics=["mae"]))[0]
    gone = added(carry_out(NET, "set-metrics", metrics=[]))[0]
    assert "metrics" not in gone and gone.endswith("optimizer=SGD(0.9))")


# -- inputs --------------------------------------------------------------------------------------


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


# -- labels --------------------------------------------------------------------------------------


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


# -- hidden layers -------------------------------------------------------------------------------


def test_hidden_activations() -> None:
    code = """
    x = i = Input((4,))
    x = Dense(8)(x)
    x = Dense(8, activation='tanh')(x)
    x = Dense(8)(x)
    m = Model(i, Dense(1)(x))
    m.compile('sgd', 'mse')
    """
    linear = carry_out(code, "set-hidden-activation", activation="relu", which="linear")
    assert added(linear) == ["x = Dense(8, activation='relu')(x)"] * 2
    saturating = carry_out(code, "set-hidden-activation", activation="relu", which="saturating")
    assert added(saturating) == ["x = Dense(8, activation='relu')(x)"]
    every = carry_out(code, "set-hidden-activation", activation="elu", which="all")
    assert len(added(every)) == 3


def test_recurrent_activation() -> None:
    code = "m = Sequential([LSTM(8, activation='relu'), Dense(1)])\nm.compile('sgd', 'mse')"
    edit = carry_out(code, "set-hidden-activation", activation="tanh", which="recurrent")
    assert added(edit) == ["m = Sequential([LSTM(8, activation='tanh'), Dense(1)])"]


def test_initialisers() -> None:
    code = (
        "m = Sequential([Dense(8, kernel_initializer='zeros'), Dense(1)])\nm.compile('sgd', 'mse')"
    )
    edit = carry_out(code, "set-initializer", kernel="he_normal", bias="zeros")
    assert added(edit) == ["m = Sequential([Dense(8, kernel_initializer='he_normal'), Dense(1)])"]


def test_dropout() -> None:
    assert added(carry_out(NET, "set-dropout", rate=0.3)) == ["layers.Dropout(0.3),"]
    assert removed(carry_out(NET, "set-dropout", rate=0)) == ["layers.Dropout(0.95),"]
    old = "m = Sequential()\nm.add(Dropout(p=.95))\nm.add(Dense(1))\nm.compile('sgd', 'mse')"
    assert added(carry_out(old, "set-dropout", rate=0.5)) == ["m.add(Dropout(p=0.5))"]
    graph = (
        "i = Input((3,))\nx = Dropout(.95)(i)\nm = Model(i, Dense(1)(x))\nm.compile('sgd', 'mse')"
    )
    assert added(carry_out(graph, "set-dropout", rate=0)) == ["x = i"]


def test_regularisation() -> None:
    code = """
    from keras.regularizers import l2
    m = Sequential([Dense(8, kernel_regularizer=l2(1.0)), Dense(1)])
    m.compile('sgd', 'mse')
    """
    lower = carry_out(code, "set-regularization", l2=0.0001)
    assert added(lower) == ["m = Sequential([Dense(8, kernel_regularizer=l2(0.0001)), Dense(1)])"]
    none = carry_out(code, "set-regularization", l2=0)
    assert added(none) == ["m = Sequential([Dense(8), Dense(1)])"]


@pytest.mark.parametrize(
    "code",
    [
        "m = Sequential()\nm.add(Dense(8))\nm.add(Activation('relu'))\nm.add(Dense(1))",
        "m = Sequential([\n    Dense(8, activation='relu'),\n    Dense(1),\n])",
        "i = Input((3,))\nx = Dense(8, activation='relu')(i)\nm = Model(i, Dense(1)(x))",
        "i = Input((3,))\nm = Model(i, Dense(1)(Dense(8, activation='relu')(i)))",
    ],
)
def test_batch_normalisation_behind_hidden_layers(code: str) -> None:
    edit = carry_out(code + "\nm.compile('sgd', 'mse')", "add-batch-normalization")
    net = read_script(edit.after).network
    assert net is not None
    kinds = [layer.kind for layer in net.layers if layer.kind != "InputLayer"]
    assert kinds[-2:] == ["BatchNormalization", "Dense"]


def test_batch_normalisation_settings() -> None:
    code = """
    i = Input((3,))
    x = BatchNormalization(momentum=0.9999)(Dense(4)(i), training=True)
    m = Model(i, Dense(1)(x))
    m.compile('sgd', 'mse')
    """
    slow = carry_out(code, "set-batch-normalization", momentum=0.9)
    assert added(slow) == ["x = BatchNormalization(momentum=0.9)(Dense(4)(i), training=True)"]
    free = carry_out(code, "set-batch-normalization", training="auto")
    assert added(free) == ["x = BatchNormalization(momentum=0.9999)(Dense(4)(i))"]


def test_layers_behind_the_output_are_removed() -> None:
    code = """
    m = Sequential([Dropout(0.1), Dense(8, activation='relu'), Dense(1), Dropout(0.2)])
    m.compile('sgd', 'mse')
    """
    edit = carry_out(code, "remove-layers", kind="Dropout", where="after-output")
    assert added(edit) == ["m = Sequential([Dropout(0.1), Dense(8, activation='relu'), Dense(1)])"]


def test_wider() -> None:
    code = "m = Sequential([Dense(32), Dense(1), Dense(9)])\nm.compile('sgd', 'mse')"
    edit = carry_out(code, "widen-layer", units=64, layer="narrowest")
    assert added(edit) == ["m = Sequential([Dense(32), Dense(64), Dense(9)])"]


def test_sequences() -> None:
    code = "m = Sequential([LSTM(8), LSTM(8), Dense(1)])\nm.compile('sgd', 'mse')"
    edit = carry_out(code, "return-sequences", value=True)
    assert added(edit) == ["m = Sequential([LSTM(8, return_sequences=True), LSTM(8), Dense(1)])"]


def test_embedding() -> None:
    code = """
    t = Tokenizer()
    t.fit_on_texts(words)
    m = Sequential([Embedding(100, 8), Flatten(), Dense(1)])
    m.compile('sgd', 'mse')
    m.fit(ids, y)
    """
    edit = carry_out(code, "set-embedding", input_dim="max-id-plus-one", mask_zero=True)
    assert added(edit)[0].startswith(
        "m = Sequential([Embedding(len(t.word_index) + 1, 8, mask_zero=True)"
    )


# -- training ------------------------------------------------------------------------------------


def test_trainable() -> None:
    code = """
    base = VGG16(include_top=False, pooling='avg')
    m = Sequential([base, Dense(1)])
    m.compile('sgd', 'mse')
    """
    edit = carry_out(code, "set-trainable", value=False, which="base")
    assert added(edit) == ["base.trainable = False"]
    assert edit.after.index("trainable") < edit.after.index("compile")
    turned = carry_out(edit.after, "set-trainable", value=True, which="base")
    assert added(turned) == ["base.trainable = True"]


def test_fit_arguments() -> None:
    assert "shuffle=True" in added(carry_out(NET, "set-fit", argument="shuffle", value=True))[0]
    assert "epochs=40" in added(carry_out(NET, "set-fit", argument="epochs", value=40))[0]
    gone = carry_out(NET, "set-fit", argument="epochs", value=None)
    assert "epochs" not in added(gone)[0]
    assert "batch_size=8" in added(carry_out(NET, "set-batch-size", batch_size=8))[0]


def test_base_in_inference_mode() -> None:
    code = """
    base = VGG16(include_top=False, pooling='avg')
    i = Input((64, 64, 3))
    m = Model(i, Dense(2)(base(i)))
    m.compile('sgd', 'mse')
    """
    edit = carry_out(code, "call-base-in-inference")
    assert added(edit) == ["m = Model(i, Dense(2)(base(i, training=False)))"]
    listed = "b = VGG16(include_top=False)\nm = Sequential([b, Dense(1)])\nm.compile('sgd', 'mse')"
    refused = carry_out(listed, "call-base-in-inference")
    assert (refused.grade, refused.reason) == ("sketch", "advice-base-in-sequential")


def test_compile_moves_behind_freezing() -> None:
    code = """
    def build():
        body = Sequential([Dense(4)])
        m = Sequential([body, Dense(1)])
        m.compile(optimizer='sgd',
                  loss='mse')
        body.trainable = False
        return m
    m = build()
    m.fit(x, y)
    """
    edit = carry_out(code, "recompile-after-trainable")
    assert edit.after.count("m.compile") == 1
    assert edit.after.index("trainable") < edit.after.index("m.compile")
    assert "    m.compile(optimizer='sgd',\n              loss='mse')\n" in edit.after


def test_weights_are_loaded_into_a_built_model() -> None:
    code = """
    m = Sequential([Dense(3)])
    m.compile('sgd', 'mse')
    m.load_weights('w.h5')
    m.fit(x, y)
    """
    edit = carry_out(code, "build-before-load")
    assert added(edit) == ["m.build((None, *x.shape[1:]))"]


def test_a_sketch_is_never_applied() -> None:
    edit = carry_out(NET, "show-lines", lines="model = YOUR_MODEL")
    assert (edit.applied, edit.grade, edit.writable) == (False, "sketch", False)
    assert edit.lines == ("model = YOUR_MODEL",)


def test_nothing_of_the_kind() -> None:
    edit = carry_out(NET, "set-embedding", input_dim=50)
    assert (edit.applied, edit.reason) == (False, "advice-nothing-to-change")


def test_modernised() -> None:
    code = """
    from keras.layers.core import Dense
    m = Sequential([Dense(output_dim=2, init='uniform')])
    m.compile(SGD(lr=.1, decay=1e-6), 'mse')
    m.fit_generator(generator=g, nb_epoch=3)
    m.predict_classes(x)
    """
    assert added(carry_out(code, "modernise-api")) == [
        "from keras.layers import Dense",
        "m = Sequential([Dense(units=2, kernel_initializer='uniform')])",
        "m.compile(SGD(learning_rate=.1), 'mse')",
        "m.fit(x=g, epochs=3)",
        "m.predict(x).argmax(axis=-1)",
    ]
