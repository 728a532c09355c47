"""Findings about the scale of the inputs: in training, validation and prediction, in and before
the model."""

from __future__ import annotations

from assistant.reading.script.arguments import arguments
from assistant.reading.script.findings import pretrained
from assistant.reading.script.findings.facts import Facts
from assistant.reading.script.findings.scale_steps import divides, form_of, is_small, scale_steps
from assistant.reading.script.pairs import Pair, pair_of
from assistant.reading.script.setup import Setup
from assistant.reading.script.trace_types import Step, Trace
from assistant.reading.script.values import Call, Const, Seq, Tensor, Value, const_of
from assistant.reading.script.vocabulary import application_family

#: beyond this, inputs are large for a network of default initialisation; no healthy model of 17
#: was above it
_LARGE = 20.0
#: a whole division by this or more is meant to scale pixels
_PIXEL_SCALE = 100
_PREDICTING = ("predict", "predict_generator", "predict_classes", "predict_proba")
_JUDGING = ("evaluate", "evaluate_generator")


def find(facts: Facts) -> None:
    """All findings about scale."""
    fit, main = facts.fit, facts.main
    if fit is None or main is None or fit.train.x is None:
        return
    trained = facts.tracer.trace(fit.train.x)
    tokens = _reads_tokens(main)
    if not tokens:
        _unscaled(facts, main, fit.train, trained)
        _twice(facts, main, trained)
        pretrained.find(facts, main, trained)
    _validation(facts, trained, tokens)
    _prediction(facts, main, trained, tokens)
    _whole_numbers(facts, trained)
    _whole_elsewhere(facts)
    _axes(facts, trained)


def _reads_tokens(setup: Setup) -> bool:
    kinds = {placed.record.kind for placed in setup.own}
    return bool(kinds & {"Embedding", "TextVectorization", "StringLookup"})


def _unscaled(facts: Facts, main: Setup, pair: Pair, trace: Trace) -> None:
    """Inputs that reach the network as they were loaded."""
    scaled = bool(scale_steps(trace))
    inside = bool(main.network.scaling_inside)
    at = pair.source or pair.x
    if scaled or inside:
        facts.add("no-scaling-in-script", False, None, at)
        facts.add("inputs-scaled", True, True, at)
        return
    divided = trace.has("floor-divide")  # badly, which is a finding of its own
    if trace.opaque or divided or not trace.roots or not main.placed or _unknown_inside(main):
        return
    size = facts.ranges.magnitude(pair.x)
    if size is not None and size <= _LARGE:
        facts.add("no-scaling-in-script", False, size, at)
        return
    made = any(root.kind in ("random", "made", "prediction", "unknown") for root in trace.roots)
    if made and size is None:
        return
    facts.add("no-scaling-in-script", True, size, at, anchor=pair)
    if size is not None and size >= 255:
        facts.add("inputs-scaled", True, False, at)


def _unknown_inside(main: Setup) -> bool:
    """Whether something at the input of the model may scale without our seeing it."""
    for placed in main.own[:4]:
        if placed.record.kind in ("Lambda", "unknown", "KerasLayer") or placed.value is None:
            return True
    return False


def _twice(facts: Facts, main: Setup, trace: Trace) -> None:
    """Divided before the model and again inside it."""
    steps = [step for step in scale_steps(trace) if divides(step)]
    inside = [
        placed
        for placed in main.placed
        if placed.record.kind == "Rescaling" and is_small(placed.record.config.get("scale"))
    ]
    base = main.network.pretrained_base
    own_scale = base is not None and application_family(base) == "none"
    if inside and (steps or len(inside) > 1):
        at = steps[0].value if steps else inside[1].node
        facts.add("rescale-twice", True, inside[0].record.name, at, anchor=(steps, inside))
    elif own_scale and (steps or inside):
        at = steps[0].value if steps else inside[0].node
        facts.add("rescale-twice", True, base, at, anchor=(steps, inside))
    elif len(steps) > 1 and _same_division(steps):
        facts.add("rescale-twice", True, None, steps[0].value, anchor=(steps[:1], inside))
    elif not trace.opaque:
        facts.add("rescale-twice", False)


def _same_division(steps: list[Step]) -> bool:
    return len({form_of(step) for step in steps}) == 1 and len({id(s.value) for s in steps}) > 1


def _validation(facts: Facts, trained: Trace, tokens: bool) -> None:
    fit = facts.fit
    if fit is None:
        return
    if fit.split is not None:
        facts.add("train-val-scaled-differently", False, None, fit.event.node)
    if fit.validation is None or fit.validation.x is None or fit.validation.x is fit.train.x:
        return
    judged = facts.tracer.trace(fit.validation.x)
    _refitted(facts, trained, judged)
    if trained.opaque or judged.opaque or tokens:
        return
    same = [form_of(s) for s in scale_steps(trained)] == [form_of(s) for s in scale_steps(judged)]
    facts.add(
        "train-val-scaled-differently",
        not same,
        f"{len(scale_steps(trained))} / {len(scale_steps(judged))}",
        fit.validation.source or fit.validation.x,
        anchor=(fit.train, fit.validation),
    )


