"""What words tell of a set-up, judged as a script's would be, where nothing better tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.dialogue.materials import Material
from assistant.reading.words.stated import Stated
from probes.finding import Finding, Scalar
from probes.network import Network
from probes.network.contradictions import BINARY, CATEGORICAL, REGRESSION, contradictions

#: whole numbers up to more than this are amounts and no classes
MOST_CLASSES = 1000


def told_findings(
    materials: Sequence[Material], context: Mapping[str, Scalar]
) -> tuple[Finding, ...]:
    """The contradictions within what words tell, with what is known of the labels and the log.

    All have the source ``words``: people misremember, so none of it proves a cause.
    """
    stated = next((m.words.stated for m in reversed(materials) if m.words is not None), None)
    if stated is None:
        return ()
    network = stated.network
    if not network.metrics and _logs_accuracy(materials):
        network = replace(network, metrics=("accuracy",))
    task = context.get("task") or _task(network)
    low, high = stated.label_range or (None, None)
    classes = context.get("class-count") or _classes(low, high)
    found = contradictions(
        network,
        classes=int(classes) if isinstance(classes, (int, float)) else None,
        label_form=_label_form(stated, context, task),
        label_min=low,
        label_max=high,
        source="words",
    )
    if task and "task" not in context:
        found.append(Finding("task", value=task, source="words"))
    return tuple(found)


def _classes(low: int | None, high: int | None) -> int | None:
    """How many classes are numbered from `low` to `high`; -1 and 1 are two."""
    if low is None or high is None or low > 1:
        return None
    if low < 0 or high > MOST_CLASSES:
        return 2 if (low, high) == (-1, 1) else None
    return high - low + 1


def _logs_accuracy(materials: Sequence[Material]) -> bool:
    runs = (run for material in materials for run in material.runs)
    return any(run.values("accuracy") for run in runs)


def _task(network: Network) -> str | None:
    """What loss and last layer are for, where they agree."""
    if network.loss in CATEGORICAL:
        return "classification"
    if network.loss in BINARY and network.output_units == 1:
        return "classification"
    if network.loss in REGRESSION and network.output_activation == "linear":
        return "regression"
    return None


def _label_form(stated: Stated, context: Mapping[str, Scalar], task: Scalar) -> str | None:
    form = context.get("label-form")
    if form is not None:
        return str(form)
    if task == "regression":
        return "continuous"
    return "integers" if stated.label_range is not None and task == "classification" else None
