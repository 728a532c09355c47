"""The part of a network that is not trained, run once instead of at every step.

ResNet50 at 256 pixels: 200 steps of the whole network take 180 s, of the head alone 2 s. Features
are kept while the process lives, for copies of the network that begin with the same frozen part.
"""

from __future__ import annotations

import hashlib
import json
import math
from functools import cached_property
from typing import Any

import keras
import numpy as np

from probes.apparatus.cloning import is_graph, leaves
from probes.apparatus.tracing import for_one_pass
from probes.loading.columns import Array

BATCH = 16
#: A pass call by call holds what every layer puts out: ResNet50 with 16 images of 224 pixels takes
#: 1.9 GB. Rows of so many figures go half as many at a time.
LARGE_ROW = 100_000
#: batches whose features are kept
KEPT = 64
_kept: dict[tuple[bytes, bytes], Array] = {}


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
    if isinstance(model, keras.Sequential):
        return _split_chain(model, model.layers.index(first))
    return _split_graph(model, first)


def _split_chain(model: keras.Sequential, place: int) -> tuple[keras.Model, keras.Model]:
    """Call the layers anew: a loaded chain holds tensors of graphs that it no longer is."""
    given = model.inputs[0]
    start = h = keras.Input(batch_shape=given.shape, dtype=given.dtype, name="rows")
    for layer in model.layers[:place]:
        h = layer(h)
    middle = t = keras.Input(batch_shape=h.shape, dtype=h.dtype)
    for layer in model.layers[place:]:
        t = layer(t)
    return keras.Model(start, h, name="frozen"), keras.Model(middle, t)


def _split_graph(model: keras.Model, first: Any) -> tuple[keras.Model, keras.Model] | None:
    for node in first._inbound_nodes:
        if len(node.input_tensors) != 1:
            continue
        cut = node.input_tensors[0]
        if not _separates(cut, model):
            continue
        try:
            return (
                keras.Model(model.inputs, cut, name="frozen"),
                keras.Model(cut, model.outputs),
            )
        except ValueError:  # a node of another graph that shares the layer
            continue
    return None


def _separates(cut: Any, model: keras.Model) -> bool:
    """Whether every path from the inputs to the outputs leads through `cut`."""
    waiting, seen = list(model.outputs), {id(cut)}
    reached = False
    while waiting:
        tensor = waiting.pop()
        reached = reached or tensor is cut
        if id(tensor) in seen:
            continue
        seen.add(id(tensor))
        history = tensor._keras_history
        if isinstance(history.operation, keras.layers.InputLayer):
            return False
        waiting += history.operation._inbound_nodes[history.node_index].input_tensors
    return reached


class FeatureMaker:
    """Outputs of a network in inference mode, for any number of rows.

    Run call by call: tracing 160 layers takes as long as 30 batches.
    """

    def __init__(self, model: keras.Model) -> None:
        import tensorflow as tf

        self._forward = for_one_pass(model, lambda x: model(x, training=False))
        self._model = model
        self._dtype = tf.as_dtype(model.inputs[0].dtype).as_numpy_dtype

    @cached_property
    def _print(self) -> bytes:
        return fingerprint(self._model)

    def __call__(self, rows: Array) -> Array:
        """Features (n, ...) of rows (n, ...), in batches of `BATCH` at most."""
        batch = BATCH // 2 if math.prod(rows.shape[1:]) > LARGE_ROW else BATCH
        starts = range(0, len(rows), batch)
        return np.concatenate([self._features(rows[s : s + batch]) for s in starts])

    def _features(self, rows: Array) -> Array:
        import tensorflow as tf

        rows = np.ascontiguousarray(rows.astype(self._dtype))
        if rows.dtype.hasobject:  # texts, which have no bytes to be known by
            return np.asarray(self._forward(tf.convert_to_tensor(rows)))
        key = (self._print, hashlib.blake2b(rows.tobytes(), digest_size=16).digest())
        if key not in _kept:
            while len(_kept) >= KEPT:
                del _kept[next(iter(_kept))]
            _kept[key] = np.asarray(self._forward(tf.convert_to_tensor(rows)))
        return _kept[key]


def fingerprint(model: keras.Model) -> bytes:
    """The same for two networks with the same layers, calls and weights."""
    found = hashlib.blake2b(digest_size=16)
    found.update(json.dumps(model.get_config(), sort_keys=True, default=repr).encode())
    for weight in model.weights:
        found.update(np.ascontiguousarray(weight).tobytes())
    return found.digest()


def _is_idle(layer: Any) -> bool:
    return not layer.weights


def _is_frozen(layer: Any) -> bool:
    weighted = list(leaves(layer)) if is_graph(layer) else [layer]
    return any(
        leaf.weights and not leaf.trainable_weights and leaf.weights[0].shape for leaf in weighted
    )
