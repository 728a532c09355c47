"""How much a training step costs, told before it is paid.

A step is compute bound on a CPU (256-pixel CNN, 16 images: 91 GFLOP, 0.37 s), so only less
arithmetic makes a verdict quicker: fewer samples, then smaller images, before fewer steps.
Measured on two cores; smaller images show the same faults (both of a two-fault CNN at 64 pixels).
"""

from __future__ import annotations

import functools
import math
import time
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from probes.apparatus.cloning import is_graph, leaves

#: a training step is one forward and two backward passes
PASSES = 3
#: convolutions reach this share of the speed of a matrix product
SHARE_OF_PEAK = 0.4
#: tracing and running a step costs this much however small the network
STEP_OVERHEAD = 0.004
TRACE_OVERHEAD = 0.8
ROWS = (32, 16, 8)
SIZES = (128, 96, 64)


@dataclass(frozen=True)
class Plan:
    """How a set-up is made small enough.

    Args:
        rows: samples in the batch.
        size: side of the images in pixels; None leaves them as they are.
        step_seconds: expected seconds of one step.
    """

    rows: int
    size: int | None
    step_seconds: float

    @property
    def shrunk(self) -> bool:
        return self.size is not None or self.rows < 16


def forward_flops(model: keras.Model) -> float:
    """Floating-point operations of one sample's forward pass: two for each weight and position."""
    return sum(_layer_flops(layer) for layer in leaves(model)) if is_graph(model) else 0.0


@functools.cache
def machine_speed() -> float:
    """Operations a second that this machine reaches on convolutions; takes some 10 ms, and ten
    times that when it is first measured in a process."""
    square = np.random.default_rng(0).random((512, 512), dtype=np.float32)
    best = math.inf
    for _ in range(4):
        start = time.perf_counter()
        square @ square
        best = min(best, time.perf_counter() - start)
    return SHARE_OF_PEAK * 2 * 512**3 / best


def make_plan(
    flops: float, speed: float, steps: int, seconds: float, side: int | None, rows: int
) -> Plan:
    """The largest batch and images with which `steps` steps take at most `seconds`.

    Args:
        flops: of a forward pass of one sample, of the part that is trained.
        side: larger side of the images in pixels; None where they cannot be made smaller.
        rows: rows there are.
    """
    sizes = [size for size in SIZES if side and size < 0.8 * side]
    choices: list[tuple[int, int | None]] = [(count, None) for count in ROWS[:2]]
    choices += [(ROWS[1], size) for size in sizes]
    choices.append((ROWS[2], sizes[-1] if sizes else None))
    plan = Plan(min(rows, ROWS[0]), None, math.inf)
    for count, size in choices:
        share = (size / side) ** 2 if size and side else 1.0
        step = PASSES * flops * share * min(count, rows) / speed + STEP_OVERHEAD
        plan = Plan(min(count, rows), size, step)
        if TRACE_OVERHEAD + steps * step <= seconds:
            break
    return plan


def _layer_flops(layer: Any) -> float:
    try:
        shape = layer.output.shape
        given = layer.input.shape
    except (AttributeError, ValueError):  # never called, or with several tensors
        return 0.0
    if "Embedding" in type(layer).__name__:
        return 0.0
    weights = float(sum(math.prod(weight.shape) for weight in layer.weights))
    positions = math.prod(size or 1 for size in shape[1:-1])
    if hasattr(layer, "cell") or type(layer).__name__ == "Bidirectional":
        positions = given[1] or 1  # once for each step of the sequence
    return float(2 * weights * positions)
