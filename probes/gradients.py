"""Gradients of one batch by layer, nothing being changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras

from probes.loading.columns import Array
from probes.setup import Loss
from probes.training import feed

_KERNELS = ("kernel", "embeddings", "depthwise_kernel", "pointwise_kernel")
#: a gradient this small is none: it lies below what 32 bits resolve beside the loss
ZERO = 1e-10


@dataclass(frozen=True)
class Gradients:
    """Norms of the kernels' gradients, in the order of the layers.

    Args:
        norms: variable path -> Euclidean norm; a path names layer and weight.
        missing: paths of trainable weights that no gradient reaches.
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

    @property
    def largest(self) -> tuple[str, float]:
        path = max(self.norms, key=lambda name: self.norms[name])
        return path, self.norms[path]


def measure_gradients(
    model: keras.Model, x: Sequence[Array], y: Array, loss: Loss
) -> Gradients | None:
    """Gradients in training mode; None for a model with nothing to train.

    Moves the moving averages of batch normalisation: give it a copy.
    """
    import tensorflow as tf

    variables = model.trainable_variables
    if not variables:
        return None
    inputs, labels = feed(model, x), tf.convert_to_tensor(y)

    @tf.function  # type: ignore[untyped-decorator]
    def compute() -> Any:
        with tf.GradientTape() as tape:
            value = loss(labels, model(inputs, training=True))
            extra = [tf.cast(penalty, value.dtype) for penalty in model.losses]
            total = tf.add_n([value, *extra])
        found = tape.gradient(total, variables)
        return total, [None if g is None else tf.norm(tf.convert_to_tensor(g)) for g in found]

    total, norms = compute()
    paths = [variable.path for variable in variables]
    known = zip(paths, norms, strict=True)
    return Gradients(
        norms={
            path: float(norm)
            for path, norm in known
            if norm is not None and path.split("/")[-1] in _KERNELS
        },
        missing=tuple(path for path, norm in zip(paths, norms, strict=True) if norm is None),
        loss=float(total),
    )
