"""The part of a network that is not trained, run once instead of at every step.

ResNet50 at 256 pixels: 200 steps of the whole network take 180 s, of the head alone 2 s.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from probes.cloning import is_graph, leaves
from probes.loading.columns import Array

BATCH = 16


def split_frozen(model: keras.Model) -> tuple[keras.Model, keras.Model] | None:
    """The frozen beginning of a network and the rest, sharing its layers.

    None where nothing worth the while is frozen at the beginning, or where what is trained hangs on
    the frozen part by more than one tensor.
    """
    if not is_graph(model) or len(model.inputs) != 1 or not model.trainable_weights:
        return None
    for layer in model.layers:
        if isinstance(layer, keras.layers.InputLayer) or _is_idle(layer):
            continue
        if layer.trainable_weights:
            return None
        break
    first = next((layer for layer in model.layers if layer.trainable_weights), None)
    if first is None or not any(_is_frozen(layer) for layer in model.layers):
        return None
    try:
        cut = first.input
        if isinstance(cut, (list, tuple, dict)):
            return None
        return keras.Model(model.inputs, cut), keras.Model(cut, model.outputs)
    except Exception:  # a second path around the cut: Keras finds the graph disconnected
        return None


def features_of(model: keras.Model, rows: Array) -> Array:
    """Outputs of a network in inference mode for rows (n, ...), in batches."""
    import tensorflow as tf

    @tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
    def forward(x: Any) -> Any:
        return model(x, training=False)

    parts = [
        forward(tf.convert_to_tensor(rows[start : start + BATCH])).numpy()
        for start in range(0, len(rows), BATCH)
    ]
    return np.concatenate(parts)


def _is_idle(layer: Any) -> bool:
    return not layer.weights


def _is_frozen(layer: Any) -> bool:
    weighted = list(leaves(layer)) if is_graph(layer) else [layer]
    return any(
        leaf.weights and not leaf.trainable_weights and leaf.weights[0].shape for leaf in weighted
    )
