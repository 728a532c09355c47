"""Probe ``label-shape``: do the labels fit the output, the loss and each other?

Measures type, shape, range, coding and counts of the labels, from all of them where they take at
most 64 MB, else from a sample, and holds them against output units, activation, loss and metrics
(`network.contradictions`). Nothing is trained.

Thresholds: a class above `IMBALANCED` of all rows lets a constant answer look good; classes as many
as `ALL_DIFFERENT` of the rows are row numbers or figures taken for labels; a target range that
takes Adam-like optimizers more than `REACH` steps of the set rate to span is called wide (a
regression with targets near 200 learns at rate 0.01, not at 0.001: measured), and for plain SGD,
whose steps grow with the error, one whose size times the rate exceeds `SGD_STEP`.

Cost: 10 ms and the reading of the labels. Cannot see: labels that are wrong but well formed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from probes.apparatus.bench import Bench
from probes.arrays.labels import LabelFacts, is_black_and_white, is_divided
from probes.errors import ProbeError
from probes.finding import Finding, Scalar
from probes.loading.naming import is_name_of_y
from probes.network import Network
from probes.network.contradictions import REGRESSION, contradictions
from probes.reporter import Reporter

IMBALANCED = 0.9
ALL_DIFFERENT = 0.9
LEAST_ROWS = 30
REACH = 1e5
SGD_STEP = 1.0
WIDE = 1000.0


def run(bench: Bench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """Emit the findings; returns ``labels`` (the facts as a table) and ``notes``."""
    try:
        facts = bench.labels
    except ProbeError as error:
        if error.key != "data-object-array":
            raise
        name = str(error.fields.get("name"))
        report.finding(_found("labels-object", is_name_of_y(name), name))
        report.finding(_found("inputs-object", not is_name_of_y(name), name))
        return {"labels": None}
    network = bench.network if bench.has_model else None
    if facts is None:
        raise ProbeError("data-no-labels")
    for finding in (*_contexts(bench, facts), *_own(bench, facts, network)):
        report.finding(finding)
    if network is not None:
        for finding in _against(network, facts, _coding(bench)):
            report.finding(finding)
    notes = [{"key": key, **fields} for key, fields in bench.data.notes]
    return {"labels": _table(facts), "notes": notes}


def _found(id: str, present: bool, value: Scalar = None, **details: Any) -> Finding:
    return Finding(id, present, value, source="probe", details=details)


def _contexts(bench: Bench, facts: LabelFacts) -> Iterator[Finding]:
    yield _found("task", True, facts.task)
    if bench.data.kind != "images":  # a folder has no coding of its own
        yield _found("label-form", True, facts.form)
    if facts.classes is not None:
        yield _found("class-count", True, facts.classes)
    yield _found("sample-count", True, bench.data.rows)
    yield _found("validation-given", True, bench.data.held is not None)
    if facts.largest_share is not None and facts.form != "mask":
        yield _found("largest-class-share", True, round(facts.largest_share, 4))


def _own(bench: Bench, facts: LabelFacts, network: Network | None) -> Iterator[Finding]:
    """What labels say by themselves."""
    yield _found("labels-object", facts.is_text, facts.dtype)
    yield _found("labels-nan", facts.missing > 0, facts.missing)
    data = bench.data
    differ = data.label_rows is not None and data.label_rows != data.rows
    yield _found(
        "x-and-y-differ-in-length",
        differ,
        f"{data.rows}, {data.label_rows}",
        x=data.rows,
        y=data.label_rows,
    )
    constant = facts.minimum is not None and facts.minimum == facts.maximum
    yield _found("labels-constant", constant, facts.minimum)
    share = facts.largest_share
    if share is not None and facts.form in ("integers", "binary", "one-hot") and not constant:
        yield _found("class-imbalanced", share > IMBALANCED, round(share, 4))
    if facts.task == "segmentation" and facts.form == "mask":
        yield _found("mask-values-0-255", is_black_and_white(facts), facts.maximum)
    if facts.values or facts.form == "continuous":
        fractions = facts.form in ("continuous", "mask") and is_divided(facts)
        yield _found("labels-tiny-fractions", fractions, facts.maximum)
    if network is not None and "crossentropy" in (network.loss or "") and facts.form == "integers":
        rows = data.label_rows or 0
        numbered = rows >= LEAST_ROWS and (facts.classes or 0) >= ALL_DIFFERENT * rows
        yield _found("labels-all-different", numbered, facts.classes)
    if facts.task == "regression" and facts.maximum is not None:
        yield _targets(facts, network)


def _targets(facts: LabelFacts, network: Network | None) -> Finding:
    """Whether the targets lie further than the optimizer walks in a usual training."""
    low, high = facts.minimum or 0.0, facts.maximum or 0.0
    size = max(abs(low), abs(high))
    rate = network.learning_rate if network else None
    wide = size > WIDE
    if rate and network is not None and network.optimizer == "SGD":
        wide = size * rate > SGD_STEP
    elif rate:
        wide = size / rate > REACH
    return _found("targets-wide-range", wide, round(size, 6), minimum=low, maximum=high)


def _coding(bench: Bench) -> str | None:
    """How labels reach the loss: as stored, or for an image folder as ``class_mode`` says."""
    facts = bench.labels
    if bench.data.kind != "images" or facts is None:
        return facts.form if facts else None
    modes = {"categorical": "one-hot", "sparse": "integers", "binary": "integers"}
    return modes.get(str(bench.subject.assume.get("class_mode")))


def _against(network: Network, facts: LabelFacts, form: str | None) -> Iterator[Finding]:
    """Labels against output, loss and metrics."""
    numbers = form is not None and form != "mask"
    yield from contradictions(
        network,
        classes=facts.classes,
        label_form=form,
        target_columns=facts.columns if form else None,
        target_rank=len(facts.shape) if form else None,
        label_min=facts.minimum if numbers else None,
        label_max=facts.maximum if numbers else None,
        source="probe",
    )
    if form == "mask" and network.loss in ("binary_crossentropy", *REGRESSION):
        beyond = (facts.maximum or 0) > 1 or (facts.minimum or 0) < 0
        yield _found("labels-outside-0-1-with-bce", beyond, facts.maximum)


def _table(facts: LabelFacts) -> dict[str, Any]:
    return {
        "form": facts.form,
        "task": facts.task,
        "shape": list(facts.shape),
        "dtype": facts.dtype,
        "minimum": facts.minimum,
        "maximum": facts.maximum,
        "classes": facts.classes,
        "counts": list(facts.counts[:50]),
    }
