"""Skill: how much of what can be learnt a model has learnt, on one scale for all losses.

``skill = 1 - (L - L_floor) / (L_const - L_floor)``: 0 is the best constant prediction on these
labels, 1 is memorised, below 0 is worse than knowing nothing. The loss is computed here from the
predictions, as Keras defines it, because a Keras loss can fall while the predictions stay useless
(one unit with softmax: Keras takes the logits from behind it, every prediction is 1.0).

For images and sequences the constant is taken for each channel, not for each pixel: with 16
samples a constant image would be an unfair measure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from probes.loading.columns import Array
from probes.network import Network
from probes.saved.keras_names import KERAS_LOSSES

#: Keras clips probabilities to this
EPSILON = 1e-7
_SPARSE = "sparse_categorical_crossentropy"
_CATEGORICAL = ("categorical_crossentropy", "categorical_focal_crossentropy", "kl_divergence")
_BINARY = ("binary_crossentropy", "binary_focal_crossentropy")
_SQUARED = ("mean_squared_error", "huber", "log_cosh")
_ABSOLUTE = ("mean_absolute_error",)
#: a difference of loss below this is no difference
_TINY = 1e-9
#: skill of a loss that is no number
WORST = -1e6


@dataclass(frozen=True)
class Yardstick:
    """The scale that predictions for one set of labels are measured on.

    Args:
        loss: which loss is measured: the user's; for one of their own, the cross-entropy or squared
            error that labels and outputs suit; for others without closed form, the squared error.
        labels: (n, ...) as the loss takes them.
        logits: predictions are logits; None to see by them.
        constant: loss of the best constant prediction.
        floor: the lowest loss there is on these labels.
        chance: accuracy of always the most frequent class; None for regressions.
        uniform: loss of equal probabilities for all classes, ln N; 0 for regressions.
    """

    loss: str
    labels: Array
    logits: bool | None
    constant: float
    floor: float
    chance: float | None
    uniform: float = 0.0

    @property
    def usable(self) -> bool:
        """Whether anything can be learnt here: labels that vary, a loss with a floor."""
        return np.isfinite(self.constant) and self.constant - self.floor > _TINY

    def skill(self, loss: float) -> float:
        """Skill of a loss, at most 1 and down to `WORST`; 0 where nothing can be learnt."""
        if not self.usable:
            return 0.0
        if not np.isfinite(loss):
            return WORST
        return float(max(WORST, 1 - (loss - self.floor) / (self.constant - self.floor)))

    def loss_of(self, predictions: Array) -> float:
        """Mean loss of predictions (n, ...)."""
        return _loss(self.loss, self.labels, predictions, self.logits)

    def are_logits(self, predictions: Array) -> bool:
        """Whether predictions are logits; by what they are, where the loss does not tell."""
        return _are_logits(self.loss, predictions, self.logits)

    def skill_of(self, predictions: Array) -> float:
        return self.skill(self.loss_of(predictions))

    def accuracy_of(self, predictions: Array) -> float | None:
        """Share of labels hit; None for regressions."""
        if self.chance is None:
            return None
        if self.loss in _BINARY:
            threshold = 0.0 if self.are_logits(predictions) else 0.5
            return float(
                np.mean((predictions > threshold) == (_like(self.labels, predictions) > 0.5))
            )
        return float(np.mean(predictions.argmax(-1) == _numbers(self.loss, self.labels)))


def yardstick(network: Network, labels: Array) -> Yardstick:
    """The yardstick of a set-up's loss on labels (n, ...)."""
    loss = network.loss or "mean_squared_error"
    # Behind a softmax or sigmoid Keras takes the logits itself, whatever from_logits says.
    made = network.output_activation in ("softmax", "sigmoid")
    logits: bool | None = bool(network.from_logits) and not made
    if loss not in (_SPARSE, *_CATEGORICAL, *_BINARY, *_SQUARED, *_ABSOLUTE):
        own = loss not in KERAS_LOSSES
        loss = _suited(network.output_units, labels) if own else "mean_squared_error"
        logits = None if own else False
    constant, floor = _bounds(loss, labels)
    uniform = 0.0
    if loss in _BINARY:
        uniform = float(np.log(2))
    elif loss == _SPARSE or loss in _CATEGORICAL:
        uniform = float(np.log(max(2, network.output_units or 2)))
    chance = _chance(loss, labels)
    return Yardstick(loss, labels, logits, constant, floor, chance, uniform)


def _suited(units: int | None, labels: Array) -> str:
    """The loss by which a loss of the user's own is measured: what suits the labels and outputs."""
    values = np.asarray(labels)
    if units is None or values.dtype.kind not in "fiub":
        return "mean_squared_error"
    whole = bool(np.array_equal(values, np.round(values))) and values.min(initial=0) >= 0
    flat = values.ndim == 1 or values.shape[-1] == 1
    if flat and whole and units > 1 and values.max(initial=0) < units:
        return _SPARSE
    if whole and values.max(initial=0) <= 1 and (units == 1 if flat else values.shape[-1] == units):
        one_hot = not flat and bool(np.all(values.sum(-1) == 1))
        return _CATEGORICAL[0] if one_hot else _BINARY[0]
    return "mean_squared_error"


