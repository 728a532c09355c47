"""Environments for laboratories on fake probes, and a look at the processes they leave behind."""

from __future__ import annotations

import os
import sys
import time
import uuid
from contextlib import suppress
from pathlib import Path

FAKE_PROBES = Path(__file__).with_name("fake_probes.py")
MODES = ["fork", "spawn"] if sys.platform.startswith("linux") else ["spawn"]


def variables(mode: str) -> dict[str, str]:
    """Environment of a laboratory on the fake probes; the mark is found again by `survivors`."""
    return {
        "UNSTUCK_PROBES_FILE": str(FAKE_PROBES),
        "UNSTUCK_NO_FORK": "1" if mode == "spawn" else "0",
        "UNSTUCK_TEST_MARK": uuid.uuid4().hex,
    }


def survivors(mark: str, patience: float = 5.0) -> list[int]:
    """Processes with that mark in their environment that are left after `patience` seconds.

    Without /proc there is no telling, and none is found.
    """
    end = time.monotonic() + patience
    while (found := _marked(mark)) and time.monotonic() < end:
        time.sleep(0.02)
    return found


def _marked(mark: str) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        if int(folder.name) == os.getpid():
            continue
        with suppress(OSError):
            if mark.encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
    return found
