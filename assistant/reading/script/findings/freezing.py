"""Findings about frozen parts and the order of freezing and compiling."""

from __future__ import annotations

from assistant.reading.script.findings.facts import Facts
from assistant.reading.script.frame import Event
from assistant.reading.script.setup import Setup
from assistant.reading.script.trainable import contains
from assistant.reading.script.values import Const, Member, Model
from probes.network.graph import is_weighted


def find(facts: Facts) -> None:
    """Trainable flags that change between a compile and its fit."""
    changes = [event for event in facts.run.events if event.kind == "trainable"]
    compiled = [setup for setup in facts.setups if setup.compiled]
    for setup in compiled:
        _changed_after(facts, setup, changes, compiled)
    if facts.main and facts.main.compiled:
        at = changes[0].node if changes else None
        facts.add("base-frozen-before-compile-only", False, None, at)
        facts.add("compiled-while-frozen", False, None, at)


def _changed_after(facts: Facts, setup: Setup, changes: list[Event], compiled: list[Setup]) -> None:
    compile_event = setup.compiled
    if compile_event is None:
        return
    ends = [
        other.compiled.order
        for other in compiled
        if other.model is setup.model and other.compiled
        and other.compiled.order > compile_event.order
    ]  # fmt: skip
    end = min(ends, default=10**9)
    fits = [fit.order for fit in setup.trained]
    for change in changes:
        if not compile_event.order < change.order < end or not _concerns(setup.model, change):
            continue
        if not any(fit > change.order for fit in fits):
            continue
        if _belongs_to_another(change, setup, compiled):
            continue
        unfrozen = isinstance(change.value, Const) and bool(change.value.value)
        anchor = (setup, change)
        facts.add(
            "base-frozen-before-compile-only", True, None, change.node, anchor, unfrozen=unfrozen
        )
        if unfrozen and not _any_trainable(setup):
            facts.add("compiled-while-frozen", True, None, compile_event.node, anchor)


def _concerns(model: Model, change: Event) -> bool:
    target = change.target.model if isinstance(change.target, Member) else change.target
    return target is model or contains(model, target)


def _belongs_to_another(change: Event, setup: Setup, compiled: list[Setup]) -> bool:
    """A part frozen for a model around it that is compiled later, as a GAN does."""
    return any(
        other.model is not setup.model
        and other.compiled is not None
        and other.compiled.order > change.order
        and contains(other.model, setup.model)
        for other in compiled
    )


def _any_trainable(setup: Setup) -> bool:
    """Whether a layer with weights, or a base whose layers are not shown, could learn."""
    return any(
        placed.record.trainable
        for placed in setup.placed
        if is_weighted(placed.record)
        or (isinstance(placed.value, Model) and placed.value.kind in ("Base", "Loaded"))
    )
