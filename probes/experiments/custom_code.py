"""Probe ``custom-code``: do the user's own loss and layers give finite figures and gradients?

Runs on the user's own objects, so only when the model was loaded with them, by consent
(``--custom FILE --trust``). The loss is called with the labels and made-up answers:

* at the ends of the answers' range, right and wrong, is it a number, and its gradient too
  (``custom-loss-log-of-zero``: it is one in the middle of the range and none at the end);
* does a gradient come out at all, and is it other than 0 (``custom-loss-not-differentiable``);
* called the other way round, is it one of Keras's losses, and called as Keras does, none
  (``custom-loss-arguments-swapped``: correlation over `DRAWS` draws of answers above `SAME`).

Own layers: does a gradient pass from the output to what goes in (``layer-not-differentiable``).

Cost: 0.2 s. Cannot see: a loss that is well-formed and asks for the wrong thing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import keras
import numpy as np

from probes.apparatus.bench import Bench
from probes.apparatus.look import Look, found, look
from probes.apparatus.setup import Loss, Setup, make_loss
from probes.apparatus.training import as_tensor, feed
from probes.apparatus.watching import all_leaves, wrapped
from probes.finding import Finding
from probes.loading.columns import Array
from probes.reporter import Reporter
from probes.saved.keras_json import name_of

DRAWS = 8
SAME = 0.9999
ROWS = 32
_KNOWN = (
    "CategoricalCrossentropy",
    "BinaryCrossentropy",
    "KLDivergence",
    "MeanSquaredLogarithmicError",
    "MeanAbsolutePercentageError",
    "Poisson",
)


def run(bench: Bench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """Emit the findings; returns ``loss`` (its name, when it is the user's own) and ``layers``.

    Raises:
        ProbeError: ``loss-not-given`` and ``loss-unknown``: what is not there is not sound either.
    """
    seen = look(bench)
    loss, own = make_loss(seen.setup.network, seen.setup.loss), is_own_loss(seen.setup)
    if own:
        for finding in loss_findings(loss, seen):
            report.finding(finding)
    report.check()
    layers = [layer for layer in all_leaves(seen.model) if not _is_keras(type(layer))]
    if layers:
        report.finding(layer_finding(layers, seen))
    return {
        "loss": seen.setup.network.loss if own else None,
        "layers": [layer.name for layer in layers],
    }


def is_own_loss(setup: Setup) -> bool:
    """Whether the loss is one that Keras does not bring along."""
    asked = {setup.network.loss, name_of(setup.loss)} - {None}
    return bool(asked & set(keras.saving.get_custom_objects()))


def loss_findings(loss: Loss, seen: Look) -> Iterator[Finding]:
    """What the loss and its gradient are in the middle and at the ends of the answers' range."""
    truth, answers = _like(seen.y, seen.outputs)
    swapped = _swapped(loss, truth, _draws(truth, answers, DRAWS))
    if swapped:
        yield found("custom-loss-arguments-swapped", True, swapped)
        return  # what it gives for exchanged arguments says nothing of the loss
    middle = [_judge(loss, seen.y, answer) for answer in _draws(truth, answers, 3)]
    if not any(np.isfinite(value) for value, _ in middle):
        return  # not even there: the labels do not fit it, or it is broken for good
    flat = all(gradient is None or gradient == 0 for _, gradient in middle)
    yield found("custom-loss-not-differentiable", flat)
    if _are_shares(truth) and not seen.setup.network.from_logits:
        ends = [truth, 1 - truth, np.zeros_like(truth)]
        judged = [_judge(loss, seen.y, end.astype(np.float32)) for end in ends]
        # A root has no slope where the answer is exact to the last bit, which no answer is.
        slopes = [g for _, g in judged[1:] if g is not None]
        bad = not np.isfinite([*(v for v, _ in judged), *slopes]).all()
        yield found("custom-loss-log-of-zero", bad)
    if swapped is not None:
        yield found("custom-loss-arguments-swapped", False)


def layer_finding(layers: list[Any], seen: Look) -> Finding:
    """Own layers through which no gradient passes."""
    import tensorflow as tf

    stopped: list[str] = []
    passed: list[tuple[Any, Any]] = []
    x, _ = seen.head(ROWS)
    with wrapped(layers, lambda layer, given, output: passed.append((layer, given))):
        seen.model(feed(seen.model, x), training=False)
    for layer, given in passed:
        if not hasattr(given, "dtype") or not given.dtype.is_floating:
            continue
        with tf.GradientTape() as tape:
            tape.watch(given)
            output = layer(given)
            total = tf.reduce_sum(tf.cast(tf.nest.flatten(output)[0], tf.float32))
        if tape.gradient(total, given) is None:
            stopped.append(layer.name)
    return found("layer-not-differentiable", bool(stopped), stopped[0] if stopped else None)


def _judge(loss: Loss, y: Array, answers: Array) -> tuple[float, float | None]:
    """The loss, and the largest gradient by its size; None where there is no gradient."""
    import tensorflow as tf

    given = tf.constant(answers, dtype=tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(given)
        value = loss(as_tensor(y), given)
    gradient = tape.gradient(value, given)
    largest = None if gradient is None else float(tf.reduce_max(tf.abs(gradient)))
    if gradient is not None and not bool(tf.reduce_all(tf.math.is_finite(gradient))):
        largest = float("nan")
    return float(value), largest


def _swapped(loss: Loss, truth: Array, draws: list[Array]) -> str | None:
    """The Keras loss that this is with its arguments exchanged; "" when it is one as it stands,
    None when it is like none of them."""
    as_called = [_value(loss, truth, draw) for draw in draws]
    turned = [_value(loss, draw, truth) for draw in draws]
    for name in _KNOWN:
        if name == "MeanAbsolutePercentageError" and not truth.all():
            continue  # by zero it divides, and is much like a sum of the answers
        known = [_value(getattr(keras.losses, name)(), truth, draw) for draw in draws]
        if _alike(as_called, known) > SAME:
            return ""
        if _alike(turned, known) > SAME:
            return name
    return None


def _value(loss: Any, first: Array, second: Array) -> float:
    try:
        return float(loss(as_tensor(first.astype(np.float32)), as_tensor(second)))
    except Exception:  # the user's own code may refuse arguments it was not made for
        return float("nan")


def _alike(a: list[float], b: list[float]) -> float:
    """Correlation of two lists of losses; 0 where either is constant or no number."""
    if not np.isfinite([*a, *b]).all() or np.std(a) < 1e-9 or np.std(b) < 1e-9:
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])