def _bounds(loss: str, labels: Array) -> tuple[float, float]:
    if loss == _SPARSE:
        shares = np.unique(labels, return_counts=True)[1] / max(1, labels.size)
        return float(-(shares * np.log(shares)).sum()), 0.0
    columns = _columns(labels)
    if loss in _CATEGORICAL:
        shares = columns.mean(0)
        shares = shares[shares > 0]
        return float(-(shares * np.log(shares)).sum()), _entropy(columns)
    if loss in _BINARY:
        if columns.min() < 0 or columns.max() > 1:
            return float("nan"), 0.0  # the loss has no floor: there is nothing to measure by
        return _binary(columns.mean(0), columns.mean(0)), _binary(columns, columns)
    if loss in _ABSOLUTE:
        return float(np.abs(columns - np.median(columns, 0)).mean()), 0.0
    return float(columns.var(0).mean()), 0.0


def _columns(labels: Array) -> Any:
    """float64 (m, k): the last axis kept where it holds channels or outputs."""
    values = np.asarray(labels, dtype=np.float64)
    if values.ndim == 1:
        return values[:, None]
    return values.reshape(-1, values.shape[-1])


def _entropy(rows: Any) -> float:
    positive = np.where(rows > 0, rows, 1.0)
    return float(-(positive * np.log(positive)).sum(-1).mean())


def _binary(truth: Any, guess: Any) -> float:
    p = np.clip(guess, EPSILON, 1 - EPSILON)
    return float(-(truth * np.log(p) + (1 - truth) * np.log(1 - p)).mean())


def _are_logits(loss: str, predictions: Any, known: bool | None) -> bool:
    """Whether predictions are logits, where the loss does not tell: no probabilities."""
    if known is not None:
        return known
    outside = bool(predictions.min() < 0 or predictions.max() > 1)
    return outside or (loss not in _BINARY and not np.allclose(predictions.sum(-1), 1, atol=1e-2))


def _loss(loss: str, labels: Array, predictions: Array, known: bool | None) -> float:
    p = np.asarray(predictions, dtype=np.float64)
    if not np.isfinite(p).all():
        return float("nan")
    logits = _are_logits(loss, p, known)
    if loss == _SPARSE or loss in _CATEGORICAL:
        return _categorical(loss, labels, p, logits)
    truth = _like(labels, p)
    if loss in _BINARY:
        if logits:
            p = 1 / (1 + np.exp(-np.clip(p, -60, 60)))
        return _binary(truth, p)
    difference = truth - p
    return float(np.abs(difference).mean() if loss in _ABSOLUTE else np.square(difference).mean())


def _categorical(loss: str, labels: Array, p: Any, logits: bool) -> float:
    if logits:
        p = np.exp(p - p.max(-1, keepdims=True))
    total = p.sum(-1, keepdims=True)
    p = np.clip(p / np.where(np.abs(total) > 0, total, 1.0), EPSILON, 1 - EPSILON)
    if loss == _SPARSE:
        numbers = _numbers(loss, labels)
        if numbers.min() < 0 or numbers.max() >= p.shape[-1]:
            return float("nan")
        picked = np.take_along_axis(p, numbers[..., None].reshape(*p.shape[:-1], 1), -1)
        return float(-np.log(picked).mean())
    return float(-(np.asarray(labels, dtype=np.float64) * np.log(p)).sum(-1).mean())


def _numbers(loss: str, labels: Array) -> Any:
    if loss != _SPARSE and labels.ndim > 1 and labels.shape[-1] > 1:
        return labels.argmax(-1)
    if labels.ndim > 1 and labels.shape[-1] == 1:
        labels = labels[..., 0]
    return np.asarray(labels).astype(np.int64)


def _like(labels: Array, predictions: Array) -> Any:
    """Labels in the shape of predictions: (n,) becomes (n, 1), as Keras does."""
    truth = np.asarray(labels, dtype=np.float64)
    if truth.ndim == predictions.ndim - 1:
        truth = truth[..., None]
    elif truth.ndim == predictions.ndim + 1 and truth.shape[-1] == 1:
        truth = truth[..., 0]
    return truth


def _chance(loss: str, labels: Array) -> float | None:
    if loss in _BINARY:
        hot = np.asarray(labels) > 0.5
        return float(max(hot.mean(), 1 - hot.mean()))
    if loss == _SPARSE or loss in _CATEGORICAL:
        counts = np.unique(_numbers(loss, labels), return_counts=True)[1]
        return float(counts.max() / counts.sum())
    return None
