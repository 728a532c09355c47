"""Editors of the order of statements: compile behind freezing, build before loading."""

from __future__ import annotations

import ast
import textwrap

from assistant.advice.editing import CannotSplice, Editing
from assistant.reading.script.frame import Event
from assistant.reading.script.setup import Setup
from probes.change import Change


def recompile_after_trainable(edit: Editing, change: Change) -> None:
    """Compile behind the last change of ``trainable``: moved there, or once more after a fit."""
    anchors = edit.facts.anchors.get("base-frozen-before-compile-only", [])
    if not anchors:
        raise CannotSplice("advice-nothing-to-change")
    setup: Setup = anchors[0][0]
    changes = [event for found, event in anchors if found is setup]
    compiled = setup.compiled
    if compiled is None:
        raise CannotSplice("advice-no-compile")
    statement = edit.statement(compiled.node)
    last = _last_change(edit, changes)
    if edit.block(statement) is not edit.block(last):
        raise CannotSplice("advice-other-block")
    text = textwrap.dedent(" " * statement.col_offset + edit.text(statement))
    lines = text.split("\n")
    if _fitted_between(setup, changes):
        edit.insert_after(last, *lines)
    else:
        edit.insert_after(last, *lines)
        edit.remove(statement)


def _last_change(edit: Editing, changes: list[Event]) -> ast.stmt:
    """The outermost statement (a loop over layers, if it is one) of the last change."""
    node = max(changes, key=lambda event: event.order).node
    statement = edit.statement(node)
    outer = edit.parent(statement)
    while isinstance(outer, (ast.For, ast.If)):
        statement = outer
        outer = edit.parent(statement)
    return statement


def _fitted_between(setup: Setup, changes: list[Event]) -> bool:
    """Whether the model was trained before its flags changed (two phases of fine-tuning)."""
    first = min(event.order for event in changes)
    compiled = setup.compiled.order if setup.compiled else 0
    return any(compiled < fit.order < first for fit in setup.trained)


def build_before_load(edit: Editing, change: Change) -> None:
    """Build the model with its input shape before its weights are loaded."""
    for setup, event in edit.facts.anchors.get("weights-loaded-before-build", []):
        shape = _input_shape(edit)
        called = event.node.func if isinstance(event.node, ast.Call) else None
        if not isinstance(called, ast.Attribute) or setup is None:
            continue
        line = f"{edit.text(called.value)}.build((None, {shape}))"
        edit.insert_before(edit.statement(event.node), line)
        return
    raise CannotSplice("advice-place-unknown")


def _input_shape(edit: Editing) -> str:
    """The shape of one sample as the script writes it: by its training data."""
    fit = edit.facts.fit
    node = fit.event.node if fit is not None else None
    given = node.args[0] if isinstance(node, ast.Call) and node.args else None
    if isinstance(given, ast.Name):
        return f"*{given.id}.shape[1:]"
    raise CannotSplice("advice-shape-unknown", "input-shape")
