"""Runs a network in training mode with its dropout switched off, and tells where it has any."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras

from probes.apparatus.tracing import as_graph

#: attributes by which layers draw noise in training mode, with their cells' ones
_NOISE = ("rate", "stddev", "dropout", "recurrent_dropout")


def noisy_layers(model: keras.Model) -> list[Any]:
    """Layers, inner ones and cells included, that draw random figures in training mode."""
    inside = model._flatten_layers(include_self=False, recursive=True)
    return [layer for layer in inside if any(_is_noise(layer, name) for name in _NOISE)]


@contextmanager
def without_dropout(model: keras.Model) -> Iterator[None]:
    """While this lasts no layer of `model` draws noise. What is traced meanwhile stays so."""
    held = [
        (layer, name, getattr(layer, name))
        for layer in noisy_layers(model)
        for name in _NOISE
        if _is_noise(layer, name)
    ]
    try:
        for layer, name, _ in held:
            setattr(layer, name, 0.0)
        yield
    finally:
        for layer, name, rate in held:
            setattr(layer, name, rate)


def forward_without_dropout(model: keras.Model) -> Callable[[Any], Any] | None:
    """Inputs -> outputs in training mode without noise, traced at its first call; None for a
    network that draws none."""
    if not noisy_layers(model):
        return None

    def forward(x: Any) -> Any:
        with without_dropout(model):
            return model(x, training=True)

    return as_graph(model, forward)


def _is_noise(layer: Any, name: str) -> bool:
    kinds = ("Dropout", "Noise", "Cell")
    named = any(kind in base.__name__ for base in type(layer).__mro__ for kind in kinds)
    rate = getattr(layer, name, None)
    return named and isinstance(rate, float) and rate > 0
