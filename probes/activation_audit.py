"""Probe ``activation-audit``: what does the network do with the rows it is given?

Looks at the model as it was saved, and at a fresh copy: units that are always 0, activations at the
ends of their range, gradients by layer, how much predictions depend on the sample, training mode
against inference mode, weights that are no numbers or all the same, and whether a frozen base gets
what it was trained on (`probes.base_check`). Nothing is trained.

Thresholds (measured; none misfired on 17 healthy networks): `DEAD` of a ReLU layer's units 0
for every row (healthy at most 0.48); `SATURATED` of all values; gradients at fresh weights, first
kernel over last below `VANISHED` (healthy at least 0.34) or any above `EXPLODED` (healthy at most
3.4); half of all kernels without gradient at the saved weights; predictions that vary less than
`CONSTANT` from sample to sample (healthy at least 0.019). "Always the same class" alone misfires on
fresh batch normalisation and on imbalance, so it counts only with a skill of none.

Figures that need a trained model are left out for one that was never trained.

Cost: 1 to 2 s. Cannot see: faults that arise only later in training.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import keras
import numpy as np

from probes.base_check import check_base
from probes.bench import Bench
from probes.cloning import clone, copy_weights, is_graph
from probes.cost import PASSES, forward_flops, machine_speed
from probes.errors import ProbeError
from probes.features import features_of, split_frozen
from probes.finding import Finding, Scalar
from probes.gradients import Gradients, measure_gradients
from probes.loading.columns import Array
from probes.loading.data import Sample
from probes.reporter import Reporter
from probes.setup import Setup, make_loss
from probes.skill import Yardstick, yardstick
from probes.training import brief, feed, fresh, predict
from probes.watching import Activity, all_leaves, is_relu, watch

DEAD = 0.9
SATURATED = 0.9
VANISHED = 1e-3
EXPLODED = 100.0
ZERO_SHARE = 0.5
CONSTANT = 1e-3
SAME_CLASS = 0.98
BALANCED = 0.8
NO_SKILL = 0.05
MODES_APART = 0.5
ROWS = 64
WATCHED_ROWS = 16
#: seconds that one pass over the rows may take
PASS_SECONDS = 1.0


def run(bench: Bench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """Emit the findings; returns ``layers`` and ``gradients`` as tables."""
    setup = bench.setup
    count = _affordable(setup)
    rows = setup.train.head(count)
    trained = was_trained(setup.model)
    for finding in weight_findings(setup, trained):
        report.finding(finding)
    report.check()
    try:
        activities, _ = watch(setup.model, feed(setup.model, rows.head(WATCHED_ROWS).x))
    except Exception as error:
        raise ProbeError("model-refuses-rows", brief(error)) from error
    for finding in activity_findings(activities, setup):
        report.finding(finding)
    report.check()
    for finding in base_findings(setup, rows):
        report.finding(finding)
    report.check()
    share = (bench.labels.largest_share if bench.labels else None) or 0.0
    for finding in prediction_findings(setup, rows, trained, share):
        report.finding(finding)
    report.check()
    gradients, failure = _gradients(setup, rows, bench.seed, report)
    return {
        "layers": [_row(activity) for activity in activities[:200]],
        "gradients": gradients.norms if gradients else {},
        "failure": failure,
        "trained": trained,
        "rows": count,
    }


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


def weight_findings(setup: Setup, trained: bool) -> Iterator[Finding]:
    """Weights that are no numbers, and kernels whose values are all the same."""
    broken, constant = [], []
    for layer in all_leaves(setup.model):
        for weight in layer.weights:
            values = np.asarray(weight)
            if values.dtype.kind != "f":
                continue
            if not np.isfinite(values).all():
                broken.append(layer.name)
            last = layer.name == setup.network.output_layer and not trained
            if values.ndim > 1 and values.size > 1 and np.ptp(values) == 0 and not last:
                constant.append(layer.name)
    yield _found("weights-nan", bool(broken), broken[0] if broken else None)
    constant = [name for name in constant if name not in broken]
    yield _found("weights-constant", bool(constant), constant[0] if constant else None)


def activity_findings(activities: list[Activity], setup: Setup) -> Iterator[Finding]:
    """Dead ReLU layers and saturated hidden layers."""
    relus = [activity for activity in activities if is_relu(activity) and activity.units >= 4]
    if relus:
        worst = max(relus, key=lambda activity: activity.dead)
        yield _found("dead-relu-layers", worst.dead >= DEAD, worst.name, share=worst.dead)
    bounded = [
        activity
        for activity in activities
        if activity.saturated is not None and activity.name != setup.network.output_layer
    ]
    bounded = [activity for activity in bounded if activity is not activities[-1]]
    if bounded:
        worst = max(bounded, key=lambda activity: activity.saturated or 0)
        share = worst.saturated or 0.0
        yield _found("saturated-layers", share >= SATURATED, worst.name, share=share)


def base_findings(setup: Setup, rows: Sample) -> Iterator[Finding]:
    """The first frozen batch normalisation against its stored moments."""
    if len(rows.x) != 1:
        return
    checked = check_base(setup.model, rows.x[0])
    if checked is None:
        return
    moments, fits = checked
    yield _found(
        "frozen-batchnorm-mismatch",
        moments.mismatched,
        float(f"{moments.ratio:.3g}"),
        ratio=moments.ratio,
        shift=moments.shift,
        fits=fits,
    )


def prediction_findings(
    setup: Setup, rows: Sample, trained: bool, largest_share: float
) -> Iterator[Finding]:
    """What the saved model answers, in inference and in training mode.

    Args:
        largest_share: of the most frequent class in all labels: with few others, always naming it
            is what a sound model does too.
    """
    if rows.y is None:
        return
    model, x = _trained_part(setup, rows)
    predictions = predict(model, x)
    yard = yardstick(setup.network, rows.y)
    yield from _probability_rows(setup, predictions, yard)
    if not trained:
        return
    flat = predictions.reshape(len(predictions), -1)
    if predictions.ndim == 2 and (setup.classes is not None or _is_multi_label(setup)):
        spread = float(flat.std(0).mean())
        yield _found("prediction-constant", spread < CONSTANT, float(f"{spread:.3g}"))
    elif setup.classes is None and predictions.ndim == 2 and predictions.shape[1] == 1:
        spread = float(flat.std() / (np.std(rows.y) + 1e-12))
        yield _found("prediction-constant", spread < CONSTANT, float(f"{spread:.3g}"))
    skill = yard.skill_of(predictions) if _comparable(yard, predictions) else None
    if skill is None:
        return
    if setup.classes is not None and predictions.ndim == 2 and largest_share <= BALANCED:
        yield _one_class(predictions, skill)
    learning = yard.skill_of(_training_mode(model, x))
    apart = learning >= MODES_APART and learning - skill >= MODES_APART
    yield _found(
        "train-eval-disagree",
        apart,
        round(learning - max(-1.0, skill), 3),
        training=round(learning, 3),
        inference=round(max(-1.0, skill), 3),
    )


def gradient_findings(start: Gradients, saved: Gradients | None, setup: Setup) -> Iterator[Finding]:
    """Gradients at fresh weights, and whether any is left at the saved ones."""
    yield _found(
        "gradient-missing", bool(start.missing), start.missing[0] if start.missing else None
    )
    ratio = start.first_to_last
    if ratio is not None:
        first = next(iter(start.norms))
        yield _found("gradient-vanishes", ratio < VANISHED, first, ratio=ratio)
    if start.norms:
        path, norm = start.largest
        unit = _error_size(setup)
        yield _found("gradient-explodes", norm / unit > EXPLODED, path, norm=norm)
    measured = saved or start
    if measured.norms:
        share = measured.zero_share
        gone = next((path for path, norm in measured.norms.items() if norm < 1e-10), None)
        yield _found("gradient-zero", share >= ZERO_SHARE, gone, share=share)


def _gradients(
    setup: Setup, rows: Sample, seed: int, report: Reporter
) -> tuple[Gradients | None, str]:
    batch = rows.head(WATCHED_ROWS)
    if batch.y is None:
        return None, ""
    model, x = _trained_part(setup, batch)
    try:
        loss = make_loss(setup.network, setup.loss)
        start = measure_gradients(fresh(model, setup, seed), x, batch.y, loss)
        report.check()
        saved = measure_gradients(_copy(model), x, batch.y, loss)
    except ProbeError as error:
        return None, str(error)
    except Exception as error:  # labels that Keras refuses: another probe names the reason
        return None, brief(error)
    if start is None:
        return None, ""
    for finding in gradient_findings(start, saved, setup):
        report.finding(finding)
    return saved or start, ""


def _affordable(setup: Setup) -> int:
    """Rows that one training pass can take within `PASS_SECONDS`."""
    flops = forward_flops(setup.model)
    most = int(PASS_SECONDS * machine_speed() / max(1.0, flops * PASSES))
    return max(8, min(ROWS, most, len(setup.train)))


def _trained_part(setup: Setup, rows: Sample) -> tuple[keras.Model, tuple[Array, ...]]:
    split = split_frozen(setup.model)
    if split is None:
        return setup.model, rows.x
    return split[1], (features_of(split[0], rows.x[0].astype(np.float32)),)


def _copy(model: keras.Model) -> keras.Model:
    copied = clone(model)
    copy_weights(model, copied)
    return copied


def _training_mode(model: keras.Model, x: tuple[Array, ...]) -> Array:
    return predict(_copy(model) if is_graph(model) else model, x, training=True)


def _probability_rows(setup: Setup, predictions: Array, yard: Yardstick) -> Iterator[Finding]:
    loss = setup.network.loss or ""
    if "categorical" not in loss or yard.logits or predictions.shape[-1] < 2:
        return
    off = float(np.nanmax(np.abs(predictions.sum(-1) - 1)))
    yield _found("output-rows-not-probabilities", not off <= 0.02, float(f"{off:.3g}"))


def _one_class(predictions: Array, skill: float) -> Finding:
    units = predictions.shape[1]
    chosen = predictions.argmax(1) if units > 1 else (predictions[:, 0] > 0.5).astype(int)
    share = float(np.bincount(chosen).max() / len(chosen))
    stuck = share >= SAME_CLASS and skill < NO_SKILL
    return _found("predicts-one-class", stuck, round(share, 3))


def _comparable(yard: Yardstick, predictions: Array) -> bool:
    """Whether labels and predictions have shapes that a loss can compare."""
    try:
        return yard.usable and np.isfinite(yard.loss_of(predictions))
    except (ValueError, IndexError):
        return False


def _is_multi_label(setup: Setup) -> bool:
    return setup.network.loss == "binary_crossentropy" and (setup.network.output_units or 0) > 1


def _error_size(setup: Setup) -> float:
    """Squared errors have gradients that grow with the targets; this takes that out."""
    y = setup.train.y
    if setup.network.loss == "mean_squared_error" and y is not None and y.dtype.kind in "fiu":
        return max(1.0, 2 * float(np.sqrt(np.mean(np.square(y.astype(np.float64))))))
    return 1.0


def _left(layer: Any, name: str, weight: Any, start: float) -> bool:
    values = np.asarray(weight)
    if name == "bias" and np.ptp(values) == 0:
        return False  # an initialiser may have set them all to another constant
    if name == "bias" and getattr(layer, "unit_forget_bias", False):
        return not set(np.unique(values)) <= {0.0, 1.0}
    return bool(np.any(values != start))


def _found(id: str, present: bool, value: Scalar = None, **details: Any) -> Finding:
    shown = {k: float(f"{v:.4g}") if isinstance(v, float) else v for k, v in details.items()}
    return Finding(id, bool(present), value, source="probe", details=shown)


def _row(activity: Activity) -> dict[str, Any]:
    return {
        "name": activity.name,
        "kind": activity.kind,
        "dead": round(activity.dead, 4),
        "saturated": None if activity.saturated is None else round(activity.saturated, 4),
        "spread": float(f"{activity.spread:.4g}"),
    }
