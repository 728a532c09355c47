"""What the inputs are, and what the network does to them itself before it learns from them.

Needs numpy alone, so that inputs are judged without a model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from probes.loading.columns import Array
from probes.network import Layer, Network
from probes.saved.keras_names import NORMALISERS, preprocessing_family

_RECURRENT = ("LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional", "Conv1D", "SeparableConv1D")


@dataclass(frozen=True)
class InputFacts:
    """One input array with what the network does to it.

    Args:
        kind: image, tabular, tokens, sequence or series.
        values: rows (n, ...) as float64 after the network's own Rescaling; as stored for text.
        scaling: names of the layers that scale inside the network.
        normalised: the network centres and scales inputs itself, so their range is no fault.
        embedded: ``input_dim`` of the Embedding that takes them; None if there is none.
    """

    kind: str
    values: Array
    scaling: tuple[str, ...]
    normalised: bool
    embedded: int | None

    @property
    def is_text(self) -> bool:
        return self.values.dtype.kind in "US"


def input_facts(array: Array, network: Network | None) -> InputFacts:
    """Facts of one input (n, ...)."""
    embedding = _embedding(network, array)
    kind = _kind(array, network, embedding)
    scaling = network.scaling_inside if network else ()
    return InputFacts(
        kind=kind,
        values=_as_seen(array, network, kind),
        scaling=scaling,
        normalised=network is not None and _normalises(network),
        embedded=embedding,
    )


def expects_pixels(network: Network | None) -> bool:
    """Whether a pretrained base wants values far from 0 (0..255, or these minus a mean)."""
    if network is None or network.pretrained_base is None:
        return False
    family = preprocessing_family(network.pretrained_base)
    return family in ("caffe", "none", None)


def first_weighted(network: Network) -> tuple[Layer | None, Layer | None]:
    """The first layer with a kernel, at any depth, and the layer behind it."""
    layers = [layer for layer in network.layers if not layer.config.get("layers")]
    for place, layer in enumerate(layers):
        if "kernel_initializer" in layer.config or "depthwise_initializer" in layer.config:
            return layer, layers[place + 1] if place + 1 < len(layers) else None
    return None, None


def _normalises(network: Network) -> bool:
    """Normalization or batch normalisation before or right behind the first layer with weights."""
    if any(name in NORMALISERS or name == "Normalization" for name in network.scaling_inside):
        return True
    _, behind = first_weighted(network)
    # A frozen batch normalisation scales by what it was trained on, not by what comes in.
    return behind is not None and behind.kind in NORMALISERS and behind.trainable


def _embedding(network: Network | None, array: Array) -> int | None:
    if network is None or array.ndim > 3:
        return None
    found = [layer for layer in network.layers if layer.kind == "Embedding"]
    if not found:
        return None
    if (network.inputs or 1) > 1 and array.dtype.kind not in "iu":
        return None
    size = found[0].config.get("input_dim")
    return int(size) if isinstance(size, (int, float)) else None


def _kind(array: Array, network: Network | None, embedding: int | None) -> str:
    if embedding is not None:
        return "tokens"
    if array.ndim == 4:
        return "image"
    if array.ndim == 3:
        first = first_weighted(network)[0] if network else None
        flat = first is not None and first.kind == "Dense"
        image = first is not None and first.kind.startswith("Conv2D")
        square = array.shape[1] == array.shape[2] and array.shape[1] >= 16
        if image or (square and (flat or first is None)):
            return "image"
        return "sequence"
    first = first_weighted(network)[0] if network else None
    if array.ndim == 2 and first is not None and first.kind in _RECURRENT:
        return "series"
    return "tabular"


def _as_seen(array: Array, network: Network | None, kind: str) -> Array:
    """The values behind the network's own Rescaling layers."""
    if array.dtype.kind in "US":
        return array
    values = array.astype(np.float64)
    if network is None or kind == "tokens":
        return values
    for layer in network.layers:
        if layer.kind != "Rescaling":
            continue
        scale, offset = layer.config.get("scale"), layer.config.get("offset", 0.0)
        if isinstance(scale, (int, float)) and isinstance(offset, (int, float)):
            values = values * scale + offset
    return values
