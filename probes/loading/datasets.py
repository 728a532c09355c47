"""Data sets saved by ``tf.data.Dataset.save``: a few batches, never the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from probes.errors import ProbeError
from probes.loading.columns import Array, array_column
from probes.loading.naming import Roles
from probes.loading.sampling import MAX_BYTES, MAX_ROWS


def is_dataset(path: Path) -> bool:
    return path.is_dir() and (path / "dataset_spec.pb").exists()


def read_dataset(path: Path, inputs: Sequence[str], input_rank: int | None) -> Roles:
    """The head of a saved data set of (x, y) or {name: x}, y.

    Args:
        path: the folder.
        inputs: names of the model's inputs, for elements that are dictionaries.
        input_rank: rank of the model's input without the batch axis: tells batched elements from
            single ones.

    Raises:
        ProbeError: ``data-unreadable``, ``data-no-arrays``.
    """
    import tensorflow as tf

    try:
        dataset = tf.data.Dataset.load(str(path))
        spec = dataset.element_spec
        if not isinstance(spec, tuple) or len(spec) < 2:
            raise ProbeError("data-no-arrays", names=str(spec)[:80])
        first = tf.nest.flatten(spec[0])[0]
        if input_rank is not None and len(first.shape) > input_rank:
            dataset = dataset.unbatch()
        x, y = _collect(dataset, inputs)
    except tf.errors.OpError as error:
        raise ProbeError("data-unreadable", str(error), path=str(path), what="tf.data") from error
    columns = tuple(array_column(f"x{place}", values) for place, values in enumerate(x))
    return Roles(columns, array_column("y", y))


def _collect(dataset: Any, inputs: Sequence[str]) -> tuple[list[Array], Array]:
    rows: list[list[Array]] = []
    labels: list[Array] = []
    size = 0
    for x, y, *_ in dataset.take(4 * MAX_ROWS).as_numpy_iterator():
        parts = _in_order(x, inputs)
        size += sum(np.asarray(part).nbytes for part in parts)
        rows.append(parts)
        labels.append(np.asarray(y))
        if size > MAX_BYTES:
            break
    if not rows:
        raise ProbeError("data-no-arrays", names="")
    return [np.stack(part) for part in zip(*rows, strict=True)], np.stack(labels)


def _in_order(x: Any, inputs: Sequence[str]) -> list[Array]:
    if isinstance(x, Mapping):
        keys = inputs if inputs and all(name in x for name in inputs) else sorted(x)
        return [np.asarray(x[key]) for key in keys]
    return [np.asarray(part) for part in x] if isinstance(x, tuple) else [np.asarray(x)]
