"""What can be said of single layers and of stacks of layers, without data. Standard library only.

Thresholds: heavy dropout .9 and batch-norm momentum .999 are ten times further from 1 than the
usual .5 and .99; a regularisation of .1 is ten times Keras' default of .01; a stack of 4 sigmoid or
tanh layers loses at least three quarters of the gradient in each sigmoid (its slope is at most
1/4); 10 weight layers are the depth from which plain nets were seen to stall without normalisation.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from probes.finding import Finding
from probes.network import Layer
from probes.network.graph import Graph, is_recurrent, is_weighted, real_kind
from probes.network.view import View
from probes.saved.keras_names import NORMALISERS

HEAVY_DROPOUT = 0.9
HEAVY_REGULARIZATION = 0.1
MOMENTUM_NEAR_ONE = 0.999
SATURATING_STACK = 4
DEEP = 10
#: standard deviation of the summed input per unit input; He initialisation gives 1.41
WIDE_GAIN = 4.0
#: standard deviation of a kernel whose fan-in is not known
WIDE_DEVIATION = 0.5
_SATURATING = frozenset({"sigmoid", "tanh", "hard_sigmoid"})
_CONSTANT = frozenset({"zeros", "zero", "ones", "one", "constant"})
_RANDOM_DEFAULT = {"random_normal": 0.05, "truncated_normal": 0.05, "random_uniform": 0.029}
_TRAINING_METHODS = ("kernel_regularizer", "activity_regularizer", "recurrent_regularizer")


def layer_findings(view: View) -> Iterator[Finding]:
    """Findings about the user's own layers; those inside a nested model are left alone."""
    own = view.own
    if not own:
        return
    graph = Graph(own, view.network)
    yield from _linear_hidden(view, graph)
    yield from _stacks(view, graph)
    yield from _recurrent(view, graph)
    yield from _initializers(view, graph)
    yield from _dropout(view, graph)
    yield from _regularization(view, own)
    yield from _bottleneck(view, graph)
    yield from _batch_normalization(view, own)
    yield from _trainable(view, graph)
    yield from _strides(view, own)
    yield from _softmax_axis(view, graph)


def _linear_hidden(view: View, graph: Graph) -> Iterator[Finding]:
    """Hidden layers whose output reaches the next weights without a non-linearity between.

    One linear projection among non-linear layers is usual (a code layer, an embedding) and trains;
    only a majority of linear layers takes the network's depth away.
    """
    hidden = graph.hidden
    linear = graph.linear_hidden()
    if not hidden or linear is None:
        return
    names = [layer.name for layer in linear]
    if 2 * len(linear) > len(hidden):
        part = f"layer:{names[0]}"
        yield view.finding(
            "hidden-layers-linear", True, len(linear), part, layers=names, hidden=len(hidden)
        )
    elif not linear:
        yield view.finding("hidden-layers-linear", False, 0, f"layer:{hidden[0].name}")


def _stacks(view: View, graph: Graph) -> Iterator[Finding]:
    plain = [layer for layer in graph.hidden if not is_recurrent(layer)]
    acts = [graph.activation_after(layer) for layer in plain]
    longest = run = 0
    for act in acts:
        run = run + 1 if act in _SATURATING else 0
        longest = max(longest, run)
    normalised = any(layer.kind in NORMALISERS for layer in graph.layers)
    if plain and None not in acts:
        stacked = longest >= SATURATING_STACK and not normalised
        yield view.finding("saturating-stack", stacked, longest, f"layer:{plain[0].name}")
    if graph.weighted:
        deep = len(graph.weighted) >= DEEP and not normalised and not graph.merges
        deep = deep and "selu" not in acts and view.network.pretrained_base is None
        part = f"layer:{graph.weighted[0].name}"
        yield view.finding("deep-without-normalisation", deep, len(graph.weighted), part)


def _recurrent(view: View, graph: Graph) -> Iterator[Finding]:
    recurrent = [layer for layer in graph.layers if is_recurrent(layer)]
    if not recurrent:
        return
    first = f"layer:{recurrent[0].name}"
    relu = [layer for layer in recurrent if layer.activation == "relu"]
    part = f"layer:{relu[0].name}" if relu else first
    yield view.finding("relu-in-recurrent", bool(relu), len(relu), part)
    shape = view.network.input_shape
    if shape is not None and len(shape) == 2 and shape[0] and graph.weighted[0] is recurrent[0]:
        yield view.finding("single-time-step", shape[0] == 1, shape[0], first)
    missing = [
        layer
        for layer in recurrent
        if layer.config.get("return_sequences") is False and graph.feeds_recurrent(layer)
    ]
    if missing:
        name = missing[0].name
        yield view.finding("sequences-returned-or-missing", True, name, f"layer:{name}")
    elif view.labels.rank is not None and view.network.output_rank is not None:
        yield from _sequence_ranks(view, recurrent[-1])


