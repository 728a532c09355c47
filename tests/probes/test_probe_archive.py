"""Model files that are none, that lie, or that would eat the machine."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from assistant.reading.model_file import read_model_file
from probes.errors import ProbeError
from probes.saved import archive


def keras_file(place: Path, config: Any, **members: str) -> Path:
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("config.json", config if isinstance(config, str) else json.dumps(config))
        for name, text in members.items():
            out.writestr(name, text)
    return place


def key_of(path: Path) -> str:
    with pytest.raises(ProbeError) as caught:
        archive.read_archive(path)
    return caught.value.key


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 broken", b"hello", b"\x89HDF\r\n\x1a\n", b"\x00" * 64]
)
def test_what_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.keras"
    path.write_bytes(content)
    assert key_of(path) == "model-not-a-model"
    assert read_model_file(path).refusals[0].key == "model-not-a-model"


def test_missing_file_and_empty_folder(tmp_path: Path) -> None:
    assert key_of(tmp_path / "nothing.keras") == "model-missing"
    assert key_of(tmp_path) == "model-not-a-model"


def test_savedmodel_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").touch()
    assert archive.read_archive(tmp_path).format == "savedmodel"
    assert read_model_file(tmp_path).refusals[0].key == "model-savedmodel"


@pytest.mark.parametrize("config", ["{", "[]", "3", '{"config": 3}', "not json"])
def test_broken_configuration_is_refused(tmp_path: Path, config: str) -> None:
    assert key_of(keras_file(tmp_path / "m.keras", config)) == "model-not-a-model"


def test_deeply_nested_json_is_refused(tmp_path: Path) -> None:
    config = "[" * 100_000 + "]" * 100_000
    assert key_of(keras_file(tmp_path / "m.keras", config)) == "model-not-a-model"


def test_config_bomb_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_CONFIG_BYTES", 1 << 16)
    path = keras_file(tmp_path / "m.keras", json.dumps({"x": " " * (1 << 17)}))
    assert path.stat().st_size < 1 << 12
    assert key_of(path) == "model-too-large"


def test_declared_weights_and_layers_are_limited(tmp_path: Path) -> None:
    wide = {"units": 200_000}
    entry = {
        "class_name": "Dense",
        "config": wide,
        "build_config": {"input_shape": [None, 200_000]},
    }
    config = {"class_name": "Sequential", "config": {"layers": [entry]}}
    assert key_of(keras_file(tmp_path / "wide.keras", config)) == "model-too-large"
    small = {"class_name": "Dense", "config": {"units": 1}}
    config = {"class_name": "Sequential", "config": {"layers": [small] * 2001}}
    assert key_of(keras_file(tmp_path / "long.keras", config)) == "model-too-large"


def test_code_and_foreign_classes_are_refusals_but_still_read(tmp_path: Path) -> None:
    layers = [
        {"class_name": "Lambda", "config": {"name": "trick"}},
        {"class_name": "Attend", "module": "mine", "config": {"name": "attend"}},
        {"class_name": "Dense", "config": {"name": "out", "units": 2, "activation": "softmax"}},
    ]
    config = {"class_name": "Sequential", "module": "keras", "config": {"layers": layers}}
    reading = read_model_file(keras_file(tmp_path / "m.keras", config))
    named = {remark.key: remark.fields for remark in reading.refusals}
    assert named["model-has-lambda"]["layers"] == "trick"
    assert named["model-needs-classes"]["names"] == "Attend"
    assert reading.network is not None
    assert reading.network.output_units == 2


def test_uncompiled_model_is_a_note(tmp_path: Path) -> None:
    config = {"class_name": "Sequential", "config": {"layers": []}}
    notes = read_model_file(keras_file(tmp_path / "m.keras", config)).notes
    assert [note.key for note in notes] == ["model-not-compiled"]


def test_weights_alone_are_told(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "w.h5", "w") as file:
        file.attrs["layer_names"] = [b"dense", b"dense_1"]
    assert archive.read_archive(tmp_path / "w.h5").weight_names == ("dense", "dense_1")
    assert read_model_file(tmp_path / "w.h5").refusals[0].key == "model-weights-only"


def test_reading_needs_no_tensorflow(tmp_path: Path) -> None:
    config = {"class_name": "Sequential", "config": {"layers": []}}
    path = keras_file(tmp_path / "m.keras", config)
    code = (
        "import sys; from assistant.reading.model_file import read_model_file;"
        f"read_model_file({str(path)!r});"
        "print(sorted({'tensorflow', 'keras', 'numpy'} & set(sys.modules)))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert printed.stdout.strip() == "[]"
