"""Several cures of one script: each by itself, one after the other, and all in one diff."""

from __future__ import annotations

import itertools
import shutil
import subprocess
from pathlib import Path

import pytest

from assistant.advice import combine, splice, verify_splice
from assistant.reading.script import read_script
from probes.change import Change
from tests.advice.patching import apply_diff
from tests.script.examples import FOLDER

TWO = (FOLDER / "two_faults.py").read_text(encoding="utf-8")
HEAD = [Change("set-output", {"activation": "softmax"})]
SCALE = [Change("scale-inputs", {"how": "divide-255"})]
RATE = [Change("set-optimizer", {"name": "adam"})]
NEW = [Change("modernise-api")]


def test_each_cure_takes_away_its_own_fact_and_no_other() -> None:
    reading = read_script(TWO, filename="two.py")
    cures = {
        "linear-output-with-probability-loss": HEAD,
        "no-scaling-in-script": SCALE,
        "old-api": NEW,
    }
    for found, changes in cures.items():
        edit = splice(reading, changes)
        checked = verify_splice(reading, read_script(edit.after), found, changes=changes)
        assert checked.sound and not checked.also_gone


@pytest.mark.parametrize("order", list(itertools.permutations([HEAD, SCALE, NEW])))
def test_all_in_one_diff(order: tuple[list[Change], ...]) -> None:
    reading = read_script(TWO, filename="two.py")
    whole = combine(reading, [splice(reading, changes) for changes in order])
    assert apply_diff(TWO, whole.diff) == whole.after
    after = read_script(whole.after)
    for found in ("linear-output-with-probability-loss", "no-scaling-in-script", "old-api"):
        assert not after.present(found)
    assert {change.op for change in whole.changes} == {
        "set-output",
        "scale-inputs",
        "modernise-api",
    }


@pytest.mark.skipif(not shutil.which("patch"), reason="needs patch")
@pytest.mark.parametrize("order", list(itertools.permutations([HEAD, SCALE, NEW])))
def test_patched_one_after_the_other(tmp_path: Path, order: tuple[list[Change], ...]) -> None:
    reading = read_script(TWO, filename="two.py")
    path = tmp_path / "two.py"
    path.write_text(TWO, encoding="utf-8")
    for changes in order:
        diff = splice(reading, changes).diff
        command = ["patch", "-p1", "-s", "-d", str(tmp_path)]
        done = subprocess.run(command, input=diff, text=True, capture_output=True)
        assert done.returncode == 0, done.stdout
    together = combine(reading, [splice(reading, changes) for changes in order])
    assert path.read_text(encoding="utf-8") == together.after


def test_cures_that_touch_the_same_text_are_made_in_turn() -> None:
    text = "import keras\nm = Sequential([Dense(1)])\nm.compile('sgd', loss='mse')\n"
    reading = read_script(text)
    first = splice(reading, [Change("set-loss", {"loss": "binary_crossentropy"})])
    second = splice(reading, [Change("set-loss", {"loss": "mae"})])
    whole = combine(reading, [first, second])
    assert whole.after.count("loss=") == 1 and "loss='mae'" in whole.after


def test_changes_of_one_cure_that_meet_in_one_place() -> None:
    text = "import keras\nm = Sequential([Dense(1)])\nm.compile(keras.optimizers.SGD(0.5), 'mse')\n"
    changes = [*RATE, Change("set-learning-rate", {"learning_rate": 0.01})]
    edit = splice(read_script(text), changes)
    assert edit.applied and "keras.optimizers.Adam(learning_rate=0.01)" in edit.after
    assert apply_diff(text, edit.diff) == edit.after


def test_what_is_not_applied_is_left_out() -> None:
    reading = read_script(TWO)
    sketch = splice(reading, [Change("show-lines", {"lines": "..."})])
    assert combine(reading, [sketch]).after == TWO
    assert combine(reading, [sketch, splice(reading, HEAD)]).after != TWO


def test_questions_stay_open_in_the_whole() -> None:
    reading = read_script("m = Sequential([Dense(3)])\nm.compile('sgd', 'mse')\n")
    asked = splice(reading, [Change("set-loss", {"loss": "categorical_crossentropy"})])
    whole = combine(reading, [asked, splice(reading, RATE)])
    assert (whole.grade, whole.question) == ("answer", "label-form")


def test_a_new_fault_is_told() -> None:
    compiled = "m.compile('sgd', 'categorical_crossentropy')"
    text = f"m = Sequential([Dense(3, activation='softmax')])\n{compiled}\n"
    before = read_script(text)
    changes = [Change("set-output", {"activation": "linear"})]
    after = read_script(splice(before, changes).after)
    checked = verify_splice(before, after, None, changes=changes)
    assert checked.worse == ("linear-output-with-probability-loss",)
    assert not checked.sound


def test_a_side_effect_is_told() -> None:
    before = read_script("m = Sequential([Dense(3)])\nm.compile('sgd', 'mse')\n")
    after = read_script("m = Sequential([Dense(3)])\nm.compile('adam', 'mae')\n")
    checked = verify_splice(before, after, None, changes=[Change("set-loss", {"loss": "mae"})])
    assert checked.changed == ("optimizer", "learning_rate")


def test_a_name_that_is_not_there_is_told() -> None:
    before = read_script("import keras\nx = load()\n")
    after = read_script("import keras\nx = np.square(load(), y)\n")
    assert verify_splice(before, after, None).unbound == ("np", "y")
