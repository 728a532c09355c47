"""Changes of a notebook: a diff for each cell, everything else byte for byte."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from assistant.advice import splice
from assistant.reading.script import read_script
from probes.change import Change
from tests.advice.patching import apply_diff
from tests.script.notebooks import CELLS, notebook

BOTH = [
    Change("set-output", {"activation": "softmax"}),
    Change("set-optimizer", {"name": "adam"}),
]


@pytest.mark.parametrize("indent", [None, 1, 4])
@pytest.mark.parametrize("one_string", [True, False])
def test_only_the_changed_lines_change(indent: int | None, one_string: bool) -> None:
    text = notebook(indent=indent, one_string=one_string)
    edit = splice(read_script(text, filename="a.ipynb"), BOTH)
    assert edit.applied
    old, new = json.loads(text), json.loads(edit.after)
    changed = [i for i, (a, b) in enumerate(zip(old["cells"], new["cells"], strict=True)) if a != b]
    assert changed == [3, 5]
    source = "".join(new["cells"][3]["source"])
    assert source == CELLS[3][1].replace("Dense(3)", "Dense(3, activation='softmax')")
    assert "".join(new["cells"][5]["source"]) == CELLS[5][1].replace("'sgd'", "'adam'")
    before, after = text.split("\n"), edit.after.split("\n")
    assert len(before) == len(after)
    if indent and not one_string:
        assert sum(a != b for a, b in zip(before, after, strict=True)) == 2


def test_a_diff_for_each_cell() -> None:
    edit = splice(read_script(notebook(), filename="work/a.ipynb"), BOTH)
    assert "--- a/a.ipynb#cell-4\n" in edit.diff and "--- a/a.ipynb#cell-6\n" in edit.diff
    assert "+model.add(Dense(3, activation='softmax'))  # 三个类别\n" in edit.diff
    assert "iVBOR" not in edit.diff


def test_the_patch_of_the_file(tmp_path: Path) -> None:
    text = notebook()
    edit = splice(read_script(text, filename="a.ipynb"), BOTH)
    assert apply_diff(text, edit.patch) == edit.after
    if shutil.which("patch"):
        path = tmp_path / "a.ipynb"
        path.write_text(text, encoding="utf-8")
        command = ["patch", "-p1", "-s", "-d", str(tmp_path)]
        subprocess.run(command, input=edit.patch.encode(), check=True)
        assert path.read_text(encoding="utf-8") == edit.after


def test_imports_go_into_the_first_cells() -> None:
    edit = splice(
        read_script(notebook(), filename="a.ipynb"), [Change("set-loss", {"from_logits": True})]
    )
    cells = json.loads(edit.after)["cells"]
    where = [
        i for i, c in enumerate(cells) if "import CategoricalCrossentropy" in "".join(c["source"])
    ]
    assert where == [2]
    assert read_script(edit.after).network is not None
    magics = "".join(cells[2]["source"]).split("\n")
    assert "!nvidia-smi" in magics


def test_lines_added_and_taken_away() -> None:
    cells = [
        ("code", "m = Sequential()\nm.add(Dense(8))\nm.add(Dropout(0.95))\nm.add(Dense(1))"),
        ("code", "m.compile('sgd', 'mse')\nm.fit(x, y)"),
    ]
    text = notebook(cells)
    reading = read_script(text, filename="a.ipynb")
    changes = [Change("set-dropout", {"rate": 0}), Change("scale-inputs", {"how": "divide-255"})]
    edit = splice(reading, changes)
    made = ["".join(c["source"]) for c in json.loads(edit.after)["cells"]]
    assert made[0] == "m = Sequential()\nm.add(Dense(8))\nm.add(Dense(1))"
    assert made[1] == "m.compile('sgd', 'mse')\nx = x / 255.0\nm.fit(x, y)"
