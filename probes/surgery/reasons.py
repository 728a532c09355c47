"""Why a change cannot be tried."""

from __future__ import annotations

from typing import Any

from probes.errors import ProbeError


class NotApplicable(ProbeError):
    """A change has no meaning for this set-up. ``reason`` is the end of a message key."""

    def __init__(self, reason: str, error: str = "", **fields: Any) -> None:
        super().__init__(f"change-{reason}", error, **fields)
