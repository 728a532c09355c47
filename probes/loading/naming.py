"""Which array is x and which is y, told by their names alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from probes.errors import ProbeError
from probes.loading.columns import Column

_X = ("x", "image", "images", "input", "inputs", "feature", "features", "data", "arr0")
_Y = ("y", "label", "labels", "target", "targets", "class", "classes", "mask", "masks", "arr1")
_TRAIN = ("train", "tr", "training")
_VALIDATION = ("val", "valid", "validation", "dev", "test")


@dataclass(frozen=True)
class Roles:
    """The columns of a data set by what they are for; ``x`` has one for each model input."""

    x: tuple[Column, ...]
    y: Column | None
    x_validation: tuple[Column, ...] = ()
    y_validation: Column | None = None


def assign_roles(columns: Mapping[str, Column], inputs: Sequence[str] = ()) -> Roles:
    """Find x, y and validation arrays among named arrays.

    Args:
        columns: arrays by name: ``x_train``, ``X``, ``images``, ``arr_0`` ...
        inputs: names of the model's inputs, for models with several.

    Raises:
        ProbeError: ``data-no-arrays`` when no x is found (with the names there are).
    """
    plain = {re.sub(r"[^a-z0-9]", "", name.split("/")[-1].lower()): name for name in columns}
    if any("/" in name for name in columns):
        plain |= {re.sub(r"[^a-z0-9]", "", name.lower()): name for name in columns}
    x = _several(plain, columns, (*_with(_X, _TRAIN), *_X)) or _by_inputs(columns, inputs)
    if not x:
        raise ProbeError("data-no-arrays", names=", ".join(columns))
    y = _first(plain, columns, (*_with(_Y, _TRAIN), *_Y))
    return Roles(
        x=x,
        y=y,
        x_validation=_several(plain, columns, _with(_X, _VALIDATION)),
        y_validation=_first(plain, columns, _with(_Y, _VALIDATION)),
    )


def is_name_of_x(name: str) -> bool:
    """Whether a file's stem names inputs (``x_train``) and not labels."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    return plain in {*_X, *_with(_X, _TRAIN), *_with(_X, _VALIDATION)}


def is_name_of_y(name: str) -> bool:
    """Whether a name, of a file or of a table's column, says that it holds labels."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    return plain in {*_Y, *_with(_Y, _TRAIN)} - {"arr1"}


def _with(names: Sequence[str], parts: Sequence[str]) -> tuple[str, ...]:
    """``x`` and ``train`` -> ``xtrain``, ``trainx``."""
    return tuple(made for part in parts for name in names for made in (name + part, part + name))


def _first(
    plain: Mapping[str, str], columns: Mapping[str, Column], names: Sequence[str]
) -> Column | None:
    return next((columns[plain[name]] for name in names if name in plain), None)


def _several(
    plain: Mapping[str, str], columns: Mapping[str, Column], names: Sequence[str]
) -> tuple[Column, ...]:
    """``x``, or else ``x1``, ``x2`` ... for a model with several inputs."""
    one = _first(plain, columns, names)
    if one is not None:
        return (one,)
    for name in names:
        numbered = sorted(key for key in plain if re.fullmatch(rf"{name}\d+", key))
        if numbered and name not in ("arr0",):
            return tuple(columns[plain[key]] for key in numbered)
    return ()


def _by_inputs(columns: Mapping[str, Column], inputs: Sequence[str]) -> tuple[Column, ...]:
    if inputs and all(name in columns for name in inputs):
        return tuple(columns[name] for name in inputs)
    return ()
