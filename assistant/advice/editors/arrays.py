"""Editors of arrays on their way to the model: division, missing values, order of axes."""

from __future__ import annotations

import ast

from assistant.advice.editing import CannotSplice, Editing
from assistant.advice.editors.data import array_of, before_fit, put_lines, training_use
from assistant.advice.imports import use as use_path
from assistant.advice.text import Splice
from assistant.reading.script.values import Binary, Call
from probes.change import Change

#: how axes have moved, by the places of the old axes in the new shape
_CHANNELS_LAST, _CHANNELS_FIRST, _STEPS_FIRST = "(0, 2, 3, 1)", "(0, 3, 1, 2)", "(0, 2, 1)"


def true_division(edit: Editing, change: Change) -> None:
    """``//`` becomes ``/``; a cast to whole numbers behind a division becomes one to float."""
    for value in edit.facts.anchors.get("integer-division-of-inputs", []):
        node = value.node
        if isinstance(value, Binary) and isinstance(node, ast.BinOp):
            _divide(edit, edit.source.span(node.left)[1], edit.source.span(node.right)[0])
        elif isinstance(value, Binary) and isinstance(node, ast.AugAssign):
            name = edit.text(node.target)
            edit.replace(node, f"{name} = {name} / {edit.text(node.value)}")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            edit.replace(node.args[0], _float_like(edit, node.args[0]))
    if not edit.splices:
        raise CannotSplice("advice-place-unknown")


def _divide(edit: Editing, start: int, end: int) -> None:
    at = start + edit.source.code[start:end].index("//")
    edit.splices.append(Splice(at, at + 2, "/"))


def _float_like(edit: Editing, given: ast.expr) -> str:
    if isinstance(given, ast.Attribute):
        return f"{edit.text(given.value)}.float32"
    return edit.style.quote("float32", like=given)


def fill_missing(edit: Editing, change: Change) -> None:
    """Rows with missing values dropped, or the values set to zero, before fit uses them."""
    train = training_use(edit)
    x, y = array_of(train.x), array_of(train.y)
    if x is None or train.pair.form != "arrays":
        raise CannotSplice("advice-inputs-unknown")
    numpy = use_path(edit, "numpy")
    if change.args.get("how") == "zero":
        line = f"{x} = {numpy}.nan_to_num({x}, nan=0.0, posinf=0.0, neginf=0.0)"
        put_lines(edit, x, train, [line])
        return
    if y is None:
        raise CannotSplice("advice-labels-unknown")
    flat = x if len(edit.setup.network.input_shape or ()) == 1 else f"{x}.reshape(len({x}), -1)"
    complete = edit.free("complete")
    edit.insert_before(
        before_fit(edit, train, x, y),
        f"{complete} = {numpy}.isfinite({flat}).all(axis=1)",
        f"{x}, {y} = {x}[{complete}], {y}[{complete}]",
    )


def move_axes(edit: Editing, change: Change) -> None:
    """A ``reshape`` that was meant to move axes becomes a transpose, which takes them along."""
    for value, before, after in edit.facts.anchors.get("reshape-moves-axes", []):
        if isinstance(value, Call) and isinstance(value.node, ast.Call):
            axes = _axes(before, after)
            edit.replace(value.node, f"{_array(edit, value, value.node)}.transpose{axes}")
            return
    raise CannotSplice("advice-place-unknown")


def _array(edit: Editing, value: Call, node: ast.Call) -> str:
    if value.path.startswith(".") and isinstance(node.func, ast.Attribute):
        return edit.text(node.func.value)
    return edit.text(node.args[0])


def _axes(before: tuple[object, ...], after: tuple[object, ...]) -> str:
    if len(before) == 3:
        return _STEPS_FIRST
    if len(before) == 4 and after[3] == before[1]:
        return _CHANNELS_LAST
    if len(before) == 4 and after[1] == before[3]:
        return _CHANNELS_FIRST
    raise CannotSplice("advice-axes-unknown")
