"""Splices and diffs: exact, and applied by ``patch``."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.advice import splice
from assistant.advice.text import (
    Overlap,
    Splice,
    changed_lines,
    diff_of_changes,
    line_changes,
    splice_code,
    unified_diff,
)
from assistant.reading.script import read_script
from assistant.reading.script.source import Source, as_lines
from probes.change import Change
from tests.advice.patching import apply_diff

LINES = st.lists(st.sampled_from(["a", "bb", "", "  c", "a", "é中"]), min_size=1, max_size=9)


def test_last_first() -> None:
    assert (
        splice_code("abcdef", [Splice(1, 2, "X"), Splice(4, 6, ""), Splice(0, 0, ">")]) == ">aXcd"
    )


def test_the_same_splice_twice_counts_once() -> None:
    assert splice_code("abc", [Splice(1, 1, "-"), Splice(1, 1, "-")]) == "a-bc"


def test_two_minds_about_one_place() -> None:
    with pytest.raises(Overlap):
        splice_code("abcdef", [Splice(1, 4, "x"), Splice(2, 5, "y")])
    with pytest.raises(Overlap):
        splice_code("abcdef", [Splice(1, 4, "x"), Splice(1, 4, "y")])


@given(LINES, st.data(), st.sampled_from(["\n", "\r\n"]), st.booleans())
@settings(max_examples=300, deadline=None)
def test_diff_and_text_agree(lines: list[str], data: st.DataObject, end: str, ended: bool) -> None:
    text = end.join(lines) + (end if ended else "")
    source = Source.of(as_lines(text))
    size = len(source.code)
    marks = sorted(data.draw(st.lists(st.integers(0, size), max_size=4)))
    splices = [
        Splice(a, b, data.draw(st.sampled_from(["", "x", "\n", "y\nz"])))
        for a, b in zip(marks[::2], marks[1::2], strict=False)
    ]
    changes = line_changes(source, splices)
    after = "".join(line.given + line.end for line in changed_lines(source, changes))
    plain = splice_code(source.code, splices)
    assert _without_blanks(after.replace("\r\n", "\n")) == _without_blanks(plain)
    assert apply_diff(text, unified_diff(text, after, "f.py")) == after
    if all(change.last < len(source.lines) for change in changes):
        assert apply_diff(text, diff_of_changes(text, changes, "f.py")) == after


def _without_blanks(text: str) -> str:
    """Lines of nothing but spaces are written as empty ones."""
    return "\n".join(line if line.strip() else "" for line in text.split("\n")).rstrip("\n")


SCRIPT = """from keras.models import Sequential
from keras.layers import Dense

model = Sequential()
model.add(Dense(12, input_dim=4))
model.add(Dense(12))
model.add(Dense(3))
model.compile(loss='categorical_crossentropy', optimizer='sgd')"""
CHANGES = [
    Change("set-output", {"activation": "softmax"}),
    Change("set-hidden-activation", {"activation": "relu", "which": "linear"}),
    Change("set-optimizer", {"name": "adam", "learning_rate": 0.01}),
    Change("add-batch-normalization"),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.op)
@pytest.mark.parametrize("end", ["", "\n", "\nprint('done')\n"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_patch_applies(tmp_path: Path, change: Change, end: str, newline: str) -> None:
    text = (SCRIPT + end).replace("\n", newline)
    edit = splice(read_script(text, filename="train.py"), [change])
    assert edit.applied
    assert apply_diff(text, edit.diff) == edit.after
    assert edit.diff.startswith("--- a/train.py\n+++ b/train.py\n@@ ")
    if shutil.which("patch") and newline == "\n":
        path = tmp_path / "train.py"
        path.write_bytes(text.encode())
        command = ["patch", "-p1", "-s", "-d", str(tmp_path)]
        done = subprocess.run(command, input=edit.diff.encode(), capture_output=True)
        assert done.returncode == 0, done.stdout
        assert path.read_bytes().decode() == edit.after


def test_line_ends_stay_as_they_are() -> None:
    text = SCRIPT.replace("\n", "\r\n")
    edit = splice(read_script(text), [CHANGES[0]])
    assert edit.after.count("\r\n") == text.count("\r\n")
    assert "\n" not in edit.after.replace("\r\n", "")


def test_a_prompted_paste_keeps_its_prompts() -> None:
    text = "\n".join(">>> " + line if line else ">>>" for line in SCRIPT.split("\n"))
    edit = splice(read_script(text), [CHANGES[0]])
    assert "+>>> model.add(Dense(3, activation='softmax'))\n" in edit.diff


def test_lost_indentation_is_not_put_into_the_text() -> None:
    text = "for n in range(3):\nm = Sequential([Dense(2)])\nm.compile('sgd', 'mse')\n"
    edit = splice(read_script(text), [Change("set-optimizer", {"name": "adam"})])
    assert "-m.compile('sgd', 'mse')\n+m.compile('adam', 'mse')\n" in edit.diff


def test_only_changed_lines_are_shown_as_changed() -> None:
    edit = splice(read_script(SCRIPT + "\n"), [CHANGES[1]])
    changed = [line for line in edit.diff.split("\n")[2:] if line[:1] in ("+", "-")]
    assert len(changed) == 4
