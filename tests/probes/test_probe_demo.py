"""The bundled cases hold what they promise."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from probes.protocol import Subject
from tests.probes.lab import run_probe

pytestmark = pytest.mark.slow


def build(folder: Path, case: str, **options: object) -> Subject:
    paths = run_probe(
        "build-demo", Subject(), {"case": case, "folder": str(folder), **options}
    ).data
    ast.parse(Path(paths["script"]).read_text())
    log, page = Path(paths["log"]).read_text(), Path(paths["page"]).read_text()
    assert log.count("loss:") >= 2
    assert log.strip() in page
    assert "{" not in page.replace("{}", "")
    return Subject(paths["model"], paths["data"])


def test_seed_0_stands_still_at_a_share_of_16_118(tmp_path: Path) -> None:
    import re

    subject = build(tmp_path, "seed-0", side=40)
    losses = [float(v) for v in re.findall(r"loss: ([\d.]+)", (tmp_path / "log.txt").read_text())]
    assert losses[-1] == losses[-2]
    wrong = losses[-1] / 16.11809565 * 160
    assert wrong == pytest.approx(round(wrong), abs=0.01)
    assert "linear-output-with-probability-loss" in run_probe("label-shape", subject).true
    assert "inputs-large-range" in run_probe("input-statistics", subject).true
    head = {"op": "set-output", "activation": "softmax"}
    scale = {"op": "scale-inputs", "how": "minus-one-to-one"}
    arms = [
        {"name": name, "changes": changes}
        for name, changes in (("original", []), ("both", [head, scale]))
    ]
    assert run_probe("trial", subject, {"arms": arms, "seconds": 60}).true == {"trial-helped"}


def test_seed_3_has_no_contrast_and_relu_does_not_help(tmp_path: Path) -> None:
    subject = build(tmp_path, "seed-3")
    contrast = run_probe("input-statistics", subject).findings["inputs-low-contrast"]
    assert contrast.present
    relu = {"op": "set-hidden-activation", "activation": "relu", "which": "linear"}
    scale = {"op": "scale-inputs", "how": "standardise-samples"}
    arms = [
        {"name": name, "changes": changes}
        for name, changes in (("original", []), ("relu", [relu]), ("scale", [scale]))
    ]
    trial = run_probe("trial", subject, {"arms": arms, "seconds": 60})
    assert {arm["name"]: arm["helped"] for arm in trial.data["arms"]} == {
        "original": None,
        "relu": False,
        "scale": True,
    }


def test_seed_2_contradicts_itself(tmp_path: Path) -> None:
    subject = build(tmp_path, "seed-2", side=32)
    true = run_probe("label-shape", subject).true
    assert {"classes-exceed-output-units", "labels-outside-0-1-with-bce"} <= true
