"""Changes of the end of the network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras

from probes.apparatus.setup import Setup
from probes.network.graph import Graph
from probes.surgery.editing import edit_layers, nothing, with_settings
from probes.surgery.reasons import NotApplicable

_ACTIVATIONS = ("Activation", "Softmax", "ReLU", "LeakyReLU", "PReLU", "ELU")


def set_output(setup: Setup, args: Mapping[str, Any]) -> Setup:
    """Another number of units, another activation, or both, in the layer that makes the output.

    Activation layers behind it are taken out, so that the new activation is the one in force.
    """
    name = setup.network.output_layer
    if name is None:
        raise NotApplicable("output-unknown")
    units, activation = args.get("units"), args.get("activation")
    if isinstance(units, str):
        raise NotApplicable("classes-unknown")
    behind = {layer.name for layer in after_output(setup) if layer.kind in _ACTIVATIONS}

    def edit(layer: keras.layers.Layer) -> keras.layers.Layer | None:
        if layer.name in behind and activation is not None:
            return nothing(layer)
        if layer.name != name:
            return None
        wrapped = isinstance(layer, keras.layers.TimeDistributed)
        inside = layer.layer if wrapped else layer
        settings: dict[str, Any] = {}
        if units is not None:
            settings["units" if "units" in inside.get_config() else "filters"] = int(units)
        if activation is not None:
            settings["activation"] = activation
        made = with_settings(inside, **settings)
        return keras.layers.TimeDistributed(made, name=layer.name) if wrapped else made

    return edit_layers(setup, edit)


def remove_layers(setup: Setup, args: Mapping[str, Any]) -> Setup:
    """Take out the layers of one class, everywhere or behind the output layer alone."""
    kind = str(args["kind"])
    only = {layer.name for layer in after_output(setup)}
    everywhere = str(args.get("where", "all")) == "all"

    def edit(layer: keras.layers.Layer) -> keras.layers.Layer | None:
        named = type(layer).__name__ == kind and (everywhere or layer.name in only)
        return nothing(layer) if named else None

    return edit_layers(setup, edit)


def after_output(setup: Setup) -> list[Any]:
    """The layers behind the one that makes the output."""
    own = [layer for layer in setup.network.layers if layer.depth == 0]
    return Graph(own, setup.network).after_output()
