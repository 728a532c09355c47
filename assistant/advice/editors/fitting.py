"""Editors of ``fit``: its arguments, its callbacks, the order of its data, folds."""

from __future__ import annotations

import ast

from assistant.advice.editing import CannotSplice, Editing
from assistant.advice.editors.data import array_of, before_fit, outermost, training_use
from assistant.advice.editors.generators import literal
from assistant.advice.imports import use as use_path
from assistant.reading.script.arguments import argument_node
from assistant.reading.script.values import Call
from assistant.reading.script.vocabulary import FIT, FIT_GENERATOR, OLD_FIT
from probes.change import Change


def _fit_call(edit: Editing) -> ast.Call:
    fit = edit.facts.fit
    if fit is None or not isinstance(fit.event.node, ast.Call):
        raise CannotSplice("advice-no-fit")
    return fit.event.node


def set_fit(edit: Editing, change: Change) -> None:
    """One argument of every fit of the model; None takes it out."""
    name, value = str(change.args.get("argument")), change.args.get("value")
    _fit_call(edit)
    old = tuple(key for key, present in OLD_FIT.items() if present == name)
    for fit in edit.facts.fits:
        call = fit.event.node
        if not isinstance(call, ast.Call):
            continue
        if value is None:
            edit.remove_keyword(call, name, *old)
            continue
        names = FIT_GENERATOR if fit.event.kind == "fit_generator" else FIT
        position = names.index(name) if name in names else None
        like = argument_node(call, name, *old, position=position)
        edit.set_keyword(call, name, literal(edit, value, like), *old, position=position)


def set_batch_size(edit: Editing, change: Change) -> None:
    """Batch size where it is given: to the generator, to ``batch``, else to fit."""
    size = str(change.args.get("batch_size"))
    call = _fit_call(edit)
    pair = training_use(edit).pair
    for made in (pair.source, *pair.chain):
        if made is None or not isinstance(made.node, ast.Call):
            continue
        if made.last == "batch":
            edit.set_keyword(made.node, "batch_size", size, position=0)
            return
        if made.last.startswith("flow") or made.last.endswith("dataset_from_directory"):
            edit.set_keyword(made.node, "batch_size", size)
            return
    if pair.form == "dataset":
        raise CannotSplice("advice-generator-unknown")
    edit.set_keyword(call, "batch_size", size, position=2)


def set_monitor(edit: Editing, change: Change) -> None:
    """What the callbacks watch that watch something the logs do not have."""
    name = str(change.args.get("name"))
    for callback in edit.facts.anchors.get("monitor-not-in-logs", []):
        if not isinstance(callback, Call) or not isinstance(callback.node, ast.Call):
            continue
        position = 1 if callback.last == "ModelCheckpoint" else 0
        written = argument_node(callback.node, "monitor", position=position)
        shown = _present_name(edit, written, name)
        edit.set_keyword(callback.node, "monitor", shown, position=position)
    if not edit.splices:
        raise CannotSplice("advice-callback-unknown")


def _present_name(edit: Editing, written: ast.expr | None, name: str) -> str:
    """Without validation data there is no ``val_`` key: the training figure is watched."""
    fit = edit.facts.fit
    validated = fit is not None and (fit.validation is not None or fit.split is not None)
    if name.startswith("val_") and not validated:
        name = name.removeprefix("val_")
    return edit.style.quote(name, like=written)


def shuffle_before_split(edit: Editing, change: Change) -> None:
    """x and y in one random order, before anything cuts them."""
    use = training_use(edit)
    if use.pair.form == "dataset":
        _before_the_source(edit)
        return
    x, y = array_of(use.x), array_of(use.y)
    if x is None or y is None or use.pair.form != "arrays":
        raise CannotSplice("advice-inputs-unknown")
    cut = edit.facts.tracer.trace(use.pair.x).first("head")
    if cut is not None and isinstance(cut.value.node, ast.Subscript):
        _before_the_cut(edit, cut.value.node)
        return
    edit.insert_before(before_fit(edit, use, x, y), *_permutation(edit, x, y))


