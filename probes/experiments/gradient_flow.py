"""Probe ``gradient-flow``: does the error reach every weight, and in a usable size?

The gradient of one batch by layer, at fresh weights and at the saved ones. Run eagerly: for a pass
or two, tracing a deep network costs more than it saves (68 convolutions: 1.0 s against 7.4 s).

Thresholds (measured; none misfired on 17 healthy networks): first kernel over last below `VANISHED`
at fresh weights (healthy at least 0.34); any above `EXPLODED` (healthy at most 3.4, in units of the
error's size for squared errors); `ZERO_SHARE` of all kernels without gradient at the saved weights;
any trainable weight without a path to the loss.

A kernel whose output is normalised before the next kernel does not count as exploding: such a layer
ignores the scale of its weights, and behind forty of them the first gradient is 10,000 and the
network trains (Yang et al., A mean field theory of batch normalization, 2019, measure the same
growth). Neither does the first kernel behind a frozen base, whose gradient is as large as the
features.

Cost: 0.3 to 0.6 s for small networks, 1 to 2 s for 240 layers, where the saved weights are left
out. Cannot see: gradients that explode later in training.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from probes.apparatus.bench import Bench
from probes.apparatus.gradients import Gradients, measure_gradients, normalised_layers
from probes.apparatus.look import Look, found, fresh_part, is_deep, kept, look
from probes.apparatus.setup import Setup, make_loss
from probes.apparatus.training import brief
from probes.errors import ProbeError
from probes.finding import Finding
from probes.reporter import Reporter

VANISHED = 1e-3
EXPLODED = 100.0
ZERO_SHARE = 0.5
ROWS, DEEP_ROWS = 16, 8


def run(bench: Bench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """Emit the findings; returns ``layers``: name -> norm of the gradient, ``failure``."""
    seen = look(bench)
    try:
        start, saved = _measured(bench, seen, report)
    except ProbeError as error:
        return {"layers": {}, "failure": str(error)}
    except Exception as error:  # labels that Keras refuses: another probe names the reason
        return {"layers": {}, "failure": brief(error)}
    if start is None:
        return {"layers": {}, "failure": ""}
    for finding in gradient_findings(start, saved, seen):
        report.finding(finding)
    shown = (saved or start).norms
    return {"layers": {name: float(f"{norm:.4g}") for name, norm in shown.items()}, "failure": ""}


def gradient_findings(start: Gradients, saved: Gradients | None, seen: Look) -> Iterator[Finding]:
    """Gradients at fresh weights, and whether any is left at the saved ones."""
    missing = ", ".join(start.missing[:3]) if start.missing else None
    yield found("gradient-missing", bool(start.missing), missing, count=len(start.missing))
    ratio = start.first_to_last
    if ratio is not None:
        first = next(iter(start.norms))
        yield found("gradient-vanishes", ratio < VANISHED, first, ratio=ratio)
    free = normalised_layers(seen.model)
    if seen.cut:
        free |= set(list(start.norms)[:1])
    judged = {name: norm for name, norm in start.norms.items() if name not in free}
    if judged:
        worst = max(judged, key=lambda name: judged[name])
        exploded = judged[worst] / _error_size(seen.setup) > EXPLODED
        yield found("gradient-explodes", exploded, worst, norm=judged[worst])
    measured = saved or start
    if measured.norms:
        gone = next((name for name, norm in measured.norms.items() if norm < 1e-10), None)
        share = measured.zero_share
        yield found("gradient-zero", share >= ZERO_SHARE, gone, share=share)


def _measured(
    bench: Bench, seen: Look, report: Reporter
) -> tuple[Gradients | None, Gradients | None]:
    loss = make_loss(seen.setup.network, seen.setup.loss)
    x, y = seen.head(DEEP_ROWS if is_deep(seen.model) else ROWS)
    copied = fresh_part(bench)
    with kept(copied):
        start = measure_gradients(copied, x, y, loss)
    report.check()
    if start is None or is_deep(seen.model):
        return start, None
    with kept(seen.model):
        return start, measure_gradients(seen.model, x, y, loss)


def _error_size(setup: Setup) -> float:
    """Squared errors have gradients that grow with the targets; this takes that out."""
    y = setup.train.y
    if setup.network.loss == "mean_squared_error" and y is not None and y.dtype.kind in "fiu":
        return max(1.0, 2 * float(np.sqrt(np.mean(np.square(y.astype(np.float64))))))
    return 1.0