def _refitted(facts: Facts, trained: Trace, judged: Trace) -> None:
    """A scaler fitted again on validation or test data."""
    before = [step for step in scale_steps(trained) if isinstance(step.detail, tuple)]
    after = [step for step in scale_steps(judged) if isinstance(step.detail, tuple)]
    if not before or not after:
        return
    split_first = judged.has("split", "head", "tail") or trained.roots != judged.roots
    again = [
        step
        for step in after
        if step.detail[2] and all(step.value is not other.value for other in before)
    ]
    refit = bool(again) and split_first
    at = again[0].value if again else after[0].value
    facts.add("scaled-after-split-differently", refit, None, at, anchor=at)


def _prediction(facts: Facts, main: Setup, trained: Trace, tokens: bool) -> None:
    """Prediction and evaluation data that miss the scaling of the training data."""
    if trained.opaque or tokens:
        return
    wanted = [form_of(step) for step in scale_steps(trained)]
    for event in facts.events(*_PREDICTING, *_JUDGING):
        named = arguments(event)
        pair = pair_of(facts.run, named.get("x"), named.get("y"))
        given: Value | None = pair.x
        if given is None or isinstance(given, Tensor):
            continue
        trace = facts.tracer.trace(given)
        if trace.opaque or not trace.roots:
            continue
        forms = [form_of(step) for step in scale_steps(trace)]
        differs = bool(wanted) != bool(forms) or (
            wanted != forms and len(wanted) == len(forms) == 1
        )
        facts.add("predict-scaled-differently", differs, event.kind, event.node, anchor=pair)
        _refitted(facts, trained, trace)


def _whole_numbers(facts: Facts, trace: Trace) -> None:
    """Scaling that leaves nothing but zeros: ``x // 255``, or cast to whole numbers behind it."""
    floor = next(
        (s for s in trace.steps if s.kind == "floor-divide" and (s.detail or 0) >= _PIXEL_SCALE),
        None,
    )
    if floor is not None:
        facts.add("integer-division-of-inputs", True, floor.detail, floor.value, anchor=floor.value)
        return
    kinds = [step.kind for step in trace.steps]
    if (
        "scale" in kinds
        and "cast-whole" in kinds
        and kinds.index("cast-whole") < kinds.index("scale")
    ):
        cast = trace.steps[kinds.index("cast-whole")]
        facts.add("integer-division-of-inputs", True, None, cast.value, anchor=cast.value)
    elif not trace.opaque:
        facts.add("integer-division-of-inputs", False)


def _whole_elsewhere(facts: Facts) -> None:
    """The same slip in validation and prediction data, to be mended together with the first."""
    known = facts.anchors.get("integer-division-of-inputs", [])
    fit = facts.fit
    if not known or fit is None:
        return
    others = [fit.validation.x] if fit.validation is not None else []
    for event in facts.events(*_PREDICTING, *_JUDGING):
        named = arguments(event)
        others.append(pair_of(facts.run, named.get("x"), named.get("y")).x)
    for value in others:
        for step in facts.tracer.trace(value).steps if value is not None else ():
            whole = step.kind == "floor-divide" and (step.detail or 0) >= _PIXEL_SCALE
            if whole and all(step.value is not other for other in known):
                known.append(step.value)


def _axes(facts: Facts, trace: Trace) -> None:
    """``reshape`` that turns channels-first images into channels-last ones without moving them."""
    for step in trace.steps:
        if step.kind != "reshape" or not isinstance(step.value, Call):
            continue
        target = _target_shape(step.value)
        behind = trace.steps[trace.steps.index(step) + 1 :]
        before = next((_target_shape(s.value) for s in behind if s.kind == "reshape"), None)
        if target and before and len(target) == len(before) and len(target) >= 3:
            moved = sorted(map(str, target[1:])) == sorted(map(str, before[1:]))
            if moved and target[1:] != before[1:]:
                anchor = (step.value, before, target)
                facts.add("reshape-moves-axes", True, None, step.value, anchor=anchor)
                return
    if not trace.opaque:
        facts.add("reshape-moves-axes", False)


def _target_shape(value: Value) -> tuple[object, ...] | None:
    if not isinstance(value, Call):
        return None
    args = value.args if value.path.startswith(".") else value.args[1:]
    items = args[0].items if len(args) == 1 and isinstance(args[0], Seq) else args
    sizes = [const_of(item) if isinstance(item, Const) else None for item in items]
    known = [size for size in sizes[1:] if isinstance(size, int)]
    return tuple(sizes) if len(sizes) >= 3 and len(known) == len(sizes) - 1 else None
