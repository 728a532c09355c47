"""Findings about samples that stand both in training and in validation."""

from __future__ import annotations

from assistant.reading.script.findings.facts import Facts
from assistant.reading.script.pairs import FitData
from assistant.reading.script.trace_types import Trace
from assistant.reading.script.values import Call, Value, const_of, number_of

_ROWS = "validation-rows-in-training"
_OVERSAMPLING = frozenset({"fit_resample", "fit_sample"})


def find(facts: Facts) -> None:
    """All ways in which the text shows the same samples on both sides."""
    for fit in facts.fits:
        _whole_set(facts, fit)
        _two_seeds(facts, fit)
    _copies_before_split(facts)


def _whole_set(facts: Facts, fit: FitData) -> None:
    """``fit(x, y, validation_data=(x_test, y_test))`` where x_test was cut out of that x."""
    if fit.train.form != "arrays" or fit.validation is None or fit.validation.form != "arrays":
        return
    trained, judged = facts.tracer.trace(fit.train.x), facts.tracer.trace(fit.validation.x)
    cut = judged.first("split")
    if cut is None or not isinstance(cut.value, Call):
        return
    uncut = not trained.has("split", "head", "tail", "rows")
    if uncut and _is_behind(fit.train.x, cut.value, facts, trained):
        facts.add(_ROWS, True, 1.0, fit.event.node, anchor=(fit, cut.value))


def _is_behind(x: Value | None, split: Call, facts: Facts, trained: Trace) -> bool:
    """Whether a split was given this very x, or the same source."""
    if any(given is x for given in split.args):
        return True
    roots = {id(root.value) for root in trained.roots}
    given = facts.tracer.trace(split.args[0] if split.args else None)
    return bool(roots) and roots == {id(root.value) for root in given.roots}


def _two_seeds(facts: Facts, fit: FitData) -> None:
    """Two halves of one folder, each cut after a shuffle of its own."""
    train = fit.train.source
    judged = fit.validation.source if fit.validation is not None else None
    if train is None or judged is None or not train.last.endswith("dataset_from_directory"):
        return
    if train.arg("subset") is None or judged.arg("subset") is None or train is judged:
        return
    seeds = [const_of(call.arg("seed")) for call in (train, judged)]
    share = number_of(judged.arg("validation_split"))
    if None not in seeds and seeds[0] != seeds[1] and share is not None:
        # Of one half, as many are in the other as the other has of the whole.
        facts.add(_ROWS, True, 1 - share, judged, anchor=judged)


def _copies_before_split(facts: Facts) -> None:
    """``SMOTE().fit_resample(x, y)`` before ``train_test_split``: near copies on both sides."""
    for call in facts.run.calls:
        if call.last != "train_test_split" or not call.args:
            continue
        steps = facts.tracer.trace(call.args[0]).steps
        copied = [s for s in steps if isinstance(s.value, Call) and s.value.last in _OVERSAMPLING]
        if copied:
            facts.add("same-source-on-both-sides", True, None, copied[0].value)
