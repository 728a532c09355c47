"""Any path may be given as interpreter: what is no Python with TensorFlow is said, in one line."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.laboratory import Laboratory, interpreter
from assistant.laboratory.log import KEPT, Log

Make = Callable[..., Laboratory]

posix = pytest.mark.skipif(sys.platform == "win32", reason="uses a shell script")


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def failure(laboratory: Laboratory) -> dict[str, object]:
    *before, end = laboratory.run("test-echo")
    assert [e.kind for e in before] in ([], ["progress"])
    assert end.kind == "failed"
    assert "\n" not in end.data["error"]
    return dict(end.data)


@pytest.mark.parametrize("name", ["missing/python", "no-such-command-anywhere"])
def test_interpreter_that_is_not_there(new_laboratory: Make, name: str) -> None:
    data = failure(new_laboratory(python=Path(name)))
    assert data["reason"] == "no-interpreter"
    assert data["python"] == name


@posix
@pytest.mark.parametrize("text", ["exit 3", "cat $1", "echo '{\"event\": 3}'; kill -9 $$"])
def test_interpreter_that_is_no_python(new_laboratory: Make, tmp_path: Path, text: str) -> None:
    data = failure(new_laboratory(python=script(tmp_path / "python", text)))
    assert data["reason"] == "no-interpreter"


@posix
def test_interpreter_that_may_not_be_run(new_laboratory: Make, tmp_path: Path) -> None:
    path = tmp_path / "python"
    path.write_text("not for running")
    assert failure(new_laboratory(python=path))["reason"] == "no-interpreter"


@posix
def test_interpreter_without_tensorflow(new_laboratory: Make, tmp_path: Path) -> None:
    bare = script(tmp_path / "python", f'exec {sys.executable} -S "$@"')
    data = failure(new_laboratory(python=bare))
    assert data["reason"] == "no-tensorflow"
    assert "No module named" in str(data["error"])


@posix
@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("raise ImportError('numpy.core failed\\n to import')", "numpy.core failed to import"),
        ("import os; os.abort()", ""),
        ("import os; os._exit(1)", "exit 1"),
    ],
)
def test_tensorflow_that_is_broken(
    new_laboratory: Make, tmp_path: Path, mode: str, body: str, error: str
) -> None:
    (tmp_path / "numpy.py").write_text("__version__ = '2'\n")
    (tmp_path / "tensorflow.py").write_text(body)
    bare = script(tmp_path / "python", f'exec {sys.executable} -S "$@"')
    laboratory = new_laboratory(mode, bare, {"PYTHONPATH": str(tmp_path)})
    data = failure(laboratory)
    assert data["reason"] == "tensorflow-broken"
    assert error in str(data["error"])
    assert failure(laboratory)["reason"] == "tensorflow-broken"


@posix
def test_interpreter_that_is_too_old(new_laboratory: Make, tmp_path: Path) -> None:
    code = (
        "import runpy, sys; sys.version_info = (3, 8); sys.version = '3.8.1 (old)'; "
        "sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    old = script(tmp_path / "python", f'exec {sys.executable} -c "{code}" "$@"')
    data = failure(new_laboratory(python=old))
    assert data["reason"] == "interpreter-too-old"
    assert data["version"] == "3.8.1"


@pytest.mark.slow
def test_a_virtual_environment_or_a_bare_name_will_do(tmp_path: Path) -> None:
    folder = Path(sys.prefix)
    assert Path(interpreter.interpreter(folder)).parent.parent == folder
    assert interpreter.interpreter(None) == sys.executable
    assert interpreter.interpreter(tmp_path) == str(tmp_path)


def test_another_interpreter_gets_none_of_our_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(interpreter.MAIN).parents[1]
    ours = [str(root), str(Path(sys.prefix) / "lib" / "site-packages")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([*ours, "/somewhere/else"]))
    monkeypatch.setenv("PYTHONHOME", sys.prefix)
    monkeypatch.setenv("NO_COLOR", "1")
    given_python = interpreter.environment(Path("/other/python"))
    assert given_python["PYTHONPATH"] == "/somewhere/else"
    assert "PYTHONHOME" not in given_python
    assert given_python["NO_COLOR"] == "1"
    assert interpreter.environment(None)["PYTHONHOME"] == sys.prefix
    assert interpreter.environment(None, onednn=False)["TF_ENABLE_ONEDNN_OPTS"] == "0"


def test_old_logs_are_removed_and_new_ones_kept(tmp_path: Path) -> None:
    old, young = Log(tmp_path).path, Log(tmp_path).path
    os.utime(old, (1, young.stat().st_mtime - KEPT - 60))
    third = Log(tmp_path).path
    assert sorted(tmp_path.iterdir()) == sorted([young, third])


def test_log_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    log = Log(tmp_path / "file" / "logs")
    assert log.path.exists()
    assert log.tail() == ""
    log.path.unlink()
    assert (log.size(), log.last_line()) == (0, "")
    log.trim()


ANSWER = """
{"event": "hello", "job": null, "data": {"pid": 1, "mode": "spawn"}}
{"event": "ready", "job": null, "data": {"tensorflow": "2"}}
{"event": "done", "job": 1, "data": {"arrived": true}}
"""


@posix
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(junk=st.lists(st.binary(max_size=200), max_size=5))
def test_any_bytes_on_the_channel_are_survived(tmp_path: Path, junk: list[bytes]) -> None:
    stray: list[object] = []
    hook, threading.excepthook = threading.excepthook, lambda args: stray.append(args.exc_value)
    try:
        (tmp_path / "lines").write_bytes(b"\n".join(junk) + ANSWER.encode())
        fake = script(tmp_path / "python", f"cat {tmp_path / 'lines'}; exec cat >/dev/null")
        with Laboratory(fake, logs=tmp_path) as laboratory:
            end = list(laboratory.run("test-echo", seconds=5))[-1]
        assert end.data == {"arrived": True}
        assert not stray
    finally:
        threading.excepthook = hook
