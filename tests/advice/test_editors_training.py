"""Editors of what a model is trained on, and of the rate that is set beside ``compile``."""

from __future__ import annotations

import pytest

from tests.advice.carrying import added, carry_out, removed

START = """
    import numpy as np
    from tensorflow import keras
    from tensorflow.keras.preprocessing.image import ImageDataGenerator
    from sklearn.model_selection import train_test_split
    model = keras.Sequential([keras.layers.Dense(3, activation='softmax')])
    model.compile(optimizer='sgd', loss='sparse_categorical_crossentropy')
"""


def test_training_on_the_part_that_was_cut() -> None:
    code = START + (
        "    a, b, c, d = train_test_split(rows, kinds, test_size=0.2)\n"
        "    model.fit(rows, kinds, epochs=4, validation_data=(b, d))\n"
    )
    edit = carry_out(code, "keep-samples-apart")
    assert added(edit) == ["model.fit(a, c, epochs=4, validation_data=(b, d))"]


def test_one_seed_for_both_halves() -> None:
    half = "keras.utils.image_dataset_from_directory('d', validation_split=.2, subset="
    code = START + (
        f"    a = {half}'training', seed=SEED)\n"
        f"    b = {half}'validation', seed=7)\n"
        "    model.fit(a, validation_data=b)\n"
    )
    assert carry_out(code, "keep-samples-apart").applied is False, "SEED may be 7"
    edit = carry_out(code.replace("SEED", "1"), "keep-samples-apart")
    assert added(edit) == [f"b = {half}'validation', seed=1)"]


@pytest.mark.parametrize(
    ("form", "counted"),
    [
        ("integers", "np.bincount(np.asarray(kinds).astype('int64').ravel())"),
        ("one-hot", "np.asarray(kinds).sum(axis=0)"),
    ],
)
def test_classes_weighed(form: str, counted: str) -> None:
    code = START + "    counts = 0\n    model.fit(rows, kinds)\n"
    edit = carry_out(code, "weigh-classes", {"label-form": form})
    assert edit.grade == "safe"
    assert added(edit) == [
        f"counts_2 = {counted}",
        "weights = {i: counts_2.sum() / (len(counts_2) * max(n, 1)) "
        "for i, n in enumerate(counts_2)}",
        "model.fit(rows, kinds, class_weight=weights)",
    ]
    assert carry_out(code, "weigh-classes").question == "label-form"


def test_rows_without_a_label() -> None:
    edit = carry_out(START + "    model.fit(rows, kinds)\n", "drop-unlabelled-rows")
    assert added(edit)[1] == "rows, kinds = rows[labelled], kinds[labelled]"


def test_augmentation_taken_out() -> None:
    code = START + (
        "    maker = ImageDataGenerator(rescale=1/255, vertical_flip=True, rotation_range=90)\n"
        "    model.fit(maker.flow_from_directory('d', class_mode='sparse'))\n"
    )
    assert added(carry_out(code, "drop-augmentation")) == [
        "maker = ImageDataGenerator(rescale=1/255)"
    ]


@pytest.mark.parametrize(
    ("line", "after"),
    [
        (
            "keras.mixed_precision.set_global_policy('mixed_float16')",
            "keras.mixed_precision.set_global_policy('float32')",
        ),
        (
            'policy = keras.mixed_precision.Policy("mixed_float16")\n'
            "    keras.mixed_precision.set_global_policy(policy)",
            'policy = keras.mixed_precision.Policy("float32")',
        ),
        ("keras.backend.set_floatx('float16')", "keras.backend.set_floatx('float32')"),
    ],
)
def test_precision(line: str, after: str) -> None:
    assert added(carry_out(f"{START}    {line}\n", "set-precision", policy="float32")) == [after]


@pytest.mark.parametrize(
    ("line", "after"),
    [
        (
            "ids = {w: i for i, w in enumerate(set(words))}",
            "ids = {w: i for i, w in enumerate(sorted(set(words)))}",
        ),
        (
            "vocab = list(set(words))\n    ids = dict((w, i) for i, w in enumerate(vocab))",
            "vocab = list(sorted(set(words)))",
        ),
    ],
)
def test_vocabulary_sorted(line: str, after: str) -> None:
    assert added(carry_out(f"{START}    {line}\n", "sort-vocabulary")) == [after]


LATER = {
    "attribute": "model.optimizer.learning_rate = 0.9",
    "assign": "model.optimizer.learning_rate.assign(0.9)",
    "backend": "keras.backend.set_value(model.optimizer.lr, 0.9)",
}


@pytest.mark.parametrize("way", sorted(LATER))
def test_a_rate_set_behind_compile(way: str) -> None:
    code = f"{START}    {LATER[way]}\n    model.fit(rows, kinds)\n"
    edit = carry_out(code, "set-learning-rate", factor=0.1)
    assert added(edit) == [LATER[way].replace("0.9", "0.09")]
    edit = carry_out(code, "set-optimizer", name="adam", learning_rate=0.001)
    assert LATER[way] in removed(edit)
    assert added(edit) == [
        "model.compile(optimizer='adam', loss='sparse_categorical_crossentropy')"
    ]


def test_a_scheduler_of_epochs_alone_gives_way() -> None:
    code = START + (
        "    steps = []\n"
        "    plan = keras.callbacks.LearningRateScheduler(lambda epoch: 0.9 / (epoch + 1))\n"
        "    steps.append(plan)\n"
        "    model.fit(rows, kinds, epochs=9, callbacks=[plan])\n"
    )
    edit = carry_out(code, "set-learning-rate", learning_rate=0.01)
    assert added(edit)[-1] == "model.fit(rows, kinds, epochs=9)"
    assert "steps.append(plan)" in removed(edit)
    assert "optimizer=keras.optimizers.SGD(learning_rate=0.01)" in added(edit)[0]


def test_one_tokenizer_for_both() -> None:
    code = START + (
        "    a = Tokenizer(); a.fit_on_texts(old)\n"
        "    b = Tokenizer(); b.fit_on_texts(new)\n"
        "    model.fit(a.texts_to_sequences(old), kinds)\n"
        "    model.predict(b.texts_to_sequences(new))\n"
    )
    assert added(carry_out(code, "fit-tokenizer-once")) == [
        "b = Tokenizer()",
        "model.predict(a.texts_to_sequences(new))",
    ]


def test_only_the_head_left_to_learn() -> None:
    code = START.replace("    model.compile", "    for part in model.layers:\n"
                         "        part.trainable = False\n    model.compile")  # fmt: skip
    edit = carry_out(
        code + "    model.fit(rows, kinds)\n", "set-trainable", value=True, which="output"
    )
    assert added(edit) == ["for part in model.layers[:-1]:"]


@pytest.mark.parametrize(
    ("op", "args", "line"),
    [
        (
            "set-loss",
            {"loss": "categorical_crossentropy"},
            "CategoricalCrossentropy(from_logits=True)",
        ),
        ("set-loss", {"loss": "mse"}, "'mse'"),
    ],
)
def test_raw_outputs_stay_with_the_loss(op: str, args: dict[str, str], line: str) -> None:
    code = START.replace("3, activation='softmax'", "3").replace(
        "'sparse_categorical_crossentropy'",
        "keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
    )
    edit = carry_out(code, op, {"label-form": "one-hot"}, **args)
    assert added(edit)[0].endswith(f"loss={line})".replace("loss=Cat", "loss=keras.losses.Cat"))
