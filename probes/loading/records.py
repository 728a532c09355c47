"""TFRecord files of ``tf.train.Example``: the features of a few hundred records.

The frame of a record (length, checksum, bytes, checksum) is walked without reading the bytes, 30 ms
for 20 000 records. Records are chosen at even distances among the first `WALKED`, so the cost does
not grow with the file; of a gzipped file, which cannot be walked, the first ones are read.
"""

from __future__ import annotations

import gzip
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np

from probes.errors import ProbeError
from probes.loading.columns import Array, Column, array_column
from probes.loading.sampling import MAX_BYTES, MAX_ROWS
from probes.loading.wanted import Wanted

#: records looked at for the choice, in all files together
WALKED = 20_000
#: a record longer than this is a damaged file; TensorFlow itself holds one in memory
LONGEST_RECORD = 256 << 20
_HEADER, _FOOTER = 12, 4
_IMAGE_STARTS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM")


def read_records(paths: list[Path], wanted: Wanted) -> dict[str, Column]:
    """The features of TFRecord files by name, as arrays (rows, ...).

    Args:
        paths: one file, or the shards of one set.
        wanted: the model's input shape gives images and raw bytes their size.

    Raises:
        ProbeError: ``data-unreadable``.
    """
    examples: list[dict[str, Any]] = []
    size = 0
    for path in paths:
        try:
            for record in _chosen(path, WALKED // len(paths), MAX_ROWS // len(paths) + 1):
                examples.append(_example(record))
                size += len(record)
                if size > 4 * MAX_BYTES:
                    break
        except (OSError, EOFError, ValueError, struct.error) as error:
            raise _unreadable(path, error) from error
    shared = set.intersection(*(set(example) for example in examples)) if examples else set()
    if not shared:
        raise _unreadable(paths[0], ValueError("no records with features"))
    return {
        name: array_column(name, _stacked(name, [e[name] for e in examples], wanted, paths[0]))
        for name in sorted(shared)
    }


def _chosen(path: Path, walked: int, most: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        if file.read(2) == b"\x1f\x8b":
            with gzip.open(path) as unpacked:
                for place in _places(cast("BinaryIO", unpacked), most):
                    yield place[1]
            return
        file.seek(0)
        places = list(_starts(file, walked))
        step = max(1, len(places) // most)
        for start, length in places[::step][:most]:
            file.seek(start)
            yield file.read(length)


def _starts(file: BinaryIO, most: int) -> Iterator[tuple[int, int]]:
    """Where records lie and how long they are."""
    end = file.seek(0, 2)
    position = 0
    for _ in range(most):
        if position + _HEADER > end:
            return
        file.seek(position)
        length = _length(file.read(_HEADER))
        if position + _HEADER + length + _FOOTER > end:
            raise EOFError("the last record is cut")
        yield position + _HEADER, length
        position += _HEADER + length + _FOOTER


def _places(file: BinaryIO, most: int) -> Iterator[tuple[int, bytes]]:
    """The first records of a stream."""
    for number in range(most):
        header = file.read(_HEADER)
        if len(header) < _HEADER:
            return
        length = _length(header)
        record = file.read(length)
        if len(record) < length:
            raise EOFError("the last record is cut")
        file.read(_FOOTER)
        yield number, record


def _length(header: bytes) -> int:
    length = int(struct.unpack("<Q", header[:8])[0])
    if length > LONGEST_RECORD:
        raise ValueError("no TFRecord")
    return length


def _example(record: bytes) -> dict[str, Any]:
    import tensorflow as tf

    try:
        example = tf.train.Example.FromString(record)
    except Exception as error:  # protobuf's own class, which differs between its versions
        raise ValueError(f"no tf.train.Example: {error}") from error
    found: dict[str, Any] = {}
    for name, feature in example.features.feature.items():
        kind = feature.WhichOneof("kind")
        if kind is not None:
            found[name] = getattr(feature, kind).value
    return found


def _stacked(name: str, values: list[Any], wanted: Wanted, path: Path) -> Array:
    """One feature of all records: figures, images, tensors, raw bytes or text."""
    if any(not len(value) for value in values):
        raise ProbeError("data-unreadable", path=str(path), what=f"{name}: empty")
    rows = [
        _decoded(value[0], wanted)
        if isinstance(value[0], bytes) and len(value) == 1
        else np.asarray(value)
        for value in values
    ]
    if len({row.shape for row in rows}) != 1:
        raise ProbeError("data-object-array", name=name)
    stacked = np.stack([row.astype(np.float32) if row.dtype == np.float64 else row for row in rows])
    flat = stacked[:, 0] if stacked.ndim == 2 and stacked.shape[1] == 1 else stacked
    return _shaped(flat, wanted.shape) if stacked.ndim == 2 and stacked.shape[1] > 1 else flat


def _decoded(data: bytes, wanted: Wanted) -> Array:
    """The array in one bytes feature: an image, a serialised tensor, raw pixels, or text."""
    import tensorflow as tf
    from tensorflow.core.framework.tensor_pb2 import TensorProto

    if data.startswith(_IMAGE_STARTS):
        from probes.loading.images import decode, image_size

        image = decode(data, *image_size(wanted.shape))
        return np.zeros(0, np.uint8) if image is None else image
    shape = wanted.shape or ()
    known = [size for size in shape if size]
    if len(known) == len(shape) and known:
        for kind in (np.uint8, np.float32):
            if len(data) == int(np.prod(known)) * np.dtype(kind).itemsize:
                return np.frombuffer(data, kind).reshape(known)
    try:
        return np.asarray(tf.make_ndarray(TensorProto.FromString(data)))
    except Exception:
        return np.asarray(data.decode("utf-8", "replace"))


def _shaped(array: Array, shape: tuple[int | None, ...] | None) -> Array:
    """A flat list of figures in the form that the model takes, where it fits."""
    if shape is None or None in shape:
        return array
    sizes = [size or 0 for size in shape]
    return array.reshape(-1, *sizes) if int(np.prod(sizes)) == array.shape[1] else array


def _unreadable(path: Path, error: Exception) -> ProbeError:
    return ProbeError("data-unreadable", str(error), path=str(path), what="TFRecord")
