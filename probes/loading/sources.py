"""Which reader a path is for: by what it is, its suffix, and the names in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np

from probes.errors import ProbeError
from probes.loading.columns import Column, hdf5_columns, npy_column, npz_columns
from probes.loading.datasets import is_dataset, read_dataset, roles_of_dataset
from probes.loading.naming import (
    Roles,
    assign_roles,
    is_name_of_x,
    is_name_of_y,
    part_of_name,
)
from probes.loading.own_code import call, loaded_arrays
from probes.loading.records import read_records
from probes.loading.tables import read_csv, read_parquet, table_roles
from probes.loading.wanted import Wanted

Kind = Literal["arrays", "images", "table", "dataset"]

_PICKLES = (".pkl", ".pickle", ".joblib", ".p", ".pt", ".pth")
_HDF5 = (".h5", ".hdf5", ".hdf", ".he5")
_TABLES = (".csv", ".tsv", ".txt")
_PARQUET = (".parquet", ".pq")
_RECORDS = re.compile(r"\.(tfrecords?|tfrec|records?)(\.gz)?(-\d+-of-\d+)?$")
#: functions of a Python file that may give the data
LOADERS = ("load_data", "get_data", "load_dataset", "get_dataset", "make_data")


def parts_of(place: Path) -> tuple[Path, Path | None]:
    """The training data and the validation data of a folder that holds both by name."""
    if not place.is_dir() or is_dataset(place):
        return place, None
    by_part: dict[str, list[Path]] = {"train": [], "validation": []}
    for entry in sorted(place.iterdir()):
        readable = is_dataset(entry) if entry.is_dir() else _is_known(entry)
        part = part_of_name(entry.name.partition(".")[0])
        if readable and part is not None:
            by_part[part].append(entry)
    if len(by_part["train"]) == 1 and len(by_part["validation"]) <= 1:
        return by_part["train"][0], next(iter(by_part["validation"]), None)
    return place, None


def is_image_folder(place: Path) -> bool:
    """Whether a folder is to be read as images by class: it holds nothing else that is known."""
    if not place.is_dir() or is_dataset(place):
        return False
    return not any(_is_known(entry) for entry in place.iterdir() if entry.is_file())


def open_source(place: Path, wanted: Wanted) -> tuple[Kind, Roles]:
    """The columns of a data set, by what they are for.

    Raises:
        ProbeError: those of `probes.loading.data.load_data`.
    """
    suffix = place.suffix.lower()
    if is_dataset(place):
        return "dataset", read_dataset(place, wanted)
    if place.is_dir():
        return _folder(place, wanted)
    if suffix in _PICKLES:
        raise ProbeError("data-pickle-refused", path=str(place))
    if _RECORDS.search(place.name.lower()):
        return "dataset", _record_roles([place], wanted)
    if suffix == ".npy":
        return "arrays", _npy_pair(place, wanted)
    if suffix in (*_TABLES, *_PARQUET):
        read = read_parquet if suffix in _PARQUET else read_csv
        return "table", read(place, wanted)
    if suffix == ".py":
        return _own_loader(place, wanted)
    columns: Callable[[Path], dict[str, Column]] | None = None
    if suffix == ".npz":
        columns = npz_columns
    elif suffix in _HDF5:
        columns = hdf5_columns
    if columns is None:
        raise ProbeError("data-kind-unknown", path=str(place), suffix=suffix or place.name)
    return "arrays", assign_roles(columns(place), wanted)


def _is_known(file: Path) -> bool:
    suffix = file.suffix.lower()
    known = (".npy", ".npz", *_HDF5, *_PARQUET, ".csv", ".tsv")
    return suffix in known or bool(_RECORDS.search(file.name.lower()))


def _folder(place: Path, wanted: Wanted) -> tuple[Kind, Roles]:
    """A folder of ``.npy`` files, of the shards of one TFRecord set, or around one file."""
    files = sorted(entry for entry in place.iterdir() if entry.is_file() and _is_known(entry))
    if all(_RECORDS.search(file.name.lower()) for file in files):
        return "dataset", _record_roles(files[:: max(1, len(files) // 8)][:8], wanted)
    if len(files) == 1:
        return open_source(files[0], wanted)
    arrays = _npy_folder(place)
    if not arrays:
        names = ", ".join(file.name for file in files[:8])
        raise ProbeError("data-no-arrays", names=names)
    return "arrays", assign_roles(arrays, wanted)


def _npy_folder(folder: Path) -> dict[str, Column]:
    return {path.stem: npy_column(path) for path in sorted(folder.glob("*.npy"))}


def _npy_pair(place: Path, wanted: Wanted) -> Roles:
    """x from one file; y from the file named, or from the one beside it that is named so."""
    if wanted.labels is not None:
        return Roles((npy_column(place),), npy_column(Path(wanted.labels)))
    if not is_name_of_x(place.stem):
        return Roles((npy_column(place),), None)
    beside = _npy_folder(place.parent)
    all_roles = assign_roles(beside, wanted)
    if part_of_name(place.stem) == "validation":
        return Roles((beside[place.stem],), all_roles.y_validation)
    others = {name: c for name, c in beside.items() if not is_name_of_x(name)}
    found = assign_roles({"x": beside[place.stem], **others}, wanted)
    return Roles(found.x, found.y, all_roles.x_validation, all_roles.y_validation)


def _record_roles(paths: list[Path], wanted: Wanted) -> Roles:
    """Features by name; without such names the one array is x, or the figures side by side are."""
    columns = read_records(paths, wanted)
    try:
        return assign_roles(columns, wanted)
    except ProbeError:
        wide = [column for column in columns.values() if len(column.shape) > 1]
        labels = [column for name, column in columns.items() if is_name_of_y(name)]
        if len(wide) == 1 and len(labels) <= 1:
            return Roles((wide[0],), labels[0] if labels else None)
        table = {name: c.take(np.arange(c.rows)) for name, c in columns.items()}
        return table_roles(table, wanted, paths[0])


def _own_loader(place: Path, wanted: Wanted) -> tuple[Kind, Roles]:
    """What ``load_data()`` of the user's file gives: arrays, or data sets of batches."""
    if not wanted.trust:
        raise ProbeError("data-needs-consent", path=str(place))
    given = call(str(place), LOADERS)
    found = loaded_arrays(given)
    if found is not None:
        return "arrays", assign_roles(found, wanted)
    several = isinstance(given, (tuple, list)) and len(given) in (2, 3)
    train, *others = given if several else (given,)
    roles = roles_of_dataset(train, wanted)
    if not others:
        return "dataset", roles
    held = roles_of_dataset(others[0], wanted)
    return "dataset", Roles(roles.x, roles.y, held.x, held.y)
