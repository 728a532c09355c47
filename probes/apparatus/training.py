"""Trains a fresh copy of a set-up on a few rows, for as many steps as it takes to judge it.

One batch, the same rows in every step, the network in training mode: batch normalisation's moving
averages lag in so few steps, so inference mode is measured apart. Stops when the rows are
memorised (skill `LEARNT`), when nothing moves (`STUCK_STEPS` steps of which the last `WINDOW`
brought less than `STUCK_GAIN` of the constant loss), when the loss is no number, or when time is
up. Healthy networks need 46 steps in the middle; slow ones still fall when time is up, which is no
verdict. Thresholds measured on 17 healthy and 27 faulty networks. Never fit, eager or XLA: on a CPU
these are 2 to 40 times slower.

Dropout hides what has been learnt: behind five layers of 0.4 the loss in training mode stands still
while the rows are long memorised. Networks with dropout are therefore looked at with it switched
off as well (`apparatus.dropout`), every `CLEAR_EVERY` steps, and are given `PATIENCE` times the
steps: five layers of 0.4, 32 wide, stand still for 60 steps before they begin to learn. So is a
network that has learnt something (skill `PARTLY`): a convolutional autoencoder rests at 0.2 for
more than 20 steps, between the mean colours and the forms, and goes on (measured).
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

from probes.apparatus.bench import as_inputs
from probes.apparatus.cloning import clone, copy_weights, is_graph, keyed_leaves
from probes.apparatus.dropout import forward_without_dropout
from probes.apparatus.setup import Loss, Setup
from probes.apparatus.skill import Yardstick
from probes.apparatus.tracing import as_graph, as_traced, for_one_pass
from probes.apparatus.updates import updater
from probes.loading.columns import Array
from probes.reporter import Reporter

LEARNT = 0.9
STUCK_STEPS = 40
WINDOW = 20
STUCK_GAIN = 0.01
CLEAR_EVERY = 10
PATIENCE = 3
PARTLY = 0.1
#: seconds of the job that are kept for what follows the last step
MARGIN = 1.0
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
        begun: seconds until the first step was done, which is tracing for the most part.
        skill_clear: skill in training mode with dropout switched off, after the last step; None
            for a network without dropout.
    """

    losses: tuple[float, ...]
    skills: tuple[float, ...]
    status: Status
    skill_inference: float | None = None
    skill_other: float | None = None
    accuracy: float | None = None
    seconds: float = 0.0
    error: str = ""
    begun: float = 0.0
    skill_clear: float | None = None

    @property
    def steps(self) -> int:
        return len(self.losses)

    @property
    def cut(self) -> bool:
        """Whether it was still getting better when its steps or its time were up."""
        return self.status == "falling"

    @property
    def start(self) -> float:
        """Skill before the first step, not below -1."""
        return max(-1.0, self.skills[0]) if self.skills else 0.0

    @property
    def end(self) -> float:
        """Middle skill of the last three steps, or without dropout where that is more; not below
        -1."""
        if not self.skills:
            return 0.0
        noisy = statistics.median(self.skills[-3:])
        return max(-1.0, noisy, -1.0 if self.skill_clear is None else self.skill_clear)

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
        seconds: wall-clock seconds this run may take; while the job has time left, at least half
            as long for its steps as it took to begin, or the beginning was for nothing.
        arm: name under which progress is shown.

    Raises:
        Cancelled: when the user has cancelled.
    """
    started = time.monotonic()
    shown = Shown(model, rows)
    begun = 0.0
    status: Status = "falling"
    try:
        with as_traced(model):
            step = make_step(model, loss, optimizer)
            x, y = feed(model, rows.x), as_tensor(rows.y)
            for number in range(steps):
                report.check()
                value, predictions = step(x, y)
                shown.add(float(value), predictions.numpy())
                if not begun:
                    begun = time.monotonic() - started
                    seconds = max(seconds, begun + min(begun / 2, report.deadline - MARGIN))
                report.progress(number + 1, steps, shown.losses[-1], arm=arm)
                found = shown.verdict(x)
                if found or time.monotonic() - started > seconds:
                    status = found or "falling"
                    break
            return _judged(shown, status, begun, started)
    except Exception as error:
        if type(error).__name__ == "ResourceExhaustedError":
            raise
        spent = time.monotonic() - started
        return Run((), (), "refused", seconds=spent, error=brief(error))


class Shown:
    """What a run has shown so far, and what that says."""

    def __init__(self, model: keras.Model, rows: Rows) -> None:
        self.model, self.rows = model, rows
        self.losses: list[float] = []
        self.skills: list[float] = []
        self.clear: list[float] = []
        self._forward = forward_without_dropout(model)

    def add(self, loss: float, predictions: Array) -> None:
        self.losses.append(loss)
        self.skills.append(self.rows.yard.skill(self.rows.yard.loss_of(predictions)))

    def verdict(self, x: Any) -> Status | None:
        """How the run ends here; None to go on."""
        if not np.isfinite(self.losses[-1]):
            return "not-finite"
        if len(self.skills) >= 3 and statistics.median(self.skills[-3:]) >= LEARNT:
            return "learnt"
        if self._forward is not None and len(self.losses) % CLEAR_EVERY == 0:
            self.look(x)
            if self.clear[-1] >= LEARNT:
                return "learnt"
        partly = statistics.median(self.skills[-3:]) >= PARTLY
        patience = PATIENCE if partly or self._forward is not None else 1
        waited = len(self.losses) >= STUCK_STEPS * patience
        return "stuck" if waited and not self._gains(WINDOW * patience) else None

    def look(self, x: Any) -> float | None:
        """Skill without dropout as of now; None for a network without any."""
        if self._forward is None:
            return None
        self.clear.append(self.rows.yard.skill_of(self._forward(x).numpy()))
        return self.clear[-1]

    def _gains(self, window: int) -> bool:
        """Whether the last `window` steps brought anything, with dropout or without."""
        before = statistics.median(self.skills[-window - 5 : -window])
        gained = statistics.median(self.skills[-5:]) - before
        marks = window // CLEAR_EVERY
        if len(self.clear) > marks:
            gained = max(gained, self.clear[-1] - self.clear[-1 - marks])
        return gained >= STUCK_GAIN


def brief(error: BaseException) -> str:
    """The one line of a TensorFlow error that says what is wrong, without where."""
    plain = re.sub(r"\x1b\[\d*m|\{\{.*?\}\}|\[Op:[^\]]*\]", "", str(error))
    lines = [line.strip() for line in plain.splitlines()]
    said = [line for line in lines if line and not line.startswith(_PLACES)]
    text = said[-1] if said else str(error)
    return f"{type(error).__name__}: {text}"[:300]


def feed(model: keras.Model, arrays: Sequence[Array]) -> Any:
    """Arrays as the model takes them: alone, as a list, or by input name."""
    tensors = [as_tensor(array) for array in as_inputs(tuple(arrays))]
    named = is_graph(model) and not isinstance(model, keras.Sequential)
    wanted = model.input if named else None
    if isinstance(wanted, dict):
        return dict(zip(wanted, tensors, strict=True))
    return tensors[0] if len(tensors) == 1 else tensors


def predict(
    model: keras.Model, arrays: Sequence[Array], training: bool = False, *, by_call: bool = False
) -> Array:
    """Outputs for rows, in one batch.

    Args:
        by_call: for those who look at what a pass leaves in the layers, such as their losses.
    """

    def forward(x: Any) -> Any:
        return model(x, training=training)

    run = forward if by_call else for_one_pass(model, forward)
    return np.asarray(run(feed(model, arrays)))


def make_step(model: keras.Model, loss: Loss, optimizer: keras.Optimizer) -> Any:
    """A traced step: (x, labels) -> (mean loss, predictions), both before its update."""
    import tensorflow as tf

    variables = model.trainable_variables
    update = updater(optimizer, variables)

    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            predictions = model(x, training=True)
            value = loss(y, predictions)
            total = tf.add_n([value, *(tf.cast(extra, value.dtype) for extra in model.losses)])
        if variables:
            update(tape.gradient(total, variables))
        return value, predictions

    return as_graph(model, step)


def _judged(shown: Shown, status: Status, begun: float, started: float) -> Run:
    model, rows = shown.model, shown.rows
    clear = shown.look(feed(model, rows.x))
    forward = for_one_pass(model, lambda x: model(x, training=False))
    predicted = np.asarray(forward(feed(model, rows.x)))
    other = None
    if rows.other_x is not None and rows.other_yard is not None:
        other = rows.other_yard.skill_of(np.asarray(forward(feed(model, rows.other_x))))
    return Run(
        losses=tuple(shown.losses),
        skills=tuple(shown.skills),
        status=status,
        skill_inference=rows.yard.skill_of(predicted),
        skill_other=other,
        accuracy=rows.yard.accuracy_of(predicted),
        seconds=time.monotonic() - started,
        begun=begun,
        skill_clear=clear,
    )


def as_tensor(array: Array) -> Any:
    import tensorflow as tf

    return tf.convert_to_tensor(array)
