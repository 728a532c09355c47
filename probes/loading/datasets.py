"""Data sets that give elements or batches: a few of them, never the whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from probes.errors import ProbeError
from probes.loading.columns import Array, array_column
from probes.loading.naming import Roles
from probes.loading.sampling import MAX_BYTES, MAX_ROWS
from probes.loading.wanted import Wanted


def is_dataset(path: Path) -> bool:
    return path.is_dir() and (path / "dataset_spec.pb").exists()


def read_dataset(path: Path, wanted: Wanted) -> Roles:
    """The head of a saved data set of (x, y), (x, y, weights) or x alone.

    Args:
        path: the folder.
        wanted: names of the model's inputs and outputs, for elements that are dictionaries or
            tuples; the shape of its first input, which tells batches from single elements.

    Raises:
        ProbeError: ``data-unreadable``, ``data-no-arrays``.
    """
    import tensorflow as tf

    try:
        return roles_of_dataset(tf.data.Dataset.load(str(path)), wanted)
    except (tf.errors.OpError, ValueError, FileNotFoundError) as error:
        raise ProbeError("data-unreadable", str(error), path=str(path), what="tf.data") from error


def roles_of_dataset(dataset: Any, wanted: Wanted) -> Roles:
    """The first rows of a `tf.data.Dataset`, a Keras data set, a generator, or any sequence of
    batches.

    Raises:
        ProbeError: ``data-no-arrays``.
    """
    x, y = _collect(_elements(dataset), wanted)
    columns = tuple(array_column(f"x{place}", values) for place, values in enumerate(x))
    return Roles(columns, None if y is None else array_column("y", y))


def _elements(dataset: Any) -> Iterator[Any]:
    if hasattr(dataset, "as_numpy_iterator"):
        yield from dataset.take(4 * MAX_ROWS).as_numpy_iterator()
    elif hasattr(dataset, "__getitem__") and hasattr(dataset, "__len__"):  # keras.utils.PyDataset
        yield from (dataset[number] for number in range(min(len(dataset), MAX_ROWS)))
    elif hasattr(dataset, "__iter__") or hasattr(dataset, "__next__"):
        yield from islice(iter(dataset), MAX_ROWS)
    else:
        raise ProbeError("data-no-arrays", names=type(dataset).__name__)


def _collect(elements: Iterator[Any], wanted: Wanted) -> tuple[list[Array], Array | None]:
    rows: list[list[Array]] = []
    labels: list[Array] = []
    count = size = 0
    rank = None if wanted.shape is None else len(wanted.shape)
    batched: bool | None = None
    for element in elements:
        x, y = element[:2] if isinstance(element, (tuple, list)) else (element, None)
        parts = _in_order(x, wanted.inputs)
        target = None if y is None else _chosen(y, wanted)
        if batched is None:
            batched = rank is not None and parts[0].ndim > rank
        if not batched:
            parts = [part[None] for part in parts]
            target = None if target is None else target[None]
        rows.append(parts)
        labels += [] if target is None else [target]
        size += sum(part.nbytes for part in parts)
        count += len(parts[0])
        if size > MAX_BYTES or count >= 4 * MAX_ROWS:
            break
    if not rows:
        raise ProbeError("data-no-arrays", names="")
    try:
        joined = [np.concatenate(part) for part in zip(*rows, strict=True)]
        return joined, np.concatenate(labels) if labels else None
    except ValueError as error:  # rows of different length
        raise ProbeError("data-object-array", name="x") from error


def _in_order(x: Any, inputs: Sequence[str]) -> list[Array]:
    if isinstance(x, Mapping):
        keys = inputs if inputs and all(name in x for name in inputs) else sorted(x)
        return [_plain(x[key]) for key in keys]
    return [_plain(part) for part in x] if isinstance(x, (tuple, list)) else [_plain(x)]


def _chosen(y: Any, wanted: Wanted) -> Array:
    """The labels of the output that is looked at."""
    if isinstance(y, Mapping):
        names = wanted.outputs if all(name in y for name in wanted.outputs) else ()
        return _plain(y[names[wanted.output]] if names else next(iter(y.values())))
    if isinstance(y, (tuple, list)):
        return _plain(y[min(wanted.output, len(y) - 1)])
    return _plain(y)


def _plain(values: Any) -> Array:
    """An array; text as numpy's own strings, where TensorFlow gives bytes in objects."""
    array = np.asarray(values)
    if array.dtype == object and array.size and isinstance(array.flat[0], bytes):
        return np.char.decode(array.astype(bytes), "utf-8", "replace")
    return array
