"""The diff that is handed out applies, and says whether it was tried; the trial tries that diff."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.case import Case
from assistant.cli import main
from assistant.dialogue import Dialogue, Options
from assistant.events import AND, Advice
from assistant.laboratory import Laboratory
from assistant.plain import lines_of
from assistant.reading.script import read_script
from tests.corpus.treatment import patch_program

needs_patch = pytest.mark.skipif(patch_program() is None, reason="no patch on this machine")

ONE = """\
import keras
from keras.layers import Dense

x, y = load()
y = keras.utils.to_categorical(y, 5)
model = keras.Sequential([keras.Input((8,)), Dense(16, activation="relu"), Dense(5)])
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=3)
"""
TWO = ONE.replace("model.compile", "model.trainable = False\nmodel.compile")
FAULTS = {"missing-output-activation", "all-layers-frozen"}


def advices(script: Path) -> list[Advice]:
    dialogue = Dialogue(Case("memory"))
    list(dialogue.bring(script, "script"))
    return [e for e in dialogue.examine() if isinstance(e, Advice)]


def patched(folder: Path, *diffs: str) -> str:
    for number, diff in enumerate(diffs):
        (folder / f"{number}.diff").write_text(diff)
        given = ["patch", "-p1", "--batch", "--input", f"{number}.diff"]
        subprocess.run(given, cwd=folder, check=True, capture_output=True)
    return (folder / "train.py").read_text()


def faults(text: str) -> set[str]:
    found = read_script(text).findings
    shown = {f.id for f in found if f.present}
    names = {"linear-output-with-probability-loss", "nothing-trainable"}
    return shown & names


@needs_patch
@pytest.mark.parametrize("text", [ONE, TWO])
def test_check_writes_a_diff_that_patch_applies(text: str, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(text)
    script, diff = tmp_path / "train.py", tmp_path / "cure.diff"
    assert main(["check", "--script", str(script), "--diff", str(diff)]) == 1
    assert faults(text)
    assert not faults(patched(tmp_path, diff.read_text()))


@needs_patch
def test_each_of_two_diffs_applies_alone(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(TWO)
    found = advices(tmp_path / "train.py")
    assert {a.cause for a in found} == FAULTS
    left = []
    for one in found:
        (tmp_path / "train.py").write_text(TWO)
        left.append(faults(patched(tmp_path, one.offers[0].diff)))
    assert all(len(rest) == 1 for rest in left)
    assert left[0] != left[1]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "not yet tried"), ("zh", "尚未在你的模型上试验")]
)
def test_of_a_script_alone_it_says_not_yet_tried(
    language: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "train.py").write_text(ONE)
    main(["check", "--script", str(tmp_path / "train.py"), "--lang", language])
    assert words in capsys.readouterr().out


@pytest.mark.slow
def test_the_trial_tries_the_change_of_the_diff(
    demo: Callable[..., Path], laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    arms: dict[str, list[Any]] = {}  # by cause; a pair of cures may share an arm
    really = laboratory.run

    def run(probe: str, subject: Any, options: Any, seconds: float) -> Any:
        for arm in (options or {}).get("arms", ()):
            arms.update(dict.fromkeys(arm["name"].split(AND), arm["changes"]))
        return really(probe, subject, options, seconds)

    monkeypatch.setattr(laboratory, "run", run)
    dialogue = Dialogue(Case("memory"), laboratory, Options(budget=90.0))
    for name in ("script.py", "model.keras", "data.npz"):
        list(dialogue.bring(demo("seed-0") / name))
    found = [e for e in dialogue.examine() if isinstance(e, Advice)]
    tried = [a for a in found if a.trial is not None]
    assert {a.cause for a in tried} >= {"missing-output-activation", "inputs-not-scaled"}
    for advice in tried:
        offered = list(advice.offers[0].changes)
        assert offered and all(change in arms[advice.cause] for change in offered)
        assert advice.offers[0].diff
        assert advice.trial is not None and advice.trial.before and advice.trial.after
        assert advice.untried == ""
        said = "\n".join(lines_of(advice))
        assert advice.trial.sentence.split(".")[0][:30] in " ".join(said.split())
