"""Writing to disk: with a backup, undone byte for byte, refused when in doubt."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.advice import CannotWrite, apply_edit, read_text, splice, undo
from assistant.advice.edit import Edit
from assistant.advice.files import printable, to_bytes
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


PLAIN = (
    "# 训练 {mark}\nfrom keras.models import Sequential\nfrom keras.layers import Dense\n"
    "m = Sequential([Dense(2)])  # {mark}\nm.compile('sgd', 'mse')  # {mark}\nm.fit(x, y)\n"
)
FORMS = {
    "line feeds": PLAIN.format(mark="café").encode(),
    "carriage returns too": PLAIN.format(mark="café").replace("\n", "\r\n").encode(),
    "mixed": PLAIN.format(mark="café").replace("\n", "\r\n", 3).encode(),
    "with a mark in front": b"\xef\xbb\xbf" + PLAIN.format(mark="café").encode(),
    "gbk": PLAIN.format(mark="网络").encode("gbk"),
    "latin": PLAIN.replace("训练", "").format(mark="café").encode("latin-1"),
    "no end": PLAIN.format(mark="café").rstrip("\n").encode(),
    "form feed and separators": PLAIN.format(mark="a\u2028b\x0cc\x85d").encode(),
}


@pytest.mark.parametrize("form", sorted(FORMS))
def test_the_bytes_of_the_file_are_kept(form: str, tmp_path: Path) -> None:
    """The patch, the file written and the file put back: any encoding, any line ends."""
    path = tmp_path / "train.py"
    path.write_bytes(FORMS[form])
    edit = splice(read_script(read_text(path), filename=str(path)), [
        Change("set-optimizer", {"name": "adam", "learning_rate": 0.002}),
        Change("set-output", {"activation": "softmax"}),
    ])  # fmt: skip
    assert edit.applied
    if shutil.which("patch"):
        diff = to_bytes(edit.patch)
        subprocess.run(["patch", "-p1", "-s", "-d", str(tmp_path)], input=diff, check=True)
        assert path.read_bytes() == to_bytes(edit.after)
        path.write_bytes(FORMS[form])
    backup = apply_edit(path, edit)
    old, new = FORMS[form].split(b"\n"), path.read_bytes().split(b"\n")
    assert new[0] == old[0] and len(new) == len(old) + 1, "one import more"
    mark = old[3].partition(b"#")[2]
    assert sum(mark in line for line in new) == sum(mark in line for line in old)
    undo(backup)
    assert path.read_bytes() == FORMS[form]


def test_what_is_shown_can_be_printed() -> None:
    text = FORMS["gbk"].decode("utf-8", "surrogateescape")
    edit = splice(read_script(text, filename="a.py"), [Change("set-optimizer", {"name": "adam"})])
    assert "\ufffd" in printable(edit.diff) and printable(edit.diff).encode()
    reading = read_script(text, filename="a.py")
    assert all(finding.quote.encode() is not None for finding in reading.findings)
