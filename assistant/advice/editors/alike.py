"""Gives validation, evaluation and prediction the scaling that the training data have."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.advice.editing import CannotSplice, Editing
from assistant.advice.editors.data import (
    Use,
    generator_call,
    in_array,
    outermost,
    training_use,
    uses,
)
from assistant.reading.script.findings.scale_steps import scale_steps
from assistant.reading.script.trace_types import Step, Trace
from assistant.reading.script.values import Binary, Call, Const

_SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}
_SCALING = ("scale", "centre", "arithmetic")
#: what may stand between the source of the data and the model besides the scaling
_HARMLESS = ("shuffle", "head", "tail", "split", "reshape", "move-axes", "batch")
_STATISTICS = frozenset({"mean", "std", "min", "max", "var", "median", "ptp"})
_PLAIN_PARTS = (ast.BinOp, ast.UnaryOp, ast.Name, ast.Constant, ast.operator, ast.unaryop, ast.Load)


@dataclass(frozen=True)
class _Formula:
    """A template for other data, and the figures in it that need a name before it is used."""

    text: str
    bindings: Mapping[str, ast.expr]

    def bind(self, edit: Editing) -> None:
        for name, figure in self.bindings.items():
            edit.insert_before(outermost(edit, figure), f"{name} = {edit.text(figure)}")


def scale_alike(edit: Editing) -> None:
    """Give every other use the scaling that the training data have."""
    train = training_use(edit)
    trace = edit.facts.tracer.trace(train.pair.x)
    steps = scale_steps(trace)
    call = generator_call(train.pair)
    numbers = [step.detail for step in steps if isinstance(step.detail, (int, float))]
    formula = _formula(edit, trace)
    scaled = _last_statement(edit, steps)
    repeated: _Formula | None = None
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
            template = _scaler(edit, steps[0].value) + ".transform({x})"
            in_array(edit, use, template, done, scaled)
        elif formula is not None:
            in_array(edit, use, formula.text, done, scaled)
            repeated = formula
        else:
            raise CannotSplice("advice-scaling-unknown")
    if not edit.splices:
        raise CannotSplice("advice-scaling-unknown")
    if repeated is not None:
        repeated.bind(edit)


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


def _formula(edit: Editing, trace: Trace) -> _Formula | None:
    """What the training data go through, for other data: ``({x} - mean) / std``.

    A figure that is worked out on the spot, as in ``x - x.mean()``, gets a name first: taken from
    other data it would be another figure. None where that cannot be done.
    """
    text, bindings = "{x}", dict[str, ast.expr]()
    for step in reversed(trace.steps):
        if step.kind in _HARMLESS:
            continue
        part = _operation(step) if step.kind in _SCALING else None
        figure = _figure(edit, part[1], bindings) if part is not None else None
        if part is None or figure is None:
            return None
        text = f"{text if text == '{x}' else f'({text})'} {part[0]} {figure}"
    return _Formula(text, bindings) if text != "{x}" else None


def _operation(step: Step) -> tuple[str, ast.expr] | None:
    """Sign and second operand of one step of arithmetic; None where the data are the second."""
    node = step.value.node
    if isinstance(node, ast.BinOp) and isinstance(step.value, Binary):
        operator, operand = node.op, node.right
    elif isinstance(node, ast.AugAssign):
        operator, operand = node.op, node.value
    else:
        return None
    turned = isinstance(step.value, Binary) and isinstance(step.value.left, Const)
    sign = _SIGNS.get(type(operator))
    return (sign, operand) if sign is not None and not turned else None


def _figure(edit: Editing, operand: ast.expr, bindings: dict[str, ast.expr]) -> str | None:
    """How a figure is called further down; a statistic of the data is put into `bindings`."""
    if isinstance(operand, (ast.Name, ast.Constant)):
        return edit.text(operand)
    parts = list(ast.walk(operand))
    if all(isinstance(part, _PLAIN_PARTS) for part in parts):
        return f"({edit.text(operand)})"
    called = [part.func for part in parts if isinstance(part, ast.Call)]
    words = [func.attr for func in called if isinstance(func, ast.Attribute)]
    if not words or len(words) < len(called) or not set(words) <= _STATISTICS:
        return None
    name = edit.free("_".join(("train", *dict.fromkeys(words))))
    bindings[name] = operand
    return name


def _last_statement(edit: Editing, steps: list[Step]) -> ast.stmt | None:
    """The statement that scales the training data; what it uses has a value behind it."""
    nodes = [step.value.node for step in steps if step.value.node is not None]
    return (
        outermost(edit, max(nodes, key=lambda node: getattr(node, "lineno", 0))) if nodes else None
    )


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
