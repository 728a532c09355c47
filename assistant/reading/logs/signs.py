"""What a signature hands back: a finding about one run, and how sure the figures make it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from assistant.reading.logs.series import Series
from probes.finding import Finding, Scalar


class Grade(IntEnum):
    """How far the figures alone settle a sign."""

    LOOKED = 0  # looked for and not there
    HINT = 1  # has harmless readings too
    STRONG = 2  # seldom seen on a healthy run
    PROOF = 3  # arithmetic that leaves no other reading


@dataclass(frozen=True)
class Sign:
    """A finding about one run, with its grade."""

    finding: Finding
    grade: Grade


def seen(
    id_: str, grade: Grade, value: Scalar, of: Series, at: int = -1, /, **details: Any
) -> Sign:
    """The sign is there: `value` was measured on the series `of`, at its entry `at`."""
    line = of.lines[at] if of.lines else None
    known = {name: detail for name, detail in details.items() if detail is not None}
    rounded = round(value, 6) if isinstance(value, float) and abs(value) < 1e6 else value
    return Sign(
        Finding(id_, True, rounded, "log", of.quote(), line, known),
        grade,
    )


def absent(id_: str, of: Series) -> Sign:
    """Looked for over a run long enough to show it, and not there."""
    line = of.lines[-1] if of.lines else None
    return Sign(Finding(id_, False, None, "log", of.quote(), line), Grade.LOOKED)
