"""What the optimizer's state in a model file tells: which weights were trained, and how often.

Keras makes an optimizer's slots (moments, velocities) for the weights that are trainable when
training begins, and saves them with the model. Read with h5py, without Keras.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from probes.saved.archive import Archive
from probes.saved.keras_names import optimizer_name

#: slots a weight, Keras 3 source; others keep none or a number that depends on shapes
_SLOTS = {"Adam": 2, "AdamW": 2, "Adamax": 2, "Nadam": 2, "RMSprop": 1, "Adagrad": 1, "Lion": 1}
#: settings that add slots
_MORE = ("amsgrad", "use_ema", "gradient_accumulation_steps", "centered")
_MAX_BYTES = 1 << 29
State = dict[str, tuple[tuple[int, ...], float | None]]


def trained_weights(archive: Archive) -> int | None:
    """Weights with slots; None where the file does not tell: never trained, another kind."""
    slots = _slots(archive.compiled or {})
    state = _state(archive) if slots else None
    if not slots or not state:
        return None
    count = sum(1 for shape, _ in state.values() if shape)
    return count // slots if count and count % slots == 0 else None


def updates_made(archive: Archive) -> int | None:
    """Steps the optimizer has made since it was compiled; None where the file does not tell."""
    state = _state(archive) or {}
    for name, (shape, value) in state.items():
        first = name.rsplit("/", 1)[-1] in ("iteration", "iter", "iter:0", "0")
        if first and not shape and value is not None and value == int(value):
            return int(value)
    return None


def _slots(compiled: Mapping[str, Any]) -> int | None:
    written = compiled.get("optimizer") or compiled.get("optimizer_config")
    if not isinstance(written, Mapping) or not isinstance(written.get("config"), Mapping):
        return None
    config = written["config"]
    if any(config.get(name) for name in _MORE):
        return None
    name = optimizer_name(str(written.get("class_name") or ""))
    if name == "SGD":
        return 1 if config.get("momentum") else None
    return None if name == "RMSprop" and config.get("momentum") else _SLOTS.get(name)


def _state(archive: Archive) -> State | None:
    """Name -> shape and, for single figures such as the count of steps, value."""
    import h5py

    try:
        if archive.format == "h5":
            with h5py.File(archive.path, "r") as file:
                return _arrays(file.get("optimizer_weights"))
        if archive.format != "keras" or archive.path.is_dir():
            return None
        with zipfile.ZipFile(archive.path) as whole:
            if whole.getinfo("model.weights.h5").file_size > _MAX_BYTES:
                return None
            # In memory: h5py reads a member in place by thousands of small steps.
            with h5py.File(io.BytesIO(whole.read("model.weights.h5")), "r") as file:
                return _arrays(file.get("optimizer"))
    except (OSError, KeyError, zipfile.BadZipFile, RuntimeError):
        return None


def _arrays(group: Any) -> State:
    import h5py

    found: State = {}

    def visit(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            single = not item.shape and item.dtype.kind in "iuf"
            found[name] = tuple(item.shape), float(item[()]) if single else None

    if group is not None:
        group.visititems(visit)
    return found