def _strides(view: View, own: list[Layer]) -> Iterator[Finding]:
    """Convolutions that step as far as they are wide; one alone may cut an image into patches."""
    convolutions = [layer for layer in own if layer.kind.startswith(("Conv2D", "Conv1D"))]
    if not convolutions or any("Transpose" in layer.kind for layer in convolutions):
        return
    wide = [layer.name for layer in convolutions if _steps_its_width(layer)]
    if len(wide) != 1:
        part = f"layer:{wide[0] if wide else convolutions[0].name}"
        value = wide[0] if wide else None
        yield view.finding("kernel-width-read-as-stride", bool(wide), value, part)


def _softmax_axis(view: View, graph: Graph) -> Iterator[Finding]:
    """A softmax layer at the end that runs over rows or steps instead of the classes."""
    ends = [layer for layer in (graph.output, *graph.after_output()) if layer is not None]
    axes = {layer.name: layer.config.get("axis", -1) for layer in ends if layer.kind == "Softmax"}
    if view.network.output_activation != "softmax" or view.network.output_rank is None:
        return
    last = (-1, view.network.output_rank - 1)
    other = [name for name, axis in axes.items() if isinstance(axis, int) and axis not in last]
    part = f"layer:{other[0]}" if other else "output"
    value = axes[other[0]] if other else -1
    yield view.finding("softmax-not-over-classes", bool(other), value, part)


def _steps_its_width(layer: Layer) -> bool:
    kernel, stride = _one(layer.config.get("kernel_size")), _one(layer.config.get("strides", 1))
    return kernel is not None and kernel == stride and kernel > 1


def _one(size: Any) -> int | None:
    """``(3, 3)`` -> 3; None for sides that differ or are not known."""
    sides = set(size) if isinstance(size, (list, tuple)) else {size}
    side = sides.pop() if len(sides) == 1 else None
    return side if isinstance(side, int) else None


def _sequence_ranks(view: View, last: Layer) -> Iterator[Finding]:
    """One output a sequence where the labels have one a step, or the other way round."""
    wanted = view.labels.rank or 0
    if view.network.loss == "sparse_categorical_crossentropy" or view.labels.columns is None:
        wanted += 1  # labels of rank r belong to outputs of rank r + 1
    wanted = max(2, wanted)  # a plain vector of targets belongs to one column of outputs
    steps = view.network.output_rank == 3
    wrong = view.network.output_rank in (2, 3) and wanted in (2, 3) and steps != (wanted == 3)
    yield view.finding("sequences-returned-or-missing", wrong, steps, f"layer:{last.name}")


def _initializers(view: View, graph: Graph) -> Iterator[Finding]:
    kernels = [(layer, layer.config.get("kernel_initializer")) for layer in graph.weighted]
    if not kernels:
        return
    first = f"layer:{graph.weighted[0].name}"
    hidden = {layer.name for layer in graph.hidden}
    # A constant last layer alone trains: its inputs differ, so its gradients do.
    equal = [
        layer.name for layer, how in kernels if layer.name in hidden and _name(how) in _CONSTANT
    ]
    part = f"layer:{equal[0]}" if equal else first
    yield view.finding("zero-or-constant-initializer", bool(equal), len(equal), part)
    wide = [layer.name for layer, how in kernels if _is_wide(_deviation(how), graph.fan_in(layer))]
    part = f"layer:{wide[0]}" if wide else first
    yield view.finding("wide-initializer", bool(wide), len(wide), part)


def _name(initializer: Any) -> str:
    written = initializer.get("name") if isinstance(initializer, Mapping) else initializer
    text = "".join("_" + c.lower() if c.isupper() else c for c in str(written or ""))
    return text.lstrip("_")


