"""A model file -> a Keras model, without compiling it and without running anything in it.

Measured: 0.2 s for a small network, 1.5 s for ResNet50. ``compile=False`` always, because ``.h5``
files fail on ``loss="mse"`` otherwise; ``safe_mode=True`` unless the user trusts the file. Limits
are checked on the configuration before Keras sees it (`probes.archive`).
"""

from __future__ import annotations

import copy
import importlib.util
import inspect
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import keras

from probes.archive import Archive
from probes.errors import ProbeError, one_line
from probes.keras_json import Json, all_layers, foreign_layers, inner, layer_entries
from probes.keras_names import CODE_LAYERS

_ENTRY_KEYS = ("module", "class_name", "config", "name", "inbound_nodes")
_LAYER_KEYS = frozenset({"name", "dtype", "trainable", "activity_regularizer"})


def load_model(archive: Archive, *, trust: bool = False, custom: str | None = None) -> keras.Model:
    """Load a model of Keras 2 or 3.

    Args:
        archive: the file's configuration, read before.
        trust: allow lambda layers; they run code out of the file.
        custom: a Python file with the user's own classes. It is executed, so the caller must have
            the user's consent.

    Raises:
        ProbeError: ``model-savedmodel``, ``model-weights-only``, ``model-has-lambda``,
            ``model-needs-classes``, ``custom-file-fails``, ``model-not-loadable``.
    """
    if archive.model is None:
        key = "model-savedmodel" if archive.format == "savedmodel" else "model-weights-only"
        raise ProbeError(key, path=str(archive.path), layers=len(archive.weight_names))
    own = custom_objects(custom) if custom else {}
    _refuse_code(archive, trust, own)
    first: Exception = ValueError("the layers have no input shape")
    try:
        with keras.saving.custom_object_scope(own):
            model = keras.models.load_model(archive.path, compile=False, safe_mode=not trust)
        if model.built:
            return model
    except Exception as error:
        first = error
    try:
        with keras.saving.custom_object_scope(own):
            return _rebuild(archive, safe=not trust)
    except Exception:
        path = str(archive.path)
        raise ProbeError("model-not-loadable", one_line(first), path=path) from first


def custom_objects(path: str) -> dict[str, Any]:
    """Classes and functions of a Python file by name; runs the file."""
    name = "unstuck_custom_objects"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ProbeError("custom-file-fails", path=path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ProbeError("custom-file-fails", one_line(error), path=path) from error
    found = {key: value for key, value in vars(module).items() if not key.startswith("_")}
    return {key: value for key, value in found.items() if callable(value)}


def _refuse_code(archive: Archive, trust: bool, own: Mapping[str, Any]) -> None:
    model = archive.model or {}
    entries = [model, *all_layers(model)]
    coded = [entry for entry in entries if entry.get("class_name") in CODE_LAYERS]
    if coded and not trust:
        names = ", ".join(str(inner(entry).get("name")) for entry in coded)
        raise ProbeError("model-has-lambda", path=str(archive.path), layers=names)
    needed = {str(entry.get("class_name")) for entry in foreign_layers(model)} - set(own)
    if needed:
        raise ProbeError(
            "model-needs-classes", path=str(archive.path), names=", ".join(sorted(needed))
        )


def _rebuild(archive: Archive, safe: bool) -> keras.Model:
    """Build from a configuration cleaned of what this Keras does not know, then load weights.

    Keras 2 wrote arguments that Keras 3 refuses (``time_major``, ``groups`` of a depthwise
    convolution, lists as axis). Weights that do not fit are left fresh: the probes that train
    start from fresh weights anyway.
    """
    model = keras.saving.deserialize_keras_object(_cleaned(archive.model or {}), safe_mode=safe)
    if archive.path.is_file():
        try:
            model.load_weights(archive.path)
        except Exception:
            return model
    return model


def _cleaned(model: Json) -> dict[str, Any]:
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
    config["layers"] = [_clean_entry(entry) for entry in entries]
    for ends in ("input_layers", "output_layers"):
        tensors = config.get(ends)
        if isinstance(tensors, list) and len(tensors) == 1 and isinstance(tensors[0], list):
            config[ends] = tensors[0]  # Keras 2 wrote one tensor as a list of one
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


def _clean_entry(entry: dict[str, Any]) -> dict[str, Any]:
    if layer_entries(entry):
        return _cleaned(entry)
    kind = str(entry.get("class_name"))
    config = dict(inner(entry))
    if "batch_input_shape" in config and kind == "InputLayer":
        config["batch_shape"] = config.pop("batch_input_shape")
    if kind == "BatchNormalization" and isinstance(config.get("axis"), list):
        config["axis"] = config["axis"][0]
    if isinstance(config.get("layer"), dict):
        config["layer"] = _clean_entry(config["layer"])
    policy = config.get("dtype")
    if isinstance(policy, dict) and policy.get("class_name") == "Policy":
        config["dtype"] = inner(policy).get("name", "float32")
    layer_class = getattr(keras.layers, kind, None)
    if layer_class is not None:
        accepted = _accepted(layer_class)
        config = {key: value for key, value in config.items() if key in accepted}
        entry = {**entry, "module": "keras.layers"}
    entry.pop("build_config", None)
    return {**entry, "config": config}


def _accepted(layer_class: type) -> frozenset[str]:
    """Names of the arguments that a layer class or its bases take."""
    names = set(_LAYER_KEYS)
    for base in layer_class.__mro__:
        if "__init__" in vars(base):
            names |= set(inspect.signature(vars(base)["__init__"]).parameters)
    return frozenset(names - {"self", "args", "kwargs"})
