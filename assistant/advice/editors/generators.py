"""Editors of image generators and directory datasets."""

from __future__ import annotations

import ast

from assistant.advice.editing import CannotSplice, Editing
from assistant.advice.editors.data import generator_call, name_of, uses
from assistant.reading.script.arguments import argument_node, keyword_of
from assistant.reading.script.trace_words import AUGMENTATIONS
from assistant.reading.script.values import Call
from probes.change import Change

_OF_THE_MAKER = ("rescale", "preprocessing_function", "validation_split", *AUGMENTATIONS)
_ROLES = {"training": ("train",), "validation": ("validation",),
          "evaluation": ("evaluation", "prediction"),
          "all": ("train", "validation", "evaluation", "prediction")}  # fmt: skip
_FEWER_MODES = {"sparse": "int", "binary": "binary", "categorical": "categorical"}


def literal(edit: Editing, value: object, like: ast.AST | None = None) -> str:
    """A value as Python text in the file's own quotes."""
    return edit.style.quote(value, like) if isinstance(value, str) else repr(value)


def set_source_argument(edit: Editing, source: Call, name: str, value: object) -> None:
    """An argument of ``flow_from_directory`` and the like; None takes it out."""
    if not isinstance(source.node, ast.Call):
        raise CannotSplice("advice-generator-unknown")
    if value is None:
        edit.remove_keyword(source.node, name)
        return
    like = argument_node(source.node, name)
    edit.set_keyword(source.node, name, literal(edit, value, like))


def set_generator(edit: Editing, change: Change) -> None:
    """One argument of the generators of one role."""
    name, value = str(change.args.get("argument")), change.args.get("value")
    wanted = _ROLES.get(str(change.args.get("which", "all")), _ROLES["all"])
    sources = [use.pair.source for use in uses(edit) if use.role in wanted and use.pair.source]
    if change.args.get("which") == "evaluation":
        sources = list(edit.facts.anchors.get("evaluation-generator-shuffled", [])) or sources
    if not sources:
        raise CannotSplice("advice-generator-unknown")
    seen: set[int] = set()
    for source in sources:
        if source is None or id(source) in seen:
            continue
        seen.add(id(source))
        if name in _OF_THE_MAKER and isinstance(source.receiver, Call):
            set_source_argument(edit, source.receiver, name, value)
        elif source.last.endswith("dataset_from_directory") and name == "class_mode":
            mode = _FEWER_MODES.get(str(value), value)
            set_source_argument(edit, source, "label_mode", mode)
        else:
            set_source_argument(edit, source, name, value)


def separate_validation_generator(edit: Editing, change: Change) -> None:
    """A second ImageDataGenerator, without augmentation, for validation and evaluation."""
    for use in uses(edit):
        if use.role == "train" or use.pair.source is None:
            continue
        maker = generator_call(use.pair)
        flow = use.pair.source.node
        if maker is None or not isinstance(flow, ast.Call):
            continue
        if not any(keyword_of(maker, name) for name in AUGMENTATIONS):
            continue
        train = next((u for u in uses(edit) if u.role == "train"), None)
        if train is not None and generator_call(train.pair) is maker:
            _second_generator(edit, maker, flow)
        else:
            without_augmentation(edit, maker)
    if not edit.splices:
        raise CannotSplice("advice-generator-unknown")


def _second_generator(edit: Editing, maker: ast.Call, flow: ast.Call) -> None:
    statement = edit.statement(maker)
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    if not isinstance(target, ast.Name) or not isinstance(flow.func, ast.Attribute):
        raise CannotSplice("advice-generator-unknown")
    name = f"plain_{target.id}"
    kept = [
        edit.text(part)
        for part in [*maker.args, *maker.keywords]
        if not (isinstance(part, ast.keyword) and part.arg in (*AUGMENTATIONS, "fill_mode"))
    ]
    edit.insert_after(statement, f"{name} = {edit.text(maker.func)}({', '.join(kept)})")
    if name_of(flow.func.value) == target.id:
        edit.replace(flow.func.value, name)


def without_augmentation(edit: Editing, maker: ast.Call) -> None:
    """Take the settings out that change images at random."""
    kept = [
        edit.text(part)
        for part in [*maker.args, *maker.keywords]
        if not (isinstance(part, ast.keyword) and part.arg in (*AUGMENTATIONS, "fill_mode"))
    ]
    edit.replace(maker, f"{edit.text(maker.func)}({', '.join(kept)})")
