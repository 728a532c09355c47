"""Findings about the arguments of fit: shuffling, splitting, epochs, steps, callbacks, folds."""

from __future__ import annotations

import ast

from assistant.reading.script.arguments import arguments, written
from assistant.reading.script.findings.facts import Facts
from assistant.reading.script.findings.samples import USUAL_BATCH, samples
from assistant.reading.script.frame import Event, Loop
from assistant.reading.script.pairs import FitData
from assistant.reading.script.settings import metric_names
from assistant.reading.script.trace_types import Trace
from assistant.reading.script.values import (
    Attr,
    Call,
    Const,
    Item,
    Seq,
    Unknown,
    Value,
    const_of,
    number_of,
    text_of,
)
from assistant.reading.script.vocabulary import role
from probes.saved.keras_names import loss_name

_FEW_UPDATES = 50


def find(facts: Facts) -> None:
    """All findings about fit."""
    for fit in facts.fits:
        _shuffle(facts, fit)
        _order(facts, fit)
        _callbacks(facts, fit)
        _steps(facts, fit)
    _epochs(facts)
    _folds(facts)


def _shuffle(facts: Facts, fit: FitData) -> None:
    named = arguments(fit.event)
    if fit.train.form != "arrays":
        return
    off = const_of(named.get("shuffle")) is False
    each_epoch = off and fit.train.x is not None and _shuffled(facts, fit)
    facts.add(
        "fit-shuffle-off",
        off and not each_epoch,
        None,
        written(fit.event, "shuffle") or fit.event.node,
        anchor=fit,
    )


def _shuffled(facts: Facts, fit: FitData) -> bool:
    return facts.tracer.trace(fit.train.x).has("shuffle")


def _order(facts: Facts, fit: FitData) -> None:
    """Ordered data cut at the tail, by ``validation_split`` or by hand."""
    if fit.train.x is None or fit.train.y is None:
        return
    x, y = facts.tracer.trace(fit.train.x), facts.tracer.trace(fit.train.y)
    shuffled = x.has("shuffle") or y.has("shuffle")
    ordered = _in_blocks(y)
    if fit.split is not None:
        if shuffled:
            facts.add("validation-split-on-ordered-data", False, None, fit.event.node)
        elif ordered is not None:
            node = written(fit.event, "validation_split")
            facts.add("validation-split-on-ordered-data", ordered, None, node, anchor=fit)
    _manual(facts, fit, x, y, ordered)
    _apart(facts, fit, x, y)


def _manual(facts: Facts, fit: FitData, x: Trace, y: Trace, ordered: bool | None) -> None:
    if fit.train.form == "dataset":
        _manual_dataset(facts, fit, ordered)
        return
    cut = x.first("head")
    if cut is None or fit.validation is None or fit.train.form != "arrays":
        return
    position = x.steps.index(cut)
    before = [step for step in x.steps[position:] if step.kind == "shuffle"]
    shuffled = bool(before) or y.has("shuffle")
    if shuffled:
        facts.add("manual-tail-split-without-shuffle", False, None, cut.value)
    elif ordered:
        facts.add("manual-tail-split-without-shuffle", True, None, cut.value, anchor=(fit, cut))


def _manual_dataset(facts: Facts, fit: FitData, ordered: bool | None) -> None:
    """``ds.take(n)`` to train on and ``ds.skip(n)`` to validate on, of one source in its order."""
    judged, chain = fit.validation, fit.train.chain
    cut = next((call for call in chain if call.last == "take"), None)
    if cut is None or judged is None or judged.source is not fit.train.source:
        return
    if not any(call.last == "skip" for call in judged.chain):
        return
    # The chain goes from the use back, so what was done before the cut stands behind it.
    before = chain[chain.index(cut) :]
    if any(call.last == "shuffle" for call in before):
        facts.add("manual-tail-split-without-shuffle", False, None, cut)
    elif ordered:
        facts.add("manual-tail-split-without-shuffle", True, None, cut, anchor=(fit, cut))


def _in_blocks(y: Trace) -> bool | None:
    """Whether labels stand class by class; None where the text does not tell."""
    if y.has("shuffle", "modulo"):
        return False
    if y.has("blocks", "floor-divide"):  # np.arange(n) // 100
        return True
    if y.opaque or not y.roots:
        return None
    if all(root.kind == "random" for root in y.roots):
        return False
    if all(root.kind == "dataset" for root in y.roots):
        return any(root.name in ("load_iris", "load_wine") for root in y.roots)
    return None


