"""Probe ``signal-check``: do the labels have anything to do with the inputs?

Leave-one-out nearest neighbours and ridge regression on small features (pixels pooled to 8x8 and
moments of each channel; counts of token ids; the columns of a table), against the same labels
shuffled `SHUFFLES` times. One-sided: a score `CLEAR` deviations above the shuffled ones means that
the labels belong to the inputs (13 and more on every learnable image and table measured); a lower
one means only that no simple signal was found: sequences and rare classes also give 0
(measured). So it absolves labels and never convicts them, with one exception: where the labels of
images or texts show nothing, but show a signal `OFFSET_CLEAR` deviations clear when moved by one
certain number of rows (`experiments.offsets`), they stand off by as many.

Returns ``z`` (deviations above shuffled), ``score``, ``shuffled`` (balanced accuracy, or share of
variance explained), ``rows``.

Cost: under 1 s. Cannot see: signals that need a network to be found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from probes.apparatus.bench import Bench
from probes.arrays.inputs import input_facts
from probes.errors import ProbeError
from probes.experiments.offsets import offset_of, rows_in_order
from probes.finding import Finding
from probes.loading.columns import Array
from probes.loading.sampling import class_of_each
from probes.network import Network
from probes.reporter import Reporter

SHUFFLES = 39
NEIGHBOURS = 7
CLEAR = 4.0
NONE = 2.0
OFFSET_CLEAR = 6.0
MOST_ROWS = 400
ROWS_A_CLASS = 8
LEAST_ROWS = 30
MOST_WORDS = 2000
MOST_VALUES = 1_500_000


def run(bench: Bench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """Emit ``no-simple-signal``: False where a signal was found, True where none was."""
    sample = bench.data.train
    values = sum(array[:1].size for array in sample.x)
    sample = sample.head(min(MOST_ROWS, max(LEAST_ROWS * 5, MOST_VALUES // values)))
    if sample.y is None:
        raise ProbeError("data-no-labels")
    if bench.data.label_rows != bench.data.rows:
        raise ProbeError("data-lengths-differ", x=bench.data.rows, y=bench.data.label_rows)
    if len(sample) < LEAST_ROWS:
        raise ProbeError("data-too-few-rows", rows=len(sample), needed=LEAST_ROWS)
    network = bench.read if bench.has_model else None
    features = np.concatenate(
        [features_of(array, input_facts(array, network).kind) for array in sample.x], axis=1
    )
    score = scorer(features, sample.y)
    if score is None:
        raise ProbeError("labels-too-complex")
    random = np.random.default_rng(bench.seed)
    rows = np.arange(len(sample))
    own = score(rows)
    others: list[float] = []
    for shuffle in range(SHUFFLES):
        report.check()
        report.progress(shuffle + 1, SHUFFLES)
        others.append(score(random.permutation(rows)))
    z = (own - float(np.mean(others))) / (float(np.std(others)) + 1e-6)
    details = {"score": round(own, 4), "shuffled": round(float(np.mean(others)), 4)}
    if z >= CLEAR or (z < NONE and _can_tell(sample.y)):
        found = Finding("no-simple-signal", z < NONE, round(z, 2), source="probe", details=details)
        report.finding(found)
    offset = _offset(bench, network) if z < NONE else None
    if z >= CLEAR or offset is not None:
        off = Finding("labels-off-by-rows", offset is not None, offset, source="probe")
        report.finding(off)
    return {"z": round(z, 2), **details, "rows": len(sample)}


def _offset(bench: Bench, network: Network | None) -> int | None:
    """Rows by which the labels stand off, where that can be told."""
    ordered = rows_in_order(bench.data, network)
    if ordered is None:
        return None
    inputs, labels, kind = ordered
    return offset_of(features_of(inputs, kind), labels, scorer, bench.seed, OFFSET_CLEAR)


def _can_tell(labels: Array) -> bool:
    """Whether there are rows enough that a signal would have been seen."""
    classes = class_of_each(labels)
    count = 2 if classes is None else len(np.unique(classes))
    return len(labels) >= ROWS_A_CLASS * max(count, 8)


def features_of(array: Array, kind: str) -> Array:
    """A small description of each row, (n, k) float64 with mean 0 and deviation 1."""
    if array.dtype.kind in "US":
        array = np.unique(array, return_inverse=True)[1].reshape(array.shape)
    values = np.nan_to_num(array.astype(np.float64))
    if kind == "tokens":
        found = _counts(values)
    elif values.ndim == 4:
        found = _pooled(values)
    elif values.ndim == 3:
        steps = values.reshape(len(values), -1)
        moments = [values.mean(1), values.std(1), np.abs(np.diff(values, axis=1)).mean(1)]
        found = np.concatenate([steps, *moments], axis=1)
    else:
        found = values.reshape(len(values), -1)
    return np.asarray((found - found.mean(0)) / (found.std(0) + 1e-6))


def scorer(features: Array, labels: Array) -> Callable[[Array], float] | None:
    """A function: order of the labels -> how well features foretell labels in that order."""
    classes = class_of_each(labels)
    gram = features @ features.T
    if classes is not None:
        return _class_score(gram, classes)
    targets = labels.reshape(len(labels), -1).astype(np.float64)
    if targets.shape[1] > 64:
        return None
    return _figure_score(gram, targets)


def _class_score(gram: Array, classes: Array) -> Callable[[Array], float]:
    near = _neighbours(gram)
    projection, leverage = _ridge(gram)
    count = int(classes.max()) + 1

    def balanced(guess: Array, truth: Array) -> float:
        hits = np.bincount(truth, weights=guess == truth, minlength=count)
        rows = np.bincount(truth, minlength=count)
        return float(np.mean(hits[rows > 0] / rows[rows > 0]))

    def score(order: Array) -> float:
        truth = classes[order]
        hot = np.eye(count)[truth]
        weighted = hot / np.maximum(hot.sum(0), 1)
        by_vote = weighted[near].sum(1).argmax(1)
        centred = weighted - weighted.mean(0)
        left_out = centred - (centred - projection @ centred) / leverage[:, None]
        return max(balanced(by_vote, truth), balanced(left_out.argmax(1), truth))

    return score


def _figure_score(gram: Array, targets: Array) -> Callable[[Array], float]:
    near = _neighbours(gram)
    projection, leverage = _ridge(gram)

    def explained(guess: Array, truth: Array) -> float:
        return float(1 - np.square(guess - truth).sum() / (np.square(truth).sum() + 1e-12))

    def score(order: Array) -> float:
        truth = targets[order] - targets.mean(0)
        left_out = truth - (truth - projection @ truth) / leverage[:, None]
        return max(explained(truth[near].mean(1), truth), explained(left_out, truth))

    return score


def _neighbours(gram: Array) -> Array:
    size = np.diag(gram)
    distance = size[:, None] + size[None, :] - 2 * gram
    np.fill_diagonal(distance, np.inf)
    return np.asarray(np.argpartition(distance, NEIGHBOURS, axis=1)[:, :NEIGHBOURS])


def _ridge(gram: Array) -> tuple[Array, Array]:
    """Projection onto the features, and 1 minus each row's own share in it."""
    rows = len(gram)
    strength = 0.1 * np.trace(gram) / rows + 1e-9
    projection = gram @ np.linalg.inv(gram + strength * np.eye(rows))
    return projection, 1 - np.diag(projection)


def _counts(ids: Array) -> Array:
    flat = ids.reshape(len(ids), -1).astype(np.int64)
    words, numbers = np.unique(flat, return_inverse=True)
    numbers = numbers.reshape(flat.shape) % MOST_WORDS
    counts = np.zeros((len(flat), min(len(words), MOST_WORDS)))
    np.add.at(counts, (np.arange(len(flat))[:, None], numbers), 1)
    return counts


def _pooled(images: Array) -> Array:
    rows, height, width, channels = images.shape
    step = max(1, min(height, width) // 8)
    high, wide = height // step, width // step
    cut = images[:, : high * step, : wide * step]
    small = cut.reshape(rows, high, step, wide, step, channels).mean((2, 4)).reshape(rows, -1)
    moments = [images.mean((1, 2)), images.std((1, 2)), images.max((1, 2)), images.min((1, 2))]
    # Once more without each image's own level: contrast, whatever the light.
    return np.concatenate([small, *moments, small - small.mean(1, keepdims=True)], axis=1)
