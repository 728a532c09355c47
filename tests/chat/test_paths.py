"""Which files a paste, a mention or a folder means."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.chat.paths import mentions, nearby_pair, paths_in_paste, walk


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    names = ("model.keras", "my data.npz", "训练.py")
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    return {name: tmp_path / name for name in names}


def test_a_dropped_file_in_every_spelling(files: dict[str, Path]) -> None:
    spaced = files["my data.npz"]
    for text in (
        str(spaced),
        f"'{spaced}'",
        f'"{spaced}"',
        str(spaced).replace(" ", "\\ "),
        f"file://{quote(str(spaced))}",
        f"  {spaced}\n",
    ):
        assert paths_in_paste(text) == (spaced,), text
    assert paths_in_paste(str(files["训练.py"])) == (files["训练.py"],)


def test_several_files_at_once(files: dict[str, Path]) -> None:
    model, data = files["model.keras"], files["my data.npz"]
    assert paths_in_paste(f"{model} '{data}'") == (model, data)
    assert paths_in_paste(f"{model}\n{data}\n") == (model, data)


def test_words_are_no_paths(files: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "loss").mkdir()
    for text in (
        "loss",
        "see ./nothing.py",
        f"{files['model.keras']} does not learn",
        "",
        ".",
        "/",
    ):
        assert paths_in_paste(text) in ((), (Path("/"),)), text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_any_text(text: str) -> None:
    assert all(path.exists() for path in paths_in_paste(text))
    assert all(path.exists() for path in mentions(text))


def test_mentions(files: dict[str, Path]) -> None:
    found = mentions('look at @model.keras, and @"my data.npz" please; mail a@b.c, @nobody')
    assert [path.name for path in found] == ["model.keras", "my data.npz"]


def test_a_pair_only_when_there_is_exactly_one_of_each(files: dict[str, Path]) -> None:
    folder = files["model.keras"].parent
    assert [path.name for path in nearby_pair(folder)] == ["model.keras", "my data.npz"]
    (folder / "second.h5").write_bytes(b"x")
    assert nearby_pair(folder) == ()
    assert nearby_pair(folder / "nowhere") == ()


def test_walking_finds_what_could_be_part_of_a_case(tmp_path: Path) -> None:
    for name in ("a/train.py", "node_modules/x.py", ".hidden/y.py", "b/c/d/e/f/deep.py", "x.bin"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert walk(tmp_path) == (str(Path("a") / "train.py"),)
    assert len(walk(tmp_path, limit=0)) <= 1
