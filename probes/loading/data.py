"""The data of a case -> a sample in memory, and every label where labels are small.

Headers are read first, then a few hundred rows; what it costs does not grow with the data set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from probes.errors import ProbeError
from probes.loading.columns import Array, Column
from probes.loading.images import (
    MAX_IMAGES,
    image_size,
    list_images,
    read_images,
    split_folders,
)
from probes.loading.naming import Roles
from probes.loading.sampling import MAX_BYTES, MAX_ROWS, choose_rows, class_of_each
from probes.loading.sources import Kind, is_image_folder, open_source, parts_of
from probes.loading.wanted import Wanted

__all__ = ["Data", "Sample", "Wanted", "load_data"]

#: labels up to this size are read whole, so that classes are counted and not estimated
MAX_LABEL_BYTES = 64 << 20
VALIDATION_ROWS = 192
VALIDATION_IMAGES = 64


@dataclass(frozen=True)
class Sample:
    """Rows that belong together: one array (n, ...) for each model input, and labels (n, ...).

    Rows come in balanced order: every head of the sample holds the classes in equal shares.
    """

    x: tuple[Array, ...]
    y: Array | None

    def __len__(self) -> int:
        return len(self.x[0])

    def head(self, rows: int) -> Sample:
        return self.part(slice(0, rows))

    def part(self, rows: slice) -> Sample:
        return Sample(tuple(a[rows] for a in self.x), None if self.y is None else self.y[rows])


@dataclass(frozen=True)
class Data:
    """A data set as far as it was looked at.

    Args:
        kind: what it lies in; labels of ``images`` are class numbers that the reader gave.
        train: the sample.
        held: the validation data, where there is any.
        labels: every training label where that is cheap, else those of the sample; None if none.
        rows: rows of x in the whole set.
        label_rows: rows of y in the whole set.
        class_names: of an image folder.
        notes: sentences by key, with fields: broken images, text columns.
        roles: the arrays that the sample was taken from; None for image folders.
        files: of an image folder.
    """

    kind: Kind
    train: Sample
    labels: Array | None
    rows: int
    label_rows: int | None
    held: Data | None = None
    class_names: tuple[str, ...] = ()
    notes: tuple[tuple[str, Mapping[str, Any]], ...] = field(default=())
    roles: Roles | None = None
    files: tuple[Path, ...] = ()

    @property
    def validation(self) -> Sample | None:
        """The sample of the validation data."""
        return None if self.held is None else self.held.train


def load_data(path: str, validation: str | None, wanted: Wanted, seed: int) -> Data:
    """Take a sample of a data set.

    Args:
        path: a file, or a folder.
        validation: the same of validation data that lie apart.

    Raises:
        ProbeError: ``data-missing``, ``data-unreadable``, ``data-kind-unknown``,
            ``data-pickle-refused``, ``data-object-array``, ``data-no-arrays``, ``data-no-images``,
            ``data-needs-target-column``, ``data-needs-pyarrow``, ``data-needs-consent``,
            ``data-file-without-loader``, ``data-file-fails``.
    """
    place = Path(path)
    if not place.exists():
        raise ProbeError("data-missing", path=path)
    train, held = parts_of(place)
    if is_image_folder(train):
        data = _images(train, wanted, seed)
    else:
        data = _sample(*open_source(train, wanted), seed)
    apart = validation or (str(held) if held is not None else None)
    if apart is None:
        return data
    return replace(data, held=load_data(apart, None, wanted, seed + 1))


def _sample(kind: Kind, roles: Roles, seed: int) -> Data:
    data = _sample_of(kind, Roles(roles.x, roles.y, rows=roles.rows), seed, MAX_ROWS, MAX_BYTES)
    if not roles.x_validation:
        return data
    held = Roles(roles.x_validation, roles.y_validation)
    return replace(data, held=_sample_of(kind, held, seed + 1, VALIDATION_ROWS, MAX_BYTES // 3))


def _sample_of(kind: Kind, roles: Roles, seed: int, most: int, most_bytes: int) -> Data:
    labels = _all_labels(roles.y)
    rows = min(column.rows for column in roles.x)
    shared = rows if roles.y is None else min(rows, roles.y.rows)
    if shared < 1:
        raise ProbeError("data-no-arrays", names=", ".join(c.name for c in roles.x))
    train, read = _take(roles.x, roles.y, labels, shared, seed, most, most_bytes)
    return Data(
        kind=kind,
        train=train,
        labels=labels if labels is not None else read,
        rows=roles.rows or rows,
        label_rows=None if roles.y is None else roles.rows or roles.y.rows,
        roles=roles,
    )


def _all_labels(column: Column | None) -> Array | None:
    if column is None or column.rows * column.row_bytes > MAX_LABEL_BYTES:
        return None
    return column.take(np.arange(column.rows))


def _take(
    x: Sequence[Column],
    y: Column | None,
    labels: Array | None,
    rows: int,
    seed: int,
    most: int,
    most_bytes: int,
) -> tuple[Sample, Array | None]:
    classes = None if labels is None else class_of_each(labels[:rows])
    columns = tuple(x) if y is None or labels is not None else (*x, y)
    chosen = choose_rows(classes, columns, rows, seed, most, most_bytes)
    read: Array | None = None
    if labels is not None:
        read = labels[chosen]
    elif y is not None:
        read = y.take(chosen)
    return Sample(tuple(column.take(chosen) for column in x), read), read


def _images(place: Path, wanted: Wanted, seed: int) -> Data:
    train_folder, validation_folder = split_folders(place)
    data = _images_of(train_folder, wanted, seed, MAX_IMAGES)
    if validation_folder is None:
        return data
    held = _images_of(validation_folder, wanted, seed + 1, VALIDATION_IMAGES)
    return replace(data, held=held, notes=(*data.notes, *held.notes))


def _images_of(place: Path, wanted: Wanted, seed: int, most: int) -> Data:
    size, channels = image_size(wanted.shape)
    folder = list_images(place)
    images = read_images(folder, size, channels, seed, most)
    notes: list[tuple[str, Mapping[str, Any]]] = []
    if images.broken:
        names = ", ".join(images.broken[:3])
        notes.append(("image-broken", {"count": len(images.broken), "names": names}))
    return Data(
        kind="images",
        train=Sample((images.x,), images.y),
        labels=folder.classes,
        rows=len(folder.files),
        label_rows=len(folder.files),
        class_names=folder.class_names,
        notes=tuple(notes),
        files=folder.files,
    )
