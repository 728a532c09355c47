"""Times whole commands in turn, so that a ratio holds while the machine's speed drifts."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence


def seconds(command: Sequence[str], **more: object) -> float:
    """Wall-clock seconds of one run of `command`, its output thrown away."""
    start = time.perf_counter()
    subprocess.run(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
        **more,  # type: ignore[call-overload]
    )
    return time.perf_counter() - start


def interleaved(commands: Mapping[str, Sequence[str]], runs: int = 5) -> dict[str, float]:
    """Median seconds of each command over `runs` rounds after a warm-up, one after the other."""
    for command in commands.values():
        seconds(command)
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            times[name].append(seconds(command))
    return {name: statistics.median(values) for name, values in times.items()}
