"""Keras objects as the shortest expression that makes them again.

What equals the default is left out, and so are names: they are the user's own words.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import keras

from probes.errors import ProbeError

_LEFT_OUT = frozenset(
    {"name", "trainable", "dtype", "build_config", "batch_shape", "batch_input_shape"}
)
_PACKAGES = ("initializers", "regularizers", "constraints", "optimizers", "losses", "layers")


def expression(value: Any) -> str:
    """Python source for a setting of a Keras object.

    Raises:
        ProbeError: ``script-own-code`` for anything that is not Keras's own.
    """
    if isinstance(value, Mapping):
        if "class_name" in value:
            return made_by_keras(_revived(value))
        pairs = (f"{key!r}: {expression(item)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, (list, tuple)):
        inside = ", ".join(expression(item) for item in value)
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if isinstance(value, float):
        # Settings kept as float32 come back with digits that nobody wrote.
        return repr(float(f"{value:.7g}"))
    if value is None or isinstance(value, (bool, int, str)):
        return repr(value)
    if isinstance(value, (keras.layers.Layer, *_bases())):
        return made_by_keras(value)
    raise ProbeError("script-own-code")


def made_by_keras(made: Any, **more: str) -> str:
    """The call that makes `made` again: ``layers.Dense(4, activation="softmax")``.

    Args:
        more: further keyword arguments, already written as source.
    """
    kind = type(made)
    if not (kind.__module__ or "").startswith("keras."):
        raise ProbeError("script-own-code")
    written = [*_positional(made), *(f"{key}={value}" for key, value in more.items())]
    return f"{_public_name(kind)}({', '.join(written)})"


def _positional(made: Any) -> list[str]:
    """Arguments that differ from the defaults; those without a default come first, bare."""
    config, parameters = made.get_config(), inspect.signature(type(made).__init__).parameters
    needed = {
        name: config[name]
        for name, parameter in parameters.items()
        if parameter.default is parameter.empty and name in config and name not in _LEFT_OUT
    }
    default = _default_config(made, needed)
    written = [expression(value) for value in needed.values()]
    for name, value in config.items():
        if name in needed or name in _LEFT_OUT or (name in default and default[name] == value):
            continue
        if name in parameters or _takes_more(parameters):
            written.append(f"{name}={expression(value)}")
    return written + _dtype(made)


def _default_config(made: Any, needed: Mapping[str, Any]) -> Mapping[str, Any]:
    arguments = {
        name: _revived(value) if isinstance(value, Mapping) and "class_name" in value else value
        for name, value in needed.items()
    }
    try:
        config: Mapping[str, Any] = type(made)(**arguments).get_config()
    except (TypeError, ValueError):
        return {}
    return config


def _takes_more(parameters: Mapping[str, inspect.Parameter]) -> bool:
    return any(p.kind is p.VAR_KEYWORD for p in parameters.values())


def _dtype(made: Any) -> list[str]:
    policy = getattr(getattr(made, "dtype_policy", None), "name", "float32")
    plain = policy == "float32" or not isinstance(made, keras.layers.Layer)
    return [] if plain else [f"dtype={policy!r}"]


def _public_name(kind: type) -> str:
    if issubclass(kind, keras.layers.Layer) and hasattr(keras.layers, kind.__name__):
        return f"layers.{kind.__name__}"
    for package in _PACKAGES:
        if getattr(getattr(keras, package), kind.__name__, None) is kind:
            return f"keras.{package}.{kind.__name__}"
    schedules = keras.optimizers.schedules
    if getattr(schedules, kind.__name__, None) is kind:
        return f"keras.optimizers.schedules.{kind.__name__}"
    raise ProbeError("script-own-code")


def _revived(written: Mapping[str, Any]) -> Any:
    try:
        return keras.saving.deserialize_keras_object(dict(written))
    except (TypeError, ValueError) as error:
        raise ProbeError("script-own-code") from error


def _bases() -> tuple[type, ...]:
    return (
        keras.Initializer,
        keras.Regularizer,
        keras.constraints.Constraint,
        keras.optimizers.schedules.LearningRateSchedule,
    )
