"""Editors of what a model is trained on: samples kept apart, classes weighed, rows left out."""

from __future__ import annotations

import ast

from assistant.advice.editing import CannotSplice, Editing
from assistant.advice.editors.data import array_of, before_fit, name_of, training_use
from assistant.advice.editors.generators import without_augmentation
from assistant.advice.imports import use as use_path
from assistant.reading.script.arguments import argument_node, keyword_of, written
from assistant.reading.script.pairs import FitData
from assistant.reading.script.trace_words import AUGMENTATIONS
from assistant.reading.script.values import Call
from probes.change import Change


def keep_samples_apart(edit: Editing, change: Change) -> None:
    """Train on the part that the script cut for it; one seed for both halves of a folder."""
    for anchor in edit.facts.anchors.get("validation-rows-in-training", []):
        if isinstance(anchor, Call):
            _one_seed(edit, anchor)
        elif isinstance(anchor, tuple):
            _training_part(edit, *anchor)
    if not edit.splices:
        raise CannotSplice("advice-place-unknown")


def _one_seed(edit: Editing, judged: Call) -> None:
    train = training_use(edit).pair.source
    seed = argument_node(train.node, "seed") if train is not None else None
    if seed is None or not isinstance(judged.node, ast.Call):
        raise CannotSplice("advice-generator-unknown")
    edit.set_keyword(judged.node, "seed", edit.text(seed))


def _training_part(edit: Editing, fit: FitData, split: Call) -> None:
    """``fit(x, y)`` becomes ``fit(x_train, y_train)`` by the names the split was bound to."""
    statement = edit.statement(split.node)
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    names = target.elts if isinstance(target, ast.Tuple) else []
    given = split.node.args if isinstance(split.node, ast.Call) else []
    for argument in ("x", "y"):
        node = written(fit.event, argument)
        same = [n for n, part in enumerate(given) if _alike(edit, part, node)]
        if node is None or not same or len(names) <= 2 * same[0]:
            raise CannotSplice("advice-inputs-unknown")
        edit.replace(node, edit.text(names[2 * same[0]]))


def _alike(edit: Editing, one: ast.AST, other: ast.AST | None) -> bool:
    return other is not None and edit.text(one) == edit.text(other)


def weigh_classes(edit: Editing, change: Change) -> None:
    """Weights by how rare the classes are, counted from the labels that fit is given."""
    train = training_use(edit)
    call = train.event.node
    y = array_of(train.y)
    if y is None or train.y is None or not isinstance(call, ast.Call):
        raise CannotSplice("advice-labels-unknown")
    if keyword_of(call, "class_weight") is not None:
        raise CannotSplice("advice-nothing-to-change")
    numpy, whole = use_path(edit, "numpy"), edit.style.quote("int64")
    counted = f"{numpy}.bincount({numpy}.asarray({y}).astype({whole}).ravel())"
    form = edit.known("label-form")
    if form == "one-hot":
        counted = f"{numpy}.asarray({y}).sum(axis=0)"
    elif form not in ("integers", "binary"):
        edit.ask("label-form")
    counts, weights = edit.free("counts"), edit.free("weights")
    share = f"{counts}.sum() / (len({counts}) * max(n, 1))"
    edit.insert_before(
        before_fit(edit, train, y),
        f"{counts} = {counted}",
        f"{weights} = {{i: {share} for i, n in enumerate({counts})}}",
    )
    edit.add_argument(call, f"class_weight={weights}")


def drop_unlabelled_rows(edit: Editing, change: Change) -> None:
    """Rows whose label is missing left out before fit."""
    train = training_use(edit)
    x, y = name_of(train.x), name_of(train.y)
    if x is None or y is None or train.pair.form != "arrays":
        raise CannotSplice("advice-labels-unknown")
    numpy, labelled = use_path(edit, "numpy"), edit.free("labelled")
    edit.insert_before(
        before_fit(edit, train, x, y),
        f"{labelled} = {numpy}.isfinite({numpy}.asarray({y}, dtype={edit.style.quote('float64')})"
        f".reshape(len({y}), -1)).all(axis=1)",
        f"{x}, {y} = {x}[{labelled}], {y}[{labelled}]",
    )


def drop_augmentation(edit: Editing, change: Change) -> None:
    """The training images as they are: without the random changes of their generator."""
    source = training_use(edit).pair.source
    maker = source.receiver if source is not None else None
    node = maker.node if isinstance(maker, Call) else None
    if not isinstance(node, ast.Call) or not any(keyword_of(node, n) for n in AUGMENTATIONS):
        raise CannotSplice("advice-generator-unknown")
    without_augmentation(edit, node)


def set_precision(edit: Editing, change: Change) -> None:
    """The number format of the whole script: ``float32``."""
    policy = str(change.args.get("policy", "float32"))
    for call in edit.facts.anchors.get("half-precision-in-use", []):
        for node in ast.walk(call.node):
            if isinstance(node, ast.Constant) and node.value in ("float16", "mixed_float16"):
                edit.replace(node, edit.style.quote(policy, like=node))
    if not edit.splices:
        raise CannotSplice("advice-place-unknown")


def sort_vocabulary(edit: Editing, change: Change) -> None:
    """``set(words)`` becomes ``sorted(set(words))`` where its order gives out numbers."""
    for made in edit.facts.anchors.get("vocabulary-from-set", []):
        if isinstance(made.node, ast.expr):
            edit.replace(made.node, f"sorted({edit.text(made.node)})")
    if not edit.splices:
        raise CannotSplice("advice-vocabulary-unknown")
