"""Native crashes: one more try without oneDNN, then a plain word."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.laboratory import Laboratory
from probes.protocol import Event

pytestmark = pytest.mark.slow

Make = Callable[..., Laboratory]


def kinds(events: list[Event]) -> list[str]:
    return [e.kind for e in events if e.kind != "progress"]


def test_crash_is_tried_again_without_onednn(new_laboratory: Make, mode: str) -> None:
    laboratory = new_laboratory(mode)
    events = list(laboratory.run("test-segfault-with-onednn"))
    assert kinds(events) == ["finding", "done"], "the finding of the first try must not come twice"
    assert events[-1].data["survived"] is True
    assert events[-1].data["onednn"] is False
    assert "retrying-after-crash" in [e.data.get("text") for e in events]
    again = list(laboratory.run("test-segfault-with-onednn"))
    assert kinds(again) == ["finding", "done"]
    assert "retrying-after-crash" not in [e.data.get("text") for e in again]


@pytest.mark.parametrize("probe", ["test-segfault", "test-abort"])
def test_crash_that_comes_back_is_reported(new_laboratory: Make, mode: str, probe: str) -> None:
    if mode != "fork" and probe == "test-abort":
        pytest.skip("two imports of TensorFlow, and the signal makes no difference here")
    laboratory = new_laboratory(mode)
    events = list(laboratory.run(probe))
    assert events[-1].kind == "failed"
    assert events[-1].data["reason"] == "tensorflow-crashed"
    assert events[-1].data["signal"] in ("SIGSEGV", "SIGABRT")
    echo = list(laboratory.run("test-echo"))[-1]
    assert echo.kind == "done"
    assert "TF_ENABLE_ONEDNN_OPTS" not in echo.data["environment"]


def test_a_convolution_that_brings_onednn_down(new_laboratory: Make, mode: str) -> None:
    """Whether or not this TensorFlow has the fault, the loss comes back."""
    end = list(new_laboratory(mode).run("test-conv-segfault", seconds=60))[-1]
    assert end.kind == "done"
    assert end.data["loss"] > 0


@pytest.mark.parametrize("victim", [0, -1])
def test_kill_9_in_the_middle_of_a_job(new_laboratory: Make, mode: str, victim: int) -> None:
    laboratory = new_laboratory(mode)
    for event in laboratory.run("test-polite"):
        if event.data.get("step"):
            os.kill(laboratory.pids[victim], signal.SIGKILL)
    assert event.kind == "failed"
    assert event.data["reason"] == "process-killed"
    assert event.data["signal"] == "SIGKILL"
    assert list(laboratory.run("test-echo"))[-1].kind == "done"


def test_kill_9_while_tensorflow_is_imported(new_laboratory: Make, mode: str) -> None:
    laboratory = new_laboratory(mode)
    laboratory.start()
    while not laboratory.pids:
        time.sleep(0.01)
    time.sleep(0.3)
    assert not laboratory.ready
    os.kill(laboratory.pids[0], signal.SIGKILL)
    assert list(laboratory.run("test-echo"))[-1].kind == "done"


def test_kill_9_while_nothing_runs(new_laboratory: Make, mode: str) -> None:
    laboratory = new_laboratory(mode)
    assert list(laboratory.run("test-echo"))[-1].kind == "done"
    for pid in laboratory.pids:
        os.kill(pid, signal.SIGKILL)
    assert list(laboratory.run("test-echo"))[-1].kind == "done"


def test_temporary_files_go_with_the_process(new_laboratory: Make, mode: str) -> None:
    laboratory = new_laboratory(mode)
    name = Path(list(laboratory.run("test-litter"))[-1].data["name"])
    assert name.exists()
    laboratory.close()
    assert not name.parent.exists() and name.parent != Path(tempfile.gettempdir())
