"""What the loss of a log says of targets that a bounded output cannot reach."""

from __future__ import annotations

import math

from probes.finding import Finding
from probes.network import Network

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.reading.logs import Run

#: half the width of what the activation can say
_HALF = {"tanh": 1.0, "softsign": 1.0, "sigmoid": 0.5, "hard_sigmoid": 0.5, "softmax": 0.5}
_POWER = {"mean_squared_error": 2, "mean_absolute_error": 1}
#: A penalty on the weights is part of the loss, so the loss must be well beyond the bound.
_MARGIN = 2.0
_EPOCHS = 3


def out_of_reach(network: Network, runs: Sequence[Run]) -> Finding | None:
    """``bounded-output-cannot-reach-targets``, proved by arithmetic on the loss; else None.

    With targets inside the range of the output no error is larger than the range is wide: a mean
    squared error is at most 4 for tanh and 1 for sigmoid, a mean absolute error 2 and 1. Value is
    how far from the middle of the range some target is at the least.
    """
    half = _HALF.get(network.output_activation or "")
    power = _POWER.get(network.loss or "")
    if half is None or power is None:
        return None
    for run in reversed(runs):
        losses = [v for v in run.values("loss") if math.isfinite(v)]
        if len(losses) < _EPOCHS:
            continue
        lowest = min(losses)
        if lowest <= _MARGIN * (2 * half) ** power:
            return None
        far = lowest ** (1 / power) - half
        last = run.epochs[-1]
        return Finding(
            "bounded-output-cannot-reach-targets",
            value=f"|y| ≥ {far:.2g}",
            source="log",
            quote=last.text[:120],
            line=last.line,
        )
    return None
