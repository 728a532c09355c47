"""Copying by every way there is."""

from __future__ import annotations

import base64
import stat
import sys
from pathlib import Path

import pytest

from assistant.chat import clipboard
from assistant.chat.clipboard import OSC52_LIMIT, copy, osc52, tool_command


def payload(sequence: str) -> str:
    encoded = sequence.split(";c;")[1].split("\a")[0]
    return base64.b64decode(encoded).decode()


def test_the_sequence_carries_the_text() -> None:
    assert payload(osc52("损失 [nan]", {})) == "损失 [nan]"


def test_tmux_and_screen_pass_it_on() -> None:
    wrapped = osc52("x", {"TMUX": "yes"})
    assert wrapped.startswith("\x1bPtmux;\x1b\x1b]52") and wrapped.endswith("\x1b\\")
    assert osc52("x", {"TERM": "screen-256color"}).startswith("\x1bP\x1b]52")


def test_a_text_too_long_for_a_terminal_is_not_cut() -> None:
    assert osc52("x" * OSC52_LIMIT, {}) == ""


@pytest.mark.skipif(sys.platform != "linux", reason="the choice of tools differs by platform")
def test_the_tool_of_the_platform() -> None:
    def find(name: str) -> str | None:
        return f"/bin/{name}" if name in ("wl-copy", "xclip", "xsel") else None

    assert tool_command({}, find) is None
    assert tool_command({"WAYLAND_DISPLAY": "wayland-0"}, find) == ["/bin/wl-copy"]
    assert tool_command({"DISPLAY": ":0"}, find) == ["/bin/xclip", "-selection", "clipboard"]
    assert tool_command({"DISPLAY": ":0"}, lambda name: None) is None


def test_a_file_is_always_written_for_this_user_alone(tmp_path: Path) -> None:
    sent: list[str] = []
    done = copy("the \udc80 diff", "case/U004.diff", tmp_path / "copies", sent.append)
    assert done.ways[0] == "terminal" and payload(sent[0]) == "the ? diff"
    assert done.path is not None and done.path.read_text(encoding="utf-8") == "the ? diff"
    assert done.path.name == "case-U004.diff"
    if sys.platform != "win32":
        assert stat.S_IMODE(done.path.stat().st_mode) & 0o077 == 0


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    assert copy("x", "y", blocked / "below").path is None


def test_a_tool_that_fails_or_hangs_is_not_counted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for body, counts in (("exit 3", False), ("sleep 9", False), ("cat > got", True)):
        tool = tmp_path / "tool"
        tool.write_text(f"#!/bin/sh\n{body}\n")
        tool.chmod(0o755)
        monkeypatch.setattr(clipboard, "tool_command", lambda _, path=tool: [str(path)])
        monkeypatch.setattr(clipboard, "_TOOL_SECONDS", 0.5)
        assert ("tool" in copy("损失", "n", tmp_path / "c").ways) is counts, body
    assert Path("got").read_text(encoding="utf-8") == "损失"
