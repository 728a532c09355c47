"""Whatever experiments do, neither one of them nor a whole verdict takes more than its time."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assistant.case import Case
from assistant.dialogue import Dialogue, Options
from assistant.laboratory import Laboratory
from probes.protocol import Subject

pytestmark = pytest.mark.slow

Make = Callable[..., Laboratory]

#: In the place of every probe, native code that keeps the interpreter lock and never ends.
HANGING = """
import ctypes
from probes.registry import PROBES as KNOWN

def hang(bench, options, report):
    ctypes.PyDLL(None).sleep(600)

PROBES = dict.fromkeys(KNOWN, "hang")
"""


def test_second_try_after_a_crash_has_the_time_that_is_left(new_laboratory: Make) -> None:
    laboratory = new_laboratory()
    looks_at_changed_copies_where_the_files_are_open(laboratory)
    end = list(laboratory.run("test-late-segfault", seconds=30))[-1]
    assert end.kind == "done"
    assert end.data["deadline"] < 30 - end.data["before"]


def looks_at_changed_copies_where_the_files_are_open(laboratory: Laboratory) -> None:
    change = {"op": "set-learning-rate", "learning_rate": 0.1}
    subjects = [Subject("a.keras"), Subject("a.keras", changes=(change,)), Subject("a.keras")]
    ends = [list(laboratory.run("test-echo", subject))[-1].data for subject in subjects]
    assert len({end["pid"] for end in ends}) == 1
    assert [end["opened"] for end in ends] == [1, 2, 1]
    assert [end["jobs"] for end in ends] == [1, 1, 2]


def test_a_verdict_ends_in_time_though_every_experiment_hangs(
    new_laboratory: Make, tmp_path: Path
) -> None:
    (tmp_path / "hanging.py").write_text(HANGING)
    laboratory = new_laboratory(more={"UNSTUCK_PROBES_FILE": str(tmp_path / "hanging.py")})
    dense = {"name": "out", "units": 3, "activation": "softmax"}
    config = {"layers": [{"class_name": "Dense", "config": dense}]}
    loss = {"loss": "sparse_categorical_crossentropy", "optimizer": "adam"}
    model = {"class_name": "Sequential", "config": config, "compile_config": loss}
    with zipfile.ZipFile(tmp_path / "model.keras", "w") as archive:
        archive.writestr("config.json", json.dumps(model))
    np.savez(tmp_path / "data.npz", x=np.zeros((30, 4), "float32"), y=np.arange(30) % 3)
    budget = 2.0
    dialogue = Dialogue(Case("memory"), laboratory, Options(budget=budget))
    for name in ("model.keras", "data.npz"):
        list(dialogue.bring(tmp_path / name))
    list(dialogue.examine())
    tried = [entry.data for entry in dialogue.situation.case.entries if entry.kind == "probe"]
    assert tried
    assert not any(entry["ok"] for entry in tried)
    assert sum(entry["seconds"] for entry in tried) <= budget
