"""Findings about image generators and directory datasets: label form, augmentation, order."""

from __future__ import annotations

from assistant.reading.script.arguments import arguments
from assistant.reading.script.findings.facts import Facts
from assistant.reading.script.pairs import Pair, pair_of
from assistant.reading.script.trace_calls import augmentations
from assistant.reading.script.values import (
    Attr,
    Call,
    Item,
    Seq,
    Unknown,
    Value,
    const_of,
    text_of,
)

_METRICS = frozenset(
    {"confusion_matrix", "classification_report", "accuracy_score", "f1_score", "precision_score",
     "recall_score", "roc_auc_score"}
)  # fmt: skip


def find(facts: Facts) -> None:
    """All findings about generators."""
    for fit in facts.fits:
        _class_mode(facts, fit.train)
        if fit.validation is not None:
            _augmented(facts, fit.train, fit.validation)
    for event in facts.events("evaluate", "evaluate_generator", "predict", "predict_generator"):
        pair = pair_of(facts.run, arguments(event).get("x"), None)
        fit_now = facts.fit
        if fit_now is not None:
            _augmented(facts, fit_now.train, pair)
    _order_of_predictions(facts)


def _class_mode(facts: Facts, pair: Pair) -> None:
    """The label form a generator makes against units and loss."""
    source = pair.source
    if source is None or facts.main is None:
        return
    directory = source.last.endswith("dataset_from_directory")
    if not directory and source.last not in ("flow_from_directory", "flow_from_dataframe"):
        return
    name = "label_mode" if directory else "class_mode"
    written = source.arg(name)
    mode = text_of(written) if written is not None else ("int" if name[0] == "l" else "categorical")
    loss, units = facts.main.network.loss, facts.main.network.output_units
    if mode is None or loss is None:
        return
    expected = expected_mode(loss, units, labelled=name)
    if expected is None:
        return
    wrong = mode not in expected
    facts.add("class-mode-not-fitting-output", wrong, mode, source, anchor=(source, expected[0]))


def expected_mode(loss: str, units: int | None, *, labelled: str) -> tuple[str, ...] | None:
    """The label forms that suit a loss and a number of units; the usual one first."""
    whole = "int" if labelled == "label_mode" else "sparse"
    if loss == "categorical_crossentropy":
        return ("categorical",)
    if loss == "sparse_categorical_crossentropy":
        return (whole, "binary")
    if loss == "binary_crossentropy" and units is not None:
        return ("binary", whole) if units == 1 else ("categorical",)
    return None


def _augmented(facts: Facts, train: Pair, judged: Pair) -> None:
    """Validation or evaluation images that are changed at random like the training images."""
    source = judged.source
    if source is None or judged.form != "generator" or not isinstance(source.receiver, Call):
        return
    found = list(augmentations(source.receiver))
    facts.add(
        "augmented-validation",
        bool(found),
        ", ".join(found) or None,
        source,
        anchor=(source, train.source),
    )


def _order_of_predictions(facts: Facts) -> None:
    """Predictions of a shuffled generator compared with its labels in file order."""
    for call in facts.run.calls:
        if call.last not in _METRICS:
            continue
        truth, predicted = call.arg("y_true", 0), call.arg("y_pred", 1)
        source = _predicted_from(facts, predicted)
        if source is None:
            source = _walked_twice(facts, truth, predicted)
        elif _labels_of(truth) is None:
            continue
        if source is None:
            continue
        shuffled = const_of(source.arg("shuffle")) is not False
        facts.add("evaluation-generator-shuffled", shuffled, call.last, source, anchor=source)


def _labels_of(value: Value | None) -> Call | None:
    """The generator behind ``generator.classes`` or ``generator.labels``."""
    if isinstance(value, Attr) and value.name in ("classes", "labels"):
        return value.base if isinstance(value.base, Call) else None
    return None


def _walked_twice(facts: Facts, truth: Value | None, predicted: Value | None) -> Call | None:
    """A directory dataset that labels and predictions are taken from, each in a pass of its own."""
    for root in facts.tracer.trace(predicted).roots:
        if root.kind != "prediction" or not isinstance(root.value, Call):
            continue
        source = pair_of(facts.run, root.value.arg("x", 0), None).source
        collected = pair_of(facts.run, _iterated(truth), None).source
        if source is not None and source is collected:
            return source if source.last.endswith("dataset_from_directory") else None
    return None


def _iterated(value: Value | None) -> Value | None:
    """The dataset behind ``np.concatenate([y for x, y in dataset])``."""
    for _ in range(10):
        if isinstance(value, Call) and value.args:
            value = value.args[0]
        elif isinstance(value, Call):
            value = value.receiver
        elif isinstance(value, Seq) and value.items:
            value = value.items[0]
        elif isinstance(value, Item):
            if isinstance(value.base, Item) and isinstance(value.base.index, Unknown):
                return value.base.base
            value = value.base
        else:
            return None
    return None


def _predicted_from(facts: Facts, value: Value | None) -> Call | None:
    """The generator that a prediction was made from."""
    for root in facts.tracer.trace(value).roots:
        if root.kind == "prediction" and isinstance(root.value, Call):
            given = root.value.args[0] if root.value.args else next(
                iter(root.value.kwargs.values()), Unknown(None)
            )  # fmt: skip
            if isinstance(given, Call) and given.last.startswith("flow"):
                return given
    return None
