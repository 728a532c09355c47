"""Runs a Python file of the user's: their classes, or the function that loads their data.

Nothing here is called without the user's consent (``--trust``); it runs in the probe process, under
its limits of memory and time and without a network where the system allows that.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from probes.errors import Cancelled, ProbeError, one_line
from probes.loading.columns import Column, array_column

_NAME = "unstuck_user_file"


def custom_objects(path: str) -> dict[str, Any]:
    """The public classes and functions of a Python file by name; runs the file.

    Raises:
        ProbeError: ``custom-missing``, ``custom-file-fails``.
    """
    return {key: value for key, value in _public(run_file(path)).items() if callable(value)}


def run_file(path: str, failure: str = "custom-file-fails") -> ModuleType:
    """Execute a Python file as a module; the files beside it can be imported by it.

    Raises:
        ProbeError: ``custom-missing``, and `failure` when the file raises.
    """
    place = Path(path)
    if not place.is_file():
        raise ProbeError("custom-missing", path=path)
    spec = importlib.util.spec_from_file_location(_NAME, path)
    if spec is None or spec.loader is None:
        raise ProbeError(failure, "no Python file", path=path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[_NAME] = module
    _stand_in_for_tf_keras()
    folder = str(place.resolve().parent)
    if folder not in sys.path:
        sys.path.append(folder)
    _guarded(lambda: spec.loader.exec_module(module) if spec.loader else None, path, failure)
    return module


def call(path: str, names: tuple[str, ...]) -> Any:
    """What the first function of one of `names` in a Python file returns; runs both.

    Raises:
        ProbeError: ``data-file-fails``, ``data-file-without-loader``.
    """
    found = _public(run_file(path, "data-file-fails"))
    function = next((found[name] for name in names if callable(found.get(name))), None)
    if function is None:
        raise ProbeError("data-file-without-loader", path=path)
    return _guarded(function, path, "data-file-fails")


def _stand_in_for_tf_keras() -> None:
    """Let ``import tf_keras`` in the user's file give Keras 3, which is what the probes build with.

    Layers written for Keras 2 work with it as they are, but for rare calls of its backend.
    """
    import keras

    sys.modules["tf_keras"] = keras
    for name, part in vars(keras).items():
        if isinstance(part, ModuleType) and not name.startswith("_"):
            sys.modules[f"tf_keras.{name}"] = part


def _guarded(run: Callable[[], Any], path: str, failure: str) -> Any:
    """The result of `run`; whatever the user's code raises, SystemExit too, becomes one line."""
    try:
        return run()
    except (Cancelled, MemoryError):
        raise
    except BaseException as error:
        raise ProbeError(failure, one_line(error), path=path) from error


def _public(module: ModuleType) -> Mapping[str, Any]:
    return {key: value for key, value in vars(module).items() if not key.startswith("_")}


def loaded_arrays(given: Any) -> dict[str, Column] | None:
    """The arrays that a loader returned, by name; None for anything else, such as a data set.

    Takes a dictionary, ``(x, y)``, ``(x, y), (x_val, y_val)`` as the data sets of Keras come, and
    four arrays in the order ``x, y, x_val, y_val`` or that of scikit-learn's train_test_split.
    """
    named: dict[str, Any] = {}
    if isinstance(given, Mapping):
        named = dict(given)
    elif isinstance(given, (tuple, list)):
        for part, pair in zip(("train", "val"), _pairs(list(given)), strict=False):
            for name, values in zip("xy", pair, strict=True):
                several = values if _is_several(values) else [values]
                ends = range(len(several)) if len(several) > 1 else [""]
                named |= {f"{name}_{part}{e}": v for e, v in zip(ends, several, strict=True)}
    arrays = {name: np.asarray(values) for name, values in named.items() if _is_array(values)}
    return {n: array_column(n, a) for n, a in arrays.items() if a.ndim} or None


def _pairs(parts: list[Any]) -> list[tuple[Any, Any]]:
    """(x, y) of the training rows, then of the validation rows."""
    if parts and all(
        isinstance(part, (tuple, list)) and len(part) == 2 and _is_array(part[1]) for part in parts
    ):
        return [(part[0], part[1]) for part in parts]
    if len(parts) == 2 and _is_array(parts[1]):
        return [(parts[0], parts[1])]
    if len(parts) == 4 and all(map(_is_array, parts)):
        first, second, third, fourth = parts
        apart = len(first) == len(third) and len(second) == len(fourth)
        if apart and (len(first) != len(second) or np.ndim(second) == np.ndim(first) > 1):
            return [(first, third), (second, fourth)]
        return [(first, second), (third, fourth)]
    return []


def _is_several(values: Any) -> bool:
    """A list of arrays, one for each input, as against one list of rows."""
    return isinstance(values, (tuple, list)) and all(hasattr(part, "shape") for part in values)


def _is_array(values: Any) -> bool:
    if isinstance(values, (tuple, list)):
        return bool(values) and (
            isinstance(values[0], (int, float, str, list)) or _is_several(values)
        )
    return hasattr(values, "shape") and hasattr(values, "dtype")
