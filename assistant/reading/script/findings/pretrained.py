"""Findings about the preprocessing in front of a pretrained base."""

from __future__ import annotations

from assistant.reading.script.findings.facts import Facts
from assistant.reading.script.findings.scale_steps import divides, form_of, is_small, scale_steps
from assistant.reading.script.setup import Setup
from assistant.reading.script.trace_types import Step, Trace
from assistant.reading.script.values import Call
from assistant.reading.script.vocabulary import application_family, application_module


def find(facts: Facts, main: Setup, trace: Trace) -> None:
    """A pretrained base behind a scaling that its weights were not trained with."""
    base = main.network.pretrained_base
    family = application_family(base) if base else None
    if base is None or family is None:
        return
    inside = [p for p in main.placed if p.record.kind in ("Rescaling", "preprocess_input")]
    steps = scale_steps(trace)
    forms = [form_of(step) for step in steps]
    modules = [_module(step) for step in steps]
    if any(module is not None for module in modules):
        wrong = [m for m in modules if m is not None and not _fits(m, base, family)]
        at = steps[0].value
        facts.add("rescale-before-pretrained-base", bool(wrong), _first(wrong), at, anchor=steps)
        return
    if inside and inside[0].record.kind == "Rescaling":
        scale, offset = (inside[0].record.config.get(key) for key in ("scale", "offset"))
        halves = is_small(scale) and isinstance(offset, (int, float)) and offset == -1
        fine = (halves and family == "tf") or (not is_small(scale) and scale is not None)
        if isinstance(scale, (int, float)):
            facts.add(
                "rescale-before-pretrained-base", not fine, f"{scale:.4g}", inside[0].node, inside
            )
        return
    if inside or not steps:
        if inside or family == "none":
            facts.add("rescale-before-pretrained-base", False, base)
        return
    plain = [step for step in steps if divides(step) and not _shifted(trace)]
    halves_before = any(form == 127.5 for form in forms) and family == "tf"
    if plain and not halves_before:
        value = f"1/{plain[0].detail:g}"
        facts.add("rescale-before-pretrained-base", True, value, plain[0].value, anchor=steps)
    elif halves_before:
        facts.add("rescale-before-pretrained-base", False, base)


def _shifted(trace: Trace) -> bool:
    """Whether something is subtracted as well, as some families want it."""
    return trace.has("centre") or any(
        step.kind == "arithmetic" and isinstance(step.detail, tuple) and step.detail[0] == "-"
        for step in trace.steps
    )


def _module(step: Step) -> str | None:
    """The module whose ``preprocess_input`` is used; "" if it cannot be told."""
    value = step.value
    if step.detail == "preprocessing_function" and isinstance(value, Call):
        given = value.arg("preprocessing_function")
        path = getattr(given, "path", None)
    elif step.detail == "preprocess_input" and isinstance(value, Call):
        path = value.path
    else:
        return None
    if not isinstance(path, str) or not path.endswith("preprocess_input"):
        return ""
    parts = path.split(".")
    return parts[-2] if len(parts) > 2 else ""


def _fits(module: str, base: str, family: str) -> bool:
    """Whether a module's preprocessing suits a base: its own, or another of the same family."""
    if not module or module == application_module(base):
        return True
    families = {"vgg16": "caffe", "vgg19": "caffe", "resnet50": "caffe", "resnet": "caffe",
                "inception_v3": "tf", "xception": "tf", "mobilenet": "tf", "mobilenet_v2": "tf",
                "inception_resnet_v2": "tf", "resnet_v2": "tf", "nasnet": "tf",
                "densenet": "torch", "efficientnet": "none", "efficientnet_v2": "none",
                "mobilenet_v3": "none", "imagenet_utils": "caffe"}  # fmt: skip
    return families.get(module, family) == family


def _first(found: list[str]) -> str | None:
    return found[0] if found else None
