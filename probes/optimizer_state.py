"""For how many weights the optimizer in a model file has kept state: those that were trained.

Keras makes an optimizer's slots (moments, velocities) for the weights that are trainable when
training begins, and saves them with the model. Read with h5py, without Keras.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from probes.archive import Archive
from probes.keras_names import optimizer_name

#: slots a weight, Keras 3 source; others keep none or a number that depends on shapes
_SLOTS = {"Adam": 2, "AdamW": 2, "Adamax": 2, "Nadam": 2, "RMSprop": 1, "Adagrad": 1, "Lion": 1}
#: settings that add slots
_MORE = ("amsgrad", "use_ema", "gradient_accumulation_steps", "centered")
_MAX_BYTES = 1 << 29


def trained_weights(archive: Archive) -> int | None:
    """Weights with slots; None where the file does not tell: never trained, another kind."""
    slots = _slots(archive.compiled or {})
    if not slots:
        return None
    try:
        count = _count(archive)
    except (OSError, KeyError, zipfile.BadZipFile, RuntimeError):
        return None
    return count // slots if count and count % slots == 0 else None


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


def _count(archive: Archive) -> int:
    """Arrays of the optimizer that are no single figures, such as the count of steps is."""
    import h5py

    if archive.format == "h5":
        with h5py.File(archive.path, "r") as file:
            return _arrays(file.get("optimizer_weights"))
    if archive.format != "keras" or archive.path.is_dir():
        return 0
    with zipfile.ZipFile(archive.path) as whole:
        if whole.getinfo("model.weights.h5").file_size > _MAX_BYTES:
            return 0
        # In memory: h5py reads a member in place by thousands of small steps.
        with h5py.File(io.BytesIO(whole.read("model.weights.h5")), "r") as file:
            return _arrays(file.get("optimizer"))


def _arrays(group: Any) -> int:
    import h5py

    found = 0

    def visit(name: str, item: Any) -> None:
        nonlocal found
        found += isinstance(item, h5py.Dataset) and bool(item.shape)

    if group is not None:
        group.visititems(visit)
    return found
