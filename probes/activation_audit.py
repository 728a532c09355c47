"""Probe ``activation-audit``: what does the network do with the rows it is given?

Looks at the model as it was saved, and at a fresh copy: units that are always 0, activations at the
ends of their range, gradients by layer, how much predictions depend on the sample, training mode
against inference mode, weights that are no numbers or all the same, and whether a frozen base gets
what it was trained on (`probes.base_check`). Nothing is trained.

Thresholds (measured; none misfired on 17 healthy networks): `DEAD` of a ReLU layer's units 0
for every row (healthy at most 0.48); `SATURATED` of all values; gradients at fresh weights, first
kernel over last below `VANISHED` (healthy at least 0.34) or any above `EXPLODED` (healthy at most
3.4); half of all kernels without gradient at the saved weights; predictions that vary less than
0.001 from sample to sample (healthy at least 0.019). "Always the same class" alone misfires on
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
from probes.cost import PASSES, forward_flops, machine_speed
from probes.errors import ProbeError
from probes.finding import Finding
from probes.gradients import Gradients, measure_gradients
from probes.loading.data import Sample
from probes.predictions import TrainedPart, found, prediction_findings, trained_part
from probes.reporter import Reporter
from probes.setup import Setup, make_loss
from probes.surgery.output import after_output
from probes.training import brief, feed, fresh
from probes.watching import Activity, all_leaves, is_relu, watch

DEAD = 0.9
SATURATED = 0.9
VANISHED = 1e-3
EXPLODED = 100.0
ZERO_SHARE = 0.5
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
    for finding in base_findings(setup, rows):
        report.finding(finding)
    report.check()
    try:
        part = trained_part(setup, rows)
        watched = part.head(WATCHED_ROWS)
        activities, _ = watch(part.model, feed(part.model, watched.x))
    except Exception as error:
        raise ProbeError("model-refuses-rows", brief(error)) from error
    for finding in activity_findings(activities, setup):
        report.finding(finding)
    report.check()
    share = (bench.labels.largest_share if bench.labels else None) or 0.0
    for finding in prediction_findings(setup, part, trained, share):
        report.finding(finding)
    report.check()
    gradients, failure = _gradients(setup, watched, bench.seed, report)
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
            # Recurrent and attention layers keep biases of rank 2, which start at zero and may.
            kernel = "bias" not in weight.path.rsplit("/", 1)[-1]
            if not np.isfinite(values).all():
                broken.append(layer.name)
            last = layer.name == setup.network.output_layer and not trained
            if kernel and values.ndim > 1 and values.size > 1 and np.ptp(values) == 0 and not last:
                constant.append(layer.name)
    yield found("weights-nan", bool(broken), broken[0] if broken else None)
    constant = [name for name in constant if name not in broken]
    yield found("weights-constant", bool(constant), constant[0] if constant else None)


def activity_findings(activities: list[Activity], setup: Setup) -> Iterator[Finding]:
    """Dead ReLU layers and saturated hidden layers."""
    relus = [activity for activity in activities if is_relu(activity) and activity.units >= 4]
    if relus:
        worst = max(relus, key=lambda activity: activity.dead)
        yield found("dead-relu-layers", worst.dead >= DEAD, worst.name, share=worst.dead)
    end = {setup.network.output_layer, *(layer.name for layer in after_output(setup))}
    bounded = [a for a in activities if a.saturated is not None and a.name not in end]
    if bounded:
        worst = max(bounded, key=lambda activity: activity.saturated or 0)
        share = worst.saturated or 0.0
        yield found("saturated-layers", share >= SATURATED, worst.name, share=share)


def base_findings(setup: Setup, rows: Sample) -> Iterator[Finding]:
    """The first frozen batch normalisation against its stored moments."""
    if len(rows.x) != 1:
        return
    checked = check_base(setup.model, rows.x[0])
    if checked is None:
        return
    moments, fits = checked
    yield found(
        "frozen-batchnorm-mismatch",
        moments.mismatched,
        float(f"{moments.ratio:.3g}"),
        ratio=moments.ratio,
        shift=moments.shift,
        fits=fits,
    )


def gradient_findings(start: Gradients, saved: Gradients | None, setup: Setup) -> Iterator[Finding]:
    """Gradients at fresh weights, and whether any is left at the saved ones."""
    yield found(
        "gradient-missing", bool(start.missing), start.missing[0] if start.missing else None
    )
    ratio = start.first_to_last
    if ratio is not None:
        first = next(iter(start.norms))
        yield found("gradient-vanishes", ratio < VANISHED, first, ratio=ratio)
    if start.norms:
        path, norm = start.largest
        unit = _error_size(setup)
        yield found("gradient-explodes", norm / unit > EXPLODED, path, norm=norm)
    measured = saved or start
    if measured.norms:
        share = measured.zero_share
        gone = next((path for path, norm in measured.norms.items() if norm < 1e-10), None)
        yield found("gradient-zero", share >= ZERO_SHARE, gone, share=share)


def _gradients(
    setup: Setup, part: TrainedPart, seed: int, report: Reporter
) -> tuple[Gradients | None, str]:
    try:
        loss = make_loss(setup.network, setup.loss)
        start = measure_gradients(fresh(part.model, setup, seed), part.x, part.y, loss)
        report.check()
        saved = measure_gradients(part.copy(), part.x, part.y, loss)
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


def _row(activity: Activity) -> dict[str, Any]:
    return {
        "name": activity.name,
        "kind": activity.kind,
        "dead": round(activity.dead, 4),
        "saturated": None if activity.saturated is None else round(activity.saturated, 4),
        "spread": float(f"{activity.spread:.4g}"),
    }
