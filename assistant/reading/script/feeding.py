"""How a script feeds its model, in the terms of the probes: scaling and label coding."""

from __future__ import annotations

from assistant.reading.script.findings.scale_steps import form_of, scale_steps
from assistant.reading.script.reading import ScriptReading
from assistant.reading.script.trace_types import Trace
from assistant.reading.script.values import Call

#: scaling that a generator does by itself, one image or one data set at a time
_WISE = ("samplewise_center", "samplewise_std_normalization", "featurewise_center",
         "featurewise_std_normalization", "zca_whitening")  # fmt: skip
_MODES = {"one-hot": "categorical", "integers": "sparse", "binary": "binary"}
_PREPROCESSING = ("preprocess_input", "preprocessing_function")


def input_scaling(script: ScriptReading) -> str | None:
    """What is done to the inputs before the model gets them: ``divide-255``, ``minus-one-to-one``,
    ``standardise-features``, ``base`` (the preprocessing of a pretrained base) or ``none``; None
    where the script does not tell, or does it otherwise."""
    fit = script.facts.fit if script.facts is not None else None
    if script.facts is None or fit is None or fit.train.x is None:
        return None
    trace = script.facts.tracer.trace(fit.train.x)
    flow = fit.train.source
    generator = flow.receiver if flow is not None else None
    if isinstance(generator, Call) and any(generator.arg(name) for name in _WISE):
        return None
    return None if trace.opaque or not trace.roots else _scaling(trace)


def class_mode(script: ScriptReading) -> str | None:
    """How labels of an image folder are coded: ``categorical``, ``sparse``, ``binary``; None for
    other data, or where the script does not tell."""
    facts = script.facts
    source = facts.fit.train.source if facts is not None and facts.fit is not None else None
    if facts is None or source is None or "directory" not in source.last:
        return None
    return _MODES.get(facts.labels.form or "")


def _scaling(trace: Trace) -> str | None:
    steps = scale_steps(trace)
    moved = [step.detail for step in trace.steps if step.kind in ("arithmetic", "centre")]
    if not steps:
        return None if moved or trace.has("floor-divide") else "none"
    if len(steps) > 1:
        return None
    form = form_of(steps[0])
    if form == 255 and not moved:
        return "divide-255"
    if form == 127.5 and moved == [("-", 1)]:
        return "minus-one-to-one"
    if (form == "StandardScaler" and not moved) or (form == "divide" and moved == [None]):
        return "standardise-features"
    return "base" if form in _PREPROCESSING and not moved else None
