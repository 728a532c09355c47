"""Printed arrays: figures, what is x and what is y, contrast, range, form of the labels."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.reading.arrays import ArrayReading, read_arrays, read_printed_array
from assistant.reading.page import split_page


def read(text: str, before: str = "") -> ArrayReading:
    reading = read_printed_array(text, before)
    assert reading is not None
    return reading


def values(reading: ArrayReading) -> dict[str, object]:
    return {f.id: f.value for f in reading.findings if f.present}


def absent(reading: ArrayReading) -> set[str]:
    return {f.id for f in reading.findings if f.present is False}


def image(size: int, channels: int, base: float, step: float) -> str:
    """A picture as numpy prints it, its values rising from `base` by `step`."""
    number = iter(range(size * size * channels))
    rows = [
        "[" + ",\n        ".join(
            "[" + ", ".join(f"{base + step * next(number):.8f}" for _ in range(channels)) + "]"
            for _ in range(size)
        ) + "]"
        for _ in range(size)
    ]  # fmt: skip
    return "array([" + ",\n\n       ".join(rows) + "])"


def test_a_nearly_constant_picture_has_low_contrast() -> None:
    reading = read(image(10, 4, -0.85, 0.0001) + "\n(10, 10, 4)", "display(trainX[0])")
    assert reading.role == "x" and reading.shape == (10, 10, 4) and reading.count == 400
    assert reading.contrast == pytest.approx(reading.std / abs(reading.mean))
    assert reading.contrast is not None and reading.contrast < 0.02
    found = next(f for f in reading.findings if f.id == "inputs-low-contrast")
    assert found.present is True and found.source == "words"
    assert found.value == pytest.approx(reading.contrast, abs=1e-6)
    assert found.details["mean"] == pytest.approx(reading.mean, abs=1e-6)


def test_a_healthy_picture_is_told_as_looked_for_and_not_there() -> None:
    reading = read(image(6, 3, 0.0, 0.009), "x_train[0]")
    assert "inputs-low-contrast" in absent(reading)
    assert "inputs-large-range" in absent(reading)
    assert values(reading)["inputs-scaled"] is True
    assert values(reading)["input-kind"] == "image"


def test_pixels_up_to_255_are_a_large_range() -> None:
    reading = read(image(6, 3, 0.0, 2.3), "images[0]:")
    assert values(reading)["inputs-large-range"] == pytest.approx(reading.maximum)
    assert values(reading)["inputs-scaled"] is False


def test_token_ids_are_no_large_range() -> None:
    reading = read("[[12 455 9 1033 7 8 2 3] [4 88 923 17 0 0 0 0]]", "x_train:")
    assert reading.role == "x"
    assert "inputs-large-range" not in values(reading)


@pytest.mark.parametrize(
    ("text", "before", "form"),
    [
        ("[[0. 1.]\n [1. 0.]\n [0. 1.]]", "", "one-hot"),
        ("[[0. 1.]\n[1. 0.]\n[0. 1.]]", "我的标签如下:", "one-hot"),
        ("[[0, 0, 1], [1, 0, 0]]", "y_train", "one-hot"),
        ("array([0, 1, 0, 1, 0], dtype=int64)\n(47666,)", "display(trainY[0:5])", "binary"),
        ("array([0, 1, 1])", "labels =", "binary"),
        ("[3 1 2 0 2]", "y:", "integers"),
        ("[[3], [1], [2]]", "print(labels)", "integers"),
        ("[[0, 1, 1], [1, 0, 0]]", "y_train", "multi-hot"),
        ("[1.5 2.25 3.125]", "targets", "continuous"),
    ],
)
def test_the_form_of_labels(text: str, before: str, form: str) -> None:
    reading = read(text, before)
    assert reading.role == "y" and reading.label_form == form
    assert values(reading)["label-form"] == form


def test_one_hot_rows_tell_the_class_count_and_a_shape_the_sample_count() -> None:
    assert values(read("[[0. 0. 1.]\n [1. 0. 0.]]"))["class-count"] == 3
    reading = read("array([0, 1, 0, 1, 0], dtype=int64)\n(47666,)", "trainY")
    assert reading.dtype == "int64" and reading.shape == (47666,)
    assert values(reading)["sample-count"] == 47666


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("[0.3 0.7 0.2]", ""),
        ("[3 1 2 0 2]", ""),
        ("[[0.56]\n [0.56]\n [0.56]]", "model.predict(x_test)"),
        ("[[0.1, 0.9], [0.4, 0.6]]", "y_pred"),
        ("[0.6931, 0.6930, 0.6932]", "loss history"),
        ("[64, 32]", "the layers have"),
    ],
)
def test_what_is_neither_named_nor_plain_by_content_is_not_guessed(text: str, before: str) -> None:
    reading = read(text, before)
    assert reading.role is None and reading.findings == ()


@pytest.mark.parametrize(
    ("before", "role"),
    [
        ("X_train", "x"), ("xTest:", "x"), ("trainX[0]", "x"), ("输入:", "x"), ("features", "x"),
        ("Y", "y"), ("y_true", "y"), ("train_labels", "y"), ("标签", "y"), ("the targets are", "y"),
        ("my boxes", None), ("extra", None), ("x and then y", "y"),
    ],
)  # fmt: skip
def test_the_nearest_name_says_what_it_is(before: str, role: str | None) -> None:
    assert read("[0.5 1.5 2.5 0.25]", before).role == role


def test_what_is_left_out_gives_no_contrast() -> None:
    text = "array([[[0.1, 0.1], ..., [0.1, 0.1]],\n ...,\n [[0.1, 0.1], ..., [0.1, 0.1]]])"
    reading = read(text, "trainX[0]")
    assert reading.elided and reading.contrast is None and reading.shape is None
    assert "inputs-low-contrast" not in values(reading) | dict.fromkeys(absent(reading))


def test_a_stack_of_pictures_is_no_single_sample() -> None:
    text = "array([[[[1., 2., 3.], [4., 5., 6.]]], [[[1., 2., 3.], [4., 5., 6.]]]])"
    reading = read(text, "x_train")
    assert reading.shape == (2, 1, 2, 3) and reading.contrast is None
    assert values(reading)["sample-count"] == 2


def test_nan_is_counted_and_left_out_of_the_figures() -> None:
    reading = read("[[1.0, nan, 3.0], [2.0, inf, 2.0]]", "x_train")
    assert reading.count == 4 and reading.maximum == 3.0
    assert values(reading)["inputs-nan"] == 2


def test_figures_agree_with_their_definition() -> None:
    reading = read("[2, 4, 4, 4, 5, 5, 7, 9]", "y")
    assert (reading.minimum, reading.maximum) == (2, 9)
    assert reading.mean == 5 and reading.std == 2


def test_a_tensor_is_read_with_its_shape() -> None:
    text = "tf.Tensor(\n[[0. 1.]\n [1. 0.]], shape=(2, 2), dtype=float32)"
    reading = read(text, "labels")
    assert reading.shape == (2, 2) and reading.dtype == "float32"


def test_a_tuple_further_on_is_no_shape() -> None:
    assert read("[[0 1] [1 0]] and then Conv2D(32, (3, 3))", "labels").shape == (2, 2)


@pytest.mark.parametrize("text", ["", "no array", "[]", "[1]", "[a, b]", "[[", "see [3]"])
def test_no_array(text: str) -> None:
    assert read_printed_array(text) is None


def test_arrays_of_a_page_with_their_names_and_not_the_answers() -> None:
    text = (
        "The labels look like\n[[0. 1.]\n [1. 0.]]\nand one picture is\nprint(x_train[0])\n"
        + image(4, 3, 0.5, 0.0001)
        + "\n\nAnswer:\nUse\n[0 1 0 1]\n"
    )
    readings = read_arrays(split_page(text))
    assert [r.role for r in readings] == ["y", "x"]
    assert values(readings[1])["inputs-low-contrast"]


def test_two_arrays_in_one_text_are_both_read() -> None:
    page = split_page("x_train:\n[[0.1 0.2]\n [0.3 0.4]]\ny_train:\n[0 1]\n")
    assert [r.role for r in read_arrays(page)] == ["x", "y"]


NUMBERS = st.floats(-1e6, 1e6, allow_nan=False, width=32)


@settings(max_examples=80, deadline=None)
@given(st.lists(NUMBERS, min_size=2, max_size=60))
def test_what_is_printed_is_what_is_read(numbers: list[float]) -> None:
    reading = read("[" + ", ".join(repr(n) for n in numbers) + "]", "y")
    assert reading.count == len(numbers)
    assert reading.minimum == min(numbers) and reading.maximum == max(numbers)
    assert math.isclose(reading.mean, math.fsum(numbers) / len(numbers), abs_tol=1e-9)
    assert reading.std >= 0


@settings(max_examples=120, deadline=None)
@given(st.text(alphabet="[]()., 0123456789-+eEnaif\n…xylabels", max_size=200), st.text(max_size=30))
def test_any_text_is_read_without_an_error_and_twice_alike(text: str, before: str) -> None:
    first, second = read_printed_array(text, before), read_printed_array(text, before)
    assert repr(first) == repr(second)
    if first is not None:
        assert first.minimum <= first.maximum or math.isnan(first.mean)
        assert all(f.source == "words" for f in first.findings)
