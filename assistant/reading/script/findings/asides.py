"""Facts that are no fault by themselves and make a cause likelier: augmentation, precision ..."""

from __future__ import annotations

from assistant.reading.script.arguments import arguments
from assistant.reading.script.findings.facts import Facts
from assistant.reading.script.pairs import FitData
from assistant.reading.script.trace_calls import augmentations
from assistant.reading.script.values import Call, Const, Value, number_of, text_of

_REBALANCING = frozenset(
    {"SMOTE", "RandomOverSampler", "RandomUnderSampler", "ADASYN", "BorderlineSMOTE"}
)


def find(facts: Facts) -> None:
    """All facts of this kind."""
    for fit in facts.fits:
        _batch(facts, fit)
        _augmented(facts, fit)
        _rebalanced(facts, fit)
    _dropout(facts)
    _precision(facts)
    _strategy(facts)
    _vocabulary(facts)
    _positional_strides(facts)


def _batch(facts: Facts, fit: FitData) -> None:
    given = arguments(fit.event).get("batch_size")
    for call in (fit.train.source, *fit.train.chain):
        if call is not None and given is None:
            given = call.arg("batch_size", 0 if call.last == "batch" else None)
    size = number_of(given)
    if size is not None:
        facts.add("batch-size-one", size <= 2, int(size), given or fit.event.node, anchor=fit)


def _dropout(facts: Facts) -> None:
    """Whether the network drops values at random, looked for where all its layers are shown."""
    main = facts.main
    drops = [p for p in main.placed if "Dropout" in p.record.kind] if main else []
    if main is not None and (drops or (main.placed and all(p.value for p in main.placed))):
        facts.add("dropout-in-use", bool(drops), len(drops), drops[0].node if drops else None)


def _augmented(facts: Facts, fit: FitData) -> None:
    main = facts.main
    layers = [p for p in main.placed if p.record.kind.startswith("Random")] if main else []
    source = fit.train.source
    if source is not None and isinstance(source.receiver, Call):
        found = list(augmentations(source.receiver))
        facts.add("augmentation-in-use", bool(found or layers), ", ".join(found) or None, source)
    elif fit.train.x is not None:
        trace = facts.tracer.trace(fit.train.x)
        random = trace.has("augment") or bool(layers)
        if random or not trace.opaque:
            facts.add("augmentation-in-use", random, None, fit.event.node)


def _rebalanced(facts: Facts, fit: FitData) -> None:
    weights = arguments(fit.event).get("class_weight")
    given = weights is not None and not (isinstance(weights, Const) and weights.value is None)
    sampled = [call for call in facts.run.calls if call.last in _REBALANCING]
    at: Value | None = weights if given else (sampled[0] if sampled else None)
    facts.add("classes-rebalanced-for-training", bool(given or sampled), None, at or fit.event.node)


def _precision(facts: Facts) -> None:
    for call in facts.run.calls:
        if call.last in ("set_global_policy", "set_policy", "set_dtype_policy", "set_floatx"):
            name = _policy(call.args[0]) if call.args else None
            half = name in ("mixed_float16", "float16")
            facts.add("half-precision-in-use", half, name, call, anchor=_made(call))


def _made(call: Call) -> Call:
    """Where the name of the policy is written: in the call, or in the ``Policy`` given to it."""
    given = call.args[0] if call.args else None
    return given if isinstance(given, Call) and given.last == "Policy" else call


def _policy(value: Value) -> str | None:
    """``"mixed_float16"``, or ``Policy("mixed_float16")``."""
    if isinstance(value, Call) and value.last == "Policy":
        return text_of(value.arg("name", 0))
    return text_of(value)


def _strategy(facts: Facts) -> None:
    for call in facts.run.calls:
        if call.path.startswith("tensorflow.distribute.") and call.last.endswith("Strategy"):
            facts.add("distribution-strategy-in-use", True, call.last, call)


def _vocabulary(facts: Facts) -> None:
    """``enumerate(set(words))`` and ``list(set(words))`` used to give out numbers."""
    for call in facts.run.calls:
        if call.path in ("builtins.enumerate", "builtins.list") and call.args:
            given = call.args[0]
            if isinstance(given, Call) and given.path == "builtins.list" and given.args:
                given = given.args[0]
            unordered = isinstance(given, Call) and given.path == "builtins.set"
            if unordered and call.path == "builtins.enumerate":
                facts.add("vocabulary-from-set", True, None, call, anchor=given)


def _positional_strides(facts: Facts) -> None:
    """``Conv2D(32, 3, 3)``, as Keras 1 had it: the third number was the width of the kernel."""
    if facts.main is None:
        return
    for placed in facts.main.own:
        node = placed.node
        args = getattr(node, "args", [])
        numbers = [getattr(arg, "value", None) for arg in args[1:3]]
        if placed.record.kind.startswith("Conv2D") and len(args) >= 3:
            same = all(isinstance(n, int) and n > 1 for n in numbers) and len(set(numbers)) == 1
            if same:
                facts.add(
                    "kernel-width-read-as-stride", True, placed.record.name, node, anchor=node
                )
