"""Runs a generated script piece by piece, on its own data or on rows that take their place."""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from probes.errors import ProbeError, one_line
from probes.loading.columns import Array
from probes.reporter import Reporter

SECONDS = 6.0
_BATCH = 32


@dataclass(frozen=True)
class Trained:
    """How one run ended.

    Args:
        losses: mean loss of each epoch.
        labels: (n, ...) as they were trained on.
        predictions: (n, ...) of the trained model, in inference and in training mode: after so few
            steps the averages of batch normalisation lag behind, and dropout hides what was learnt.
        error: class of the error that training ended with; "" for none.
    """

    losses: tuple[float, ...] = ()
    labels: Array | None = None
    predictions: tuple[Array, ...] = ()
    error: str = ""

    @property
    def ends(self) -> tuple[float, ...]:
        """Loss of the first and the last epoch."""
        return (self.losses[0], self.losses[-1]) if self.losses else ()


def run_script(
    parts: Sequence[str],
    given: tuple[tuple[Array, ...], Array | None] | None,
    epochs: int,
    report: Reporter,
    arm: str,
) -> Trained:
    """Run the pieces of a script in order and train its ``model`` on its ``x`` and ``y``.

    Args:
        given: inputs and labels that take the place of the script's own; None to use these.

    Raises:
        ProbeError: ``script-fails`` when a piece does not run.
    """
    names: dict[str, Any] = {}
    try:
        for part in parts:
            exec(compile(part, "synthetic.py", "exec"), names)  # our own text, not the user's
    except Exception as error:
        raise ProbeError("script-fails", one_line(error)) from error
    if given is not None:
        x, y = given
        names["x"], names["y"] = (x[0] if len(x) == 1 else list(x)), y
    try:
        return _train(names["model"], names["x"], names["y"], epochs, report, arm)
    except Exception as error:  # that training fails is a symptom like any other
        return Trained(error=type(error).__name__)


def _train(model: Any, x: Any, y: Any, epochs: int, report: Reporter, arm: str) -> Trained:
    watch = _Watch(report, epochs, arm)
    with contextlib.redirect_stdout(io.StringIO()):
        history = model.fit(
            x, y, batch_size=_BATCH, epochs=epochs, verbose=0, callbacks=[watch], shuffle=True
        )
        predictions = _predictions(model, x, training=False), _predictions(model, x, training=True)
    losses = tuple(float(value) for value in history.history.get("loss", ()))
    return Trained(losses, np.asarray(y), predictions)


def _predictions(model: Any, x: Any, *, training: bool) -> Array:
    whole = x if isinstance(x, list) else [x]
    made = []
    for start in range(0, len(whole[0]), _BATCH):
        batch = [array[start : start + _BATCH] for array in whole]
        made.append(np.asarray(model(batch[0] if len(batch) == 1 else batch, training=training)))
    return np.concatenate(made)


class _Watch(keras.callbacks.Callback):  # type: ignore[misc]
    """Tells how far the training is, and ends it when its time is up or the user has cancelled."""

    def __init__(self, report: Reporter, epochs: int, arm: str) -> None:
        super().__init__()
        self._report, self._epochs, self._arm = report, epochs, arm
        self._end = time.monotonic() + min(SECONDS, report.deadline / 3)

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self._report.check()
        if time.monotonic() > self._end:
            self.model.stop_training = True

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        loss = float((logs or {}).get("loss", float("nan")))
        self._report.progress(epoch + 1, self._epochs, loss, arm=self._arm)
