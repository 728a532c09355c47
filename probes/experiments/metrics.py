"""Compiled metrics, asked about answers of which it is known whether they are right.

Keras itself resolves and computes them, on a model that hands its input on: so ``accuracy`` is what
Keras makes of it for these shapes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from probes.apparatus.bench import Bench
from probes.apparatus.look import Look
from probes.apparatus.skill import Yardstick
from probes.loading.columns import Array

#: probability of the class that an answer names
SURE = 0.9
#: probability of the true class in a wrong answer: the lowest of all
LEAST = 0.001
#: how far right figures are off
OFF = 1e-3


@dataclass(frozen=True)
class Answers:
    """Answers in the form of a network's output, (n, ...) each: all right, and all wrong.

    Args:
        many: one of several units names the class of a row.
    """

    right: Array
    wrong: Array
    many: bool


@dataclass(frozen=True)
class Measured:
    """A metric about three sets of answers: the network's own, right ones, wrong ones."""

    name: str
    own: float
    right: float
    wrong: float


def answers_to(look: Look, yard: Yardstick) -> Answers | None:
    """Right and wrong answers; None where labels are none that the output can give."""
    outputs = look.outputs
    if np.asarray(look.y).dtype.kind not in "fiub" or not np.isfinite(look.y).all():
        return None
    numbers = class_numbers(look, yard)
    if numbers is not None:
        return _classes(numbers, outputs.shape[-1], yard.are_logits(outputs))
    truth = np.asarray(look.y, dtype=np.float64)
    if truth.ndim == outputs.ndim - 1 and outputs.shape[-1] == 1:
        truth = truth[..., None]
    if truth.shape != outputs.shape:
        return None
    if "crossentropy" in yard.loss:
        if truth.min() < 0 or truth.max() > 1:
            return None
        right = 1 - SURE + (2 * SURE - 1) * truth
        return Answers(
            _scores(right, yard.are_logits(outputs)),
            _scores(1 - right, yard.are_logits(outputs)),
            False,
        )
    off = OFF * (float(truth.std()) or 1.0)
    return Answers(
        (truth + off).astype(np.float32), np.roll(truth, 1, axis=0).astype(np.float32), False
    )


def class_numbers(look: Look, yard: Yardstick) -> Array | None:
    """Number of each row's (or position's) class; None where no unit stands for a class."""
    labels, units = np.asarray(look.y), look.outputs.shape[-1]
    if units < 2 or "crossentropy" not in yard.loss:
        return None
    if yard.loss == "sparse_categorical_crossentropy":
        numbers = labels[..., 0] if labels.ndim == look.outputs.ndim else labels
    else:
        if labels.shape != look.outputs.shape or not np.allclose(labels.sum(-1), 1, atol=1e-3):
            return None
        numbers = labels.argmax(-1)
    if numbers.shape != look.outputs.shape[:-1] or numbers.min() < 0 or numbers.max() >= units:
        return None
    return numbers.astype(np.int64)


def compiled_metrics(bench: Bench) -> list[Any]:
    """The metrics as the model file writes them, or by the names that are known otherwise."""
    written = bench.compiled.get("metrics")
    found = list(_flat(written)) if written else []
    return found or [name for name in bench.network.metrics if name != "loss"]


def measure(metric: Any, look: Look, answers: Answers) -> list[Measured]:
    """A metric's figures (one name each); empty where Keras will not have it on these shapes."""
    try:
        made = keras.saving.deserialize_keras_object(metric) if _is_object(metric) else metric
        model = keras.Sequential(
            [keras.Input(look.outputs.shape[1:]), keras.layers.Activation("linear")]
        )
        model.compile(loss=_no_loss, metrics=[made], run_eagerly=True)
        own, right, wrong = (
            _figures(model, given, look.y) for given in (look.outputs, answers.right, answers.wrong)
        )
    except Exception:
        return []  # Keras says so itself when the user trains: no finding of this probe
    return [
        Measured(name, own[name], right[name], wrong[name])
        for name in own
        if name != "loss" and np.isfinite([own[name], right[name], wrong[name]]).all()
    ]


def _classes(numbers: Array, units: int, logits: bool) -> Answers:
    one_hot = np.eye(units)[numbers]
    named = np.eye(units)[(numbers + 1) % units]
    rest = (1 - SURE) / (units - 1)
    right = one_hot * (SURE - rest) + rest
    between = (1 - SURE - LEAST) / max(1, units - 2)
    wrong = np.where(one_hot == 1, LEAST, np.where(named == 1, SURE, between))
    wrong /= wrong.sum(-1, keepdims=True)
    if logits:
        right, wrong = np.log(right), np.log(wrong)
    return Answers(right.astype(np.float32), wrong.astype(np.float32), True)


def _scores(probabilities: Array, logits: bool) -> Array:
    scores = np.log(probabilities / (1 - probabilities)) if logits else probabilities
    return np.asarray(scores, dtype=np.float32)


def _figures(model: keras.Model, given: Array, labels: Array) -> dict[str, float]:
    model.reset_metrics()
    said = model.test_on_batch(np.asarray(given, dtype=np.float32), labels, return_dict=True)
    return {name: float(value) for name, value in said.items() if np.ndim(np.asarray(value)) == 0}


def _no_loss(labels: Any, predictions: Any) -> Any:
    return keras.ops.mean(predictions) * 0.0


def _is_object(metric: Any) -> bool:
    return isinstance(metric, dict) and "class_name" in metric


def _flat(written: Any) -> Iterator[Any]:
    """Metrics out of the lists, one for each output, that Keras may nest them in."""
    if isinstance(written, dict) and not _is_object(written):
        written = list(written.values())
    if isinstance(written, Sequence) and not isinstance(written, str):
        for item in written:
            yield from _flat(item)
    elif written is not None:
        yield written
