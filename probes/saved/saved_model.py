"""The configuration inside a SavedModel folder of Keras 2, read without TensorFlow.

``keras_metadata.pb`` (TensorFlow 2.5 and later) holds the JSON of every layer in a protocol buffer
of two levels; the root's is the model's. A folder written by ``model.export`` for serving has no
such file, and no layers. Standard library only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from probes.saved.keras_json import Json

METADATA = "keras_metadata.pb"
#: field numbers of SavedMetadata.nodes, SavedObject.node_path, SavedObject.metadata
_NODES, _PATH, _TEXT = 1, 3, 5
_BYTES = 2  # wire type


def read_metadata(folder: Path, most: int) -> tuple[Json, Json | None] | None:
    """(configuration, compile settings) of the model; None where there is none that can be read.

    Args:
        most: bytes that are read at most.
    """
    place = folder / METADATA
    try:
        if place.stat().st_size > most:
            return None
        data = place.read_bytes()
        nodes = (dict(_fields(node)) for number, node in _fields(data) if number == _NODES)
        root = next((node for node in nodes if node.get(_PATH) == b"root"), None)
        written = json.loads(root[_TEXT]) if root else None
    except (OSError, ValueError, KeyError, IndexError, RecursionError):
        return None
    if not isinstance(written, dict) or not isinstance(written.get("config"), dict):
        return None
    model = {"class_name": written.get("class_name"), "config": _lists(written["config"])}
    compiled = _lists(written.get("training_config"))
    return model, compiled if isinstance(compiled, dict) and compiled else None


def _fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The fields of a protocol buffer message that are texts or messages, by number."""
    position = 0
    while position < len(data):
        key, position = _varint(data, position)
        number, kind = key >> 3, key & 7
        if kind == _BYTES:
            length, position = _varint(data, position)
            if position + length > len(data):
                raise ValueError("cut")
            yield number, data[position : position + length]
            position += length
        elif kind == 0:
            _, position = _varint(data, position)
        elif kind in (1, 5):
            position += 8 if kind == 1 else 4
        else:
            raise ValueError("no protocol buffer")


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            return value, position
        if shift > 63:
            raise ValueError("no protocol buffer")


def _lists(value: Any) -> Any:
    """The same with lists for the tuples and shapes that Keras 2 wrote as objects."""
    if isinstance(value, dict):
        if value.get("class_name") in ("__tuple__", "TensorShape") and "items" in value:
            return [_lists(item) for item in value["items"]]
        return {key: _lists(item) for key, item in value.items()}
    return [_lists(item) for item in value] if isinstance(value, list) else value
