"""Editor of the preprocessing in front of a pretrained base."""

from __future__ import annotations

import ast

from assistant.advice.editing import CannotSplice, Editing
from assistant.advice.editors.data import Use, array_of, generator_call, in_array, put_lines, uses
from assistant.advice.editors.places import remove_layer
from assistant.advice.editors.unscale import remove_step, replace_layer, take_scaling_out
from assistant.advice.imports import add_import
from assistant.reading.script.arguments import keyword_of
from assistant.reading.script.findings.scale_steps import is_small, scale_steps
from assistant.reading.script.setup import Placed
from assistant.reading.script.vocabulary import application_family, application_module
from probes.change import Change


def use_preprocessing(edit: Editing, change: Change) -> None:
    """The preprocessing that belongs to the pretrained base, in place of the present one."""
    base = edit.setup.network.pretrained_base
    family = str(change.args.get("family", "base"))
    if family in ("base", "none"):
        module = application_module(base) if base else None
        if base is None or module is None:
            raise CannotSplice("advice-base-unknown")
        if family == "none" or application_family(base) == "none":
            take_scaling_out(edit)
            return
        call = _imported(edit, f"keras.applications.{module}.preprocess_input")
        _apply(edit, call, application_family(base))
    elif family in ("caffe", "tf", "torch"):
        name = _imported(edit, "keras.applications.imagenet_utils.preprocess_input")
        mode = edit.style.quote(family)
        _apply(edit, f"{name}({{x}}, mode={mode})", family)
    else:
        raise CannotSplice("advice-argument-unusable")


def _imported(edit: Editing, path: str) -> str:
    """``preprocess_input`` of one module; an import of the same name from another one is turned."""
    reached = edit.style.reach(path)
    direct = edit.style.bound_to(path)
    if direct is not None:
        return direct
    module = path.rpartition(".")[0]
    for node in ast.walk(edit.facts.tree):
        if isinstance(node, ast.ImportFrom) and any(
            alias.name == "preprocess_input" and alias.asname is None for alias in node.names
        ):
            _turn_import(edit, node, module)
            return "preprocess_input"
    if reached is not None and reached.count(".") <= 2:
        return reached
    add_import(edit, path)
    return "preprocess_input"


def _turn_import(edit: Editing, node: ast.ImportFrom, module: str) -> None:
    if len(node.names) != 1 or not node.module:
        raise CannotSplice("advice-import-shared")
    root = node.module.split(".applications")[0]
    start, end = edit.source.span(node)
    text = edit.source.code[start:end]
    new = f"{root}.{module.removeprefix('keras.')}"
    edit.replace(node, text.replace(node.module, new, 1))


def _apply(edit: Editing, function: str, family: str | None) -> None:
    """Put the function where the present scaling stands, for every use of data."""
    template = function if "{x}" in function else f"{function}({{x}})"
    inside = [placed for placed in edit.setup.placed if placed.record.kind == "Rescaling"]
    if inside:
        _inside_model(edit, inside[0], template, family)
        return
    done: set[str] = set()
    for use in uses(edit):
        call = generator_call(use.pair)
        if call is not None:
            _in_generator(edit, call, function)
        else:
            _in_data(edit, use, template, done)
    if not edit.splices:
        raise CannotSplice("advice-inputs-unknown")


def _in_generator(edit: Editing, call: ast.Call, function: str) -> None:
    wrapped = f"lambda image: {function.format(x='image')}" if "{x}" in function else function
    rescale = keyword_of(call, "rescale")
    present = keyword_of(call, "preprocessing_function")
    if present is not None:
        edit.replace(present.value, wrapped)
        edit.remove_keyword(call, "rescale")
    elif rescale is not None:
        edit.replace(rescale, f"preprocessing_function={wrapped}")
    else:
        edit.add_argument(call, f"preprocessing_function={wrapped}")


def _in_data(edit: Editing, use: Use, template: str, done: set[str]) -> None:
    if use.pair.x is None:
        raise CannotSplice("advice-inputs-unknown")
    steps = scale_steps(edit.facts.tracer.trace(use.pair.x))
    if steps:
        for step in steps[1:]:
            remove_step(edit, step)
        remove_step(edit, steps[0], template)
    elif use.pair.form == "dataset":
        name = array_of(use.x)
        if name is None:
            raise CannotSplice("advice-inputs-unknown")
        if name not in done:
            done.add(name)
            line = f"{name} = {name}.map(lambda x, y: ({template.format(x='x')}, y))"
            put_lines(edit, name, use, [line])
    else:
        in_array(edit, use, template, done)


def _inside_model(edit: Editing, placed: Placed, template: str, family: str | None) -> None:
    """A Rescaling layer in front of the base: its settings, or the function in its place."""
    if placed.tensor is not None and isinstance(placed.tensor.node, ast.Call):
        node = placed.tensor.node
        edit.replace(node, template.format(x=edit.text(node.args[0])))
    elif family == "tf" and is_small(placed.record.config.get("scale")):
        head = edit.text(placed.value.node).split("(")[0] if placed.value and (
            placed.value.node is not None
        ) else "Rescaling"  # fmt: skip
        replace_layer(edit, placed, f"{head}(1./127.5, offset=-1)")
    elif family == "none":
        remove_layer(edit, placed)
    else:
        raise CannotSplice("advice-preprocessing-in-sequential")
