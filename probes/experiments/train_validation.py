"""Probe ``train-validation``: does validation ask what training teaches, and nothing else?

Compares validation data with training data: the same rows on both sides, near copies and
overlapping windows (`experiments.near_rows`), classes that only one side has, class shares, the
range of the inputs, and whether the sides can be told apart by their inputs alone. Nothing is
trained. All labels are used where they take at most 64 MB; inputs by sample, and up to 48 MB of
rows for equal ones (`arrays.row_keys`).

Thresholds:

* `SHARED`: share of validation rows that training holds too. Exact copies make up less than 0.01 in
  the public image sets (Barz and Denzler, Do we train on test data?, 2020).
* `LEAST_NEAR`: with the same share, of near copies and overlapping windows. Sound rows of heavy
  tails showed 0.025 at most (27 kinds of rows, six seeds each).
* `two_sides.SHIFT`: deviations apart by a factor, or means by so many deviations: another scaling.
  Random splits of ten kinds of data gave 1.2 and 0.3 at most (six seeds each).
* `TOLD_APART`: balanced accuracy of nearest neighbours and ridge regression, leaving one out, in
  telling the sides apart (classifier two-sample test, Lopez-Paz and Oquab 2017): 0.5 where they
  come from one source; random splits of the healthy zoo gave at most 0.62 over three seeds.
  Classes are held in equal shares on both sides, so that this says nothing of class shares.
* `SHARES`: total variation distance of the class shares, and `CHANCE` times what chance gives:
  sqrt(k (1/n + 1/m)) / 2.5 for k classes in n and m rows bounds its mean.

Cost: 0.2 s and the reading of the rows; 0.7 s at most (48 MB of stored rows). Cannot see: sources
shared in other ways (one patient on both sides), copies in rows left unread.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from probes.apparatus.bench import Bench
from probes.arrays.file_keys import keys_of_files
from probes.arrays.inputs import input_facts
from probes.arrays.labels import LabelFacts, label_facts
from probes.arrays.row_keys import can_tell_copies, keys_of, rows_of
from probes.errors import ProbeError
from probes.experiments.near_rows import near_copies, overlapping_windows
from probes.experiments.two_sides import is_other_scaling, scaling, told_apart
from probes.finding import Finding, Scalar
from probes.loading.columns import Array
from probes.loading.data import Data
from probes.network import Network
from probes.reporter import Reporter

SHARED = 0.05
LEAST_SHARED = 3
LEAST_NEAR = 5
TOLD_APART = 0.75
SHARES = 0.2
CHANCE = 3.0
EVEN = 1.1
UNEVEN = 3.0
_CLASS_FORMS = ("integers", "binary", "one-hot")


def run(bench: Bench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """Emit the findings; returns ``rows`` of both sides.

    Raises:
        ProbeError: ``data-no-validation``.
    """
    data = bench.data
    if data.held is None:
        raise ProbeError("data-no-validation")
    network = bench.read if bench.has_model else None
    for finding in (
        *_labels(data, data.held, network),
        *_copies(data, data.held),
        *_inputs(data, data.held, network),
    ):
        report.check()
        report.finding(finding)
    return {"rows": data.rows, "validation_rows": data.held.rows}


def _found(id: str, present: bool, value: Scalar = None, **details: Any) -> Finding:
    if isinstance(value, float):
        value = float(f"{value:.3g}")
    return Finding(id, bool(present), value, source="probe", details=details)


def _labels(data: Data, held: Data, network: Network | None) -> Iterator[Finding]:
    """Classes and class shares of both sides, where labels are classes."""
    if data.labels is None or held.labels is None:
        return
    ours = label_facts(data.labels, data.kind, network)
    theirs = label_facts(held.labels, held.kind, network)
    if ours.form not in _CLASS_FORMS or theirs.form not in _CLASS_FORMS:
        return
    here, there = _shares(data, ours), _shares(held, theirs)
    unseen = [name for name in there if not here.get(name)]
    yield _found(
        "validation-classes-unseen", bool(unseen), len(unseen), names=", ".join(unseen[:5])
    )
    if data.class_names and held.class_names:
        moved = [
            name
            for number, name in enumerate(held.class_names)
            if name in data.class_names and data.class_names.index(name) != number
        ]
        yield _found("validation-class-numbers-differ", bool(moved), ", ".join(moved[:3]) or None)
    if not unseen:
        yield from _class_shares(here, there, sum(ours.counts), sum(theirs.counts))


def _shares(data: Data, facts: LabelFacts) -> dict[str, float]:
    """Share of each class by its name."""
    total = max(1, sum(facts.counts))
    names: Sequence[str] = data.class_names
    if facts.is_text and data.labels is not None:
        names = [str(value) for value in np.unique(data.labels)]
    elif not names:
        names = [f"{value:g}" for value in facts.values]
    return {name: count / total for name, count in zip(names, facts.counts, strict=False)}


def _class_shares(
    here: Mapping[str, float], there: Mapping[str, float], rows: int, held_rows: int
) -> Iterator[Finding]:
    distance = sum(abs(share - there.get(name, 0.0)) for name, share in here.items()) / 2
    chance = float(np.sqrt(len(here) * (1 / rows + 1 / held_rows)) / 2.5)
    differ = distance > max(SHARES, CHANCE * chance)
    yield _found("validation-class-shares-differ", differ, distance)
    even = max(here.values()) < EVEN * min(here.values())
    uneven = max(there.values()) > UNEVEN * min(there.get(name, 0.0) for name in here)
    yield _found("classes-rebalanced-for-training", differ and even and uneven, distance)


def _copies(data: Data, held: Data) -> Iterator[Finding]:
    """Rows of validation that training holds as well."""
    if data.files and held.files:
        all_keys = keys_of_files([*held.files, *data.files])
        known = set(all_keys[len(held.files) :])
        copies = sum(key in known for key in all_keys[: len(held.files)])
        yield _shared(copies, len(held.files), 1.0)
        yield from _near(data.train.x, held.train.x)
        return
    theirs, ours = rows_of(held)[0], rows_of(data)[0]
    if any(a.dtype.kind not in "fiub" for a in (*ours, *theirs)) or _shape(ours) != _shape(theirs):
        return
    keys, seen = keys_of(theirs), keys_of(ours)
    if not can_tell_copies(seen, len(keys)):
        return
    known = set(seen)
    equal = _shared(sum(key in known for key in keys), len(keys), len(seen) / data.rows)
    yield equal
    if not equal.present:
        yield from _near(ours, theirs)


def _near(ours: Sequence[Array], theirs: Sequence[Array]) -> Iterator[Finding]:
    """The same in another guise; of one input, since others may be shared by many rows."""
    if len(ours) != 1 or _shape(ours) != _shape(theirs):
        return
    shifts = overlapping_windows(ours[0], theirs[0])
    if shifts is not None:
        moved = shifts[shifts > 0]
        middle = int(np.median(moved)) if len(moved) else 0
        yield _beside("validation-windows-overlap", shifts > 0, shift=middle)
    copies = near_copies(ours[0], theirs[0])
    if copies is not None:
        yield _beside("validation-near-copies", copies)


def _beside(id: str, rows: Array, **details: Any) -> Finding:
    count, share = int(rows.sum()), float(rows.mean())
    return _found(id, count >= LEAST_NEAR and share > SHARED, share, rows=count, **details)


def _shared(copies: int, rows: int, read: float) -> Finding:
    """``read``: share of the training rows that were looked at."""
    share = min(1.0, copies / rows / read)
    found = copies >= LEAST_SHARED and share > SHARED
    return _found("validation-rows-in-training", found, share, rows=copies)


def _shape(arrays: Sequence[Array]) -> list[tuple[int, ...]]:
    return [array.shape[1:] for array in arrays]


def _inputs(data: Data, held: Data, network: Network | None) -> Iterator[Finding]:
    """Range of the inputs, and whether they can be told apart."""
    ours, theirs = data.train, held.train
    facts = input_facts(ours.x[0][:1], network)
    if facts.is_text or _shape(ours.x) != _shape(theirs.x):
        return
    if facts.kind != "tokens":
        scales = scaling(ours.x[0], theirs.x[0])
        if scales is None:
            return
        other = is_other_scaling(*scales)
        yield _found("validation-scaled-differently", other, scales[0], shift=scales[1])
        if other:
            return  # what is scaled otherwise can be told apart, and has a name
    apart = told_apart(ours, theirs, [input_facts(a[:1], network).kind for a in ours.x])
    if apart is not None:
        yield _found("validation-told-apart", apart > TOLD_APART, apart)
