"""Probe ``forecast-check``: does a forecast say more than "the same again"?

For a regression from sequences: holds the saved model's answers against the last value of its
input, taken as the forecast (brought to the scale of the targets by a straight line). Nothing is
trained.

Thresholds: a model lags by one where the last value explains `TELLING` of the targets' variance,
its answers follow the last value (correlation `FOLLOWS`) more closely than the targets, and its
squared error is no less than `NO_BETTER` of that of the last value. Healthy: waves, whose turns the
last value misses, are forecast with a tenth of its error (measured on the zoo's kind of nets).

Cost: 20 ms behind the saved model's answers. Cannot see: forecasts of a model that was never
trained; more than the first target of several.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from probes.apparatus.bench import Bench
from probes.apparatus.look import found, look
from probes.loading.columns import Array
from probes.reporter import Reporter

TELLING = 0.5
FOLLOWS = 0.98
NO_BETTER = 0.9
LEAST_ROWS = 24


def run(bench: Bench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """Emit ``forecast-lags-by-one``; returns ``error``, of the model, and ``error_of_last_value``
    as shares of the targets' variance.

    Raises:
        ProbeError: those of `apparatus.look.look`.
    """
    seen = look(bench)
    inputs = seen.setup.train.x[0][: len(seen.y)]
    targets, answers = _first(seen.y), _first(seen.outputs)
    last = _last_values(inputs)
    if not seen.trained or last is None or len(targets) < LEAST_ROWS or targets.std() == 0:
        return {"error": None, "error_of_last_value": None}
    told = max(last.T, key=lambda column: abs(_correlation(column, targets)))
    kinship = _correlation(told, targets)
    naive = 1 - kinship**2
    error = float(np.square(answers - targets).mean() / targets.var())
    follows = abs(_correlation(answers, told))
    lags = (
        kinship**2 >= TELLING
        and follows >= FOLLOWS
        and follows > _correlation(answers, targets)
        and error >= NO_BETTER * naive
    )
    report.finding(found("forecast-lags-by-one", lags, round(follows, 3), error=error, naive=naive))
    return {"error": error, "error_of_last_value": naive}


def _first(values: Array) -> Array:
    """The first target of each row, (n,)."""
    return np.asarray(values, dtype=np.float64).reshape(len(values), -1)[:, 0]


def _last_values(inputs: Array) -> Array | None:
    """The features of each row's last step (n, k); None for inputs that are no sequences."""
    if inputs.ndim not in (2, 3) or inputs.dtype.kind not in "fiu" or inputs.shape[1] < 2:
        return None
    values = np.nan_to_num(inputs.astype(np.float64))
    return values[:, -1:] if values.ndim == 2 else values[:, -1]


def _correlation(one: Array, other: Array) -> float:
    """Pearson's, -1 to 1; 0 where one of them does not vary."""
    a, b = one - one.mean(), other - other.mean()
    size = float(np.sqrt(np.square(a).sum() * np.square(b).sum()))
    return float((a * b).sum() / size) if size > 0 else 0.0
