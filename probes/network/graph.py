"""The order in which layers feed each other, and what stands between two layers with weights.

Standard library only.
"""

from __future__ import annotations

import re
from functools import cached_property
from itertools import pairwise

from probes.network import Layer, Network
from probes.saved.keras_names import APPLICATIONS

_WEIGHTED = re.compile(
    r"(Dense|EinsumDense|Conv\dD(Transpose)?|Convolution\dD(Transpose)?|SeparableConv\dD"
    r"|SeparableConvolution\dD|DepthwiseConv\dD|Deconvolution2D|LocallyConnected\dD"
    r"|ConvLSTM\dD|(CuDNN)?LSTM|(CuDNN)?GRU|SimpleRNN|RNN)$"
)
_RECURRENT = re.compile(r"((CuDNN)?LSTM|(CuDNN)?GRU|SimpleRNN|RNN|ConvLSTM\dD)$")
#: kinds that hand on what they get without bending it, as far as depth is concerned
_LINEAR = re.compile(
    r"(Global)?(Max|Average|Avg)Pool(ing)?\dD$|Flatten$|Reshape$|Permute$|RepeatVector$"
    r"|(Spatial|Alpha|Gaussian)?Dropout(\dD)?$|GaussianNoise$|BatchNormalization$|ZeroPadding"
    r"|UpSampling|Cropping|Identity$|Masking$|ActivityRegularization$|Concatenate$|Add$|Average$"
)
_MERGES = frozenset({"Add", "Concatenate", "Average", "Multiply", "Subtract", "Maximum", "Dot"})
_ACTIVATION_LAYERS = frozenset({"Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax"})
_IDLE = re.compile(r"(Spatial|Alpha|Gaussian)?Dropout(\dD)?$|BatchNormalization$|Identity$")
_AFTER_HEAD = re.compile(r"Activation$|Softmax$|Flatten$|Reshape$|.*Dropout(\dD)?$|ReLU$")
_MODELS = frozenset({"Sequential", "Functional", "Model", "pretrained"})


def real_kind(layer: Layer) -> str:
    """The class of a layer, or of the layer that it wraps (TimeDistributed, Bidirectional)."""
    wrapped = layer.config.get("wrapped")
    return str(wrapped) if wrapped else layer.kind


def is_weighted(layer: Layer) -> bool:
    """Whether a layer has a kernel: Dense, convolutions, recurrent layers."""
    return bool(_WEIGHTED.fullmatch(real_kind(layer)))


def is_recurrent(layer: Layer) -> bool:
    return bool(_RECURRENT.fullmatch(real_kind(layer)))


class Graph:
    """The user's own layers of one network, with who feeds whom.

    Edges come from ``config["inbound"]`` (names of the feeding layers) where a reader gave them;
    without it a network with merging layers has an unknown graph, any other one is a chain.
    """

    models = _MODELS | {name for name, _ in APPLICATIONS.values()}

    def __init__(self, layers: list[Layer], network: Network) -> None:
        self.layers = layers
        self.network = network
        self.weighted = [layer for layer in layers if is_weighted(layer)]
        self.merges = any(layer.kind in _MERGES for layer in layers)

    @cached_property
    def output(self) -> Layer | None:
        """The layer that makes the output: by name, else the last one with weights."""
        named = [layer for layer in self.layers if layer.name == self.network.output_layer]
        if named:
            return named[-1]
        return self.weighted[-1] if self.weighted and self.network.outputs in (None, 1) else None

    @cached_property
    def hidden(self) -> list[Layer]:
        """Layers with weights, without the one that makes the output."""
        if self.output is None:
            return []
        return [layer for layer in self.weighted if layer is not self.output]

    @cached_property
    def _consumers(self) -> dict[str, list[Layer]] | None:
        if any("inbound" in layer.config for layer in self.layers):
            fed: dict[str, list[Layer]] = {layer.name: [] for layer in self.layers}
            for layer in self.layers:
                for name in layer.config.get("inbound") or ():
                    fed.setdefault(str(name), []).append(layer)
            return fed
        if self.merges or (self.network.inputs or 1) > 1 or (self.network.outputs or 1) > 1:
            return None
        if self.network.model_class not in (None, "Sequential", "Functional"):
            return None
        chain: dict[str, list[Layer]] = {layer.name: [] for layer in self.layers}
        for before, after in pairwise(self.layers):
            chain[before.name].append(after)
        return chain

    def linear_hidden(self) -> list[Layer] | None:
        """Hidden layers that are linear up to the next weights; None if that cannot be known."""
        if self._consumers is None:
            return None
        found = []
        for layer in self.hidden:
            if is_recurrent(layer):
                continue
            if layer.activation is None:
                return None
            if layer.activation == "linear" and self._reaches_weights(layer):
                found.append(layer)
        return found

    def _reaches_weights(self, start: Layer) -> bool:
        waiting, seen = [start], {start.name}
        while waiting:
            for after in (self._consumers or {}).get(waiting.pop().name, []):
                if is_weighted(after):
                    return True
                if after.name not in seen and self._hands_on(after):
                    seen.add(after.name)
                    waiting.append(after)
        return False

    @staticmethod
    def _hands_on(layer: Layer) -> bool:
        if layer.kind == "Activation":
            return layer.activation == "linear"
        return bool(_LINEAR.match(real_kind(layer)))

    def activation_after(self, layer: Layer) -> str | None:
        """The activation in force behind a layer: its own, or that of a layer close behind it."""
        if layer.activation != "linear" or self._consumers is None:
            return layer.activation
        at = layer
        for _ in range(3):
            behind = self._consumers.get(at.name, [])
            if len(behind) != 1:
                break
            at = behind[0]
            if at.kind in _ACTIVATION_LAYERS:
                return at.activation
            if not _IDLE.match(at.kind):
                break
        return "linear"

    def feeds_recurrent(self, layer: Layer) -> bool:
        """Whether the next layer that is no dropout or normalisation is recurrent."""
        at = layer
        while self._consumers is not None:
            behind = self._consumers.get(at.name, [])
            if len(behind) != 1:
                return False
            at = behind[0]
            if is_recurrent(at):
                return True
            if not _IDLE.match(at.kind):
                return False
        return False

    def after_output(self) -> list[Layer]:
        """Layers behind the one that makes the output, as long as they add no weights."""
        if self.output is None or self._consumers is None:
            return []
        found: list[Layer] = []
        at = self.output
        while True:
            behind = self._consumers.get(at.name, [])
            if len(behind) != 1 or not _AFTER_HEAD.match(behind[0].kind):
                return found
            at = behind[0]
            found.append(at)

    def fan_in(self, layer: Layer) -> int | None:
        """Inputs of one unit of a Dense layer, where the layers before tell it."""
        shape = layer.config.get("build_input_shape")
        if real_kind(layer) != "Dense":
            return None
        if isinstance(shape, (list, tuple)) and shape and isinstance(shape[-1], int):
            return shape[-1]
        position = self.layers.index(layer)
        for before in reversed(self.layers[:position]):
            if real_kind(before) == "Dense":
                return before.units
            if before.kind not in _ACTIVATION_LAYERS and not _IDLE.match(before.kind):
                return None
        shape = self.network.input_shape
        return shape[0] if shape and len(shape) == 1 else None