def _apart(facts: Facts, fit: FitData, x: Trace, y: Trace) -> None:
    """x shuffled by itself while y keeps its order, or each by its own dice."""
    if _hidden(x) or _hidden(y) or fit.train.form != "arrays":
        return
    alone = [s for s in x.steps if s.kind == "shuffle" and s.detail[0] in ("data", "in place")]
    partners = {s.detail[1] for s in y.steps if s.kind == "shuffle"}
    keys = {s.detail[1] for s in x.steps if s.kind == "shuffle"}
    if alone and not keys & partners and not _same_seed(facts, alone[0].value):
        facts.add("x-shuffled-without-y", True, None, alone[0].value, anchor=(fit, alone[0]))
        return
    by_index = {s.detail[1] for s in x.steps if s.kind == "shuffle" and s.detail[0] == "index"}
    if by_index and not y.has("shuffle") and x.roots and y.roots:
        step = next(s for s in x.steps if s.kind == "shuffle")
        facts.add("x-shuffled-without-y", True, None, step.value, anchor=(fit, step))
        return
    if not (x.opaque or y.opaque):
        facts.add("x-shuffled-without-y", False)


def _hidden(trace: Trace) -> bool:
    """Whether something on the way could not be looked into, more than where it comes from."""
    names = all(isinstance(root.value, Unknown) and root.value.name for root in trace.roots)
    return trace.opaque and (not names or trace.has("unknown"))


def _same_seed(facts: Facts, call: Value) -> bool:
    """``np.random.seed(7)`` before each of two shuffles gives both the same order."""
    if isinstance(call, Call) and call.arg("random_state") is not None:
        return True
    seeds = [const_of(c.arg("seed", 0)) for c in facts.run.calls if c.last == "seed"]
    return len(seeds) >= 2 and len(set(seeds)) < len(seeds)


def _callbacks(facts: Facts, fit: FitData) -> None:
    given = arguments(fit.event).get("callbacks")
    items = given.items if isinstance(given, Seq) else [given] if given is not None else []
    validated = fit.validation is not None or fit.split is not None
    known = _log_keys(facts, validated)
    looked = False
    for callback in items:
        if not isinstance(callback, Call) or role(callback.path)[0] == "layer":
            continue
        if callback.last in ("EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau"):
            looked = True
            _monitor(facts, callback, known, validated)
    if looked:
        facts.add("monitor-not-in-logs", False)


def _log_keys(facts: Facts, validated: bool) -> set[str] | None:
    """Keys that the logs of this fit will have; None where the metrics cannot be read."""
    settings = facts.main.settings if facts.main else None
    metrics = metric_names(settings.arg("metrics", 2)) if settings else None
    if metrics is None:
        return None
    names = {"loss", "lr", "learning_rate"} | _written_metrics(settings)
    for metric in metrics:
        if metric != "accuracy":
            names |= {loss_name(metric), metric}
    if outdated_names(facts):
        names |= {"acc", "accuracy"}  # before Keras 2.3 both spellings were logged as acc
    return names | {f"val_{name}" for name in names} if validated else names


def _written_metrics(settings: Call | None) -> set[str]:
    """Metrics given as strings, in the spelling under which they are logged."""
    given = settings.arg("metrics", 2) if settings else None
    items = given.items if isinstance(given, Seq) else [given] if given is not None else []
    return {name for item in items if (name := text_of(item))}


def outdated_names(facts: Facts) -> bool:
    """Whether the script is written for a Keras of before 2.3."""
    return facts.present("old-api")


def _monitor(facts: Facts, callback: Call, known: set[str] | None, validated: bool) -> None:
    asked = callback.arg("monitor", 1 if callback.last == "ModelCheckpoint" else 0)
    if asked is None:
        name: str | None = "val_loss"
        if callback.last == "ModelCheckpoint" and const_of(callback.arg("save_best_only")) is not (
            True
        ):
            return
    else:
        name = text_of(asked)
    if name is None or (facts.main and (facts.main.network.outputs or 1) > 1):
        return
    missing = name.startswith("val_") and not validated
    if known is not None and name not in known and not _custom_metric(name, known):
        missing = True
    facts.add("monitor-not-in-logs", missing, name, callback, anchor=callback)


def _custom_metric(name: str, known: set[str]) -> bool:
    """A metric may be logged under a name of its own: only the usual ones are judged."""
    usual = {"acc", "accuracy", "loss", "val_acc", "val_accuracy", "val_loss"}
    return name not in usual


