"""Copying that works somewhere: the terminal (OSC 52), then a tool of the platform, always a file.

No terminal says whether it took an OSC 52 sequence, so the file is written in any case and its
path is shown.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.chat.text import clean

#: Terminals cut longer sequences off, and half a report is worse than none (xterm: about 100 kB).
OSC52_LIMIT = 74_000
_TOOL_SECONDS = 2.0


@dataclass(frozen=True)
class Copied:
    """What was done: names of the ways that were tried with success, and the file."""

    ways: tuple[str, ...]
    path: Path | None


def osc52(text: str, environment: Mapping[str, str]) -> str:
    """The escape sequence that hands `text` to the terminal; empty when it is too long.

    Inside tmux it is wrapped so that tmux passes it on; GNU screen needs its own wrapping.
    """
    encoded = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    if len(encoded) > OSC52_LIMIT:
        return ""
    sequence = f"\x1b]52;c;{encoded}\a"
    if environment.get("TMUX"):
        return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if environment.get("TERM", "").startswith("screen"):
        return f"\x1bP{sequence}\x1b\\"
    return sequence


def tool_command(
    environment: Mapping[str, str], find: Callable[[str], str | None] = shutil.which
) -> list[str] | None:
    """The copy program of this platform, if it can work here."""
    choices: list[tuple[bool, list[str]]] = [
        (sys.platform == "darwin", ["pbcopy"]),
        (bool(environment.get("WAYLAND_DISPLAY")), ["wl-copy"]),
        (bool(environment.get("DISPLAY")), ["xclip", "-selection", "clipboard"]),
        (bool(environment.get("DISPLAY")), ["xsel", "--clipboard", "--input"]),
        (sys.platform == "win32" or "WSL_DISTRO_NAME" in environment, ["clip.exe"]),
    ]
    for fits, command in choices:
        if fits and (found := find(command[0])):
            return [found, *command[1:]]
    return None


def copy(text: str, name: str, folder: Path, send: Callable[[str], None] | None = None) -> Copied:
    """Copy `text` by every way there is. May take two seconds: call it from a thread.

    Args:
        name: file name to write to, below `folder`.
        send: writes an escape sequence to the terminal; None when there is none.
    """
    text = text.encode("utf-8", "replace").decode("utf-8")
    ways = []
    sequence = osc52(text, os.environ)
    if send is not None and sequence:
        send(sequence)
        ways.append("terminal")
    command = tool_command(os.environ)
    if command and _run_tool(command, text):
        ways.append(Path(command[0]).stem)
    return Copied(tuple(ways), write_file(text, name, folder))


def write_file(text: str, name: str, folder: Path) -> Path | None:
    """Write `text` below `folder`, readable by this user alone; None when that is impossible."""
    path = folder / clean(name).replace("/", "-")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
    except OSError:
        return None
    return path


def _run_tool(command: list[str], text: str) -> bool:
    # clip.exe reads UTF-16 with its mark; the others read UTF-8.
    data = text.encode("utf-16" if command[0].endswith("clip.exe") else "utf-8")
    try:
        done = subprocess.run(
            command,
            input=data,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_TOOL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0
