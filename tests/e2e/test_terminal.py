"""The real command in a real terminal: nothing foreign on the screen, and a clean one after it."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Iterator

import pytest

pexpect = pytest.importorskip("pexpect")
pyte = pytest.importorskip("pyte")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo terminal on Windows"),
]

COLUMNS, ROWS = 120, 40
#: what TensorFlow, Keras and Python print when nobody stops them
FOREIGN = ("oneDNN", "cuda", "absl", "WARNING", "Traceback", "UserWarning", "cpu_feature", "TF_")
PATIENCE = 240  # seconds; a guard against hanging, no measure


class Terminal:
    """A command on a pseudo terminal, with the screen as a person sees it."""

    def __init__(self, *arguments: str) -> None:
        self.raw = ""
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.Stream(self._screen)
        environment = {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        environment.pop("NO_COLOR", None)
        self.process = pexpect.spawn(
            sys.executable,
            ["-m", "assistant", *arguments],
            dimensions=(ROWS, COLUMNS),
            env=environment,
            encoding="utf-8",
            codec_errors="replace",
            timeout=PATIENCE,
        )

    @property
    def shown(self) -> str:
        return "\n".join(self._screen.display)

    def look(self, seconds: float = 0.3) -> None:
        """Take in what was painted in the meantime."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                text = self.process.read_nonblocking(65536, timeout=0.1)
            except pexpect.TIMEOUT:
                continue
            except pexpect.EOF:
                return
            self.raw += text
            self._stream.feed(text)

    def wait_for(self, pattern: str, keys: str = "") -> None:
        """Look until the screen shows `pattern`, pressing `keys` once in a while."""
        end, pressed = time.monotonic() + PATIENCE, 0.0
        while not re.search(pattern, self.shown):
            assert time.monotonic() < end, f"no {pattern!r} on:\n{self.shown}"
            if keys and time.monotonic() - pressed > 2:
                self.process.send(keys)
                pressed = time.monotonic()
            self.look()

    def end(self, number: int) -> int | None:
        """Send a signal and return the exit status."""
        self.process.kill(number)
        self.look(2.0)
        self.process.wait()
        return self.process.exitstatus if self.process.exitstatus is not None else None


@pytest.fixture
def terminal() -> Iterator[type[Terminal]]:
    made: list[Terminal] = []

    class Kept(Terminal):
        def __init__(self, *arguments: str) -> None:
            super().__init__(*arguments)
            made.append(self)

    yield Kept
    for one in made:
        one.process.close(force=True)


def _is_clean(raw: str) -> bool:
    """The alternate screen was left, the cursor is shown, mouse and paste reports are off."""
    return all(
        raw.rfind(off) > raw.rfind(on)
        for on, off in (
            ("\x1b[?1049h", "\x1b[?1049l"),
            ("\x1b[?25l", "\x1b[?25h"),
            ("\x1b[?1000h", "\x1b[?1000l"),
            ("\x1b[?2004h", "\x1b[?2004l"),
        )
        if on in raw
    )


def test_a_whole_case_by_enter_alone_and_nothing_foreign_on_the_screen(
    terminal: type[Terminal],
) -> None:
    chat = terminal("demo", "seed-2", "--lang", "en")
    chat.wait_for("Enter send")
    chat.wait_for(r"Tried on a copy", keys="\r")
    assert "U004" in chat.raw
    assert [word for word in FOREIGN if word in chat.raw] == []
    assert chat.end(signal.SIGTERM) == 128 + signal.SIGTERM
    assert _is_clean(chat.raw)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_a_clean_terminal(terminal: type[Terminal], number: int) -> None:
    chat = terminal("--lang", "en")
    chat.wait_for("unstuck")
    if number == signal.SIGINT:
        chat.process.send("\x03\x03")
        chat.look(2.0)
        chat.process.wait()
    else:
        assert chat.end(number) == 128 + number
    assert _is_clean(chat.raw)


def test_lines_speak_without_a_single_sequence(terminal: type[Terminal]) -> None:
    chat = terminal("--plain", "--lang", "en")
    chat.wait_for("Type or paste")
    chat.process.send("accuracy stays at 0.25, 4 classes\n")
    chat.wait_for(r"1  yes")
    chat.process.send("/quit\n")
    chat.look(2.0)
    assert "\x1b" not in chat.raw
