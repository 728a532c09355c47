"""Text is made fit to be shown, whatever it holds."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual._cells import cell_len

from assistant.chat.text import clean, figure, join, pad, plain, shorten


@given(st.text())
def test_nothing_that_is_left_commands_the_terminal(text: str) -> None:
    shown = clean(text)
    assert not any(ord(c) < 32 and c not in "\n\t" for c in shown)
    assert not any(0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 for c in shown)
    shown.encode("utf-8")


@given(st.text(alphabet=st.characters(blacklist_categories=["Cc", "Cs", "Cf", "Zl", "Zp"])))
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


def test_controls_become_visible() -> None:
    assert clean("\x1b[31mred\x1b[0m") == "␛[31mred␛[0m"
    assert clean("one\r\ntwo\rthree") == "one\ntwo\nthree"
    assert clean("10/10 [====]\x08\x08\x08 done") == "10/10 [====] done"
    assert "\u202e" not in clean("abc\u202edef") and "202e" in clean("abc\u202edef")
    assert clean("مرحبا 你好 👩‍🔬") == "مرحبا 你好 👩‍🔬"


@given(st.text(), st.integers(1, 30), st.integers(1, 500))
def test_shortening_says_what_it_holds_back(text: str, lines: int, characters: int) -> None:
    shown = shorten(text, lines, characters)
    assert shown.text.count("\n") < lines
    if shown.whole:
        assert shown.text == clean(text)
    assert shown.whole or len(text) > characters or clean(text).count("\n") >= lines


def test_brackets_are_never_markup() -> None:
    text = "loss [nan] [/foo] shape=[None, 10] [b]x[/i]"
    assert plain(text, "$u-quiet").plain == text
    assert join(("[red]", "$u-bad"), text).plain == "[red]" + text


def test_joined_styles_keep_their_places() -> None:
    inner = join("ab", ("cd", "$u-good"))
    outer = join("xy", inner, ("z", "$u-bad"))
    assert outer.plain == "xyabcdz"
    assert [(s.start, s.end, s.style) for s in outer.spans] == [
        (4, 6, "$u-good"),
        (6, 7, "$u-bad"),
    ]


@given(st.text(), st.integers(0, 40))
def test_padding_counts_cells(text: str, width: int) -> None:
    text = clean(text).replace("\n", "").replace("\t", "")
    assert cell_len(pad(text, width)) >= min(width, cell_len(text))
    assert cell_len(pad("你好", 6)) == 6


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1.3862943, "1.386"),
        (0.0, "0"),
        (-310.0, "-310"),
        (12.345, "12.3"),
        (0.0042, "0.0042"),
        (-1.06e13, "-1.1e13"),
        (math.nan, "NaN"),
        (-math.inf, "-inf"),
    ],
)
def test_figures_as_a_person_writes_them(value: float, shown: str) -> None:
    assert figure(value) == shown


@given(st.floats())
def test_a_figure_fits_its_column(value: float) -> None:
    assert 1 <= len(figure(value)) <= 8
