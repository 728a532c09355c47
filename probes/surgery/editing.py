"""Copies of layers with other settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

from probes.apparatus.cloning import clone, copy_weights
from probes.apparatus.setup import Setup
from probes.errors import ProbeError
from probes.surgery.reasons import NotApplicable

Config = dict[str, Any]


def with_settings(layer: keras.layers.Layer, **settings: Any) -> keras.layers.Layer:
    """A fresh layer of the same class with some settings replaced."""
    return type(layer).from_config({**layer.get_config(), **settings})


def nothing(layer: keras.layers.Layer) -> keras.layers.Layer:
    """A layer of the same name that hands on what it gets."""
    return keras.layers.Activation("linear", name=layer.name)


def edit_layers(
    setup: Setup, edit: Callable[[keras.layers.Layer], keras.layers.Layer | None]
) -> Setup:
    """The set-up with edited copies of some layers; all weights that still fit are kept.

    Raises:
        NotApplicable: ``nothing-to-change`` when no layer was edited, ``does-not-build`` when the
            edited layers do not fit together.
    """
    edited: list[str] = []

    def note(layer: keras.layers.Layer) -> keras.layers.Layer | None:
        replacement = edit(layer)
        if replacement is not None:
            edited.append(layer.name)
        return replacement

    try:
        model = clone(setup.model, note)
    except ProbeError as error:
        raise NotApplicable("does-not-build", error.error) from error
    if not edited:
        raise NotApplicable("nothing-to-change")
    copy_weights(setup.model, model)
    return setup.with_model(model)
