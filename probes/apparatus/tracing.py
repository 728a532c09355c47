"""How TensorFlow is to run a network: as a graph or call by call, and with how much preparation.

A graph costs its tracing once. For a pass or two that is more than it saves, but for a loop over
time steps: 200 of them take a second call by call and 30 ms in a graph (measured), and a loop is
traced once however long it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras

#: Layers from which on TensorFlow's rewriting of a graph costs more than it saves in the few
#: hundred steps of a probe: 240 layers 3 s for nothing, 9 layers 0.1 s for a fifth of each step.
MANY_LAYERS = 40


def is_recurrent(model: keras.Model) -> bool:
    """Whether a layer of the network loops over time steps."""
    return any(isinstance(layer, keras.layers.RNN) for layer in _layers(model))


def for_one_pass(model: keras.Model, function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, which passes through `model` once or twice, in the form that is quickest.

    A model whose calls are listened to (`apparatus.watching.wrapped`) is run call by call.
    """
    heard = any("call" in layer.__dict__ for layer in _layers(model))
    return as_graph(model, function) if is_recurrent(model) and not heard else function


def as_graph(model: keras.Model, function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` traced at its first call.

    Python's own conditions on tensors are rewritten only where the model has code of the user's
    own: Keras's layers have none, and looking for them takes 0.1 s.
    """
    import tensorflow as tf

    own = any(not _is_keras(layer) for layer in _layers(model))
    traced: Callable[..., Any] = tf.function(function, reduce_retracing=True, autograph=own)
    return traced


@contextmanager
def as_traced(model: keras.Model) -> Iterator[None]:
    """While this lasts, graphs of a large network run as they were traced, not rewritten first."""
    import tensorflow as tf

    if len(_layers(model)) < MANY_LAYERS or is_recurrent(model):
        yield
        return
    before = bool(tf.config.optimizer.get_experimental_options().get("disable_meta_optimizer"))
    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
    try:
        yield
    finally:
        tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": before})


def _layers(model: keras.Model) -> list[Any]:
    return list(model._flatten_layers(include_self=True, recursive=True))


def _is_keras(layer: Any) -> bool:
    return type(layer).__module__.startswith("keras.") and type(layer).__name__ != "Lambda"
