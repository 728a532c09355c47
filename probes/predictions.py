"""What a saved model answers: spread over rows, the class named, training and inference mode.

Part of the probe ``activation-audit``; thresholds are explained there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from probes.cloning import clone, copy_weights, is_graph
from probes.features import FeatureMaker, split_frozen
from probes.finding import Finding, Scalar
from probes.loading.columns import Array
from probes.loading.data import Sample
from probes.setup import Setup
from probes.skill import Yardstick, yardstick
from probes.training import predict

CONSTANT = 1e-3
SAME_CLASS = 0.98
BALANCED = 0.8
NO_SKILL = 0.05
MODES_APART = 0.5


@dataclass(frozen=True)
class TrainedPart:
    """The part of a network that is trained, with what goes into it: rows, or features of them."""

    model: keras.Model
    x: tuple[Array, ...]
    y: Array

    def head(self, rows: int) -> TrainedPart:
        return TrainedPart(self.model, tuple(a[:rows] for a in self.x), self.y[:rows])

    def copy(self) -> keras.Model:
        """The model with its weights; a subclassed one, which cannot be copied, itself."""
        if not is_graph(self.model):
            return self.model
        copied = clone(self.model)
        copy_weights(self.model, copied)
        return copied


def trained_part(setup: Setup, rows: Sample) -> TrainedPart:
    """Cut off the frozen beginning and run it once."""
    assert rows.y is not None, "a set-up has labels"
    split = split_frozen(setup.model)
    if split is None:
        return TrainedPart(setup.model, rows.x, rows.y)
    return TrainedPart(split[1], (FeatureMaker(split[0])(rows.x[0]),), rows.y)


def found(id: str, present: bool, value: Scalar = None, **details: Any) -> Finding:
    """A finding of the probe, its figures cut to four digits."""
    shown = {k: float(f"{v:.4g}") if isinstance(v, float) else v for k, v in details.items()}
    return Finding(id, bool(present), value, source="probe", details=shown)


def prediction_findings(
    setup: Setup, part: TrainedPart, trained: bool, largest_share: float
) -> Iterator[Finding]:
    """What the saved model answers, in inference and in training mode.

    Args:
        largest_share: of the most frequent class in all labels: with few others, always naming it
            is what a sound model does too.
    """
    predictions = predict(part.model, part.x)
    yard = yardstick(setup.network, part.y)
    yield from _probability_rows(setup, predictions, yard)
    if not trained:
        return
    flat = predictions.reshape(len(predictions), -1)
    if predictions.ndim == 2 and (setup.classes is not None or _is_multi_label(setup)):
        spread = float(flat.std(0).mean())
        yield found("prediction-constant", spread < CONSTANT, float(f"{spread:.3g}"))
    elif setup.classes is None and predictions.ndim == 2 and predictions.shape[1] == 1:
        spread = float(flat.std() / (np.std(part.y) + 1e-12))
        yield found("prediction-constant", spread < CONSTANT, float(f"{spread:.3g}"))
    skill = yard.skill_of(predictions) if _comparable(yard, predictions) else None
    if skill is None:
        return
    if setup.classes is not None and predictions.ndim == 2 and largest_share <= BALANCED:
        yield _one_class(predictions, skill)
    learning = yard.skill_of(predict(part.copy(), part.x, training=True))
    apart = learning >= MODES_APART and learning - skill >= MODES_APART
    yield found(
        "train-eval-disagree",
        apart,
        round(learning - max(-1.0, skill), 3),
        training=round(learning, 3),
        inference=round(max(-1.0, skill), 3),
    )


def _probability_rows(setup: Setup, predictions: Array, yard: Yardstick) -> Iterator[Finding]:
    loss = setup.network.loss or ""
    if "categorical" not in loss or yard.logits or predictions.shape[-1] < 2:
        return
    if not np.isfinite(predictions).all():
        return  # what is no number at all has a finding of its own
    off = float(np.max(np.abs(predictions.sum(-1) - 1)))
    yield found("output-rows-not-probabilities", off > 0.02, float(f"{off:.3g}"))


def _one_class(predictions: Array, skill: float) -> Finding:
    units = predictions.shape[1]
    chosen = predictions.argmax(1) if units > 1 else (predictions[:, 0] > 0.5).astype(int)
    share = float(np.bincount(chosen).max() / len(chosen))
    stuck = share >= SAME_CLASS and skill < NO_SKILL
    return found("predicts-one-class", stuck, round(share, 3))


def _comparable(yard: Yardstick, predictions: Array) -> bool:
    """Whether labels and predictions have shapes that a loss can compare."""
    try:
        return yard.usable and np.isfinite(yard.loss_of(predictions))
    except (ValueError, IndexError):
        return False


def _is_multi_label(setup: Setup) -> bool:
    return setup.network.loss == "binary_crossentropy" and (setup.network.output_units or 0) > 1
