"""Notebooks: cells in order, magics blanked, broken files, and writing back byte for byte."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.reading.script import read_script
from assistant.reading.script.notebook import code_cells, write_cells
from tests.script.notebooks import CELLS, notebook


@pytest.mark.parametrize("indent", [None, 1, 4])
@pytest.mark.parametrize("one_string", [True, False])
def test_read(indent: int | None, one_string: bool) -> None:
    reading = read_script(notebook(indent=indent, one_string=one_string), filename="a.ipynb")
    assert reading.is_notebook
    assert [cell.index for cell in reading.cells] == [1, 2, 3, 4, 5]
    assert reading.network is not None and reading.network.output_units == 3
    assert reading.present("linear-output-with-probability-loss")
    assert {repair.kind for repair in reading.repairs} == {"magic", "cell-skipped"}


def test_a_notebook_is_known_by_its_text() -> None:
    assert read_script(notebook()).is_notebook
    assert not read_script("cells = {}\n").is_notebook


def test_lines_point_into_cells() -> None:
    reading = read_script(notebook())
    found = reading.finding("linear-output-with-probability-loss")
    assert found is not None and found.line is not None
    cell = next(c for c in reading.cells if c.first <= found.line <= c.last)
    line = CELLS[cell.index][1].split("\n")[found.line - cell.first]
    assert line.startswith("model.add(Dense(3))")


def test_cut_anywhere() -> None:
    text = notebook()
    whole = len(code_cells(text))
    counts = [len(code_cells(text[:end])) for end in range(0, len(text), 7)]
    assert counts == sorted(counts), "more text never shows fewer cells"
    assert counts[-1] <= whole
    assert max(counts) == whole
    for end in range(0, len(text), 97):
        read_script(text[:end], filename="cut.ipynb")


@pytest.mark.parametrize("indent", [None, 1, 2])
@pytest.mark.parametrize("one_string", [True, False])
def test_writing_back_nothing_changes_nothing(indent: int | None, one_string: bool) -> None:
    text = notebook(indent=indent, one_string=one_string)
    assert write_cells(text, {}) == text


TEXT = st.text(st.characters(exclude_characters="\r\n", codec="utf-8"), max_size=9)


@given(
    st.sampled_from([1, 2, 3, 5]),
    st.integers(0, 3),
    st.integers(0, 3),
    st.lists(TEXT, max_size=3),
    st.booleans(),
)
@settings(max_examples=120, deadline=None)
def test_written_lines_and_nothing_else(
    index: int, first: int, count: int, new: list[str], one_string: bool
) -> None:
    text = notebook(one_string=one_string)
    source = CELLS[index][1]
    old = source.removesuffix("\n").split("\n")
    first = min(first, len(old))
    last = min(first + count, len(old))
    wanted = [*old[:first], *new, *old[last:]]
    written = write_cells(text, {index: [(first, last, new)]})
    cells = json.loads(written)["cells"]
    whole = "\n".join(wanted)
    assert "".join(cells[index]["source"]) in (whole, whole + "\n")
    untouched = json.loads(text)["cells"]
    assert [c for i, c in enumerate(cells) if i != index] == [
        c for i, c in enumerate(untouched) if i != index
    ]


def test_old_format_with_worksheets() -> None:
    text = json.dumps(
        {
            "nbformat": 3,
            "worksheets": [{"cells": [{"cell_type": "code", "input": ["m = Sequential()\n"]}]}],
        }
    )
    assert len(code_cells(text)) == 1


def test_large_outputs_are_stepped_over() -> None:
    cells = [("code", "model = Sequential([Dense(2)])\nmodel.compile('sgd', 'mse')")]
    text = notebook(cells)
    text = text.replace('"outputs": [', '"outputs": [{"text": ["' + "x" * 10_000_000 + '"]},', 1)
    reading = read_script(text, filename="big.ipynb")
    assert reading.network is not None and reading.network.output_units == 2
