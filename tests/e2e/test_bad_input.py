"""Whatever is handed in: one clear line, no traceback, and what can still be said is said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

LOG = """Epoch 1
36s - loss: 5.0770 - acc: 0.3554
Epoch 2
36s - loss: 4.9421 - acc: 0.3066
Epoch 3
36s - loss: 4.9421 - acc: 0.3066
"""
SCRIPT = """
from keras import Sequential, layers
model = Sequential([layers.Input((8,)), layers.Dense(16, activation="relu"), layers.Dense(3)])
model.compile("adam", "categorical_crossentropy")
model.fit(x, y)
"""


ABOUT_DATA = {"inputs-not-numeric", "input-label-misalignment"}


def check(*arguments: str | Path, text: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "assistant", "check", *map(str, arguments)]
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, check=False, timeout=120
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode in (0, 1, 2), done.stderr
    return done


def result(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["schema"] == 1
    return found


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    return lines[0]


@pytest.mark.parametrize("option", ["--model", "--data", "--log", "--script", "--text-file"])
def test_a_path_that_is_not_there(option: str, tmp_path: Path) -> None:
    done = check(option, tmp_path / "missing.keras", "--no-probes")
    assert done.returncode == 2
    assert "missing.keras" in one_line(done)


def test_nothing_at_all() -> None:
    assert check().returncode == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.txt", b""), ("blank.txt", b" \n\n"), ("noise.bin", bytes(range(256)) * 40)],
)
def test_a_log_that_is_none(name: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    done = check("--log", path, "--format", "json")
    assert done.returncode == 2
    assert name in one_line(done)
    assert result(done)["verdict"] == "unsure"


def test_a_file_that_is_no_model_still_leaves_the_log(tmp_path: Path) -> None:
    model, log = tmp_path / "model.keras", tmp_path / "train.log"
    model.write_bytes(b"not a zip file")
    log.write_text(LOG)
    done = check("--model", model, "--log", log, "--no-probes", "--format", "json")
    assert done.returncode == 1
    assert "model.keras" in one_line(done)
    assert result(done)["causes"][0]["id"] == "missing-output-activation"


def test_a_zip_bomb_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", b" " * 200_000_000)
    done = check("--model", path, "--no-probes")
    assert done.returncode == 2
    one_line(done)


def test_a_script_that_does_not_parse_is_repaired_or_told(tmp_path: Path) -> None:
    path = tmp_path / "broken.py"
    path.write_text(SCRIPT.replace("layers.Dense(3)", "layers.Dense(3 activation=None)"))
    done = check("--script", path, "--format", "json")
    assert result(done)["causes"][0]["id"] == "missing-output-activation"


@pytest.mark.parametrize("content", ["def (:\n" * 50, "\x00\x01", "}{)(" * 1000, "print('hi')"])
def test_a_script_of_noise(content: str, tmp_path: Path) -> None:
    path = tmp_path / "noise.py"
    path.write_text(content)
    assert result(check("--script", path, "--format", "json"))["verdict"] == "unsure"


def test_fifty_megabytes_of_log(tmp_path: Path) -> None:
    path = tmp_path / "long.log"
    line = "100/100 - 1s - loss: 0.6931 - accuracy: 0.5000\n"
    with path.open("w") as stream:
        for i in range(700_000):
            stream.write(f"Epoch {i + 1}/700000\n{line}")
    assert path.stat().st_size > 45_000_000
    done = check("--log", path, "--format", "json")
    assert "loss-flat" in {f["id"] for f in result(done)["findings"] if f["present"]}


def test_what_is_no_symptom_is_not_made_one() -> None:
    for text in ("hello", "what is the weather like", "你好", "[/red] [nan] \x1b[31m"):
        found = result(check(text, "--format", "json"))
        assert found["verdict"] == "unsure"
        assert all(not c["confirmed"] for c in found["causes"])


def test_the_reader_of_our_output_may_leave() -> None:
    done = subprocess.run(
        f"{sys.executable} -m assistant check 'loss is nan' | head -c 1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    done = check("loss is nan", "--out", tmp_path / "no" / "folder.txt")
    assert done.returncode == 2
    assert "folder.txt" in one_line(done)


@pytest.mark.slow
class TestWithModelAndData:
    """Data that do not fit, in the probe process."""

    def test_rows_of_different_length(self, small_model: Path, tmp_path: Path) -> None:
        np.savez(tmp_path / "data.npz", x=np.zeros((20, 8), "f4"), y=np.zeros(19, "i8"))
        self.refused(small_model, tmp_path / "data.npz", "19")

    def test_object_arrays(self, small_model: Path, tmp_path: Path) -> None:
        ragged = np.array([[1.0], [1.0, 2.0]], dtype=object)
        np.savez(tmp_path / "data.npz", x=ragged, y=np.zeros(2))
        self.refused(small_model, tmp_path / "data.npz", "")

    def test_a_pickle(self, small_model: Path, tmp_path: Path) -> None:
        (tmp_path / "data.pkl").write_bytes(b"\x80\x04N.")
        self.refused(small_model, tmp_path / "data.pkl", "")

    def test_an_empty_archive(self, small_model: Path, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "data.npz", "w"):
            pass
        self.refused(small_model, tmp_path / "data.npz", "")

    def test_inputs_of_another_shape(self, small_model: Path, tmp_path: Path) -> None:
        np.savez(tmp_path / "data.npz", x=np.zeros((40, 5), "f4"), y=np.arange(40) % 3)
        done = check("--model", small_model, "--data", tmp_path / "data.npz", "--format", "json")
        assert "8" in done.stderr and "5" in done.stderr

    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_a_decision_of_the_user_is_asked_for_in_one_line(
        self, small_model: Path, tmp_path: Path, language: str
    ) -> None:
        loader, table = tmp_path / "own.py", tmp_path / "table.csv"
        loader.write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\ndef load_data(): return 1, 2\n")
        table.write_text("a,b,c\n" + "1,2,0\n" * 30)
        path, hint = (loader, "--trust") if language == "en" else (table, "--target-column")
        done = check("--model", small_model, "--data", path, "--lang", language)
        assert done.returncode == 2
        assert path.name in one_line(done) and hint in done.stderr
        assert not (tmp_path / "ran").exists()

    def refused(self, model: Path, data: Path, hint: str) -> None:
        done = check("--model", model, "--data", data, "--format", "json")
        assert done.returncode == 2
        assert hint in done.stderr
        # That the data cannot be used may be named, but nothing beyond it is made up.
        assert all(c["id"] in ABOUT_DATA for c in result(done)["causes"] if c["confirmed"])

    def test_the_environment_needs_no_home(self, small_model: Path, tmp_path: Path) -> None:
        np.savez(tmp_path / "data.npz", x=np.random.rand(60, 8).astype("f4"), y=np.arange(60) % 3)
        quiet = {k: v for k, v in os.environ.items() if not k.startswith("UNSTUCK_")}
        done = subprocess.run(
            [sys.executable, "-m", "assistant", "check", "--model", str(small_model), "--data",
             str(tmp_path / "data.npz")],
            env={**quiet, "HOME": str(tmp_path / "nowhere")},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )  # fmt: skip
        assert "Traceback" not in done.stderr and done.returncode in (0, 1)