def _draws(truth: Array, answers: Array, count: int) -> list[Array]:
    """Made-up answers, from near the truth to far from it, inside the range of the labels."""
    random = np.random.default_rng(0)
    made: list[Array] = []
    for share in np.linspace(0.1, 0.9, count):
        if _are_shares(truth):
            noise = random.uniform(0.02, 0.98, truth.shape)
            mixed = (1 - share) * truth + share * noise
            rows = mixed / mixed.sum(-1, keepdims=True) if truth.shape[-1] > 1 else mixed
            made.append(np.clip(rows, 0.01, 0.99).astype(np.float32))
        else:
            spread = float(truth.std()) or 1.0
            noise = random.normal(0, spread, truth.shape)
            made.append((truth + share * noise).astype(np.float32))
    return made


def _like(y: Array, outputs: Array) -> tuple[Array, Array]:
    """Labels in the outputs' shape, class numbers as one-hot rows."""
    labels = np.asarray(y, dtype=np.float64)
    if labels.shape == outputs.shape:
        return labels, outputs
    if labels.size == len(outputs) and outputs.ndim == 2 and outputs.shape[1] > 1:
        return np.eye(outputs.shape[1])[labels.reshape(-1).astype(int)], outputs
    return labels.reshape(outputs.shape) if labels.size == outputs.size else outputs * 0, outputs


def _are_shares(truth: Array) -> bool:
    return bool(truth.min() >= 0 and truth.max() <= 1)


def _is_keras(kind: type) -> bool:
    return kind.__module__.split(".")[0] in ("keras", "tf_keras", "tensorflow")
