"""Probe ``activation-audit``: do the units of the saved network still work?

One pass of the rows through the model as it was saved (`apparatus.look`): units that are always 0,
activations at the ends of their range, weights that are no numbers. Nothing is trained.

Thresholds (measured; none misfired on 17 healthy networks): `DEAD` of a ReLU layer's units 0
for every row (healthy at most 0.48); `SATURATED` of all values within 1 % of the ends of a sigmoid
or tanh.

Cost: 0.2 s for small networks, 1.5 s for 240 layers, features of a frozen ResNet50 1.5 s. Cannot
see: faults that arise only later in training.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from probes.apparatus.bench import Bench
from probes.apparatus.look import found, look
from probes.apparatus.setup import Setup
from probes.apparatus.watching import Activity, all_leaves, is_relu
from probes.finding import Finding
from probes.reporter import Reporter
from probes.surgery.output import after_output

DEAD = 0.9
SATURATED = 0.9
#: rows of the table of layers that is handed over
SHOWN = 200


def run(bench: Bench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """Emit the findings; returns ``layers`` as a table."""
    for finding in weight_findings(bench.setup):
        report.finding(finding)
    report.check()
    seen = look(bench)
    for finding in activity_findings(seen.activities, bench.setup):
        report.finding(finding)
    return {
        "layers": [_row(activity) for activity in seen.activities[:SHOWN]],
        "trained": seen.trained,
        "rows": len(seen.y),
    }


def weight_findings(setup: Setup) -> Iterator[Finding]:
    """Weights that are no numbers."""
    broken = [
        layer.name
        for layer in all_leaves(setup.model)
        for weight in layer.weights
        if (values := np.asarray(weight)).dtype.kind == "f" and not np.isfinite(values).all()
    ]
    yield found("weights-nan", bool(broken), broken[0] if broken else None)


def activity_findings(activities: Sequence[Activity], setup: Setup) -> Iterator[Finding]:
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


def _row(activity: Activity) -> dict[str, Any]:
    return {
        "name": activity.name,
        "kind": activity.kind,
        "dead": round(activity.dead, 4),
        "saturated": None if activity.saturated is None else round(activity.saturated, 4),
        "spread": float(f"{activity.spread:.4g}"),
    }
