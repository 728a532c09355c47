"""Makes a set-up ready to be trained within the time there is: fewer rows, smaller images, frozen
features computed once. One workshop serves all arms of a probe, so that they train on the same
rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np

from probes.apparatus.cloning import clone, copy_weights, is_graph
from probes.apparatus.cost import Plan, forward_flops, machine_speed, make_plan
from probes.apparatus.features import FeatureMaker, split_frozen
from probes.apparatus.setup import Setup, make_loss, make_optimizer
from probes.apparatus.skill import yardstick
from probes.apparatus.training import Rows, Run, fresh, train
from probes.change import Change
from probes.errors import ProbeError
from probes.loading.columns import Array
from probes.loading.data import Sample
from probes.reporter import Reporter

#: runs by changes, optimizer, rate, rows, size, steps and seed
Known = dict[tuple[Any, ...], Run]

OTHER_ROWS = 32
#: seconds kept back for what follows the last step
RESERVE = 0.5


@dataclass(frozen=True)
class Ready:
    """What is trained: the whole network, or its head behind features computed once."""

    setup: Setup
    model: keras.Model
    rows: Rows
    cached: bool


@dataclass(frozen=True)
class Split:
    """A network cut behind its frozen beginning."""

    features: FeatureMaker
    head: keras.Model


class Workshop:
    """Prepares and trains set-ups on the same few rows.

    Args:
        setup: the set-up before any arm's changes; decides how much must be made smaller.
        arms: how many trainings are to come.
        steps: steps each may take at most.
        seconds: seconds for all of them.
        seed: of initial weights.
        known: what was trained on these files before, and takes what is trained now.
    """

    def __init__(
        self,
        setup: Setup,
        arms: int,
        steps: int,
        seconds: float,
        seed: int,
        known: Known | None = None,
    ) -> None:
        self.steps, self.seed = steps, seed
        self._known = {} if known is None else known
        self._resizing: dict[int, keras.Model] = {}
        self._splits: dict[int, Split | None] = {}
        self._held: list[keras.Model] = []  # keeps their ids from being given again
        split = split_frozen(setup.model)
        trained = setup.model if split is None else split[1]
        share = seconds / max(1, arms)
        side = None if split is not None else image_side(setup)
        speed = machine_speed()
        self.plan: Plan = make_plan(
            forward_flops(trained), speed, min(steps, 45), share, side, len(setup.train)
        )
        if split is not None:
            self.plan = self._plan_features(split[0], setup, speed, seconds)
        self.others = min(OTHER_ROWS, max(8, self.plan.rows))

    @property
    def shrunk(self) -> bool:
        return self.plan.shrunk

    def run(
        self,
        setup: Setup,
        report: Reporter,
        *,
        seconds: float,
        arm: str | None = None,
        optimizer: str | None = None,
        rate: float | None = None,
        changes: Sequence[Change] = (),
    ) -> Run:
        """Train a fresh copy of `setup`; what was trained so before is not trained again.

        Args:
            seconds: for this run.
            optimizer, rate: instead of the set-up's own.
            changes: all those by which `setup` differs from the files.
        """
        how = json.dumps([change.to_dict() for change in changes], sort_keys=True, default=repr)
        key = (how, optimizer, rate, self.plan.rows, self.plan.size, self.steps, self.seed)
        run = self._known.get(key)
        if run is None or (run.cut and run.steps < self.steps and run.seconds < seconds):
            run = self._known[key] = self._train(setup, report, seconds, arm, optimizer, rate)
        return run

    def _train(
        self,
        setup: Setup,
        report: Reporter,
        seconds: float,
        arm: str | None,
        optimizer: str | None,
        rate: float | None,
    ) -> Run:
        ready = self.prepare(setup)
        model = fresh(ready.model, ready.setup, self.seed)
        return train(
            model,
            ready.rows,
            make_loss(setup.network, setup.loss),
            make_optimizer(setup.network, setup.optimizer, name=optimizer, rate=rate),
            steps=self.steps,
            seconds=min(seconds, max(1.0, report.deadline - RESERVE)),
            report=report,
            arm=arm,
        )

    def prepare(self, setup: Setup) -> Ready:
        """Choose rows, make images smaller, and put features in the place of a frozen part."""
        setup = self._resized(setup)
        batch = setup.train.head(self.plan.rows)
        other = _others(setup, self.plan.rows, self.others)
        split = self._split(setup.model)
        model = setup.model
        if split is not None:
            batch, other = self._featured(split, batch), self._featured(split, other)
            model = split.head
        assert batch.y is not None
        rows = Rows(batch.x, batch.y, yardstick(setup.network, batch.y))
        if other is not None and other.y is not None:
            rows = replace(rows, other_x=other.x, other_yard=yardstick(setup.network, other.y))
        return Ready(setup, model, rows, split is not None)

    def _plan_features(
        self, frozen: keras.Model, setup: Setup, speed: float, seconds: float
    ) -> Plan:
        """With a frozen part the features are dear and the steps are cheap. Arms with the same
        frozen part share its features, so that they may take a quarter of all the time."""
        cost = forward_flops(frozen) / speed * 1.5  # normalisation and activations, memory bound
        side = image_side(setup)
        for rows, size in ((32, None), (16, None), (16, 128), (16, 96), (8, 96)):
            scale = (size / side) ** 2 if size and side and size < side else 1.0
            plan = Plan(min(rows, len(setup.train)), size if scale < 1 else None, 0.01)
            if cost * scale * 2 * rows <= seconds / 4:
                break
        return plan

    def _resized(self, setup: Setup) -> Setup:
        size = self.plan.size
        if size is None or setup.network.input_shape is None:
            return setup
        model = self._resizing.get(id(setup.model))
        if model is None:
            shape = (size, size, setup.network.input_shape[-1])
            try:
                model = clone(setup.model, input_shape=shape)
            except ProbeError:  # too many poolings for so small an image
                self.plan = replace(self.plan, size=None, rows=min(8, self.plan.rows))
                return setup
            copy_weights(setup.model, model, set(setup.kept))
            self._resizing[id(setup.model)] = model
            self._held.append(setup.model)
        paints = setup.train.y is not None and setup.train.y.ndim == 4
        smaller = setup.with_data(lambda sample: _resize(sample, size, paints))
        return replace(smaller, model=model)

    def _split(self, model: keras.Model) -> Split | None:
        if id(model) not in self._splits:
            parts = split_frozen(model)
            split = None if parts is None else Split(FeatureMaker(parts[0]), parts[1])
            self._splits[id(model)] = split
            self._held.append(model)
        return self._splits[id(model)]

    def _featured(self, split: Split, sample: Sample | None) -> Any:
        if sample is None:
            return None
        return Sample((split.features(sample.x[0]),), sample.y)


def image_side(setup: Setup) -> int | None:
    """The larger side of the model's images, where a copy can take smaller ones."""
    shape = setup.network.input_shape
    if not is_graph(setup.model) or len(setup.train.x) != 1 or shape is None or len(shape) != 3:
        return None
    if setup.train.x[0].ndim != 4 or None in shape[:2]:
        return None
    return max(size or 0 for size in shape[:2])


def _others(setup: Setup, first: int, count: int) -> Sample | None:
    """Rows the batch does not hold: validation rows, else further training rows."""
    if setup.validation is not None and setup.validation.y is not None:
        return setup.validation.head(count)
    rest = setup.train.part(slice(first, first + count))
    return rest if len(rest) >= 8 else None


def _resize(sample: Sample, size: int, labels_too: bool) -> Sample:
    import tensorflow as tf

    def smaller(array: Array, method: str) -> Array:
        resized = tf.image.resize(array, (size, size), method=method).numpy()
        return np.asarray(resized, dtype=np.float32)

    x = tuple(smaller(array, "area") if array.ndim == 4 else array for array in sample.x)
    y = sample.y
    if labels_too and y is not None:
        whole = y.dtype.kind in "iu"
        y = smaller(y, "nearest" if whole else "area").astype(y.dtype)
    return Sample(x, y)
