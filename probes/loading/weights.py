"""Weights without their model: put into layers that were described elsewhere."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np

from probes.apparatus.cloning import leaves
from probes.errors import ProbeError, one_line
from probes.loading.columns import Array

_LEGACY = "layer_names"  # the attribute by which Keras 1 and 2 list the layers


def load_weights(model: keras.Model, path: Path, source: str | None) -> None:
    """Load a weights file, or the weights of a whole-model file, into layers built before.

    Args:
        source: what describes the layers; None where weights that do not fit are to be left out.

    Raises:
        ProbeError: ``weights-do-not-fit``.
    """
    try:
        with tempfile.TemporaryDirectory() as folder:
            model.load_weights(_with_right_suffix(path, Path(folder)))
    except Exception as error:
        if source is not None:
            fields = {"path": str(path), "architecture": source}
            raise ProbeError("weights-do-not-fit", one_line(error), **fields) from error
    refresh(model)


def load_checkpoint(model: keras.Model, folder: Path) -> None:
    """Load the variables of a SavedModel folder of Keras 2, in the order of its layers.

    Raises:
        ProbeError: ``weights-do-not-fit``.
    """
    try:
        weights = list(_variables(folder / "variables" / "variables"))
        ours = [tuple(weight.shape) for weight in model.weights]
        if [weight.shape for weight in weights] != ours:
            raise ValueError(f"{len(weights)} variables for {len(ours)} weights, or other shapes")
        model.set_weights(weights)
    except Exception as error:
        fields = {"path": str(folder), "architecture": "keras_metadata.pb"}
        raise ProbeError("weights-do-not-fit", one_line(error), **fields) from error
    refresh(model)


def _variables(prefix: Path) -> Iterator[Array]:
    """What a Keras 2 model lists as its ``variables``, found through the graph of objects."""
    import tensorflow as tf
    from tensorflow.core.protobuf.trackable_object_graph_pb2 import TrackableObjectGraph

    reader = tf.train.load_checkpoint(str(prefix))
    nodes = TrackableObjectGraph.FromString(reader.get_tensor("_CHECKPOINTABLE_OBJECT_GRAPH")).nodes

    def children(node: Any) -> dict[str, Any]:
        return {child.local_name: nodes[child.node_id] for child in node.children}

    listed = children(children(nodes[0])["variables"])
    for name in sorted(listed, key=int):
        yield np.asarray(reader.get_tensor(listed[name].attributes[0].checkpoint_key))


def _with_right_suffix(path: Path, folder: Path) -> Path:
    """The file under a name whose suffix tells Keras the format that it is in."""
    if path.suffix == ".keras":
        return path
    import h5py

    with h5py.File(path, "r") as file:
        legacy = _LEGACY in file.attrs or "model_weights" in file
    suffix = ".h5" if legacy else ".weights.h5"
    if legacy != path.name.endswith(".weights.h5") and path.suffix == ".h5":
        return path
    link = folder / f"weights{suffix}"
    link.symlink_to(path.resolve())
    return link


def refresh(model: keras.Model) -> None:
    """Derive anew what Normalization computes from its weights: Keras 3.3 does not on loading."""
    for layer in leaves(model):
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()
