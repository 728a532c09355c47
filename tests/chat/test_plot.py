"""Curves of any values can be drawn, and what cannot be drawn is named."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st
from textual._cells import cell_len

from assistant.chat.plot import Series, plot

NAN, INF = math.nan, math.inf


def drawn(*curves: tuple[float, ...], width: int = 60, height: int = 6) -> list[str]:
    series = [Series(f"curve {i}", values) for i, values in enumerate(curves)]
    return plot(series, "en", width, height).plain.splitlines()


def dots(lines: list[str]) -> int:
    return sum(0x2800 < ord(c) < 0x2900 for line in lines for c in line)


@given(st.lists(st.lists(st.floats(), max_size=60), max_size=3), st.integers(20, 100))
def test_any_values(curves: list[list[float]], width: int) -> None:
    lines = plot([Series("x", tuple(c)) for c in curves], "en", width, 5).plain.splitlines()
    finite = any(math.isfinite(v) for c in curves for v in c)
    assert (dots(lines) > 0) == finite
    assert all(cell_len(line) <= width for line in lines[:5] if "│" in line)


def test_nothing_one_point_and_a_constant() -> None:
    assert drawn(()) == ["━━ curve 0  no values"]
    assert dots(drawn((0.7,))) == 1
    flat = drawn((0.6931,) * 20)
    assert [dots([line]) > 10 for line in flat[:6]].count(True) == 1
    assert [line for line in flat if "0.693│" in line] == [line for line in flat if dots([line])]


def test_nan_and_inf_break_the_line_and_are_named() -> None:
    lines = drawn((3.0, 2.0, NAN, NAN, NAN))
    assert "3.000 → NaN" in lines[-1]
    assert "NaN × 3, first at step 3" in lines[-1]
    assert "inf × 1, first at step 2" in drawn((3.0, INF, 1.0))[-1]
    assert dots(drawn((NAN, NAN))) == 0


def test_the_axis_carries_the_figures() -> None:
    lines = drawn((2.3, 1.1, 0.4))
    assert lines[0].startswith("   2.300│") and lines[5].startswith("   0.400│")
    assert "3 steps" in lines[6] and "2.300 → 0.400" in lines[7]


def test_a_wide_range_does_not_hide_the_small_values() -> None:
    lines = drawn((1e6, 1e3, 10.0, 1.0, 0.1))
    rows = [i for i, line in enumerate(lines[:6]) if dots([line])]
    assert rows == list(range(6)) and "bent" in lines[6]
    below_zero = drawn((1.2, -3.0, -40.0, -310.0), (1.4, 1.0, 0.5, 0.2))
    assert dots(below_zero[:2]) and dots(below_zero[4:6])


def test_two_curves_can_be_told_apart_without_colour() -> None:
    one = plot([Series("before", (1.0,) * 40, dotted=True)], "en", 60, 4).plain
    other = plot([Series("after", (1.0,) * 40)], "en", 60, 4).plain
    assert dots(one.splitlines()) < dots(other.splitlines())
    assert "┄┄ before" in one and "━━ after" in other


def test_skipped_steps_keep_their_place() -> None:
    curve = Series("loss", (2.0, 1.0, NAN, 0.5), steps=(1, 41, 81, 101))
    lines = plot([curve], "en", 60, 4).plain.splitlines()
    assert "101 steps" in lines[4] and "first at step 81" in lines[5]
    ends = [max(i for i, c in enumerate(line) if ord(c) > 0x2800) for line in (lines[0], lines[3])]
    assert ends[0] < ends[1] == 58


def test_huge_values_of_both_signs() -> None:
    assert dots(drawn((1e308, -1e308, 1e308))) > 3


def test_a_few_spikes_are_cut_off_and_named() -> None:
    values = [10.0, 1.6e11, 4.0e10, *(0.7 - 0.01 * i for i in range(40))]
    text = "\n".join(drawn(tuple(values)))
    assert "peak 1.6e11, cut off" in text and "1.6e11\u2502" not in text
    runaway = tuple(-3.0 * 1.3**i for i in range(20))
    assert "cut off" not in "\n".join(drawn(runaway))
