"""What is known of a network and its training set-up, from whatever it was read.

The script reader, the static model reader and the probes all fill this one record, so that every
contradiction between output, activation and loss is found by one piece of code
(`network.contradictions`). Standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Layer:
    """One layer. Anything that could not be read is None, never a guess."""

    kind: str  # class name, such as "Dense"
    name: str = ""
    units: int | None = None  # units or filters
    activation: str | None = None  # None: not known or not applicable; "linear": known to be none
    trainable: bool = True
    line: int | None = None
    rate: float | None = None  # Dropout
    config: dict[str, Any] = field(default_factory=dict)  # initialisers, regularisers, strides ...
    depth: int = 0  # 0 for the model itself, 1 inside a nested model (a pretrained base) ...


@dataclass(frozen=True)
class Network:
    """A network and how it is compiled.

    ``output_activation`` is the activation in force at the model's output, read through trailing
    Activation, Softmax, Dropout, Flatten and Reshape layers. ``loss`` is the lower-case Keras
    function name (``categorical_crossentropy``), whatever form it was written in.
    """

    layers: tuple[Layer, ...] = ()
    model_class: str | None = None  # Sequential, Functional, or the name of a subclass
    input_shape: tuple[int | None, ...] | None = None  # without the batch axis
    output_units: int | None = None
    output_activation: str | None = None
    output_layer: str | None = None  # name of the layer that makes the output
    output_rank: int | None = None  # with the batch axis
    loss: str | None = None
    from_logits: bool | None = None
    optimizer: str | None = None  # class name: "SGD", "Adam"
    learning_rate: float | None = None
    metrics: tuple[str, ...] = ()
    compiled: bool | None = None
    pretrained_base: str | None = None  # "ResNet50"; "unnamed" for a nested model that is frozen
    base_trainable: bool | None = None
    scaling_inside: tuple[str, ...] = ()  # Rescaling, Normalization, BatchNormalization at input
    outputs: int | None = None  # number of output tensors
    inputs: int | None = None
    custom: tuple[str, ...] = ()  # names of classes and functions Keras does not know
    lambdas: tuple[str, ...] = ()
    file_format: str | None = None  # keras | h5 | savedmodel | weights
    keras_version: str | None = None
    output_name: str | None = None  # of a model with several outputs, the one described here
    #: of a model with several outputs, in their order: name, loss (None: not trained), from_logits
    losses: tuple[tuple[str, str | None, bool], ...] = ()

    def with_(self, **known: Any) -> Network:
        """A copy with the given fields set where they are not None."""
        return replace(self, **{k: v for k, v in known.items() if v is not None})
