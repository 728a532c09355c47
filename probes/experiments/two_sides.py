"""The inputs of two data sets held against each other: their range, and whether they can be told
apart. Part of the probe ``train-validation``, where the thresholds are explained.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from probes.experiments.signal_check import features_of, scorer
from probes.loading.columns import Array
from probes.loading.data import Sample
from probes.loading.sampling import class_of_each

SHIFT = 3.0
LEAST_ROWS = 30
MOST_ROWS = 120
MOST_VALUES = 1_000_000


def scaling(ours: Array, theirs: Array) -> tuple[float, float] | None:
    """Standard deviation of theirs over ours, and how many of ours the means lie apart.

    None where ours does not vary.
    """
    most = max(LEAST_ROWS, MOST_VALUES // max(1, int(np.prod(ours.shape[1:]))))
    here, there = (np.nan_to_num(part[:most].astype(np.float32)) for part in (ours, theirs))
    spread = float(here.std())
    if spread == 0:
        return None
    ratio = float(there.std()) / spread
    shift = abs(float(there.mean() - here.mean())) / spread
    return ratio, shift


def is_other_scaling(ratio: float, shift: float) -> bool:
    return ratio > SHIFT or ratio < 1 / SHIFT or shift > SHIFT


def told_apart(ours: Sample, theirs: Sample, kinds: Sequence[str]) -> float | None:
    """Balanced accuracy in telling rows of one set from rows of the other, 0 to 1.

    Args:
        kinds: of each input, as `arrays.inputs` names them.

    Returns:
        None with fewer than `LEAST_ROWS` rows a side.
    """
    here, there = _alike(ours, theirs)
    if len(here) < LEAST_ROWS:
        return None
    features = np.concatenate(
        [
            features_of(np.concatenate([a[here], b[there]]), kind)
            for a, b, kind in zip(ours.x, theirs.x, kinds, strict=True)
        ],
        axis=1,
    )
    score = scorer(features, np.repeat([0, 1], [len(here), len(there)]))
    return None if score is None else score(np.arange(len(here) + len(there)))


def _alike(ours: Sample, theirs: Sample) -> tuple[Array, Array]:
    """As many rows of each side, with the classes in the same shares."""
    most = min(MOST_ROWS, max(LEAST_ROWS, MOST_VALUES // max(1, _row_values(ours))))
    rows = min(len(ours), len(theirs), most)
    plain = np.arange(rows)
    if ours.y is None or theirs.y is None or ours.y.shape[1:] != theirs.y.shape[1:]:
        return plain, plain
    numbers = class_of_each(np.concatenate([ours.y, theirs.y]))
    if numbers is None:
        return plain, plain
    here, there = numbers[: len(ours)], numbers[len(ours) :]
    pairs = [
        (np.flatnonzero(here == number), np.flatnonzero(there == number))
        for number in range(int(numbers.max()) + 1)
    ]
    each = [min(len(a), len(b)) for a, b in pairs]
    quota = max(1, rows // max(1, sum(count > 0 for count in each)))
    cut = [min(count, quota) for count in each]
    return (
        np.concatenate([a[:count] for (a, _), count in zip(pairs, cut, strict=True)]),
        np.concatenate([b[:count] for (_, b), count in zip(pairs, cut, strict=True)]),
    )


def _row_values(sample: Sample) -> int:
    return sum(int(np.prod(array.shape[1:])) for array in sample.x)
