"""Editors of slips of the pen in the code around a model."""

from __future__ import annotations

import ast

from assistant.advice.editing import CannotSplice, Editing
from assistant.advice.imports import use as use_path
from assistant.reading.script.arguments import argument_node
from assistant.reading.script.values import Call, Tensor
from probes.change import Change

#: what a tokenizer is asked for once it is fitted
_TOKENIZING = ("texts_to_sequences", "texts_to_matrix", "sequences_to_texts", "word_index")


def use_layer_result(edit: Editing, change: Change) -> None:
    """``BatchNormalization()(x)`` becomes ``x = BatchNormalization()(x)``."""
    for tensor in edit.facts.anchors.get("layer-result-unused", []):
        node = tensor.node if isinstance(tensor, Tensor) else None
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Name):
            edit.insert(edit.source.span(node)[0], f"{node.args[0].id} = ")
    if not edit.splices:
        raise CannotSplice("advice-place-unknown")


def _add_floor(edit: Editing, inside: ast.expr) -> None:
    start, end = edit.source.span(inside)
    if isinstance(inside, (ast.IfExp, ast.Lambda, ast.BoolOp, ast.Compare)):
        edit.insert(start, "(")
        edit.insert(end, ") + 1e-7")
    else:
        edit.insert(end, " + 1e-7")


def transform_only(edit: Editing, change: Change) -> None:
    """``scaler.fit_transform(x_test)`` becomes ``scaler.transform(x_test)`` of the first scaler."""
    train = edit.facts.fit
    first = _first_scaler(edit)
    for value in edit.facts.anchors.get("scaled-after-split-differently", []):
        node = value.node
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        scaler = first or edit.text(node.func.value)
        edit.replace(node.func, f"{scaler}.transform")
    if not edit.splices or train is None:
        raise CannotSplice("advice-place-unknown")


def _first_scaler(edit: Editing) -> str | None:
    """The expression of the scaler that was fitted on the training data."""
    fit = edit.facts.fit
    if fit is None or fit.train.x is None:
        return None
    for step in edit.facts.tracer.trace(fit.train.x).steps:
        node = step.value.node
        fitted = step.kind == "scale" and isinstance(step.value, Call)
        func = node.func if fitted and isinstance(node, ast.Call) else None
        scaler = func.value if isinstance(func, ast.Attribute) else None
        if isinstance(scaler, (ast.Name, ast.Attribute)):
            return edit.text(scaler)
    return None


def fit_tokenizer_once(edit: Editing, change: Change) -> None:
    """The second ``fit_on_texts`` goes."""
    for calls in edit.facts.anchors.get("tokenizer-refit", []):
        for call in calls[1:]:
            if not isinstance(call.node, ast.Call):
                continue
            edit.remove(edit.statement(call.node))
            if call.receiver is not calls[0].receiver:
                _use_first(edit, calls[0].node, call.node)
    if not edit.splices:
        raise CannotSplice("advice-place-unknown")


def _use_first(edit: Editing, first: ast.AST | None, second: ast.Call) -> None:
    """What another tokenizer was used for, done by the one fitted on the training texts."""
    kept = (
        first.func.value
        if isinstance(first, ast.Call) and isinstance(first.func, ast.Attribute)
        else None
    )
    other = second.func.value if isinstance(second.func, ast.Attribute) else None
    if not isinstance(kept, ast.Name) or not isinstance(other, ast.Name):
        raise CannotSplice("advice-place-unknown")
    for node in ast.walk(edit.facts.tree):
        if not isinstance(node, ast.Attribute) or node.attr not in _TOKENIZING:
            continue
        if isinstance(node.value, ast.Name) and node.value.id == other.id:
            edit.replace(node.value, kept.id)


def decode_predictions(edit: Editing, change: Change) -> None:
    """Class numbers out of probabilities before they are judged as class numbers."""
    for call, predicted in edit.facts.anchors.get("argmax-missing-before-metric", []):
        node = call.node
        if not isinstance(node, ast.Call):
            continue
        if predicted is call and isinstance(node.func, ast.Attribute):  # predictions.astype(int)
            edit.replace(node, _decided(edit, edit.text(node.func.value)))
            continue
        written = argument_node(node, "y_pred", position=1)
        if written is not None:
            named = isinstance(written, ast.Name)
            edit.replace(written, _decided(edit, edit.text(written), named=named))
    if not edit.splices:
        raise CannotSplice("advice-place-unknown")


def _decided(edit: Editing, text: str, *, named: bool = False) -> str:
    """A threshold for one unit, the largest of several; for a name both where units are unknown."""
    units = edit.facts.main.network.output_units if edit.facts.main is not None else None
    whole = edit.style.quote("int32")
    if units == 1:
        return f"({text} > 0.5).astype({whole})"
    if units is None:
        if not named:
            raise CannotSplice("advice-head-unknown")
        largest = f"{text}.argmax(axis=-1)"
        return f"({largest} if {text}.shape[-1] > 1 else ({text} > 0.5).astype({whole}))"
    return f"{use_path(edit, 'numpy')}.argmax({text}, axis=-1)"


def swap_loss_arguments(edit: Editing, change: Change) -> None:
    """The true values come first: in the parameters of a loss, or in its call."""
    for anchor in edit.facts.anchors.get("custom-loss-arguments-swapped", []):
        given: list[ast.AST] = []
        if isinstance(anchor, (ast.FunctionDef, ast.Lambda)):
            given += [arg for arg in anchor.args.args if arg.arg != "self"][:2]
        elif isinstance(anchor, ast.Call):
            given += anchor.args[:2]
        elif isinstance(anchor, Call) and isinstance(anchor.node, ast.Call):
            given += anchor.node.args[:2]
        if len(given) == 2:
            first, second = edit.text(given[0]), edit.text(given[1])
            edit.replace(given[0], second)
            edit.replace(given[1], first)
    if not edit.splices:
        raise CannotSplice("advice-place-unknown")


def clip_loss(edit: Editing, change: Change) -> None:
    """``log(p)`` becomes ``log(p + 1e-7)``: a floor under the logarithm."""
    for logs in edit.facts.anchors.get("custom-loss-log-of-zero", []):
        for node in logs:
            if isinstance(node, ast.Call) and node.args:
                _add_floor(edit, node.args[0])
    if not edit.splices:
        raise CannotSplice("advice-place-unknown")