def _steps(facts: Facts, fit: FitData) -> None:
    """``steps_per_epoch`` far above the number of batches there are."""
    named = arguments(fit.event)
    steps = named.get("steps_per_epoch")
    if steps is None or (isinstance(steps, Const) and steps.value is None):
        return
    node = written(fit.event, "steps_per_epoch")
    whole = _counts_samples(steps)
    source = fit.train.source
    repeats = any(call.last == "repeat" for call in fit.train.chain)
    if fit.train.form == "generator" and whole and source is not None:
        # Such a generator goes round for ever in Keras 1 and 2, and ends in Keras 3.
        facts.add("steps-per-epoch-beyond-data", fit.event.kind != "fit_generator", None, node,
                  anchor=fit)  # fmt: skip
    elif fit.train.form == "dataset" and not repeats and whole:
        facts.add("steps-per-epoch-beyond-data", True, None, node, anchor=fit)
    elif isinstance(steps, Call) and steps.path == "builtins.len":
        facts.add("steps-per-epoch-beyond-data", False, None, node)


def _counts_samples(steps: Value) -> bool:
    """The number of samples where the number of batches belongs."""
    if isinstance(steps, Attr):
        return steps.name in ("samples", "n")
    if isinstance(steps, Item):
        return isinstance(steps.base, Attr) and steps.base.name == "shape"
    if isinstance(steps, Call) and steps.path == "builtins.len" and steps.args:
        return isinstance(steps.args[0], Unknown) and steps.args[0].name.lower().startswith("x")
    return False


def _epochs(facts: Facts) -> None:
    """How many epochs are run, and whether that is next to nothing on a data set known as tiny."""
    fit = facts.fit
    if fit is None or fit.event.kind == "train_on_batch":
        return
    named = arguments(fit.event)
    written_epochs = named.get("epochs")
    epochs = 1.0 if written_epochs is None else number_of(written_epochs)
    around = [loop for loop in fit.event.loops if not _is_fold_loop(loop)]
    if around:
        counts = [loop.count for loop in around]
        if None in counts or epochs is None:
            return
        for count in counts:
            epochs *= count or 1
    if epochs is None:
        return
    node = written(fit.event, "epochs") or fit.event.node
    facts.add("epochs-run", True, int(epochs), node)
    rows = samples(facts, fit)
    batch = number_of(named.get("batch_size")) or USUAL_BATCH
    if rows is not None:
        updates = epochs * max(1.0, rows / batch)
        facts.add("few-epochs-tiny-data", updates < _FEW_UPDATES, int(updates), node, anchor=fit)


def _is_fold_loop(loop: Loop) -> bool:
    """``for train, test in folds.split(x, y)``, whoever wrote the class, or folds cut by hand."""
    node = loop.node
    if isinstance(node, ast.For) and isinstance(node.target, ast.Name):
        return _cuts_folds(node, node.target.id)
    if not isinstance(node, ast.For) or not isinstance(node.target, ast.Tuple):
        return False
    given: ast.expr = node.iter
    while isinstance(given, ast.Call) and getattr(given.func, "id", "") in ("enumerate", "zip"):
        given = given.args[0] if given.args else given.func
    return (
        isinstance(given, ast.Call)
        and isinstance(given.func, ast.Attribute)
        and given.func.attr == "split"
    )


def _cuts_folds(node: ast.For, turn: str) -> bool:
    """``np.concatenate([x[:i * n], x[(i + 1) * n:]])`` in a loop over i: all but one fold."""
    for call in ast.walk(node):
        if (
            not isinstance(call, ast.Call)
            or not call.args
            or not isinstance(call.args[0], ast.List)
        ):
            continue
        cuts = [
            part
            for part in call.args[0].elts
            if isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Slice)
            and any(isinstance(n, ast.Name) and n.id == turn for n in ast.walk(part.slice))
        ]  # fmt: skip
        if len(cuts) >= 2:
            return True
    return False


def _folds(facts: Facts) -> None:
    """A model made once and trained on in every fold."""
    for setup in facts.setups:
        for event in setup.trained:
            fold = next((loop for loop in event.loops if _is_fold_loop(loop)), None)
            if fold is None:
                continue
            outside = fold not in setup.model.loops and setup.model.order < event.order
            reset = _reset_inside(facts, event, fold.node)
            facts.add(
                "model-built-outside-fold-loop",
                outside and not reset,
                setup.model.name or None,
                event.node,
                anchor=(setup, event, fold),
            )


def _reset_inside(facts: Facts, event: Event, loop: ast.AST) -> bool:
    """Weights put back at the beginning of a fold."""
    return any(
        other.target is event.target
        and other.kind in ("set_weights", "load_weights")
        and any(around.node is loop for around in other.loops)
        for other in facts.run.events
    )
