"""Editor of the scale of the inputs."""

from __future__ import annotations

import ast

from assistant.advice.editing import CannotSplice, Editing
from assistant.advice.editors.alike import scale_alike
from assistant.advice.editors.arrays import true_division
from assistant.advice.editors.data import (
    Use,
    array_of,
    generator_call,
    give_name,
    in_array,
    place_for,
    put,
    put_lines,
    uses,
)
from assistant.advice.editors.unscale import take_scaling_out
from assistant.reading.script.findings.scale_steps import scale_steps
from probes.change import Change

_PIXELS = {"divide-255": "{x} / 255.0", "minus-one-to-one": "{x} / 127.5 - 1.0"}
_RESCALE = {"divide-255": "1./255", "minus-one-to-one": "1./127.5"}


def scale_inputs(edit: Editing, change: Change) -> None:
    """Bring the inputs of training, validation and prediction into range, all in the same way."""
    how = str(change.args.get("how"))
    if how == "none":
        take_scaling_out(edit)
    elif how == "as-training":
        scale_alike(edit)
    elif how == "divide-255" and edit.reading.present("integer-division-of-inputs"):
        true_division(edit, change)  # the division is there, and loses everything behind the point
    elif how in _PIXELS:
        _pixels(edit, how)
    elif how in ("standardise-features", "standardise-samples"):
        _standardise(edit, per_sample=how.endswith("samples"))
    else:
        raise CannotSplice("advice-argument-unusable")


def _unscaled_uses(edit: Editing) -> list[Use]:
    """Uses whose data were not scaled yet, training first."""
    found = []
    for use in uses(edit):
        value = use.pair.x
        if value is not None and not scale_steps(edit.facts.tracer.trace(value)):
            found.append(use)
    if not found:
        raise CannotSplice("advice-inputs-unknown")
    return found


def _pixels(edit: Editing, how: str) -> None:
    done: set[str] = set()
    for use in _unscaled_uses(edit):
        call = generator_call(use.pair)
        if call is not None:
            _in_generator(edit, call, how)
        elif use.pair.form == "dataset" or use.pair.form == "own":
            _in_dataset(edit, use, how, done)
        else:
            in_array(edit, use, _PIXELS[how], done)


def _in_generator(edit: Editing, call: ast.Call, how: str) -> None:
    if how == "divide-255":
        edit.set_keyword(call, "rescale", _RESCALE[how])
    else:
        edit.set_keyword(call, "preprocessing_function", "lambda image: image / 127.5 - 1.0")


def _in_dataset(edit: Editing, use: Use, how: str, done: set[str]) -> None:
    name = array_of(use.x)
    if name is None or use.pair.form != "dataset":
        raise CannotSplice("advice-inputs-unknown")
    if name in done:
        return
    done.add(name)
    scaled = _PIXELS[how].format(x="x")
    put_lines(edit, name, use, [f"{name} = {name}.map(lambda x, y: ({scaled}, y))"])


def _standardise(edit: Editing, *, per_sample: bool) -> None:
    """Zero mean and unit spread: per feature by the training data, or inside each sample."""
    found = [use for use in _unscaled_uses(edit) if use.pair.form in ("arrays", "unknown")]
    train = next((use for use in found if use.role == "train"), None)
    if train is None:
        raise CannotSplice("advice-inputs-unknown")
    bound: dict[str, list[str]] = {}  # the names of what stood as an expression, and their lines
    first = _name(edit, train, bound)
    start = place_for(edit, first, train)
    done: set[str] = set()
    for use in found:
        name = first if use is train else _name(edit, use, bound)
        if name in done:
            continue
        done.add(name)
        place = place_for(edit, name, use)
        before = bound.get(name, [])
        if per_sample:
            put(edit, place, [*before, *_per_sample(edit, name)])
        else:  # the figures of the training data come first
            later = place if place.line > start.line else start
            put(edit, later, [*before, *_per_feature(edit, name, first)])
        if not place.shown and not before:
            edit.ask("inputs-scaled")


def _name(edit: Editing, use: Use, bound: dict[str, list[str]]) -> str:
    name = array_of(use.x)
    if name is None:
        name, line = give_name(edit, use)
        bound[name] = [line]
    return name


def _per_feature(edit: Editing, name: str, train: str) -> list[str]:
    lines = []
    if name == train:
        axes = _feature_axes(edit)
        lines += [
            f"x_mean = {train}.mean(axis={axes})",
            f"x_std = {train}.std(axis={axes}) + 1e-7",
        ]
    return [*lines, f"{name} = ({name} - x_mean) / x_std"]


def _feature_axes(edit: Editing) -> str:
    """All axes but the last one: features of a table, channels of an image, columns of a series."""
    shape = edit.setup.network.input_shape
    rank = len(shape) + 1 if shape else 2
    return "0" if rank == 2 else str(tuple(range(rank - 1)))


def _per_sample(edit: Editing, name: str) -> list[str]:
    shape = edit.setup.network.input_shape
    rank = len(shape) + 1 if shape else 0
    axes = str(tuple(range(1, rank))) if rank > 2 else "1" if rank == 2 else (
        f"tuple(range(1, {name}.ndim))"
    )  # fmt: skip
    return [
        f"sample_mean = {name}.mean(axis={axes}, keepdims=True)",
        f"sample_std = {name}.std(axis={axes}, keepdims=True) + 1e-7",
        f"{name} = ({name} - sample_mean) / sample_std",
    ]
