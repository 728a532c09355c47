"""Looks at what each layer puts out during one forward pass, in models of any kind.

The ``call`` of every layer is wrapped for the time of the pass: sub-models made of layer outputs
fail on nested and subclassed models, this does not. Figures are reduced by TensorFlow where they
are made; copying activations out took ten times as long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras

from probes.apparatus.cloning import is_graph, leaves
from probes.apparatus.tracing import for_one_pass

_RELU = ("relu", "relu6")
_SIGMOID = ("sigmoid", "hard_sigmoid")
#: an activation this near to the end of its range no longer passes a gradient on
_END = 0.01


@dataclass(frozen=True)
class Activity:
    """One layer's output over the rows of a pass.

    Args:
        dead: share of units that are 0 for every row and position, 0 to 1.
        saturated: share of values within 1 % of the ends of a sigmoid's or tanh's range; None
            for other activations.
        spread: standard deviation over rows, mean over units.
    """

    name: str
    kind: str
    activation: str | None
    units: int
    dead: float
    saturated: float | None
    spread: float


def all_leaves(model: keras.Model) -> list[keras.layers.Layer]:
    """Layers that hold no other layers, of subclassed models too."""
    if is_graph(model):
        return list(leaves(model))
    found = model._flatten_layers(include_self=False, recursive=True)
    return [layer for layer in found if not list(layer._flatten_layers(include_self=False))]


def watch(model: keras.Model, inputs: Any) -> tuple[list[Activity], Any]:
    """One forward pass in inference mode: activity of the ReLU, sigmoid and tanh layers, and the
    outputs of the network."""
    layers: list[Any] = []

    def forward(x: Any) -> Any:
        measured: list[Any] = []
        layers.clear()

        def note(layer: Any, given: Any, output: Any) -> None:
            tensor = output[0] if isinstance(output, (list, tuple)) else output
            figures = _measure(layer, tensor)
            if figures is not None:
                layers.append(layer)
                measured.append(figures)

        with wrapped(all_leaves(model), note):
            outputs = model(x, training=False)
        return measured, outputs

    measured, outputs = for_one_pass(model, forward)(inputs)
    return list(map(_activity, layers, measured)), outputs


@contextmanager
def wrapped(
    layers: list[keras.layers.Layer], note: Callable[[Any, Any, Any], None]
) -> Iterator[None]:
    """While this lasts, `note` gets (layer, first argument, output) of each layer's call."""
    saved = [(layer, layer.__dict__.get("call")) for layer in layers]
    for layer in layers:
        # Keras tracks attributes that are set; this one must stay out of its sight.
        object.__setattr__(layer, "call", _noting(layer, layer.call, note))
    try:
        yield
    finally:
        for layer, call in saved:
            if call is None:
                object.__delattr__(layer, "call")
            else:
                object.__setattr__(layer, "call", call)


def activation_name(layer: Any) -> str | None:
    """The activation that a layer applies; None where it has none to apply."""
    if type(layer).__name__ == "ReLU":
        return "relu"
    name = getattr(getattr(layer, "activation", None), "__name__", None)
    return str(name) if name else None


def _noting(layer: Any, call: Any, note: Callable[[Any, Any, Any], None]) -> Any:
    def noting(*args: Any, **kwargs: Any) -> Any:
        output = call(*args, **kwargs)
        note(layer, args[0] if args else None, output)
        return output

    return noting


def _measure(layer: Any, tensor: Any) -> Any:
    import tensorflow as tf

    if not hasattr(tensor, "shape") or len(tensor.shape) < 2 or not tensor.dtype.is_floating:
        return None
    name = activation_name(layer)
    if name not in (*_RELU, *_SIGMOID, "tanh"):
        return None
    values = tf.cast(tensor, tf.float32)
    axes = tuple(range(len(values.shape) - 1))
    size = tf.abs(values)
    dead = tf.reduce_mean(tf.cast(tf.reduce_max(size, axes) < 1e-12, tf.float32))
    saturated = None
    if name == "tanh":
        saturated = tf.reduce_mean(tf.cast(size > 1 - _END, tf.float32))
    elif name in _SIGMOID:
        ends = tf.logical_or(values < _END, values > 1 - _END)
        saturated = tf.reduce_mean(tf.cast(ends, tf.float32))
    spread = tf.reduce_mean(tf.math.reduce_std(values, 0))
    return values.shape[-1], dead, saturated, spread


def _activity(layer: Any, figures: Any) -> Activity:
    units, dead, saturated, spread = figures
    return Activity(
        name=layer.name,
        kind=type(layer).__name__,
        activation=activation_name(layer),
        units=int(units),
        dead=float(dead),
        saturated=None if saturated is None else float(saturated),
        spread=float(spread),
    )


def is_relu(activity: Activity) -> bool:
    return activity.activation in _RELU
