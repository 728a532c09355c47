"""Builds a model from a configuration of any Keras, cleaned of what this one does not know.

Keras 2 wrote arguments that Keras 3 refuses (``time_major``, ``groups`` of a depthwise convolution,
lists as axis), and shapes in other places.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterator
from typing import Any

import keras

from probes.saved.keras_json import Json, inner, layer_entries

_ENTRY_KEYS = ("module", "class_name", "config", "name", "inbound_nodes")
_LAYER_KEYS = frozenset({"name", "dtype", "trainable", "activity_regularizer"})


def build(model: Json, safe: bool) -> keras.Model:
    """The model of a configuration, with fresh weights.

    Raises:
        Exception: whatever Keras raises on what it cannot build.
    """
    first: Exception | None = None
    # Keras 2 wrote one tensor as a list of one. Since Keras 3.4 that means a list as input.
    for bare in (True, False):
        try:
            built = keras.saving.deserialize_keras_object(_cleaned(model, bare), safe_mode=safe)
        except Exception as error:
            first = first or error
        else:
            if not built.built:
                raise ValueError("the layers have no input shape")
            return built
    raise first or ValueError("nothing to build")


def _cleaned(model: Json, bare: bool) -> dict[str, Any]:
    cleaned = copy.deepcopy(dict(model))
    written = cleaned.get("config")
    config: dict[str, Any] = (
        {"layers": written} if isinstance(written, list) else dict(written or {})
    )
    cleaned["config"] = config
    entries = [dict(entry) for entry in layer_entries(cleaned)]
    if cleaned.get("class_name") == "Sequential":
        entries = [*_input_of(entries), *entries]
        cleaned["module"] = "keras"
    elif cleaned.get("class_name") in ("Functional", "Model"):
        cleaned |= {"class_name": "Functional", "module": "keras.src.models.functional"}
    config["layers"] = [_clean_entry(entry, bare) for entry in entries]
    for ends in ("input_layers", "output_layers"):
        tensors = config.get(ends)
        if (
            bare
            and isinstance(tensors, list)
            and len(tensors) == 1
            and isinstance(tensors[0], list)
        ):
            config[ends] = tensors[0]
    config.pop("build_input_shape", None)
    return {key: value for key, value in cleaned.items() if key in _ENTRY_KEYS}


def _input_of(entries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The input layer that Keras 2 kept as an argument of the first layer."""
    if not entries or entries[0].get("class_name") == "InputLayer":
        return
    shape = inner(entries[0]).get("batch_input_shape")
    if shape:
        config = {"batch_shape": shape, "name": "input"}
        yield {"module": "keras.layers", "class_name": "InputLayer", "config": config}


def _clean_entry(entry: dict[str, Any], bare: bool) -> dict[str, Any]:
    if layer_entries(entry):
        return _cleaned(entry, bare)
    kind = str(entry.get("class_name"))
    config = dict(inner(entry))
    if "batch_input_shape" in config and kind == "InputLayer":
        config["batch_shape"] = config.pop("batch_input_shape")
    if kind == "BatchNormalization" and isinstance(config.get("axis"), list):
        config["axis"] = config["axis"][0]
    if isinstance(config.get("layer"), dict):
        config["layer"] = _clean_entry(config["layer"], bare)
    policy = config.get("dtype")
    if isinstance(policy, dict) and policy.get("class_name") == "Policy":
        config["dtype"] = inner(policy).get("name", "float32")
    layer_class = getattr(keras.layers, kind, None)
    if layer_class is not None:
        accepted = _accepted(layer_class)
        config = {key: _renamed(value) for key, value in config.items() if key in accepted}
        entry = {**entry, "module": "keras.layers"}
    entry.pop("build_config", None)
    return {**entry, "config": config}


def _renamed(value: Any) -> Any:
    """An initialiser by the name of its class, which Keras 3.3 looks it up by."""
    if not isinstance(value, dict) or not isinstance(value.get("class_name"), str):
        return value
    found = getattr(keras.initializers, value["class_name"], None)
    return {**value, "class_name": found.__name__} if inspect.isclass(found) else value


def _accepted(layer_class: type) -> frozenset[str]:
    """Names of the arguments that a layer class or its bases take."""
    names = set(_LAYER_KEYS)
    for base in layer_class.__mro__:
        if "__init__" in vars(base):
            names |= set(inspect.signature(vars(base)["__init__"]).parameters)
    return frozenset(names - {"self", "args", "kwargs"})