def _before_the_source(edit: Editing) -> None:
    """``from_tensor_slices((x, y))``: shuffle both arrays above it, before ``take`` cuts them."""
    pair = training_use(edit).pair
    source = pair.source
    given = source.node.args[:1] if source is not None and isinstance(source.node, ast.Call) else []
    parts = given[0].elts if given and isinstance(given[0], (ast.Tuple, ast.List)) else []
    names = [array_of(part) for part in parts[:2]]
    if source is None or len(names) < 2 or names[0] is None or names[1] is None:
        raise CannotSplice("advice-inputs-unknown")
    place = outermost(edit, edit.statement(source.node))
    edit.insert_before(place, *_permutation(edit, names[0], names[1]))


def _before_the_cut(edit: Editing, node: ast.Subscript) -> None:
    """``x_train = x[:800]``: shuffle x and its y above the first such line."""
    whole = array_of(node)
    statement = edit.statement(node)
    labels = _labels_whole(edit)
    if whole is None or labels is None:
        raise CannotSplice("advice-labels-unknown")
    edit.insert_before(outermost(edit, statement), *_permutation(edit, whole, labels))


def _labels_whole(edit: Editing) -> str | None:
    """The array from which the labels of the fit are cut."""
    use = training_use(edit)
    if use.pair.y is None:
        return None
    cut = edit.facts.tracer.trace(use.pair.y).first("head")
    node = cut.value.node if cut is not None else None
    return array_of(node) if isinstance(node, ast.Subscript) else None


def _permutation(edit: Editing, x: str, y: str) -> list[str]:
    numpy = use_path(edit, "numpy")
    order = edit.free("order")
    return [
        f"{order} = {numpy}.random.permutation(len({x}))",
        f"{x}, {y} = {x}[{order}], {y}[{order}]",
    ]


def shuffle_together(edit: Editing, change: Change) -> None:
    """A shuffle of x alone becomes one of x and y together."""
    for _, step in edit.facts.anchors.get("x-shuffled-without-y", []):
        node = step.value.node
        if not isinstance(node, ast.Call):
            continue
        statement = edit.statement(node)
        x = array_of(node.args[0]) if node.args else None
        y = _labels_at(edit, statement)
        own = isinstance(statement, (ast.Expr, ast.Assign)) and statement.value is node
        if x is not None and y is not None and own:
            _one_order(edit, statement, x, y)
            return
    raise CannotSplice("advice-place-unknown")


def _labels_at(edit: Editing, place: ast.stmt) -> str | None:
    """The labels under the name that they have at a place: before a split, that of the whole."""
    use = training_use(edit)
    name = array_of(use.y)
    whole = _labels_whole(edit)
    for candidate in (name, whole):
        if candidate is not None and _is_bound_at(edit, candidate, place):
            return candidate
    return None


def _is_bound_at(edit: Editing, name: str, place: ast.stmt) -> bool:
    """Whether a name is bound above a place, or nowhere in the script (a fragment)."""
    bound = [
        node
        for node in ast.walk(edit.facts.tree)
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
    ]
    return not bound or any(node.lineno < place.lineno for node in bound)


def _one_order(edit: Editing, statement: ast.stmt, x: str, y: str) -> None:
    """Put one permutation in the place of the shuffle; a shuffle of y alone goes."""
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    named = target.id if isinstance(target, ast.Name) else x
    numpy = use_path(edit, "numpy")
    indent = edit.style.indent_of(statement)
    order = edit.free("order")
    lines = [
        f"{order} = {numpy}.random.permutation(len({x}))",
        f"{named}, {y} = {x}[{order}], {y}[{order}]",
    ]
    edit.replace(statement, f"\n{indent}".join(lines))
    for other in ast.walk(edit.facts.tree):
        if (
            isinstance(other, ast.Expr)
            and isinstance(other.value, ast.Call)
            and other is not (statement)
        ):
            called = other.value.func
            shuffles = isinstance(called, ast.Attribute) and called.attr == "shuffle"
            if shuffles and other.value.args and array_of(other.value.args[0]) == y:
                edit.remove(other)


def reset_per_fold(edit: Editing, change: Change) -> None:
    """Put the first weights back at the beginning of every fold."""
    for setup, event, fold in edit.facts.anchors.get("model-built-outside-fold-loop", []):
        name = setup.model.name
        called = event.node.func if isinstance(event.node, ast.Call) else None
        if isinstance(called, ast.Attribute):
            name = edit.text(called.value)
        body = getattr(fold.node, "body", None)
        if not name or not body:
            continue
        edit.insert_before(fold.node, f"first_weights = {name}.get_weights()")
        edit.insert_before(body[0], f"{name}.set_weights(first_weights)")
        return
    raise CannotSplice("advice-place-unknown")
