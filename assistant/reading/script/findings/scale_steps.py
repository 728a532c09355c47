"""The steps of a trace that change the range of values."""

from __future__ import annotations

from assistant.reading.script.trace_types import Step, Trace


def scale_steps(trace: Trace) -> list[Step]:
    """The steps that bring values into another range, from the use back."""
    return [step for step in trace.steps if step.kind == "scale"]


def form_of(step: Step) -> object:
    """What a scaling step does, so that two ways of writing it compare equal."""
    if isinstance(step.detail, tuple):
        return step.detail[0]
    if isinstance(step.detail, (int, float)):
        return round(float(step.detail), 3)
    return step.detail


def divides(step: Step) -> bool:
    return isinstance(step.detail, (int, float)) and 100 <= step.detail <= 300


def is_small(scale: object) -> bool:
    return isinstance(scale, (int, float)) and 0 < scale < 0.05
