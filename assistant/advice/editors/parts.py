"""Editors of larger parts: what is trainable, embeddings, a pretrained base's mode of working."""

from __future__ import annotations

import ast

from assistant.advice.editing import CannotSplice, Editing
from assistant.advice.editors.data import array_of, binding_statement, training_use
from assistant.advice.editors.hidden import node_of, own_layers
from assistant.reading.script.arguments import argument_node
from assistant.reading.script.frame import Event
from assistant.reading.script.setup import Placed
from assistant.reading.script.values import Const, Member, Model
from probes.change import Change


def set_trainable(edit: Editing, change: Change) -> None:
    """Freeze or unfreeze the base or the whole model before it is compiled."""
    value = bool(change.args.get("value"))
    which = str(change.args.get("which", "all"))
    target = _base(edit) if which == "base" else None
    events = [e for e in edit.facts.run.events if e.kind == "trainable"]
    about = [e for e in events if target is None or _model(e) is target]
    spared = [event for event in about if which == "output" and _spare_last(edit, event)]
    if spared:
        return
    turned = [event for event in about if _turn(edit, event, value)]
    if turned:
        return
    if which == "output":
        _output_trainable(edit, value)
    elif target is not None:
        _behind_making(edit, target, value)
    else:
        call = edit.compile_call()
        if not isinstance(call.func, ast.Attribute):
            raise CannotSplice("advice-place-unknown")
        name = edit.text(call.func.value)
        edit.insert_before(edit.statement(call), f"{name}.trainable = {value}")


def _behind_making(edit: Editing, model: Model, value: bool) -> None:
    """``base.trainable = False`` on the line behind the one that makes the base."""
    statement = edit.statement(model.node)
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    if not isinstance(target, (ast.Name, ast.Attribute)):
        raise CannotSplice("advice-place-unknown")
    edit.insert_after(statement, f"{edit.text(target)}.trainable = {value}")


def _base(edit: Editing) -> Model:
    for placed in edit.setup.placed:
        if isinstance(placed.value, Model) and placed.value.kind in ("Base", "Loaded"):
            return placed.value
    raise CannotSplice("advice-base-unknown")


def _model(event: Event) -> object:
    return event.target.model if isinstance(event.target, Member) else event.target


def _spare_last(edit: Editing, event: Event) -> bool:
    """``for layer in model.layers:`` becomes ``in model.layers[:-1]:`` where all are frozen."""
    loop = event.loops[-1].node if event.loops else None
    off = isinstance(event.value, Const) and not event.value.value
    if not off or not isinstance(loop, ast.For) or _model(event) is not edit.setup.model:
        return False
    if not isinstance(loop.iter, ast.Attribute) or loop.iter.attr != "layers":
        return False
    edit.replace(loop.iter, f"{edit.text(loop.iter)}[:-1]")
    return True


def _turn(edit: Editing, event: Event, value: bool) -> bool:
    """``base.trainable = True`` becomes ``= False``; what is so already is left alone."""
    node = event.node
    if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Constant):
        return False
    if bool(node.value.value) is value:
        return False
    edit.replace(node.value, str(value))
    return True


def _output_trainable(edit: Editing, value: bool) -> None:
    head = edit.setup.head.layer
    if head is None:
        raise CannotSplice("advice-head-unknown")
    edit.set_keyword(node_of(head), "trainable", str(value))


def set_embedding(edit: Editing, change: Change) -> None:
    """The size of the vocabulary, and whether zeros are padding."""
    embeddings = [placed for placed in own_layers(edit) if placed.record.kind == "Embedding"]
    if not embeddings:
        raise CannotSplice("advice-nothing-to-change")
    call = node_of(embeddings[0])
    size = change.args.get("input_dim")
    if size == "max-id-plus-one":
        edit.set_keyword(call, "input_dim", _vocabulary_size(edit, call), position=0)
    elif isinstance(size, int):
        edit.set_keyword(call, "input_dim", str(size), position=0)
    if "mask_zero" in change.args:
        edit.set_keyword(call, "mask_zero", str(bool(change.args["mask_zero"])))


def _vocabulary_size(edit: Editing, call: ast.Call) -> str:
    """The limit of the vocabulary where it is written, ``len(tokenizer.word_index) + 1``, or the
    largest id of the data, where either is above."""
    for node, name, place in edit.facts.anchors.get("vocabulary-larger-than-embedding", []):
        limit = argument_node(node, name, position=place)
        if limit is not None:
            return edit.text(limit)
    for made in edit.facts.run.calls:
        if made.last == "fit_on_texts" and isinstance(made.node, ast.Call):
            func = made.node.func
            above = made.node.lineno < call.lineno
            if isinstance(func, ast.Attribute) and above:
                return f"len({edit.text(func.value)}.word_index) + 1"
    name = array_of(training_use(edit).x)
    if name is not None and binding_statement(edit, name, call) is not None:
        return f"int({name}.max()) + 1"
    raise CannotSplice("advice-vocabulary-unknown", "vocabulary-size")


def call_base_in_inference(edit: Editing, change: Change) -> None:
    """``base(x)`` becomes ``base(x, training=False)``."""
    placed = _placed_base(edit)
    called = placed.tensor.node if placed.tensor is not None else None
    if not isinstance(called, ast.Call) or called is getattr(placed.value, "node", None):
        raise CannotSplice("advice-base-in-sequential")
    if argument_node(called, "training") is None and not called.args:
        raise CannotSplice("advice-base-in-sequential")
    edit.set_keyword(called, "training", "False")


def _placed_base(edit: Editing) -> Placed:
    for placed in edit.setup.own:
        if isinstance(placed.value, Model) and placed.value.kind in ("Base", "Loaded"):
            return placed
    raise CannotSplice("advice-base-unknown")
