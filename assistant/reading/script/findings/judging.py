"""Findings about the user's own evaluation code, and about weights loaded too early."""

from __future__ import annotations

from assistant.reading.script.findings.facts import Facts
from assistant.reading.script.trace_types import Trace
from assistant.reading.script.values import Call, Model, Tensor, Value

#: metrics of scikit-learn that want class numbers, not probabilities
_CLASS_METRICS = frozenset(
    {"confusion_matrix", "classification_report", "accuracy_score", "f1_score", "precision_score",
     "recall_score", "cohen_kappa_score", "matthews_corrcoef", "balanced_accuracy_score"}
)  # fmt: skip
_DECIDING = ("integers", "binary", "round", "cast-whole")


def find(facts: Facts) -> None:
    """All findings about evaluation."""
    for call in facts.run.calls:
        if call.last in _CLASS_METRICS and not call.path.startswith("keras"):
            predicted = call.arg("y_pred", 1)
            _undecided(facts, call, predicted)
        elif call.path == ".astype":
            _cut_off(facts, call)
    _weights_before_build(facts)


def _undecided(facts: Facts, call: Call, predicted: Value | None) -> None:
    """Probabilities given to a metric that wants class numbers."""
    trace = facts.tracer.trace(predicted)
    raw = [root for root in trace.roots if root.kind == "prediction" and _of_keras(root.value)]
    if not raw or not isinstance(predicted, Value):
        return
    if raw[0].name == "predict_classes" or trace.has(*_DECIDING):
        facts.add("argmax-missing-before-metric", False, call.last, call)
    elif not trace.opaque and not _calculated(trace):
        facts.add("argmax-missing-before-metric", True, call.last, call, anchor=(call, predicted))


def _cut_off(facts: Facts, call: Call) -> None:
    """``model.predict(x).astype(int)``: every probability below 1 becomes 0."""
    act = facts.main.network.output_activation if facts.main else None
    trace = facts.tracer.trace(call)
    whole = bool(trace.steps) and trace.steps[0].kind == "cast-whole" and len(trace.steps) == 1
    raw = [root for root in trace.roots if root.kind == "prediction" and _of_keras(root.value)]
    if whole and raw and not trace.opaque and act in ("softmax", "sigmoid"):
        facts.add("argmax-missing-before-metric", True, "astype", call, anchor=(call, call))


def _of_keras(value: Value) -> bool:
    """Whether a prediction comes from a network and not from a scikit-learn estimator."""
    return isinstance(value, Call) and (value.receiver is None or isinstance(value.receiver, Model))


def _calculated(trace: Trace) -> bool:
    return trace.has("arithmetic", "unknown", "floor-divide")


def _weights_before_build(facts: Facts) -> None:
    """``load_weights`` on a model whose layers do not know their input yet."""
    main = facts.main
    if main is None or main.model.kind not in ("Sequential", "Subclass"):
        return
    loads = [e for e in facts.run.events if e.kind == "load_weights" and e.target is main.model]
    if not loads:
        return
    first = loads[0]
    built = main.model.kind == "Sequential" and main.network.input_shape is not None
    built = built or any(
        event.target is main.model and event.order < first.order
        for event in facts.run.events
        if event.kind in ("build", "fit", "predict", "evaluate", "train_on_batch")
    )
    stated = any(
        key in placed.record.config
        for placed in main.placed[:1]
        for key in ("input_shape", "batch_input_shape", "input_dim", "shape")
    )
    built = built or stated or _called(facts, main.model, first.order)
    unknown = any(placed.value is None or placed.record.kind == "unknown" for placed in main.placed)
    if not unknown and main.placed:
        facts.add("weights-loaded-before-build", not built, None, first.node, anchor=(main, first))


def _called(facts: Facts, model: Model, order: int) -> bool:
    return any(
        (call.path == "forward" and call.receiver is model and call.order < order)
        or any(isinstance(arg, Tensor) and arg.maker is model for arg in call.args)
        for call in facts.run.calls
    )
