"""The chat in a real pseudo terminal: it leaves it as it was, and paints nothing it should not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("needs a pseudo terminal", allow_module_level=True)

from tests.benchmarks.terminal import Terminal, python

ROOT = str(Path(__file__).resolve().parents[2])
PROGRAM = """
import sys, threading
from assistant.chat.app import run_chat
from tests.chat.fake import STARTED, FakeEngine, made
engine = FakeEngine({"tell": (STARTED,)})
engine.hold = {"tell": threading.Event()}
status = run_chat(made(engine), mouse="--no-mouse" not in sys.argv, language="en")
print("closed" if engine.closed else "open")
sys.exit(status)
"""
WELCOME = "Nothing leaves this machine"


def terminal(*arguments: str, **environment: str) -> Terminal:
    return Terminal([*python(PROGRAM), *arguments], environment=environment, folder=ROOT)


def assert_clean(output: bytes) -> None:
    for mode in (b"?1049l", b"?2004l", b"?25h"):
        assert mode in output
    assert b"closed" in output and b"Traceback" not in output


@pytest.mark.parametrize(
    ("way", "status"), [("keys", 0), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
@pytest.mark.parametrize("busy", [False, True])
def test_every_way_out_leaves_the_terminal_clean(way: object, status: int, busy: bool) -> None:
    with terminal() as chat:
        chat.wait_for("calm-otter")
        if busy:
            chat.write("hello\r")
            chat.wait_for("Learn a tiny batch")
        if isinstance(way, signal.Signals):
            os.kill(chat.process.pid, way)
        else:
            chat.write("\x11")
        assert chat.drain() == status
        assert_clean(bytes(chat.output))
        # A case in which nothing was said is not kept, so there is nothing to go on with.
        last = bytes(chat.output).split(b"?1049l")[-1]
        assert (b"unstuck resume calm-otter" in last) == busy


def test_ctrl_c_in_the_middle_of_a_probe_stops_the_probe_only() -> None:
    with terminal() as chat:
        chat.wait_for("calm-otter")
        chat.write("hello\r")
        chat.wait_for("Learn a tiny batch")
        chat.write("half a word")
        chat.wait_for("half a word")
        chat.write("\x03")
        chat.wait_for("stopped")
        assert chat.process.poll() is None
        time.sleep(0.1)
        chat.write("\x11")
        assert chat.drain() == 0


def test_the_mouse_is_left_to_the_terminal_on_request() -> None:
    for arguments, taken in (((), True), (("--no-mouse",), False)):
        with terminal(*arguments) as chat:
            chat.wait_for("calm-otter")
            assert (b"?1000h" in chat.output) is taken
            chat.write("\x11")
            chat.drain()


def test_no_color_means_no_colour() -> None:
    with terminal(NO_COLOR="1") as chat:
        chat.wait_for("calm-otter")
        assert b"38;2;" not in chat.output and b"48;2;" not in chat.output
        chat.write("\x11")
        chat.drain()


def test_the_first_screen_needs_nothing_heavy() -> None:
    program = "import sys, assistant.chat.app; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert not loaded & {"numpy", "yaml", "rapidfuzz", "h5py", "tensorflow", "keras"}
    assert "assistant.dialogue" not in done.stdout
