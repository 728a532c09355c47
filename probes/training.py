"""Trains a fresh copy of a set-up on a few rows, for as many steps as it takes to judge it.

One batch, the same rows in every step, the network in training mode: batch normalisation's moving
averages lag in so few steps, so inference mode is measured apart. Stops when the rows are
memorised (skill `LEARNT`), when nothing moves (`STUCK_STEPS` steps of which the last `WINDOW`
brought less than `STUCK_GAIN` of the constant loss), when the loss is no number, or when time is
up. Healthy networks need 46 steps in the middle; slow ones still fall when time is up, which is no
verdict. Thresholds measured on 17 healthy and 27 faulty networks. Never fit, eager or XLA: on a CPU
these are 2 to 40 times slower.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import keras
import numpy as np

from probes.bench import as_inputs
from probes.cloning import clone, copy_weights, is_graph, keyed_leaves
from probes.loading.columns import Array
from probes.reporter import Reporter
from probes.setup import Loss, Setup
from probes.skill import Yardstick

LEARNT = 0.9
STUCK_STEPS = 40
WINDOW = 20
STUCK_GAIN = 0.01
MEMORISED_ENOUGH = 0.5

#: how lines of a TensorFlow error begin that say where and not what
_PLACES = (
    "File ",
    "Detected at",
    "Graph execution",
    "in user code",
    "Arguments received",
    "Exception encountered",
    "Stack trace",
    "Original stack",
    "[[",
    "[Op:",
    "•",
    "^",
    "<stack",
)

Status = Literal["learnt", "stuck", "falling", "not-finite", "refused"]


@dataclass(frozen=True)
class Run:
    """One training on one batch.

    Args:
        losses: mean loss of the batch before each step, without regularisation.
        skills: skill before each step, in training mode.
        status: learnt, stuck, falling (time or steps ran out), not-finite, or refused (Keras would
            not train it: ``error``).
        skill_inference: skill of the same rows in inference mode after the last step.
        skill_other: skill of other rows in inference mode; None without other rows.
        accuracy: share of the batch hit after the last step; None for regressions.
        seconds: wall clock, tracing included.
    """

    losses: tuple[float, ...]
    skills: tuple[float, ...]
    status: Status
    skill_inference: float | None = None
    skill_other: float | None = None
    accuracy: float | None = None
    seconds: float = 0.0
    error: str = ""

    @property
    def steps(self) -> int:
        return len(self.losses)

    @property
    def start(self) -> float:
        """Skill before the first step, not below -1."""
        return max(-1.0, self.skills[0]) if self.skills else 0.0

    @property
    def end(self) -> float:
        """Middle skill of the last three steps (dropout makes single ones jump), not below -1."""
        return max(-1.0, statistics.median(self.skills[-3:])) if self.skills else 0.0

    @property
    def learns(self) -> bool | None:
        """True or False where the run is a verdict; None while it was still falling."""
        if self.status == "learnt":
            return True
        if self.status == "falling":
            return True if self.end >= MEMORISED_ENOUGH else None
        return self.status == "stuck" and self.end >= MEMORISED_ENOUGH


@dataclass(frozen=True)
class Rows:
    """A batch to train on, and other rows to look at afterwards."""

    x: tuple[Array, ...]
    y: Array
    yard: Yardstick
    other_x: tuple[Array, ...] | None = None
    other_yard: Yardstick | None = None


def fresh(model: keras.Model, setup: Setup, seed: int) -> keras.Model:
    """A copy with new weights, but for those that were learnt elsewhere.

    Args:
        model: the set-up's model, or a part of it that shares its layers.
    """
    whole = keyed_leaves(setup.model)
    kept = {id(layer) for key, layer in whole.items() if key in setup.kept}
    keys = {key for key, layer in keyed_leaves(model).items() if id(layer) in kept}
    keras.utils.set_random_seed(seed)
    copied = clone(model)
    copy_weights(model, copied, keys)
    return copied


def train(
    model: keras.Model,
    rows: Rows,
    loss: Loss,
    optimizer: keras.Optimizer,
    *,
    steps: int,
    seconds: float,
    report: Reporter,
    arm: str | None = None,
) -> Run:
    """Train `model` in place and judge it.

    Args:
        model: a fresh copy, see `fresh`.
        seconds: wall-clock seconds this run may take.
        arm: name under which progress is shown.

    Raises:
        Cancelled: when the user has cancelled.
    """
    started = time.monotonic()
    losses: list[float] = []
    skills: list[float] = []
    status: Status = "falling"
    try:
        step = _make_step(model, loss, optimizer)
        x, y = feed(model, rows.x), _tensor(rows.y)
        for number in range(steps):
            report.check()
            value, predictions = step(x, y)
            predicted = predictions.numpy()
            losses.append(float(value))
            skills.append(rows.yard.skill(rows.yard.loss_of(predicted)))
            report.progress(number + 1, steps, losses[-1], arm=arm)
            found = _verdict(losses, skills, rows.yard)
            if found or time.monotonic() - started > seconds:
                status = found or "falling"
                break
        return _judged(model, rows, losses, skills, status, time.monotonic() - started)
    except Exception as error:
        if type(error).__name__ == "ResourceExhaustedError":
            raise
        spent = time.monotonic() - started
        return Run((), (), "refused", seconds=spent, error=brief(error))


def brief(error: BaseException) -> str:
    """The one line of a TensorFlow error that says what is wrong, without where."""
    plain = re.sub(r"\x1b\[\d*m|\{\{.*?\}\}|\[Op:[^\]]*\]", "", str(error))
    lines = [line.strip() for line in plain.splitlines()]
    said = [line for line in lines if line and not line.startswith(_PLACES)]
    text = said[-1] if said else str(error)
    return f"{type(error).__name__}: {text}"[:300]


def feed(model: keras.Model, arrays: Sequence[Array]) -> Any:
    """Arrays as the model takes them: alone, as a list, or by input name."""
    tensors = [_tensor(array) for array in as_inputs(tuple(arrays))]
    named = is_graph(model) and not isinstance(model, keras.Sequential)
    wanted = model.input if named else None
    if isinstance(wanted, dict):
        return dict(zip(wanted, tensors, strict=True))
    return tensors[0] if len(tensors) == 1 else tensors


def predict(model: keras.Model, arrays: Sequence[Array], training: bool = False) -> Array:
    """Outputs for rows, in one batch."""
    return np.asarray(model(feed(model, arrays), training=training))


def _make_step(model: keras.Model, loss: Loss, optimizer: keras.Optimizer) -> Any:
    import tensorflow as tf

    variables = model.trainable_variables
    optimizer.build(variables)

    @tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            predictions = model(x, training=True)
            value = loss(y, predictions)
            total = tf.add_n([value, *(tf.cast(extra, value.dtype) for extra in model.losses)])
        if variables:
            gradients = tape.gradient(total, variables)
            optimizer.apply(gradients, variables)
        return value, predictions

    return step


def _verdict(losses: list[float], skills: list[float], yard: Yardstick) -> Status | None:
    if not np.isfinite(losses[-1]):
        return "not-finite"
    if len(skills) >= 3 and statistics.median(skills[-3:]) >= LEARNT:
        return "learnt"
    if len(losses) < STUCK_STEPS:
        return None
    before = statistics.median(skills[-WINDOW - 5 : -WINDOW])
    return "stuck" if statistics.median(skills[-5:]) - before < STUCK_GAIN else None


def _judged(
    model: keras.Model,
    rows: Rows,
    losses: list[float],
    skills: list[float],
    status: Status,
    seconds: float,
) -> Run:
    predicted = predict(model, rows.x)
    other = None
    if rows.other_x is not None and rows.other_yard is not None:
        other = rows.other_yard.skill_of(predict(model, rows.other_x))
    return Run(
        losses=tuple(losses),
        skills=tuple(skills),
        status=status,
        skill_inference=rows.yard.skill_of(predicted),
        skill_other=other,
        accuracy=rows.yard.accuracy_of(predicted),
        seconds=seconds,
    )


def _tensor(array: Array) -> Any:
    import tensorflow as tf

    return tf.convert_to_tensor(array)
