"""Models with several outputs: each is judged, and what is at fault is named with its output."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.case import Case
from assistant.dialogue import Dialogue, Options
from assistant.laboratory import Laboratory
from assistant.report import as_json, combined_diff, render
from knowledge.loader import load_knowledge

pytestmark = pytest.mark.slow

Build = Callable[..., Path]
#: A seed of which no threshold was chosen.
SEED = 6
SCRIPT = """\
import numpy as np
import keras
from keras import layers

d = np.load("data.npz")
x, level, kind = d["x"], d["y_level"], d["y_kind"]
features = keras.Input((x.shape[1],))
h = layers.Dense(64, activation="relu")(features)
h = layers.Dense(64, activation="relu")(h)
first = layers.Dense(1, name="level")(h)
second = layers.Dense(3, name="kind")(h)
model = keras.Model(features, [first, second])
model.compile("adam", {"level": "mse", "kind": "sparse_categorical_crossentropy"})
model.fit(x, {"level": level, "kind": kind}, epochs=4)
"""


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """(name, repaired=False) -> the folder of a network of `SEED`, untrained."""
    root: Path = tmp_path_factory.mktemp("outputs")

    def build(name: str, repaired: bool = False) -> Path:

        import keras

        from tests.zoo.case import save
        from tests.zoo.faulty import FAULTY as faulty
        from tests.zoo.healthy import HEALTHY as healthy

        keras.utils.set_random_seed(SEED)
        case = faulty.get(name)
        made = healthy[name].build(SEED) if case is None else case.build(SEED, repaired)
        folder = root / f"{name}-{repaired}"
        save(replace(made, epochs=0 if case else 2), folder)
        return folder

    return build


def examined(laboratory: Laboratory, folder: Path) -> Dialogue:
    dialogue = Dialogue(Case("memory"), laboratory, Options(budget=90.0))
    for name in ("model.keras", "data.npz", "train.py"):
        if (folder / name).exists():
            list(dialogue.bring(folder / name))
    list(dialogue.examine())
    return dialogue


def named(dialogue: Dialogue) -> dict[tuple[str, str], bool]:
    """Confirmed causes with their outputs."""
    causes = as_json(dialogue.situation, dialogue.search)["causes"]
    return {(c["output"], c["id"]): c["confirmed"] for c in causes if c["confirmed"]}


def test_the_output_at_fault_is_named_and_its_lines_changed(
    saved: Build, laboratory: Laboratory
) -> None:
    folder = saved("linear-second-output")
    (folder / "train.py").write_text(SCRIPT, "utf-8")
    dialogue = examined(laboratory, folder)
    assert set(named(dialogue)) == {("kind", "missing-output-activation")}
    changed = [
        line
        for line in combined_diff(dialogue.situation).splitlines()
        if line.startswith("+") and not line.startswith("+++")
    ]
    assert len(changed) == 1 and 'name="kind"' in changed[0] and "softmax" in changed[0]
    page = render(dialogue.situation, dialogue.search, "plain")
    assert load_knowledge().causes["missing-output-activation"].code in page
    assert "level" not in page, "names of outputs are words of the user"


def test_the_faults_of_two_outputs_are_both_found(saved: Build, laboratory: Laboratory) -> None:
    found = set(named(examined(laboratory, saved("two-outputs-at-fault"))))
    assert found == {("sign", "softmax-on-single-unit"), ("kind", "labels-not-zero-based")}


def test_healthy_outputs_are_left_in_peace(saved: Build, laboratory: Laboratory) -> None:
    dialogue = examined(laboratory, saved("three-outputs"))
    result = as_json(dialogue.situation, dialogue.search)
    assert result["verdict"] == "healthy" and not named(dialogue)
    assert sum(p["id"] == "label-shape" for p in result["probes"]) == 3
    dialogue.situation.options.output = "sign"
    assert dialogue.situation.outputs == ("sign",)
