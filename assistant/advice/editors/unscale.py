"""Takes a scaling out that is done twice, or that does not suit a pretrained base."""

from __future__ import annotations

import ast

from assistant.advice.editing import CannotSplice, Editing
from assistant.advice.editors.data import generator_call, uses
from assistant.advice.editors.places import remove_layer
from assistant.reading.script.findings.scale_steps import scale_steps
from assistant.reading.script.setup import Placed
from assistant.reading.script.trace_types import Step
from assistant.reading.script.values import Binary, Call, Tensor


def take_scaling_out(edit: Editing) -> None:
    """Every scaling before the model goes; where there is none, the Rescaling inside it."""
    done = 0
    for use in uses(edit):
        call = generator_call(use.pair)
        if call is not None:
            edit.remove_keyword(call, "rescale")
            done += 1
        elif use.pair.x is not None:
            for step in scale_steps(edit.facts.tracer.trace(use.pair.x)):
                done += remove_step(edit, step)
    if not done:
        _inside(edit)


def _inside(edit: Editing) -> None:
    inside = [placed for placed in edit.setup.placed if placed.record.kind == "Rescaling"]
    if not inside:
        raise CannotSplice("advice-scaling-unknown")
    remove_layer(edit, inside[0])


def remove_step(edit: Editing, step: Step, instead: str | None = None) -> int:
    """Take one scaling step out, or put another expression around its operand.

    Args:
        step: a division of an array, a ``preprocess_input``, a layer called on data.
        instead: template such as ``preprocess_input({x})``; None leaves the operand bare.
    """
    node = step.value.node
    if isinstance(step.value, Binary) and isinstance(node, ast.BinOp):
        operand = node.left if not isinstance(node.left, ast.Constant) else node.right
        text = edit.text(operand)
        edit.replace(node, instead.format(x=text) if instead else text)
        return 1
    if isinstance(step.value, Binary) and isinstance(node, ast.AugAssign):
        name = edit.text(node.target)
        if instead:
            edit.replace(node, f"{name} = {instead.format(x=name)}")
        else:
            edit.remove(node)
        return 1
    if isinstance(step.value, (Call, Tensor)) and isinstance(node, ast.Call) and node.args:
        text = edit.text(node.args[0])
        edit.replace(node, instead.format(x=text) if instead else text)
        return 1
    raise CannotSplice("advice-scaling-unknown")


def replace_layer(edit: Editing, placed: Placed, text: str) -> None:
    """Write another layer in place of one."""
    node = placed.value.node if placed.value is not None else placed.node
    if node is None:
        raise CannotSplice("advice-place-unknown")
    edit.replace(node, text)
