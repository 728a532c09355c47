"""Gradients of one batch by layer, nothing being changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras

from probes.apparatus.setup import Loss
from probes.apparatus.tracing import for_one_pass
from probes.apparatus.training import as_tensor, feed
from probes.apparatus.watching import all_leaves
from probes.loading.columns import Array

_KERNELS = ("kernel", "embeddings", "depthwise_kernel", "pointwise_kernel")
#: a gradient this small is none: it lies below what 32 bits resolve beside the loss
ZERO = 1e-10


@dataclass(frozen=True)
class Gradients:
    """Norms of the kernels' gradients, in the order of the layers.

    Args:
        norms: layer -> Euclidean norm of its kernel's gradient.
        missing: layers with a trainable weight that no gradient reaches.
        loss: of the batch, with regularisation.
    """

    norms: dict[str, float]
    missing: tuple[str, ...]
    loss: float

    @property
    def zero_share(self) -> float:
        """Share of kernels whose gradient is zero, 0 to 1."""
        return sum(n < ZERO for n in self.norms.values()) / max(1, len(self.norms))

    @property
    def first_to_last(self) -> float | None:
        """First kernel's gradient over the last one's; None with fewer than three or no gradient
        at the end."""
        values = list(self.norms.values())
        return values[0] / values[-1] if len(values) > 2 and values[-1] > ZERO else None


def measure_gradients(
    model: keras.Model, x: Sequence[Array], y: Array, loss: Loss
) -> Gradients | None:
    """Gradients in training mode; None for a model with nothing to train.

    Moves the moving averages of batch normalisation: see `apparatus.look.kept`.
    """
    import tensorflow as tf

    variables = model.trainable_variables
    if not variables:
        return None
    names = kernel_names(model)

    def gradients(rows: Any, labels: Any) -> Any:
        with tf.GradientTape() as tape:
            value = loss(labels, model(rows, training=True))
            total = tf.add_n([value, *(tf.cast(extra, value.dtype) for extra in model.losses)])
        return total, tape.gradient(total, variables)

    total, found = for_one_pass(model, gradients)(feed(model, x), as_tensor(y))
    known = list(zip(variables, found, strict=True))
    missing = [names[id(variable)] for variable, gradient in known if gradient is None]
    return Gradients(
        norms={
            names[id(variable)]: float(tf.norm(tf.convert_to_tensor(gradient)))
            for variable, gradient in known
            if gradient is not None and variable.path.split("/")[-1] in _KERNELS
        },
        missing=tuple(dict.fromkeys(missing)),
        loss=float(total),
    )


def kernel_names(model: keras.Model) -> dict[int, str]:
    """Name to show for each weight, by its `id`: its layer's, and the weight's where a layer has
    several kernels or its name is used twice."""
    names: dict[int, str] = {}
    taken: set[str] = set()
    for layer in all_leaves(model):
        kernels = [w for w in layer.weights if w.path.split("/")[-1] in _KERNELS]
        plain = len(kernels) < 2 and layer.name not in taken
        taken.add(layer.name)
        for weight in layer.weights:
            names[id(weight)] = layer.name if plain else weight.path
    own = {id(weight): weight.path for weight in model.weights}
    return {**own, **names}


def normalised_layers(model: keras.Model) -> set[str]:
    """Names of layers with a normalisation between them and the next kernel, in their order."""
    free: set[str] = set()
    waiting: list[str] = []
    names = kernel_names(model)
    for layer in all_leaves(model):
        if "Normalization" in type(layer).__name__ and layer.weights:
            free.update(waiting)
            waiting = []
        kernels = [w for w in layer.weights if w.path.split("/")[-1] in _KERNELS]
        if kernels:
            waiting = [names[id(weight)] for weight in kernels]
    return free
