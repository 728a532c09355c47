"""The model as it was saved, with rows that go through it: what the looks that train nothing share.

Worked out once for a subject and kept on the bench, because each of these probes alone would spend
its time on it: the features of a frozen beginning, the fresh copy, the answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from probes.apparatus.bench import Bench
from probes.apparatus.cloning import is_graph
from probes.apparatus.cost import PASSES, forward_flops, machine_speed
from probes.apparatus.features import FeatureMaker, split_frozen
from probes.apparatus.setup import Setup
from probes.apparatus.training import brief, feed, fresh
from probes.apparatus.watching import Activity, all_leaves, watch
from probes.errors import ProbeError
from probes.finding import Finding, Scalar
from probes.loading.columns import Array

ROWS = 64
LEAST_ROWS = 8
#: a pass through a deep network costs its calls of layers more than its arithmetic
DEEP, DEEP_ROWS = 100, 16
#: seconds that one training pass over the rows may take
PASS_SECONDS = 0.7


@dataclass(frozen=True)
class Look:
    """The part of a network that is trained, with what goes into it: rows, or features of them.

    Args:
        model: shares its weights with the set-up's model: put back what a pass moves (`kept`).
        x, y: (n, ...) inputs of that part and labels.
        outputs: (n, ...) in inference mode.
        activities: what its ReLU, sigmoid and tanh layers put out on the way there.
        cut: whether a frozen beginning was cut off.
        trained: whether the model was ever trained.
    """

    setup: Setup
    model: keras.Model
    x: tuple[Array, ...]
    y: Array
    outputs: Array
    activities: tuple[Activity, ...]
    cut: bool
    trained: bool

    def head(self, rows: int) -> tuple[tuple[Array, ...], Array]:
        """The first rows and their labels."""
        return tuple(array[:rows] for array in self.x), self.y[:rows]


def look(bench: Bench) -> Look:
    """The look at a subject, taken once.

    Raises:
        ProbeError: ``model-refuses-rows``, and those of `Bench.setup`.
    """
    found: Look = _once(bench, "look", lambda: _look(bench.setup))
    return found


def fresh_part(bench: Bench) -> keras.Model:
    """A copy of the trained part with fresh weights, made once: put back what a pass moves."""
    found: keras.Model = _once(
        bench, "fresh", lambda: fresh(look(bench).model, bench.setup, bench.seed)
    )
    return found


@contextmanager
def kept(model: keras.Model) -> Iterator[None]:
    """Put back the weights that a pass in training mode moves: moving averages, random states."""
    variables = model.non_trainable_variables
    before = [np.array(variable) for variable in variables]
    try:
        yield
    finally:
        for variable, value in zip(variables, before, strict=True):
            variable.assign(value)


def was_trained(model: keras.Model) -> bool:
    """Whether a model was ever trained: a bias or a moving average has left its initial value."""
    for layer in all_leaves(model):
        if not layer.trainable:
            continue
        for weight in layer.weights:
            name = weight.path.split("/")[-1]
            start = {"bias": 0.0, "beta": 0.0, "gamma": 1.0, "moving_mean": 0.0}.get(name)
            if start is not None and _left(layer, name, weight, start):
                return True
    return not any("bias" in weight.path for weight in model.weights)


def found(id: str, present: bool, value: Scalar = None, **details: Any) -> Finding:
    """A finding of a probe, its figures cut to four digits."""
    shown = {k: float(f"{v:.4g}") if isinstance(v, float) else v for k, v in details.items()}
    return Finding(id, bool(present), value, source="probe", details=shown)


def is_deep(model: keras.Model) -> bool:
    """Whether a network has so many layers that every pass through it counts."""
    return len(all_leaves(model)) > DEEP


def layer_names(model: keras.Model) -> dict[int, str]:
    """Name of the layer that holds each weight, by the weight's `id`."""
    return {id(weight): layer.name for layer in all_leaves(model) for weight in layer.weights}


def _look(setup: Setup) -> Look:
    rows = setup.train.head(_affordable(setup))
    assert rows.y is not None, "a set-up has labels"
    trained = was_trained(setup.model)
    try:
        split = split_frozen(setup.model)
        model, x = (setup.model, rows.x) if split is None else (split[1], rows.x[:1])
        if split is not None:
            x = (FeatureMaker(split[0])(rows.x[0]),)
        activities, outputs = watch(model, feed(model, x))
    except Exception as error:
        raise ProbeError("model-refuses-rows", brief(error)) from error
    cut = split is not None
    return Look(setup, model, x, rows.y, np.asarray(outputs), tuple(activities), cut, trained)


def _affordable(setup: Setup) -> int:
    """Rows that one training pass can take within `PASS_SECONDS`."""
    flops = forward_flops(setup.model) if is_graph(setup.model) else 0.0
    most = int(PASS_SECONDS * machine_speed() / max(1.0, flops * PASSES))
    room = DEEP_ROWS if is_deep(setup.model) else ROWS
    return max(LEAST_ROWS, min(room, most, len(setup.train)))


def _once(bench: Bench, name: str, make: Callable[[], Any]) -> Any:
    if name not in bench.held:
        bench.held[name] = make()
    return bench.held[name]


def _left(layer: Any, name: str, weight: Any, start: float) -> bool:
    values = np.asarray(weight)
    if name == "bias" and np.ptp(values) == 0:
        return False  # an initialiser may have set them all to another constant
    if name == "bias" and getattr(layer, "unit_forget_bias", False):
        return not set(np.unique(values)) <= {0.0, 1.0}
    return bool(np.any(values != start))
