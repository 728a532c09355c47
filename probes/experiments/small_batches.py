"""Batch normalisation that is given one row at a time, or two.

Part of the probe ``training-mode``. Behind a Dense layer a batch of one row is its own mean: what
comes out is beta, whatever went in. Behind a convolution a picture is normalised by itself, which
inference does not do. Told in two ways:

* measured, where the size of the batches is known (the script, ``--batch-size``, or as many steps
  in the log as there are rows): the rows pass in training mode in batches of that size. Erased: a
  layer whose output varies between batches by less than `ERASED` of its gamma, though its input
  varies. Apart: skills `APART` apart from that of the same rows together, or of inference.
* by the file alone: a batch of one row has variance 0, so each step multiplies the stored variance
  of every channel by the momentum, and all channels hold one and the same figure, which is no
  longer the 1 they began with (Keras source, BatchNormalization.call). Batches of two or more rows
  give each channel another one. Only for inputs without further axes, and two channels at least.

Cost: 8 passes of one row, 0.1 s; 4 for deep networks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from probes.apparatus.bench import Bench
from probes.apparatus.dropout import without_dropout
from probes.apparatus.look import Look, found, is_deep, kept
from probes.apparatus.skill import yardstick
from probes.apparatus.training import feed
from probes.apparatus.watching import all_leaves, wrapped
from probes.finding import Finding
from probes.loading.columns import Array

APART = 0.5
ERASED = 1e-3
#: batches up to this size are measured
SMALL = 2
ROWS, DEEP_ROWS = 16, 8
#: shares of the rows that people cut off for validation; at a half, a step could be two rows
_CUT = (0.0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4)
#: the stored variances of all channels are one figure: float32 rounding over thousands of steps
_ONE_FIGURE = 1e-4


@dataclass(frozen=True)
class Small:
    """Rows in small batches.

    Args:
        skill: of all answers in training mode, dropout off.
        layer: the first batch normalisation that erases the rows, else the first of all.
        erased: whether it does erase them.
    """

    skill: float
    layer: str
    erased: bool


def batch_size(bench: Bench) -> int | None:
    """Rows a batch, as script or option say, or 1 where the log has a step for each row."""
    said: Mapping[str, Any] = bench.subject.assume
    if said.get("batch_size"):
        return int(said["batch_size"])
    steps, rows = said.get("steps_per_epoch"), bench.data.rows
    one = steps and any(int(steps) in (int(rows * (1 - v)), round(rows * (1 - v))) for v in _CUT)
    return 1 if one else None


def small_batches(seen: Look, norms: list[Any], size: int | None) -> Small | None:
    """The rows in batches of `size`; None where that is no small batch, or nothing normalises."""
    if size is None or size > SMALL or not norms:
        return None
    x, y = seen.head(DEEP_ROWS if is_deep(seen.model) else ROWS)
    given: dict[str, list[Array]] = {}
    passed: dict[str, list[Array]] = {}

    def note(layer: Any, before: Any, after: Any) -> None:
        given.setdefault(layer.name, []).append(np.asarray(before, dtype=np.float32))
        passed.setdefault(layer.name, []).append(np.asarray(after, dtype=np.float32))

    answers = []
    with kept(seen.model), without_dropout(seen.model), wrapped(norms, note):
        for start in range(0, len(y) - size + 1, size):
            rows = tuple(array[start : start + size] for array in x)
            answers.append(np.asarray(seen.model(feed(seen.model, rows), training=True)))
    answered = np.concatenate(answers)
    skill = yardstick(seen.setup.network, y[: len(answered)]).skill_of(answered)
    left = {n.name: _left(n, given[n.name], passed[n.name]) for n in norms if n.name in given}
    erased = [name for name, share in left.items() if share is not None and share < ERASED]
    return Small(max(-1.0, skill), erased[0] if erased else norms[0].name, bool(erased))


def single_row_findings(
    seen: Look, norms: list[Any], small: Small | None, together: float
) -> Iterator[Finding]:
    """``batchnorm-sees-one-row``, where it was measured or the file tells.

    Args:
        together: skill in training mode of all rows at once, dropout off.
    """
    if small is not None:
        inference = yardstick(seen.setup.network, seen.y).skill_of(seen.outputs)
        apart = max(together, inference, small.skill) - min(inference, small.skill) >= APART
        yield found(
            "batchnorm-sees-one-row",
            small.erased or apart,
            small.layer,
            skill=small.skill,
            together=max(-1.0, together),
            inference=max(-1.0, inference),
        )
        return
    flat = [layer for layer in norms if _is_flat(layer)]
    if flat:
        told = [layer.name for layer in flat if _never_saw_variance(layer)]
        told = told and _fed_with_variance(seen, [n for n in flat if n.name in told])
        yield found("batchnorm-sees-one-row", bool(told), told[0] if told else None)


def _left(layer: Any, given: list[Array], passed: list[Array]) -> float | None:
    """Variation between batches behind a layer, in the size that it gives its answers (gamma);
    None where nothing varies in front of it."""
    before, after = (np.stack([part[0].reshape(-1) for part in side]) for side in (given, passed))
    if float(before.std(0).mean()) <= 1e-6 * (1 + float(np.abs(before).max())):
        return None
    gamma = getattr(layer, "gamma", None)
    size = 1.0 if gamma is None else float(np.abs(np.asarray(gamma)).mean())
    return float(after.std(0).mean()) / max(size, 1e-12)


def _is_flat(layer: Any) -> bool:
    """Whether a layer of two channels and more normalises over rows alone."""
    rank = getattr(layer.input_spec, "ndim", None)
    return rank == 2 and len(np.asarray(layer.moving_variance)) > 1


def _never_saw_variance(layer: Any) -> bool:
    stored = np.asarray(layer.moving_variance, dtype=np.float64)
    middle = float(np.median(stored))
    same = float(np.ptp(stored)) <= _ONE_FIGURE * max(middle, 1e-30)
    return same and middle < 1 - 1e-3


def _fed_with_variance(seen: Look, layers: list[Any]) -> list[str]:
    """Names of the layers whose input differs from row to row in most channels."""
    names: list[str] = []

    def note(layer: Any, given: Any, output: Any) -> None:
        spread = np.asarray(given, dtype=np.float64).std(0)
        if np.mean(spread > 1e-6) > 0.5:
            names.append(layer.name)

    with wrapped(layers, note):
        seen.model(feed(seen.model, seen.x), training=False)
    return names


def trained_norms(model: keras.Model) -> list[Any]:
    """The batch normalisations that are trained."""
    kind = keras.layers.BatchNormalization
    return [layer for layer in all_leaves(model) if isinstance(layer, kind) and layer.trainable]
