"""Which array is x and which is y, told by their names alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from probes.errors import ProbeError
from probes.loading.columns import Column
from probes.loading.wanted import Wanted

_X = (
    *("x", "image", "images", "input", "inputs", "feature", "features", "data", "arr0"),
    *("encoded", "imageraw", "pixels", "text", "texts", "tokens", "sequence", "sequences"),
)
_Y = ("y", "label", "labels", "target", "targets", "class", "classes", "mask", "masks", "arr1")
_TRAIN = ("train", "tr", "training")
_VALIDATION = ("val", "valid", "validation", "dev", "test")


@dataclass(frozen=True)
class Roles:
    """The columns of a data set by what they are for; ``x`` has one for each model input.

    ``rows`` is the number of rows of the whole set, where the columns hold a part of it.
    """

    x: tuple[Column, ...]
    y: Column | None
    x_validation: tuple[Column, ...] = ()
    y_validation: Column | None = None
    rows: int | None = None


def assign_roles(columns: Mapping[str, Column], wanted: Wanted) -> Roles:
    """Find x, y and validation arrays among named arrays.

    Args:
        columns: arrays by name: ``x_train``, ``X``, ``images``, ``arr_0`` ...
        wanted: names of the model's inputs and outputs, for models with several.

    Raises:
        ProbeError: ``data-no-arrays`` when no x is found (with the names there are).
    """
    plain = {_plain(name.split("/")[-1]): name for name in columns}
    if any("/" in name for name in columns):
        plain |= {_plain(name): name for name in columns}
    y = _labels(plain, columns, wanted, _TRAIN, bare=_Y)
    held = _with(_X, _VALIDATION)
    x = (
        _several(plain, columns, (*_with(_X, _TRAIN), *_X), len(wanted.inputs))
        or _by_inputs(columns, wanted.inputs)
        or _the_other(columns, y)
    )
    if not x:
        raise ProbeError("data-no-arrays", names=", ".join(columns))
    return Roles(
        x=x,
        y=y,
        x_validation=_several(plain, columns, held, len(wanted.inputs)),
        y_validation=_labels(plain, columns, wanted, _VALIDATION),
    )


def is_name_of_x(name: str) -> bool:
    """Whether a file's stem names inputs (``x_train``) and not labels."""
    return _plain(name) in {*_X, *_with(_X, _TRAIN), *_with(_X, _VALIDATION)}


def is_name_of_y(name: str) -> bool:
    """Whether a name, of a file or of a table's column, says that it holds labels."""
    return _plain(name) in {*_Y, *_with(_Y, _TRAIN)} - {"arr1"}


def columns_of_outputs(names: Sequence[str], outputs: Sequence[str]) -> dict[str, str]:
    """Which column of a table holds the labels of each output, told by its name."""
    plain = {_plain(name): name for name in names}
    found = {
        output: next((plain[form] for form in _forms(_plain(output)) if form in plain), None)
        for output in outputs
    }
    return {output: column for output, column in found.items() if column is not None}


def _forms(output: str) -> tuple[str, ...]:
    """How labels of an output are called: ``age``, ``y_age``, ``age_y``, ``labels_age``."""
    return (output, f"y{output}", f"{output}y", f"labels{output}")


def part_of_name(name: str) -> Literal["train", "validation"] | None:
    """Which part of a data set a name such as ``x_val`` or ``train`` tells."""
    plain = _plain(name)
    for part, words in (("train", _TRAIN), ("validation", _VALIDATION)):
        if plain in {*words, *_with((*_X, *_Y), words)}:
            return part  # type: ignore[return-value]
    return None


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _with(names: Sequence[str], parts: Sequence[str]) -> tuple[str, ...]:
    """``x`` and ``train`` -> ``xtrain``, ``trainx``."""
    return tuple(made for part in parts for name in names for made in (name + part, part + name))


def _first(
    plain: Mapping[str, str], columns: Mapping[str, Column], names: Sequence[str]
) -> Column | None:
    return next((columns[plain[name]] for name in names if name in plain), None)


def _labels(
    plain: Mapping[str, str],
    columns: Mapping[str, Column],
    wanted: Wanted,
    parts: Sequence[str],
    bare: tuple[str, ...] = (),
) -> Column | None:
    """The labels; of a model with several outputs, those of the output that is looked at."""
    names = (*_with(_Y, parts), *bare)
    if len(wanted.outputs) < 2:
        return _first(plain, columns, names)
    own = _plain(wanted.outputs[wanted.output])
    forms = _forms(own)
    full = (*_with(forms, parts), *(f"y{part}{own}" for part in parts))
    named = _first(plain, columns, (*full, *(forms if bare else ())))
    numbered = _several(plain, columns, names, len(wanted.outputs))
    if named is None and len(numbered) == len(wanted.outputs):
        return numbered[wanted.output]
    return named


def _several(
    plain: Mapping[str, str], columns: Mapping[str, Column], names: Sequence[str], count: int
) -> tuple[Column, ...]:
    """``x``, or else ``x1``, ``x2`` ... for a model with several inputs or outputs."""
    one = _first(plain, columns, names)
    if one is not None and count < 2:
        return (one,)
    for name in names:
        numbered = sorted((key for key in plain if re.fullmatch(rf"{name}\d+", key)), key=_number)
        if numbered and name not in ("arr0",):
            return tuple(columns[plain[key]] for key in numbered)
    return () if one is None else (one,)


def _number(key: str) -> int:
    return int(re.findall(r"\d+", key)[-1])


def _by_inputs(columns: Mapping[str, Column], inputs: Sequence[str]) -> tuple[Column, ...]:
    if inputs and all(name in columns for name in inputs):
        return tuple(columns[name] for name in inputs)
    return ()


def _the_other(columns: Mapping[str, Column], y: Column | None) -> tuple[Column, ...]:
    """The one array beside the labels, whatever it is called."""
    others = [column for column in columns.values() if column is not y]
    return tuple(others) if y is not None and len(others) == 1 else ()
