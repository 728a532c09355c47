"""The four cases by model and data alone: cause proved by trial, and silence on the mended twin."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

Examine = Callable[..., dict[str, Any]]
Demo = Callable[..., Path]

CAUSES = {
    "seed-0": ["missing-output-activation", "inputs-not-scaled"],
    "seed-1": ["wrong-pretrained-preprocessing"],
    "seed-2": ["too-few-output-units"],
    "seed-3": ["inputs-without-contrast"],
}


@pytest.mark.parametrize("case", CAUSES)
def test_the_cause_is_confirmed_and_its_cure_tried(case: str, demo: Demo, examine: Examine) -> None:
    folder = demo(case)
    result = examine(folder / "model.keras", folder / "data.npz")
    assert result["verdict"] == "cause"
    confirmed = [c["id"] for c in result["causes"] if c["confirmed"]]
    assert [c for c in confirmed if c in CAUSES[case]] == CAUSES[case]
    assert confirmed[0] == CAUSES[case][0]
    trials = {c["id"]: c["trial"] for c in result["causes"] if c["trial"]}
    # The cure of the last fault is what frees the copy; the ones before it stand in its way.
    last = trials[CAUSES[case][-1]]
    assert last["helped"]
    assert last["skill_after"] >= 0.5
    assert last["before"] and last["after"]
    assert all(p["status"] != "failed" for p in result["probes"])


@pytest.mark.parametrize("case", CAUSES)
def test_the_mended_twin_is_healthy(case: str, demo: Demo, examine: Examine) -> None:
    folder = demo(case, True)
    result = examine(folder / "model.keras", folder / "data.npz")
    assert result["verdict"] == "healthy"
    assert not [c for c in result["causes"] if c["confirmed"] or c["probability"] >= 0.2]


def test_with_the_script_the_diff_of_both_faults_is_there(demo: Demo, examine: Examine) -> None:
    folder = demo("seed-0")
    files = [folder / name for name in ("script.py", "model.keras", "data.npz")]
    result = examine(*files)
    first = result["causes"][0]
    assert first["id"] == "missing-output-activation"
    assert any("softmax" in e["diff"] for e in first["edits"] if e["grade"] == "safe")


def test_relu_is_no_answer_to_inputs_without_contrast(demo: Demo, examine: Examine) -> None:
    folder = demo("seed-3")
    result = examine(folder / "model.keras", folder / "data.npz")
    named = {c["id"]: c for c in result["causes"]}
    relu = named.get("missing-hidden-activation")
    assert relu is None or (not relu["confirmed"] and relu["probability"] < 0.3)
    signal = [f for f in result["findings"] if f["id"] == "no-simple-signal"]
    assert signal and signal[0]["present"] is False
