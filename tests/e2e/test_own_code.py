"""A loss of the user's own: run only by consent, judged when it is, and never called healthy when
it is not."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.e2e.test_bad_input import check, one_line, result

pytestmark = pytest.mark.slow

OWN = """
open({mark!r}, "w")
import keras

def turned(y_pred, y_true):
    return keras.losses.categorical_crossentropy(y_true, y_pred)
"""


def compiled_with(model: Path, path: Path, loss: str | None) -> Path:
    """The same model as it is saved when it was compiled with a function, or not at all."""
    written: dict[str, Any] = {"module": "builtins", "class_name": "function"}
    with zipfile.ZipFile(model) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "config.json":
                config = json.loads(content)
                own = {**written, "config": loss, "registered_name": "function"}
                config["compile_config"] = {"optimizer": "adam", "loss": own} if loss else None
                content = json.dumps(config).encode()
            new.writestr(name, content)
    return path


@pytest.fixture
def files(small_model: Path, tmp_path: Path) -> list[str | Path]:
    random = np.random.default_rng(0)
    numbers = random.integers(0, 3, 90)
    x = random.normal(size=(90, 8)) + 2 * np.eye(3, 8)[numbers]
    np.savez(tmp_path / "data.npz", x=x.astype("f4"), y=np.eye(3, dtype="f4")[numbers])
    (tmp_path / "own.py").write_text(OWN.format(mark=str(tmp_path / "ran")))
    model = compiled_with(small_model, tmp_path / "own.keras", "turned")
    return ["--model", model, "--data", tmp_path / "data.npz"]


def test_by_consent_the_loss_is_run_and_judged(files: list[str | Path], tmp_path: Path) -> None:
    done = check(*files, "--custom", tmp_path / "own.py", "--trust", "--format", "json")
    assert done.returncode == 1
    first = result(done)["causes"][0]
    assert first["id"] == "custom-loss-argument-order"
    assert first["confirmed"]


def test_without_consent_nothing_of_it_runs(files: list[str | Path], tmp_path: Path) -> None:
    done = check(*files, "--custom", tmp_path / "own.py")
    assert done.returncode == 2
    assert "--trust" in one_line(done)
    assert "Not judged" in done.stdout
    assert not (tmp_path / "ran").exists()


def test_a_loss_that_nobody_tells_is_no_clean_bill(
    small_model: Path, files: list[str | Path], tmp_path: Path
) -> None:
    model = compiled_with(small_model, tmp_path / "uncompiled.keras", None)
    done = check("--model", model, "--data", files[3], "--format", "json")
    assert done.returncode == 2
    assert "--loss" in one_line(done)
    assert result(done)["verdict"] == "unsure"
