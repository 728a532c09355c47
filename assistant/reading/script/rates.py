"""The learning rate that is in force when training begins, wherever the script sets it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.reading.script.arguments import arguments
from assistant.reading.script.arithmetic import result_of, takes
from assistant.reading.script.frame import Event
from assistant.reading.script.interpreter import Interpreter
from assistant.reading.script.values import Attr, Call, Function, Model, Seq, Value, number_of

_RATE = ("lr", "learning_rate")
_LATER = 20  # the epoch at which a schedule is looked at again


@dataclass(frozen=True)
class LaterRate:
    """A rate that takes the place of the one ``compile`` was given.

    Args:
        rate: the rate; None where the text does not tell it.
        value: what it was read from: the value assigned, or the scheduler callback.
        node: the assignment or call that sets it; None for a callback.
    """

    rate: float | None
    value: Value
    node: ast.AST | None = None


def later_rate(
    assigned: tuple[Assigned, ...],
    model: Model,
    optimizer: Value | None,
    compiled: Event,
    trained: list[Event],
) -> LaterRate | None:
    """What overrides the optimizer's own rate before the first fit; None if nothing does."""
    first = min((fit.order for fit in trained), default=10**9)
    found = [
        (one.order, LaterRate(number_of(one.value), one.value, one.node))
        for one in assigned
        if compiled.order < one.order < first and _is_optimizer(one.optimizer, model, optimizer)
    ]
    for fit in trained[:1]:
        for callback, schedule in schedulers(fit):
            if takes(schedule) == 1:  # of the epoch alone: the optimizer's rate plays no part
                found.append((first, LaterRate(_steady(schedule), callback)))
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _steady(schedule: Function) -> float | None:
    """The rate a schedule begins with; None where it climbs, as in a warm-up or a range test: what
    such a schedule begins with says nothing of the rates to come."""
    begins, goes_on = result_of(schedule, [0]), result_of(schedule, [_LATER])
    climbs = begins is not None and goes_on is not None and goes_on > 2 * begins
    return None if climbs else begins


@dataclass(frozen=True)
class Assigned:
    """A rate given to an optimizer that exists already."""

    order: int
    optimizer: Value
    value: Value
    node: ast.AST


def assigned_rates(run: Interpreter) -> tuple[Assigned, ...]:
    """``model.optimizer.learning_rate = r``, ``K.set_value(model.optimizer.lr, r)``, ``assign``."""
    found: list[Assigned] = []
    for event in run.events:
        if event.kind == "set-rate" and not event.conditional and event.value is not None:
            found.append(Assigned(event.order, event.target, event.value, event.node))
    for call in run.calls:
        if call.path == "keras.backend.set_value" and len(call.args) == 2:
            target, value = call.args
        elif call.path == ".assign" and call.args and call.receiver is not None:
            target, value = call.receiver, call.args[0]
        else:
            continue
        if isinstance(target, Attr) and target.name in _RATE and call.node is not None:
            found.append(Assigned(call.order, target.base, value, call.node))
    return tuple(found)


def _is_optimizer(value: Value, model: Model, optimizer: Value | None) -> bool:
    if isinstance(value, Attr) and value.name == "optimizer":
        return value.base is model
    return optimizer is not None and value is optimizer


def schedulers(fit: Event) -> Iterator[tuple[Call, Function]]:
    """The ``LearningRateScheduler`` callbacks of a fit, each with the script's own function."""
    given = arguments(fit).get("callbacks")
    items = given.items if isinstance(given, Seq) else [given] if given is not None else []
    for callback in items:
        if isinstance(callback, Call) and callback.last == "LearningRateScheduler":
            schedule = callback.arg("schedule", 0)
            if isinstance(schedule, Function):
                yield callback, schedule
