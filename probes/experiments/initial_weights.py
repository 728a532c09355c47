"""Probe ``initial-weights``: do the first weights suit the depth and the activations?

A fresh copy of the network, as its initialisers draw it, and one pass of rows through it: kernels
that are constant, and how much of the differences between rows is left behind the last hidden
layer. The scale must keep the variance from layer to layer (Glorot and Bengio 2010; He et al.
2015): drawn too wide or too narrow, or through many saturating layers, it grows or fades by a
factor a layer. Normalisation layers restore it, and the pass is in training mode, so they do here.

Thresholds: ``initial-signal-fades`` when the standard deviation over rows behind the last hidden
layer is below `FADED` of that before the first, ``initial-signal-grows`` above `GROWN` (22 healthy
networks and 29 repaired ones: 0.05 to 12; seven sigmoid layers 3e-5). ``weights-
constant``: a hidden kernel of one and the same value, fresh or saved, which gives all its units the
same gradient for ever; zero in the last layer is left out, it trains.

Cost: 0.1 s for small networks, 1 to 2 s for 240 layers, most of it the fresh copy that
``gradient-flow`` uses as well. Cannot see: what an initialiser of the user's own does at another
seed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import keras
import numpy as np

from probes.apparatus.bench import Bench
from probes.apparatus.look import Look, found, fresh_part, kept, look
from probes.apparatus.training import feed
from probes.apparatus.watching import all_leaves, wrapped
from probes.finding import Finding
from probes.reporter import Reporter
from probes.surgery.output import after_output

FADED, GROWN = 1e-3, 1e2
ROWS = 16
_KERNELS = ("kernel", "embeddings", "depthwise_kernel", "pointwise_kernel", "recurrent_kernel")


def run(bench: Bench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """Emit the findings; returns ``layers``: name -> signal behind it over that before it all."""
    seen = look(bench)
    copied = fresh_part(bench)
    report.finding(constant_finding(seen, copied))
    report.check()
    signals = spreads(copied, seen)
    for finding in signal_findings(signals):
        report.finding(finding)
    return {"layers": {name: float(f"{spread:.3g}") for name, spread in signals[1:]}}


def constant_finding(seen: Look, copied: keras.Model) -> Finding:
    """Kernels whose values are all the same, as drawn or as saved."""
    output = seen.setup.network.output_layer
    drawn = [name for name in constant_layers(copied) if name != output]
    saved = [name for name in constant_layers(seen.setup.model) if seen.trained or name != output]
    names = drawn or saved
    return found("weights-constant", bool(names), names[0] if names else None, count=len(names))


def constant_layers(model: keras.Model) -> list[str]:
    """Layers with a trainable kernel of one value, which is a number."""
    names = []
    for layer in all_leaves(model):
        for weight in layer.trainable_weights:
            values = np.asarray(weight)
            kernel = weight.path.rsplit("/", 1)[-1] in _KERNELS
            if kernel and values.ndim > 1 and values.size > 1 and np.ptp(values) == 0:
                names.append(layer.name)
    return names


def signal_findings(signals: list[tuple[str, float]]) -> Iterator[Finding]:
    """Growth or loss of the differences between rows.

    Args:
        signals: (layer, standard deviation over rows behind it); first what goes in.
    """
    if len(signals) < 3:
        return  # one hidden layer has no depth to lose anything in
    ratio = signals[-1][1] / max(signals[0][1], 1e-30)
    steps = [
        (name, spread / max(before, 1e-30)) for (_, before), (name, spread) in pairwise(signals)
    ]
    weakest, strongest = min(steps, key=lambda s: s[1]), max(steps, key=lambda s: s[1])
    value = float(f"{ratio:.3g}")
    yield found("initial-signal-fades", ratio < FADED, value, layer=weakest[0], step=weakest[1])
    yield found("initial-signal-grows", ratio > GROWN, value, layer=strongest[0], step=strongest[1])


def spreads(copied: keras.Model, seen: Look) -> list[tuple[str, float]]:
    """Standard deviation over rows behind each hidden layer with a kernel, behind its activation
    and normalisation; first that of what goes into the first."""
    end = {seen.setup.network.output_layer, *(layer.name for layer in after_output(seen.setup))}
    passed: list[tuple[str, float]] = []
    behind = False

    def note(layer: Any, given: Any, output: Any) -> None:
        nonlocal behind
        behind = behind or layer.name in end
        if behind or not _is_figures(output):
            return
        weighted = any(w.path.rsplit("/", 1)[-1] in _KERNELS for w in layer.weights)
        if weighted:
            if not passed and _is_figures(given):
                passed.append(("", _spread(given)))
            passed.append((layer.name, _spread(output)))
        elif passed:
            passed[-1] = (passed[-1][0], _spread(output))

    x, _ = seen.head(ROWS)
    with kept(copied), wrapped(all_leaves(copied), note):
        copied(feed(copied, x), training=True)
    return [pair for pair in passed if np.isfinite(pair[1])]


def _is_figures(tensor: Any) -> bool:
    return hasattr(tensor, "shape") and len(tensor.shape) >= 2 and tensor.dtype.is_floating


def _spread(tensor: Any) -> float:
    import tensorflow as tf

    return float(tf.reduce_mean(tf.math.reduce_std(tf.cast(tensor, tf.float32), 0)))
