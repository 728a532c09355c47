"""The probes in the user's own environment: a second virtual environment, with real models."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import numpy as np
import pytest

from assistant.laboratory import Laboratory
from probes.protocol import Event, Subject
from tests.benchmarks.models import save_tabular_model

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="reads the folders of a POSIX environment"),
]


@pytest.fixture(scope="session")
def second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment of its own, which borrows the installed packages of the first."""
    folder = tmp_path_factory.mktemp("second") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    site = next(folder.glob("lib/python*/site-packages"))
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A healthy model, and data for it."""
    folder = tmp_path_factory.mktemp("case")
    save_tabular_model(folder / "model.keras", features=8, classes=3)
    y = np.arange(90) % 3
    x = np.random.default_rng(0).normal(size=(90, 8)).astype("float32") + y[:, None]
    np.savez(folder / "data.npz", x=x, y=y)
    return folder / "model.keras", folder / "data.npz"


def test_the_probes_run_in_a_second_environment(
    second: Path, case: tuple[Path, Path], tmp_path: Path
) -> None:
    with Laboratory(second, logs=tmp_path) as laboratory:
        subject = Subject(*map(str, case))
        shape = list(laboratory.run("label-shape", subject, seconds=60))
        assert shape[-1].kind == "done", shape[-1].data
        assert found(shape, "class-count") == 3
        trained = list(laboratory.run("tiny-batch-overfit", subject, seconds=60))
        assert trained[-1].kind == "done", trained[-1].data
        assert Path(f"/proc/{laboratory.pids[0]}").exists() or not sys.platform.startswith("linux")
        assert laboratory.versions["tensorflow"]
        if sys.platform.startswith("linux"):
            command = Path(f"/proc/{laboratory.pids[0]}/cmdline").read_bytes()
            assert command.startswith(os.fsencode(second))


def test_check_takes_the_environment_by_its_folder(
    second: Path, case: tuple[Path, Path], tmp_path: Path
) -> None:
    model, data = case
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "check", "--model", str(model), "--data", str(data),
         "--python", str(second), "--format", "json", "--budget", "60"],
        capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["verdict"] == "healthy"


def found(events: list[Event], name: str) -> object:
    values = [e.data["value"] for e in events if e.kind == "finding" and e.data["id"] == name]
    return values[-1]
