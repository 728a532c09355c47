"""Writing to disk: with a backup, undone byte for byte, refused when in doubt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.advice import CannotWrite, apply_edit, read_text, splice, undo
from assistant.advice.edit import Edit
from assistant.reading.script import read_script
from probes.change import Change

BODY = b"# caf\xc3\xa9 \xff\r\nm = Sequential([Dense(2)])\r\nm.compile('sgd', 'mse')"


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "train.py"
    path.write_bytes(BODY)
    path.chmod(0o750)
    return path


def edit_of(path: Path) -> Edit:
    reading = read_script(read_text(path), filename=str(path))
    return splice(reading, [Change("set-optimizer", {"name": "adam"})])


def test_written_and_undone(script: Path) -> None:
    edit = edit_of(script)
    backup = apply_edit(script, edit)
    assert script.read_bytes() == BODY.replace(b"'sgd'", b"'adam'")
    assert backup.backup.name == "train.py.bak" and backup.backup.read_bytes() == BODY
    assert script.stat().st_mode & 0o777 == 0o750
    undo(backup)
    assert script.read_bytes() == BODY
    assert sorted(p.name for p in script.parent.iterdir()) == ["train.py"]


def test_earlier_backups_are_kept(script: Path) -> None:
    (script.parent / "train.py.bak").write_text("older")
    backup = apply_edit(script, edit_of(script))
    assert backup.backup.name == "train.py.bak2"
    assert (script.parent / "train.py.bak").read_text() == "older"


def test_a_file_that_has_changed_is_not_overwritten(script: Path) -> None:
    edit = edit_of(script)
    script.write_bytes(BODY + b"\n# more")
    with pytest.raises(CannotWrite) as refused:
        apply_edit(script, edit)
    assert refused.value.reason == "advice-file-changed"
    assert script.read_bytes() == BODY + b"\n# more"


def test_undo_does_not_lose_later_work(script: Path) -> None:
    backup = apply_edit(script, edit_of(script))
    script.write_bytes(b"new work")
    with pytest.raises(CannotWrite):
        undo(backup)
    assert script.read_bytes() == b"new work"
    assert backup.backup.exists()


def test_sketches_are_never_written(script: Path) -> None:
    edit = edit_of(script)
    for refused in (replace(edit, grade="sketch"), replace(edit, applied=False)):
        with pytest.raises(CannotWrite) as error:
            apply_edit(script, refused)
        assert error.value.reason == "advice-not-writable"
    assert script.read_bytes() == BODY


def test_a_file_that_is_gone(script: Path) -> None:
    edit = edit_of(script)
    script.unlink()
    with pytest.raises(CannotWrite) as error:
        apply_edit(script, edit)
    assert error.value.reason == "advice-disk"
