"""Editors of the labels: their form and their range."""

from __future__ import annotations

import ast
from dataclasses import replace

from assistant.advice.editing import CannotSplice, Editing
from assistant.advice.editors.data import Place, Use, array_of, place_for, put, uses
from assistant.advice.editors.generators import set_source_argument
from assistant.advice.imports import use as use_path
from assistant.reading.script.outputs import entry_node, entry_value
from assistant.reading.script.trace_types import Step
from assistant.reading.script.values import Call
from probes.change import Change

_MODES = {"integers": ("sparse", "int"), "one-hot": ("categorical", "categorical")}


def convert_labels(edit: Editing, change: Change) -> None:
    """Labels of training, validation and evaluation in another form, all in the same way."""
    to = str(change.args.get("to"))
    used = [_of_output(edit, use) for use in uses(edit) if use.role != "prediction"]
    if not used:
        raise CannotSplice("advice-no-fit")
    done: dict[str, Place] = {}
    encoded: set[int] = set()
    for use in used:
        source = use.pair.source
        if source is not None and use.pair.y is None:
            _in_source(edit, use, to)
            continue
        step = _encoding(edit, use)
        if step is not None and to in ("integers", "one-hot"):
            _recode(edit, step, to, encoded)
            continue
        _in_array(edit, use, to, done)
    if not edit.splices:
        raise CannotSplice("advice-labels-unknown")


def _of_output(edit: Editing, use: Use) -> Use:
    """The same use with the labels of the output the case is about, of a model with several."""
    if edit.output is None or use.pair.y is None:
        return use
    name, place = edit.output
    value = entry_value(use.pair.y, name, place)
    several = use.pair.y.node if value is not use.pair.y else use.y
    if value is None or value is use.pair.y:
        raise CannotSplice("advice-labels-unknown")
    own = entry_node(several, name, place)
    return replace(use, pair=replace(use.pair, y=value), y=own)


def _in_source(edit: Editing, use: Use, to: str) -> None:
    """A directory generator makes the labels: its mode."""
    source = use.pair.source
    if source is None or to not in _MODES:
        raise CannotSplice("advice-labels-unknown")
    directory = source.last.endswith("dataset_from_directory")
    name = "label_mode" if directory else "class_mode"
    set_source_argument(edit, source, name, _MODES[to][1 if directory else 0])


def _encoding(edit: Editing, use: Use) -> Step | None:
    """The ``to_categorical`` (or argmax) that the script applies already."""
    if use.pair.y is None:
        return None
    return edit.facts.tracer.trace(use.pair.y).first("one-hot")


def _recode(edit: Editing, step: Step, to: str, done: set[int]) -> None:
    """Take a one-hot encoding out; there is nothing to do when it is wanted."""
    node = step.value.node
    if to == "one-hot" or node is None or id(node) in done:
        return
    done.add(id(node))
    if not isinstance(step.value, Call) or not isinstance(node, ast.Call) or not node.args:
        raise CannotSplice("advice-labels-unknown")
    statement = edit.statement(node)
    inner = edit.text(node.args[0])
    if isinstance(statement, ast.Assign) and statement.value is node:
        target = statement.targets[0]
        if isinstance(target, ast.Name) and target.id == inner:
            edit.remove(statement)
            return
    edit.replace(node, inner)


def _in_array(edit: Editing, use: Use, to: str, done: dict[str, Place]) -> None:
    name = array_of(use.y)
    if name is None:
        raise CannotSplice("advice-labels-unknown")
    if name in done:
        return
    lines = _lines(edit, name, to, first=not done)
    place = place_for(edit, name, _at_labels(use))
    start = next(iter(done.values()), place)  # the figures of the training labels come first
    place = place if place.line > start.line else start
    done[name] = place
    put(edit, place, lines)


def _at_labels(use: Use) -> Use:
    """The same use, with the labels in the place of the inputs."""
    return Use(use.role, use.event, use.pair, use.y, use.y)


def _lines(edit: Editing, name: str, to: str, *, first: bool) -> list[str]:
    simple = {
        "from-zero": f"{name} = {name} - {name}.min()",
        "divide-255": f"{name} = {name} / 255.0",
        "float-column": f"{name} = {name}.astype({edit.style.quote('float32')}).reshape(-1, 1)",
    }
    if to in simple:
        return [simple[to]]
    if to == "integers":
        return [f"{name} = {use_path(edit, 'numpy')}.argmax({name}, axis=-1)"]
    if to == "one-hot":
        encode = use_path(edit, "keras.utils.to_categorical")
        count = edit.known("class-count")
        classes = f", {int(count)}" if isinstance(count, (int, float)) else ""
        return [f"{name} = {encode}({name}{classes})"]
    if to == "zero-one":
        head = [f"y_low, y_high = {name}.min(), {name}.max()"] if first else []
        return [*head, f"{name} = ({name} - y_low) / (y_high - y_low)"]
    if to == "standardised":
        head = [f"y_mean, y_std = {name}.mean(), {name}.std()"] if first else []
        return [*head, f"{name} = ({name} - y_mean) / y_std"]
    raise CannotSplice("advice-argument-unusable")
