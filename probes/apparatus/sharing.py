"""What the looks at the same files have in common, repaired copies among them."""

from __future__ import annotations

from typing import Any

from probes.apparatus.bench import Bench
from probes.apparatus.workshop import Known

#: What a bench opens of the files themselves, before any change.
_OF_FILES = ("archive", "read", "output", "data", "model", "original")


def known_runs(bench: Bench) -> Known:
    """The trainings on these files so far."""
    runs: Known = bench.held.setdefault("runs", {})
    return runs


def share(bench: Any, other: Any) -> None:
    """Give `bench` what `other` has opened of the same files, so that nothing is read again."""
    if not isinstance(bench, Bench) or not isinstance(other, Bench):
        return
    opened = other.__dict__
    bench.__dict__ |= {name: opened[name] for name in _OF_FILES if name in opened}
    bench.held["runs"] = known_runs(other)
