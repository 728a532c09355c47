"""What a finished experiment opens to: tables, bars, pictures, curves."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.content import Content

from assistant.chat.curves import arm_title
from assistant.chat.details import details_content
from assistant.chat.halfblocks import picture_row
from assistant.chat.widgets.probe import time_left
from assistant.events import Curve, ProbeDone, ProbeProgress
from probes.arrays.thumbnails import COUNT, SIZE, thumbnails
from probes.finding import Finding


def done(**details: Any) -> ProbeDone:
    curves = details.pop("curves", ())
    return ProbeDone(1, "probe", "Title", "result", 1.0, (), (), curves, details)


def shown(**details: Any) -> str:
    lines = details_content(done(**details), "en").plain.splitlines()
    assert lines[-1] == "took 1.0 s"
    return "\n".join(lines[:-1])


def test_a_layer_is_a_row_with_a_bar_of_its_dead_units() -> None:
    rows = [
        {"name": "conv", "kind": "Conv2D", "dead": 0.0, "saturated": None, "spread": 0.1},
        {"name": "dense", "kind": "Dense", "dead": 0.95, "saturated": 0.5, "spread": 0.1},
    ]
    head, conv, dense = shown(layers=rows).splitlines()
    assert "dead units" in head
    assert conv.startswith("conv") and "░" * 10 in conv and "0 %" in conv and conv.endswith("–")
    assert "█" * 9 + "░  95 %" in dense
    assert head.index("dead units") == conv.index("░") == dense.index("█")
    assert head.index("saturated") == conv.index("–") == dense.rindex("  █") + 2


def test_sizes_are_bars_of_powers_of_ten() -> None:
    sizes = {"a/kernel": 1e-9, "b/kernel": 1e-5, "c/kernel": 0.1, "d/kernel": 0.0, "e": math.inf}
    head, *rows = shown(layers=sizes).splitlines()
    bars = [row.count("█") for row in rows]
    assert "size" in head and bars[0] == 1 < bars[1] < bars[2] == bars[4] and bars[3] == 0
    assert rows[0].endswith("1.0e-9") and rows[3].endswith(" 0") and rows[4].endswith("inf")


def test_labels_are_a_histogram() -> None:
    labels = {
        "form": "one-hot",
        "shape": [160, 2],
        "dtype": "float32",
        "minimum": 0.0,
        "maximum": 1.0,
        "classes": 2,
        "counts": [40, 120],
    }
    head, few, many = shown(labels=labels).splitlines()
    assert "160 × 2" in head and "one-hot" in head
    assert "25 %" in few and "75 %" in many
    assert 0 < few.count("█") < many.count("█") == 20


def test_many_classes_end_with_their_number() -> None:
    text = shown(labels={"form": "integers", "classes": 70, "counts": [3] * 50, "shape": [210]})
    assert text.splitlines()[-1].strip() == "and 50 more classes"


def test_pictures_are_half_blocks_side_by_side() -> None:
    images = np.zeros((5, 40, 40, 3), np.uint8)
    images[:, :20] = 255
    drawn = thumbnails(images)
    assert len(drawn) == COUNT and len(drawn[0]) == SIZE and len(drawn[0][0]) == 6 * SIZE
    narrow = picture_row(drawn, 50)
    assert narrow is not None and len(narrow.plain.splitlines()[0]) == 2 * SIZE + 2
    content = picture_row(drawn, 100)
    assert content is not None
    lines = content.plain.splitlines()
    assert len(lines) == SIZE // 2 and lines[0] == "  ".join(["▀" * SIZE] * COUNT)
    styles = {str(span.style) for span in content.spans}
    assert styles == {"#ffffff on #ffffff", "#000000 on #000000"}
    assert "▀" in shown(pictures=drawn)


def test_pictures_without_colour_are_shades() -> None:
    content = picture_row([["ffffff000000", "ffffff000000"]], colour=False)
    assert content is not None and content.plain == "█ "


@pytest.mark.parametrize("shape", [(2, 9, 4), (2, 64, 3, 1), (1, 1, 1, 3), (3, 300, 7, 4)])
def test_any_shape_of_image(shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(0).normal(size=shape)
    values.flat[0] = np.nan
    drawn = thumbnails(values)
    assert drawn and all(1 <= len(rows) <= 2 * SIZE for rows in drawn)
    assert picture_row(drawn) is not None


def test_what_is_no_image_is_not_drawn() -> None:
    assert thumbnails(np.zeros((4, 7))) == [] and thumbnails(np.zeros((2, 8, 8, 7))) == []
    assert picture_row([["red", "green"], [], ["fff"], None, ["ff0000", "ff00"]]) is None


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)
KEYS = ("labels", "inputs", "pictures", "layers")


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), anything))
def test_results_of_any_form_do_no_harm(details: dict[str, Any]) -> None:
    assert isinstance(details_content(done(**details), "zh"), Content)


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries({"name": st.text(max_size=40), "dead": anything, "saturated": anything})
)
def test_layers_of_any_values_do_no_harm(row: dict[str, Any]) -> None:
    assert isinstance(details_content(done(layers=[row], labels=row), "en"), Content)


def test_curves_have_names_that_people_know() -> None:
    text = shown(curves=(Curve("original", (1.0, 1.0)), Curve("inputs-not-scaled", (1.0, 0.1))))
    assert "original" in text and "U002" in text
    assert (
        arm_title("own", "en") == "your optimizer" and arm_title("Adam 0.001", "en") == "Adam 0.001"
    )


def test_the_time_left_follows_the_progress_and_never_grows_beyond_the_usual() -> None:
    assert time_left(3.0, 0.0, None) is None
    assert time_left(2.0, 10.0, None) == 8.0
    assert time_left(2.0, 10.0, ProbeProgress(1, 50, 100)) == 2.0
    assert time_left(2.0, 3.0, ProbeProgress(1, 1, 300)) == 1.0
    assert time_left(9.0, 3.0, ProbeProgress(1, 1, 300)) == 0.0


def test_what_is_not_there_is_told_in_one_line() -> None:
    findings = (
        Finding("loss-negative", False, None, "probe"),
        Finding("loss-nan", False, None, "probe"),
        Finding("loss-flat", None, None, "probe"),
    )
    event = ProbeDone(1, "p", "T", "r", 1.0, findings, ("a fact",))
    lines = details_content(event, "en").plain.splitlines()
    assert lines[0] == "● a fact" and lines[1].startswith("○ looked for, not there: ")
    assert lines[1].count(";") == 1 and len(lines) == 3
