"""Gives validation, evaluation and prediction the scaling that the training data have."""

from __future__ import annotations

import ast

from assistant.advice.editing import CannotSplice, Editing
from assistant.advice.editors.data import Use, generator_call, in_array, training_use, uses
from assistant.reading.script.findings.scale_steps import scale_steps
from assistant.reading.script.trace_types import Step
from assistant.reading.script.values import Call


def scale_alike(edit: Editing) -> None:
    """Give every other use the division that the training data have."""
    train = training_use(edit)
    trace = edit.facts.tracer.trace(train.pair.x)
    steps = scale_steps(trace)
    call = generator_call(train.pair)
    numbers = [step.detail for step in steps if isinstance(step.detail, (int, float))]
    done: set[str] = set()
    if not steps and not call:
        _unscaled_training(edit, train)
        return
    for use in uses(edit):
        value = use.pair.x
        if use.role == "train" or value is None or scale_steps(edit.facts.tracer.trace(value)):
            continue
        other = generator_call(use.pair)
        if call is not None and other is not None:
            _copy_scaling(edit, call, other)
        elif len(numbers) == 1 and len(steps) == 1 and _plain(trace.steps):
            in_array(edit, use, "{x} / " + _number(numbers[0]), done)
        elif isinstance(steps[0].value, Call) and isinstance(steps[0].detail, tuple):
            in_array(edit, use, _scaler(edit, steps[0].value) + ".transform({x})", done)
        else:
            raise CannotSplice("advice-scaling-unknown")
    if not edit.splices:
        raise CannotSplice("advice-scaling-unknown")


def _unscaled_training(edit: Editing, train: Use) -> None:
    """The other way round: validation is scaled and training is not."""
    done: set[str] = set()
    for use in uses(edit):
        steps = scale_steps(edit.facts.tracer.trace(use.pair.x)) if use.pair.x else []
        numbers = [step.detail for step in steps if isinstance(step.detail, (int, float))]
        if use.role != "train" and len(numbers) == 1:
            in_array(edit, train, "{x} / " + _number(numbers[0]), done)
            return
    raise CannotSplice("advice-scaling-unknown")


def _plain(steps: tuple[Step, ...]) -> bool:
    return not any(step.kind in ("centre", "arithmetic") for step in steps)


def _number(number: float) -> str:
    return f"{number:g}" if number != int(number) else f"{int(number)}.0"


def _scaler(edit: Editing, call: Call) -> str:
    node = call.node
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return edit.text(node.func.value)
    raise CannotSplice("advice-scaling-unknown")


def _copy_scaling(edit: Editing, train: ast.Call, other: ast.Call) -> None:
    for keyword in train.keywords:
        if keyword.arg in ("rescale", "preprocessing_function"):
            edit.set_keyword(other, keyword.arg, edit.text(keyword.value))
