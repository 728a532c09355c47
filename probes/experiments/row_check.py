"""Probe ``row-check``: do the rows of x and y say the same thing twice, or two things at once?

Looks for equal inputs with different labels, repeated rows, rows that stand in the order of their
labels, and an input column that is the label itself. Nothing is trained. Up to 48 MB of rows are
read (`arrays.row_keys`), and every label where labels take at most 64 MB; images of a folder are
compared by their files.

Thresholds: `CONFLICTING` of the rows limits what can be memorised by as much; rows that repeat by
chance, because they hold little, are told from copies as `arrays.row_keys` says. `REPEATED` copies
show in what validation says when they fall on both sides. Rows are called ordered when labels
change from row to row less than `CHANGES` times as often as in random order (runs test; random
orders of ten classes in 300 rows gave 0.94 and above), or when figures never fall or never rise.

Cost: 0.1 s and the reading of the rows; 0.5 s at most. Cannot see: copies that were altered, such
as the same image saved anew; orders that labels do not follow, such as time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from probes.apparatus.bench import Bench
from probes.arrays.file_keys import keys_of_files
from probes.arrays.inputs import input_facts
from probes.arrays.labels import LabelFacts
from probes.arrays.row_keys import can_tell_copies, keys_of, rows_of
from probes.finding import Finding, Scalar
from probes.loading.columns import Array
from probes.loading.data import Data
from probes.reporter import Reporter

CONFLICTING = 0.02
LEAST_CONFLICTS = 2
REPEATED = 0.5
CHANGES = 0.25
LEAST_ROWS = 30
_CLASS_FORMS = ("integers", "binary", "one-hot")


def run(bench: Bench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """Emit the findings; returns ``rows`` (read) and ``different`` (different inputs among them).

    Without labels nothing is looked for.

    Raises:
        ProbeError: those of the data.
    """
    data, facts = bench.data, bench.labels
    if facts is None or data.labels is None:
        return {"rows": 0, "different": 0}
    keys, labels = _keys(data)
    for finding in (
        *_copies(keys, labels, facts, chosen=bool(data.files)),
        *_order(data, facts),
        *_label_in_inputs(bench, facts),
    ):
        report.check()
        report.finding(finding)
    return {"rows": len(keys), "different": len(set(keys))}


def _found(id: str, present: bool, value: Scalar = None, **details: Any) -> Finding:
    return Finding(id, bool(present), value, source="probe", details=details)


def _keys(data: Data) -> tuple[list[bytes], Array | None]:
    """A key for each row that was read, and the labels of these rows."""
    if data.files:
        return keys_of_files(data.files), data.labels
    inputs, labels = rows_of(data)
    if any(array.dtype.kind not in "fiub" for array in inputs):
        return [], None
    return keys_of(inputs), labels


def _copies(
    keys: Sequence[bytes], labels: Array | None, facts: LabelFacts, *, chosen: bool
) -> Iterator[Finding]:
    """Equal inputs. ``chosen``: equal keys are equal files, and so no accident."""
    if labels is None or len(keys) < LEAST_ROWS or not (chosen or can_tell_copies(keys, len(keys))):
        return
    if facts.form in _CLASS_FORMS:
        rows = _conflicting(keys, labels)
        share = rows / len(keys)
        found = rows >= LEAST_CONFLICTS and share > CONFLICTING
        yield _found("conflicting-labels", found, round(share, 4), rows=rows)
    repeated = 1 - len(set(keys)) / len(keys)
    yield _found("rows-repeated", repeated > REPEATED, round(repeated, 4))


def _conflicting(keys: Sequence[bytes], labels: Array) -> int:
    """Rows whose input stands there again with another label."""
    seen: dict[bytes, set[bytes]] = {}
    for key, label in zip(keys, labels, strict=True):
        seen.setdefault(key, set()).add(np.ascontiguousarray(label).tobytes())
    return sum(len(seen[key]) > 1 for key in keys)


def _order(data: Data, facts: LabelFacts) -> Iterator[Finding]:
    """Whether rows stand in the order of their labels. Files of a folder always do."""
    labels = data.labels
    if data.files or labels is None or len(labels) != data.label_rows or len(labels) < LEAST_ROWS:
        return
    if facts.form in _CLASS_FORMS:
        numbers = labels.argmax(-1) if facts.form == "one-hot" else labels
        if numbers.size == len(labels) and (facts.classes or 0) > 1:
            changes = _changes(numbers.reshape(-1))
            yield _found("rows-ordered-by-label", changes < CHANGES, round(changes, 3))
    elif facts.task == "regression" and labels.size == len(labels) and labels.dtype.kind in "fiu":
        steps = np.diff(labels.reshape(-1).astype(np.float64))
        sorted_ = bool(steps.any() and (np.all(steps >= 0) or np.all(steps <= 0)))
        yield _found("rows-ordered-by-label", sorted_, 0.0 if sorted_ else None)


def _changes(labels: Array) -> float:
    """How often neighbours differ, over how often they do in random order."""
    shares = np.unique(labels, return_counts=True)[1] / len(labels)
    expected = 1 - float(np.square(shares).sum())
    return float(np.mean(labels[1:] != labels[:-1])) / expected if expected else 1.0


def _label_in_inputs(bench: Bench, facts: LabelFacts) -> Iterator[Finding]:
    """An input column that equals the label in every row."""
    sample = bench.data.train
    table = sample.x[0]
    if sample.y is None or len(sample.x) > 1 or table.ndim != 2 or table.dtype.kind not in "fiub":
        return
    network = bench.read if bench.has_model else None
    targets = sample.y.reshape(len(sample), -1)
    if targets.shape[1] != 1 or table.shape[1] < 2 or len(sample) < LEAST_ROWS:
        return
    if input_facts(table[:1], network).kind != "tabular" or targets.dtype.kind not in "fiub":
        return
    varies = np.ptp(targets.astype(np.float64)) > 0
    same = np.flatnonzero(np.all(table.astype(np.float32) == targets.astype(np.float32), axis=0))
    found = bool(varies and len(same))
    yield _found("label-among-inputs", found, int(same[0]) if found else None)
