"""Editor that brings old names up to date; a change of its own, never part of a cure."""

from __future__ import annotations

import ast

from assistant.advice.editing import CannotSplice, Editing
from assistant.advice.text import Splice
from assistant.reading.script.findings.old_api import Outdated
from probes.change import Change


def modernise_api(edit: Editing, change: Change) -> None:
    """Every old name replaced by the present one; what has no successor is left out."""
    for item in edit.facts.anchors.get("old-api", []):
        _EDITORS[item.kind](edit, item)
    if not edit.splices:
        raise CannotSplice("advice-nothing-to-change")


def _keyword(edit: Editing, item: Outdated) -> None:
    keyword = item.node
    call = edit.parent(keyword)
    if not isinstance(keyword, ast.keyword) or not isinstance(call, ast.Call):
        return
    if not item.new:
        edit.remove_keyword(call, item.old)
        return
    start, _ = edit.source.span(keyword)
    edit.splices.append(Splice(start, start + len(item.old), item.new))
    if item.old in ("samples_per_epoch", "nb_val_samples"):
        _steps(edit, keyword)


def _steps(edit: Editing, keyword: ast.keyword) -> None:
    """Keras 1 counted samples; where the batch size is known by name, batches follow from it."""
    batch = next(
        (
            name
            for name in edit.facts.run.module.names
            if name.lower() in ("batch_size", "batchsize", "bs")
        ),
        None,
    )
    if batch is None:
        edit.ask("batch-size")
        return
    text = edit.text(keyword.value)
    wrapped = text if isinstance(keyword.value, (ast.Name, ast.Constant)) else f"({text})"
    edit.replace(keyword.value, f"{wrapped} // {batch}")


def _method(edit: Editing, item: Outdated) -> None:
    func = item.node.func if isinstance(item.node, ast.Call) else None
    if isinstance(func, ast.Attribute):
        _, end = edit.source.span(func)
        edit.splices.append(Splice(end - len(item.old), end, item.new))


def _predictor(edit: Editing, item: Outdated) -> None:
    """``predict_classes(x)``: the decision written out, by the units of the output."""
    call = item.node
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return
    if item.old == "predict_proba":
        _method(edit, item)
        return
    units = edit.setup.network.output_units
    given = ", ".join(edit.text(arg) for arg in [*call.args, *call.keywords])
    text = f"{edit.text(call.func.value)}.predict({given})"
    if units == 1:
        edit.replace(call, f"({text} > 0.5).astype({edit.style.quote('int32')})")
    elif units is not None:
        edit.replace(call, f"{text}.argmax(axis=-1)")
    else:
        edit.ask("class-count")


def _class(edit: Editing, item: Outdated) -> None:
    _, end = edit.source.span(item.node)
    edit.splices.append(Splice(end - len(item.old), end, item.new))


def _alias(edit: Editing, item: Outdated) -> None:
    start, _ = edit.source.span(item.node)
    edit.splices.append(Splice(start, start + len(item.old), item.new))


def _module(edit: Editing, item: Outdated) -> None:
    start, end = edit.source.span(item.node)
    at = edit.source.code[start:end].find(item.old)
    if at >= 0:
        edit.splices.append(Splice(start + at, start + at + len(item.old), item.new))


def _kernel(edit: Editing, item: Outdated) -> None:
    if isinstance(item.node, ast.Call):
        pair_kernel(edit, item.node)


def pair_kernel(edit: Editing, call: ast.Call) -> None:
    """``(32, 3, 3)`` becomes ``(32, (3, 3))``."""
    edit.insert(edit.source.span(call.args[1])[0], "(")
    edit.insert(edit.source.span(call.args[2])[1], ")")


def set_kernel_pair(edit: Editing, change: Change) -> None:
    """The kernel's two sides written as one pair, so that none of them is read as the stride."""
    for call in edit.facts.anchors.get("kernel-width-read-as-stride", []):
        if isinstance(call, ast.Call) and len(call.args) >= 3:
            pair_kernel(edit, call)
    if not edit.splices:
        raise CannotSplice("advice-nothing-to-change")


def _np_utils(edit: Editing, item: Outdated) -> None:
    """``from keras import utils as np_utils``: every use of the name stays as it is."""
    node = item.node
    if isinstance(node, ast.ImportFrom) and node.module:
        name = node.names[0].asname or "np_utils"
        edit.replace(node, f"from {node.module.removesuffix('.utils')} import utils as {name}")


_EDITORS = {
    "np-utils": _np_utils,
    "kernel": _kernel,
    "keyword": _keyword,
    "method": _method,
    "predictor": _predictor,
    "class": _class,
    "alias": _alias,
    "module": _module,
}
