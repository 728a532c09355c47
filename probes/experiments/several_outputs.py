"""Probe ``several-outputs``: does every output of a model learn while all are trained together?

Trains a fresh copy with the losses of all outputs and their ``loss_weights`` at once, each on a
tiny batch of its own that is balanced over its classes, with the user's own optimizer; and judges
each output by its own skill (`apparatus.skill`), as `experiments.tiny_batch_overfit` judges one. An
output that learns here learns, whatever else is added to the loss; one that does not is looked at
alone afterwards, and what it learns there tells whether the others are in its way.

Thresholds: those of `apparatus.training`, which hold for one output; but none counts as stuck
before `LEAST_STEPS`, since a larger loss can take the shared layers for itself at first and let go
later.

Options: ``steps`` at most (default 300), ``seconds`` for all (default 4). Emits
``tiny-batch-not-learnt`` (present False, with its output) for each that learns. Returns
``outputs``: for each ``name``, ``learns`` (None where time ran out, the loss of one turned nan or
Keras refused), ``weight``, ``status``, ``losses``, ``skill_start``, ``skill_end``, ``error``; and
``unlabelled``: outputs with a loss for which the data hold no labels.

Cost: 1 to 3 s. Cannot see: why; outputs that have neither a loss nor labels are left aside.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import keras

from probes.apparatus.bench import Bench
from probes.apparatus.setup import Loss, Setup, make_loss, make_optimizer
from probes.apparatus.training import Rows, Run, Shown, Status, as_tensor, brief, feed, fresh
from probes.apparatus.workshop import RESERVE, Workshop
from probes.errors import ProbeError
from probes.finding import Finding
from probes.loading.columns import Array
from probes.reporter import Reporter
from probes.saved.keras_outputs import loss_weight, output_names, trained_outputs

STEPS = 300
SECONDS = 4.0
LEAST_STEPS = 120
_NO_VERDICT = ("refused", "not-finite")


@dataclass(frozen=True)
class Head:
    """One output: its set-up, the place of its tensor, and the weight of its loss."""

    name: str
    setup: Setup
    place: int
    weight: float


@dataclass(frozen=True)
class Part:
    """One output of the copy that is trained: the network up to it, and its own rows."""

    model: keras.Model
    rows: Rows
    loss: Loss
    weight: float


def run(bench: Bench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """Train all outputs together; emit what each has learnt."""
    heads, unlabelled = _heads(bench)
    results: dict[str, Any] = {"outputs": [], "unlabelled": unlabelled}
    if len(heads) < 2:
        return results
    steps = int(options.get("steps") or STEPS)
    seconds = min(float(options.get("seconds") or SECONDS), report.deadline - RESERVE)
    for head, trained in zip(heads, _train(bench, heads, steps, seconds, report), strict=True):
        skill = round(trained.end, 3)
        if trained.learns:
            found = Finding("tiny-batch-not-learnt", False, skill, "probe", output=head.name)
            report.finding(found)
        results["outputs"].append(
            {
                "name": head.name,
                "learns": trained.learns
                if trained.status in ("learnt", "stuck", "falling")
                else None,
                "weight": head.weight,
                "status": trained.status,
                "losses": [float(f"{loss:.5g}") for loss in trained.losses],
                "skill_start": round(trained.start, 4),
                "skill_end": skill,
                "error": trained.error,
            }
        )
    return results


def _heads(bench: Bench) -> tuple[list[Head], list[str]]:
    """The outputs that can be trained, and those for which labels are missing."""
    model, compiled = bench.archive.model or {}, bench.archive.compiled
    names = output_names(model)
    heads, unlabelled = [], []
    for place in trained_outputs(model, compiled):
        other = bench.of_output(place)
        try:
            weight = loss_weight(model, compiled, place)
            heads.append(Head(names[place], other.setup, other.tensor_place, weight))
        except ProbeError as error:
            if error.key != "data-no-labels":
                raise
            unlabelled.append(names[place])
    return heads, unlabelled


def _train(
    bench: Bench, heads: Sequence[Head], steps: int, seconds: float, report: Reporter
) -> list[Run]:
    kept = frozenset(key for head in heads for key in head.setup.kept)
    setups = [replace(head.setup, model=bench.model, kept=kept) for head in heads]
    workshop = Workshop(setups[0], len(heads), steps, seconds, bench.seed)
    ready = [workshop.prepare(setup) for setup in setups]
    model = fresh(ready[0].model, ready[0].setup, bench.seed)
    parts = [
        Part(
            keras.Model(model.input, model.outputs[head.place]),
            one.rows,
            make_loss(one.setup.network, one.setup.loss),
            head.weight,
        )
        for head, one in zip(heads, ready, strict=True)
    ]
    optimizer = make_optimizer(setups[0].network, setups[0].optimizer)
    step = _make_step(model, parts, optimizer)
    xs = [feed(part.model, part.rows.x) for part in parts]
    ys = [as_tensor(part.rows.y) for part in parts]
    shown = [Shown(part.model, part.rows) for part in parts]
    ends: list[Status | None] = []
    started = time.monotonic()
    for number in range(steps):
        report.check()
        try:
            values, predictions = step(xs, ys)
        except Exception as error:
            if type(error).__name__ == "ResourceExhaustedError":
                raise
            return [Run((), (), "refused", error=brief(error)) for _ in parts]
        for one, value, predicted in zip(shown, values, predictions, strict=True):
            one.add(float(value), _array(predicted))
        report.progress(number + 1, steps, sum(one.losses[-1] for one in shown))
        ends = [one.verdict(x) for one, x in zip(shown, xs, strict=True)]
        late = number >= LEAST_STEPS or set(ends) == {"learnt"}
        if (late and all(ends)) or "not-finite" in ends or time.monotonic() - started > seconds:
            break
    return [_run(one, x, end) for one, x, end in zip(shown, xs, ends, strict=True)]


def _run(shown: Shown, x: Any, end: Status | None) -> Run:
    return Run(
        tuple(shown.losses), tuple(shown.skills), end or "falling", skill_clear=shown.look(x)
    )


def _make_step(model: keras.Model, parts: Sequence[Part], optimizer: keras.Optimizer) -> Any:
    """A traced step over all parts: (inputs, labels) -> (losses, predictions) before its update."""
    import tensorflow as tf

    reached = {id(v): v for part in parts for v in part.model.trainable_variables}
    variables = list(reached.values())
    optimizer.build(variables)

    @tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
    def step(xs: Any, ys: Any) -> Any:
        with tf.GradientTape() as tape:
            predictions = [part.model(x, training=True) for part, x in zip(parts, xs, strict=True)]
            values = [
                tf.cast(part.loss(y, made), "float32")
                for part, y, made in zip(parts, ys, predictions, strict=True)
            ]
            weighted = [part.weight * v for part, v in zip(parts, values, strict=True)]
            total = tf.add_n([*weighted, *(tf.cast(extra, "float32") for extra in model.losses)])
        if variables:
            optimizer.apply(tape.gradient(total, variables), variables)
        return values, predictions

    return step


def _array(predicted: Any) -> Array:
    made: Array = predicted.numpy()
    return made
