"""How a probe speaks while it runs: progress, findings, and whether it should stop.

Standard library only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from probes.errors import Cancelled
from probes.finding import Finding
from probes.protocol import EventKind

#: Seconds between two progress messages; the screen gains nothing from more than 10 a second.
PROGRESS_INTERVAL = 0.1

Send = Callable[[EventKind, Mapping[str, Any]], None]


class Reporter:
    """Handed to each probe as its only way to the outside.

    Args:
        send: takes the kind of an event and its data.
        seconds: wall-clock seconds that the job may take from now on.
        cancelled: True once the user has cancelled.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        send: Send,
        seconds: float = float("inf"),
        cancelled: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._send = send
        self._cancelled = cancelled
        self._clock = clock
        self._end = clock() + seconds
        self._next_progress = 0.0
        self._pending: dict[str | None, dict[str, Any]] = {}
        self._shown: dict[str | None, float] = {}

    @property
    def deadline(self) -> float:
        """Seconds left before the process is ended from outside; never below 0."""
        return max(0.0, self._end - self._clock())

    def check(self) -> None:
        """Call once a training step.

        Raises:
            Cancelled: when the user has cancelled.
        """
        if self._cancelled():
            raise Cancelled

    def progress(
        self,
        step: int,
        steps: int,
        loss: float | None = None,
        text: str | None = None,
        arm: str | None = None,
    ) -> None:
        """Say how far the probe is; call it as often as you like.

        Args:
            step: steps done, 0 up to `steps`.
            steps: steps planned at the most.
            loss: the loss at this step; nan and inf are passed on as they are.
            text: message-catalogue key of what is being done.
            arm: which of several runs this is, such as ``before`` or ``after``.
        """
        self._pending[arm] = {"step": step, "steps": steps, "loss": loss, "text": text, "arm": arm}
        now = self._clock()
        if now >= self._next_progress:
            self._next_progress = now + PROGRESS_INTERVAL
            # The arm that has waited longest, so that two arms trained in turn are both seen.
            arm = min(self._pending, key=lambda name: self._shown.get(name, 0.0))
            self._shown[arm] = now
            self._send("progress", self._pending.pop(arm))

    def finding(self, finding: Finding) -> None:
        """Hand over one measured fact."""
        self._send("finding", finding.to_dict())

    def results(self, data: Mapping[str, Any]) -> None:
        """Hand over what the probe has so far; it stands if the job is ended at its time limit."""
        self._send("progress", {"results": data})

    def flush(self) -> None:
        """Send the progress that the rate limit held back."""
        for data in self._pending.values():
            self._send("progress", data)
        self._pending.clear()