def _deviation(initializer: Any) -> float | None:
    """Standard deviation of a kernel drawn so; None where it follows the layer's size."""
    name = _name(initializer)
    settings = initializer if isinstance(initializer, Mapping) else {}
    if name in ("random_normal", "truncated_normal", "normal"):
        return _figure(settings.get("stddev"), 0.05)
    if name in ("random_uniform", "uniform"):
        high = _figure(settings.get("maxval"), 0.05)
        low = _figure(settings.get("minval"), -0.05)
        return None if high is None or low is None else abs(high - low) / math.sqrt(12)
    return None


def _figure(value: Any, default: float) -> float | None:
    if value is None:
        return default
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if number else None


def _is_wide(deviation: float | None, fan_in: int | None) -> bool:
    if deviation is None:
        return False
    if fan_in is None:
        return deviation >= WIDE_DEVIATION
    return deviation * math.sqrt(fan_in) > WIDE_GAIN


def _dropout(view: View, graph: Graph) -> Iterator[Finding]:
    drops = [layer for layer in graph.layers if "Dropout" in layer.kind]
    rates = [layer.rate for layer in drops]
    end = graph.after_output()
    last = f"layer:{drops[-1].name}" if drops else "output"
    behind = [layer for layer in end if "Dropout" in layer.kind]
    part = f"layer:{behind[0].name}" if behind else last
    if graph.output is not None:
        yield view.finding("dropout-after-output", bool(behind), len(behind), part)
    if None not in rates:
        heavy = [layer for layer in drops if (layer.rate or 0) >= HEAVY_DROPOUT]
        part = f"layer:{heavy[0].name}" if heavy else last
        worst = max((rate for rate in rates if rate is not None), default=0.0)
        yield view.finding("heavy-dropout", bool(heavy), worst, part)


def _regularization(view: View, own: list[Layer]) -> Iterator[Finding]:
    strengths: list[tuple[float, Layer]] = []
    for layer in own:
        for key in _TRAINING_METHODS:
            written = layer.config.get(key)
            if isinstance(written, Mapping):
                strengths += [
                    (float(v), layer)
                    for k, v in written.items()
                    if k in ("l1", "l2") and isinstance(v, (int, float))
                ]
            elif written is not None and not isinstance(written, str):
                return  # an own regulariser: its strength is not known
    worst, layer = max(strengths, key=lambda pair: pair[0], default=(0.0, own[0]))
    heavy = worst >= HEAVY_REGULARIZATION
    yield view.finding("heavy-regularization", heavy, worst, f"layer:{layer.name}")


def _bottleneck(view: View, graph: Graph) -> Iterator[Finding]:
    """A hidden Dense layer far narrower than the layer behind it needs; a code layer is none."""
    units = view.network.output_units
    loss = view.network.loss or ""
    chain = [layer for layer in graph.hidden if real_kind(layer) == "Dense" and layer.units]
    if not chain or units is None or view.paints_its_input or graph.merges:
        return
    classes = units if "categorical" in loss else 1
    narrow = [a for a in chain if a.units is not None and (a.units == 1 or 4 * a.units <= classes)]
    squeezed = [
        a for a, b in pairwise(graph.weighted) if a in narrow and (b.units or 0) >= (a.units or 0)
    ]
    part = f"layer:{squeezed[0].name}" if squeezed else f"layer:{chain[0].name}"
    value = squeezed[0].units if squeezed else min(layer.units or 0 for layer in chain)
    yield view.finding("bottleneck-layer", bool(squeezed), value, part)


def _batch_normalization(view: View, own: list[Layer]) -> Iterator[Finding]:
    norms = [layer for layer in own if layer.kind == "BatchNormalization"]
    if not norms:
        return
    part = f"layer:{norms[0].name}"
    momenta = [layer.config.get("momentum", 0.99) for layer in norms]
    if all(isinstance(m, (int, float)) for m in momenta):
        near = max(momenta) >= MOMENTUM_NEAR_ONE
        yield view.finding("batchnorm-momentum-near-one", near, max(momenta), part)
    if view.source == "script":
        fixed = any(layer.config.get("call_training") is True for layer in norms)
        yield view.finding("batchnorm-training-fixed", fixed, fixed, part)


def _trainable(view: View, graph: Graph) -> Iterator[Finding]:
    weighted = [layer for layer in view.network.layers if is_weighted(layer)]
    nested = [layer for layer in graph.layers if layer.kind in graph.models]
    held = weighted + [layer for layer in nested if "layers" not in layer.config]
    if held:
        frozen = not any(layer.trainable for layer in held)
        yield view.finding("nothing-trainable", frozen, len(held), f"layer:{held[-1].name}")
