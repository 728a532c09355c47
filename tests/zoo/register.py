"""The registers of healthy and faulty networks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probes.change import Change
from tests.zoo.case import Faulty, Healthy, Made

HEALTHY: dict[str, Healthy] = {}
FAULTY: dict[str, Faulty] = {}
Build = Callable[[int, bool], Made]
SPARSE = "sparse_categorical_crossentropy"


def healthy(*hints: str) -> Callable[[Callable[[int], Made]], Callable[[int], Made]]:
    """Register a builder of a network that learns; `hints` are true of it and no fault."""

    def register(build: Callable[[int], Made]) -> Callable[[int], Made]:
        name = build.__name__.replace("_", "-")
        HEALTHY[name] = Healthy(name, build, frozenset(hints))
        return build

    return register


def faulty(
    cause: str, *finds: str, repair: tuple[Change, ...] = (), also: tuple[str, ...] = ()
) -> Callable[[Build], Build]:
    """Register a builder of a network with `cause`, which shows `finds` (see `Faulty`)."""

    def register(build: Build) -> Build:
        name = build.__name__.replace("_", "-")
        FAULTY[name] = Faulty(name, cause, build, frozenset(finds), repair, also=frozenset(also))
        return build

    return register


def double(cause: str, second: str) -> Callable[[Build], Build]:
    """Register a builder of a network with two faults, in the order to fix."""

    def register(build: Build) -> Build:
        name = build.__name__.replace("_", "-")
        FAULTY[name] = Faulty(name, cause, build, frozenset(), second=second)
        return build

    return register


def change(op: str, **args: Any) -> Change:
    return Change(op, args)
