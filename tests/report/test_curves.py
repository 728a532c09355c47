"""Curves of any figures become a picture, and never an error."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.report.facts import sparkline
from assistant.report.page import Plot
from assistant.report.svg import render_plot

VALUES = st.lists(st.floats(width=32), max_size=900)


@given(st.lists(st.tuples(st.text(max_size=8), VALUES.map(tuple)), max_size=9))
def test_any_curves_are_drawn(curves: list[tuple[str, tuple[float, ...]]]) -> None:
    picture = render_plot(Plot("loss", tuple(curves)))
    assert picture.startswith("<svg") and picture.endswith("</svg>")
    assert not re.search(r'="[^"]*(nan|inf)', picture)


def test_a_gap_is_left_where_there_is_no_number() -> None:
    picture = render_plot(Plot("", (("loss", (3.0, 2.0, math.nan, 1.0, 0.5)),)))
    assert picture.count("<polyline") == 2 and picture.count("×") == 1


@pytest.mark.parametrize("values", [(1.0,), (math.nan,), (math.inf, -math.inf), (0.0,) * 5])
def test_a_sparkline_has_a_mark_for_each_value(values: tuple[float, ...]) -> None:
    assert len(sparkline(values)) == len(values)
