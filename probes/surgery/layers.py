"""Changes of hidden layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from probes.apparatus.cloning import clone, copy_weights
from probes.apparatus.setup import Setup
from probes.errors import ProbeError
from probes.network.graph import Graph, is_recurrent, is_weighted
from probes.surgery.editing import edit_layers, with_settings
from probes.surgery.reasons import NotApplicable

_SATURATING = ("sigmoid", "tanh", "hard_sigmoid")
_REGULARIZERS = ("kernel_regularizer", "bias_regularizer", "activity_regularizer")


def set_hidden_activation(setup: Setup, args: Mapping[str, Any]) -> Setup:
    """Another activation for hidden layers: the linear, the saturating, the recurrent, or all."""
    graph, which = _graph(setup), str(args.get("which", "linear"))
    recurrent = {layer.name for layer in graph.layers if is_recurrent(layer)}
    hidden = {layer.name for layer in graph.hidden}
    if which == "linear":
        names = {layer.name for layer in graph.linear_hidden() or ()}
    elif which == "saturating":
        end = {layer.name for layer in graph.after_output()}
        alone = {layer.name for layer in graph.layers if layer.kind == "Activation"} - end
        names = {
            layer.name
            for layer in graph.layers
            if layer.activation in _SATURATING and layer.name in (hidden | alone) - recurrent
        }
    else:
        names = recurrent if which == "recurrent" else hidden - recurrent
    activation = str(args["activation"])
    return edit_layers(
        setup, lambda layer: _set(layer, activation=activation) if layer.name in names else None
    )


def set_initializer(setup: Setup, args: Mapping[str, Any]) -> Setup:
    """Another way to draw kernels and biases, for all layers that are not kept as they are."""
    kept = {name for name, _ in setup.kept}
    given = {"kernel_initializer": args.get("kernel"), "bias_initializer": args.get("bias")}

    def edit(layer: keras.layers.Layer) -> keras.layers.Layer | None:
        if layer.name in kept:
            return None
        return _set(layer, **{key: how for key, how in given.items() if how is not None})

    return edit_layers(setup, edit)


def set_dropout(setup: Setup, args: Mapping[str, Any]) -> Setup:
    """Lower every dropout rate that is above the one given."""
    rate = float(args.get("rate", 0.0))

    def edit(layer: keras.layers.Layer) -> keras.layers.Layer | None:
        present = getattr(layer, "rate", None)
        lower = isinstance(present, (int, float)) and present > rate
        return _set(layer, rate=rate) if lower and "Dropout" in type(layer).__name__ else None

    return edit_layers(setup, edit)


def set_regularization(setup: Setup, args: Mapping[str, Any]) -> Setup:
    """L2 of the strength given, or none, where there is a regulariser now."""
    strength = float(args.get("l2", 0.0))
    new = keras.regularizers.L2(strength) if strength else None

    def edit(layer: keras.layers.Layer) -> keras.layers.Layer | None:
        config = layer.get_config()
        present = [key for key in _REGULARIZERS if config.get(key) is not None]
        return _set(layer, **dict.fromkeys(present, new)) if present else None

    return edit_layers(setup, edit)


def add_batch_normalization(setup: Setup, args: Mapping[str, Any]) -> Setup:
    """Batch normalisation between each hidden Dense or Conv layer and its activation."""
    names = {layer.name for layer in _graph(setup).hidden if not is_recurrent(layer)}

    def edit(layer: keras.layers.Layer) -> keras.layers.Layer | None:
        config = layer.get_config()
        if layer.name not in names or "activation" not in config:
            return None
        plain = with_settings(layer, activation="linear")
        return keras.Sequential(
            [
                plain,
                keras.layers.BatchNormalization(name=f"{layer.name}_norm"),
                keras.layers.Activation(layer.activation, name=f"{layer.name}_activation"),
            ],
            name=f"{layer.name}_block",
        )

    return edit_layers(setup, edit)


def set_batch_normalization(setup: Setup, args: Mapping[str, Any]) -> Setup:
    """Another momentum, or layers that follow the mode (training or inference) of the model."""
    if args.get("momentum") is not None:
        momentum = float(args["momentum"])
        return edit_layers(
            setup,
            lambda layer: (
                _set(layer, momentum=momentum)
                if isinstance(layer, keras.layers.BatchNormalization)
                else None
            ),
        )
    return _call_without(setup, lambda layer: True, None)


def call_base_in_inference(setup: Setup, args: Mapping[str, Any]) -> Setup:
    """Call nested models with ``training=False``."""
    return _call_without(setup, lambda layer: isinstance(layer, keras.Model), False)


def widen_layer(setup: Setup, args: Mapping[str, Any]) -> Setup:
    """More units for one hidden layer, by name, or for the narrowest Dense."""
    name, units = str(args.get("layer", "narrowest")), int(args["units"])
    if name == "narrowest":
        dense = [layer for layer in _graph(setup).hidden if layer.units]
        if not dense:
            raise NotApplicable("nothing-to-change")
        name = min(dense, key=lambda layer: layer.units or 0).name

    def edit(layer: keras.layers.Layer) -> keras.layers.Layer | None:
        if layer.name != name:
            return None
        key = "units" if "units" in layer.get_config() else "filters"
        return _set(layer, **{key: units})

    return edit_layers(setup, edit)


def return_sequences(setup: Setup, args: Mapping[str, Any]) -> Setup:
    """One output a step, or one a sequence, from the recurrent layer where it matters.

    True: every recurrent layer that feeds another one, or else the last; False: the last.
    """
    value, graph = bool(args.get("value", True)), _graph(setup)
    recurrent = [layer for layer in graph.layers if is_recurrent(layer)]
    feeding = [layer for layer in recurrent if graph.feeds_recurrent(layer)]
    chosen = [layer for layer in feeding if layer.config.get("return_sequences") is False]
    names = {layer.name for layer in (chosen if value and chosen else recurrent[-1:])}

    def edit(layer: keras.layers.Layer) -> keras.layers.Layer | None:
        if layer.name not in names:
            return None
        if isinstance(layer, keras.layers.Bidirectional):
            inner = with_settings(layer.forward_layer, return_sequences=value)
            return keras.layers.Bidirectional(inner, layer.merge_mode, name=layer.name)
        return _set(layer, return_sequences=value)

    return edit_layers(setup, edit)


def set_embedding(setup: Setup, args: Mapping[str, Any]) -> Setup:
    """Room for more token ids, masking of 0, or both."""
    settings: dict[str, Any] = {}
    wanted = args.get("input_dim")
    if wanted == "max-id-plus-one":
        whole = [array for array in setup.train.x if array.ndim == 2]
        wanted = int(max(np.max(array) for array in whole)) + 1 if whole else None
    if wanted is not None:
        settings["input_dim"] = int(wanted)
    if args.get("mask_zero") is not None:
        settings["mask_zero"] = bool(args["mask_zero"])
    return edit_layers(
        setup,
        lambda layer: (
            _set(layer, **settings) if isinstance(layer, keras.layers.Embedding) else None
        ),
    )


def _set(layer: keras.layers.Layer, **settings: Any) -> keras.layers.Layer | None:
    """The layer with these settings where it knows them; None where it knows none of them."""
    known = {key: value for key, value in settings.items() if key in layer.get_config()}
    return with_settings(layer, **known) if known else None


def _graph(setup: Setup) -> Graph:
    own = [layer for layer in setup.network.layers if layer.depth == 0 or is_weighted(layer)]
    return Graph([layer for layer in own if layer.depth == 0], setup.network)


def _call_without(setup: Setup, chosen: Any, training: bool | None) -> Setup:
    """Copy the graph with the ``training`` argument of some calls set, or left to the model."""
    changed: list[str] = []

    def call(layer: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(layer, keras.layers.Layer) and chosen(layer):
            present = kwargs.get("training")
            if present is not training and ("training" in kwargs or training is not None):
                changed.append(layer.name)
                kwargs["training"] = training
        return layer(*args, **kwargs)

    try:
        model = clone(setup.model, call=call)
    except ProbeError as error:
        raise NotApplicable("does-not-build", error.error) from error
    if not changed:
        raise NotApplicable("nothing-to-change")
    copy_weights(setup.model, model)
    return setup.with_model(model)
