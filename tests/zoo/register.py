"""The register of faulty networks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probes.change import Change
from tests.zoo.case import Faulty, Made

FAULTY: dict[str, Faulty] = {}
Build = Callable[[int, bool], Made]
SPARSE = "sparse_categorical_crossentropy"


def faulty(cause: str, *finds: str, repair: tuple[Change, ...] = ()) -> Callable[[Build], Build]:
    """Register a builder of a network with `cause`, which shows `finds`."""

    def register(build: Build) -> Build:
        name = build.__name__.replace("_", "-")
        FAULTY[name] = Faulty(name, cause, build, frozenset(finds), repair)
        return build

    return register


def change(op: str, **args: Any) -> Change:
    return Change(op, args)
