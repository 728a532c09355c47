"""The configuration inside a model file, read without building anything.

``.keras`` is a zip with JSON, ``.h5`` holds JSON in attributes; both are read with size limits
checked first, and nothing in them is ever executed. Standard library, and h5py (which Keras itself
needs) for ``.h5`` alone.
"""

from __future__ import annotations

import json
import math
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from probes.errors import ProbeError
from probes.saved.keras_json import Json, all_layers, inner, whole
from probes.saved.keras_safety import layer_names, outward_name
from probes.saved.saved_model import read_metadata

MAX_CONFIG_BYTES = 64 << 20
MAX_LAYERS = 2000
MAX_WEIGHT_BYTES = 4 << 30
_HDF5_MAGIC = b"\x89HDF\r\n\x1a\n"

Format = Literal["keras", "h5", "savedmodel", "weights"]


@dataclass(frozen=True)
class Archive:
    """What a model file says of itself.

    ``model`` and ``compiled`` are the JSON of Keras, None where the file has none (SavedModel for
    serving, weights alone, uncompiled). ``weight_names`` are the layers that a weights file names;
    ``architecture`` is the file or script that describes them, where that is not the file itself.
    """

    path: Path
    format: Format
    model: Json | None = None
    compiled: Json | None = None
    keras_version: str | None = None
    weight_names: tuple[str, ...] = ()
    architecture: str | None = None


def read_archive(path: str | os.PathLike[str]) -> Archive:
    """Read a model file's configuration; that of a weights file from a JSON file beside it.

    Raises:
        ProbeError: ``model-missing``, ``model-not-a-model``, ``model-too-large``,
            ``model-leaves-its-folder``.
    """
    place = Path(path)
    if not place.exists():
        raise ProbeError("model-missing", path=str(place))
    if place.is_dir():
        return _read_folder(place)
    with place.open("rb") as file:
        start = file.read(8)
    if start[:2] == b"PK":
        return _read_zip(place)
    if start == _HDF5_MAGIC:
        return _read_hdf5(place)
    raise ProbeError("model-not-a-model", path=str(place))


def with_architecture(archive: Archive, model: Json, source: str) -> Archive:
    """Weights alone, completed by a description of their layers.

    Args:
        model: as ``model.to_json()`` writes it.
        source: name of the file that it comes from.

    Raises:
        ProbeError: ``model-not-a-model``, ``model-too-large``, ``model-leaves-its-folder``.
    """
    return _checked(replace(archive, model=model, architecture=source))


def declared_bytes(model: Json) -> int:
    """Bytes that the weights of a configuration take at 4 bytes each, as far as it tells.

    A 15 kB file can declare 160 GB of weights; this finds out before Keras asks for them.
    """
    total = 0
    for entry in all_layers(model):
        config = inner(entry)
        built = entry.get("build_config")
        shape = built.get("input_shape") if isinstance(built, Mapping) else None
        width = whole(shape[-1]) if isinstance(shape, list) and shape else None
        units = whole(config.get("units", config.get("filters")))
        if "input_dim" in config and "output_dim" in config:
            total += (whole(config["input_dim"]) or 0) * (whole(config["output_dim"]) or 0)
        elif units:
            kernel = config.get("kernel_size")
            taps = math.prod(whole(size) or 1 for size in kernel) if isinstance(kernel, list) else 1
            total += units * (width or 1) * taps
    return total * 4


def _read_folder(place: Path) -> Archive:
    if (place / "saved_model.pb").exists():
        found = read_metadata(place, MAX_CONFIG_BYTES)
        if found is None:
            return Archive(place, "savedmodel")
        return _checked(Archive(place, "savedmodel", *found, keras_version="2"))
    if (place / "config.json").exists() and (place / "model.weights.h5").exists():
        config = _parse((place / "config.json").read_bytes(), place)
        return _checked(Archive(place, "keras", config, _compiled(config)))
    raise ProbeError("model-not-a-model", path=str(place))


def _read_zip(place: Path) -> Archive:
    try:
        with zipfile.ZipFile(place) as archive:
            names = archive.namelist()
            if "config.json" not in names:
                raise ProbeError("model-not-a-model", path=str(place))
            config = _parse(_member(archive, "config.json", place), place)
            meta: Any = {}
            if "metadata.json" in names:
                meta = _parse(_member(archive, "metadata.json", place), place)
            weights = sum(item.file_size for item in archive.infolist())
            _stay_inside(names, place)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        raise ProbeError("model-not-a-model", str(error), path=str(place)) from error
    if weights > MAX_WEIGHT_BYTES + MAX_CONFIG_BYTES:
        raise ProbeError("model-too-large", path=str(place), gigabytes=round(weights / 2**30, 1))
    version = meta.get("keras_version")
    return _checked(Archive(place, "keras", config, _compiled(config), version))


def _member(archive: zipfile.ZipFile, name: str, place: Path) -> bytes:
    """One member, never more than `MAX_CONFIG_BYTES` of it, whatever its header says."""
    size = archive.getinfo(name).file_size
    if size <= MAX_CONFIG_BYTES:
        with archive.open(name) as member:
            data = member.read(MAX_CONFIG_BYTES + 1)
        size = len(data)
        if size <= MAX_CONFIG_BYTES:
            return data
    raise ProbeError("model-too-large", path=str(place), gigabytes=round(size / 2**30, 1))


def _read_hdf5(place: Path) -> Archive:
    import h5py

    try:
        with h5py.File(place, "r") as file:
            attributes = file.attrs
            model = _attribute(attributes, "model_config", place)
            compiled = _attribute(attributes, "training_config", place)
            version = _text(attributes.get("keras_version"))
            names = tuple(map(_text, attributes.get("layer_names", ())))
            for group in ("layers", "_layer_checkpoint_dependencies"):
                if model is None and not names and group in file:
                    names = tuple(file[group])
    except (OSError, KeyError, RuntimeError) as error:
        raise ProbeError("model-not-a-model", str(error), path=str(place)) from error
    if model is None and not names:
        raise ProbeError("model-not-a-model", path=str(place))
    if model is None:
        archive = Archive(place, "weights", keras_version=version or None, weight_names=names)
        beside = _beside(place)
        if beside is None:
            return archive
        return with_architecture(archive, _parse(beside.read_bytes(), beside), beside.name)
    return _checked(Archive(place, "h5", model, compiled, version or None, names))


def _beside(weights: Path) -> Path | None:
    """The JSON file that describes the layers of a weights file, by its name."""
    stem = weights.name.partition(".")[0]
    names = (f"{stem}.json", f"{stem}.config.json", "model.json", "architecture.json")
    places = (weights.parent / name for name in (*names, "config.json"))
    return next((p for p in places if p.is_file() and p.stat().st_size <= MAX_CONFIG_BYTES), None)


def _attribute(attributes: Any, name: str, place: Path) -> Json | None:
    value = attributes.get(name)
    if value is None:
        return None
    data = value if isinstance(value, bytes) else str(value).encode()
    if len(data) > MAX_CONFIG_BYTES:
        raise ProbeError("model-too-large", path=str(place), gigabytes=round(len(data) / 2**30, 1))
    return _parse(data, place)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def _parse(data: bytes, place: Path) -> Json:
    try:
        parsed = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ProbeError("model-not-a-model", str(error), path=str(place)) from error
    if not isinstance(parsed, dict):
        raise ProbeError("model-not-a-model", path=str(place))
    return parsed


def _compiled(config: Json) -> Json | None:
    compiled = config.get("compile_config") or config.get("training_config")
    return compiled if isinstance(compiled, Mapping) and compiled else None


def _checked(archive: Archive) -> Archive:
    model = archive.model or {}
    if not isinstance(model.get("config"), (dict, list)):
        raise ProbeError("model-not-a-model", path=str(archive.path))
    try:
        layers = sum(1 for _ in all_layers(model))
    except RecursionError as error:
        raise ProbeError("model-too-large", path=str(archive.path), layers="∞") from error
    if layers > MAX_LAYERS:
        raise ProbeError("model-too-large", path=str(archive.path), layers=layers)
    _stay_inside(layer_names(model), archive.path)
    declared = declared_bytes(model)
    if declared > MAX_WEIGHT_BYTES:
        gigabytes = round(declared / 2**30, 1)
        raise ProbeError("model-too-large", path=str(archive.path), gigabytes=gigabytes)
    return archive


def _stay_inside(names: list[str], place: Path) -> None:
    outward = outward_name(names)
    if outward is not None:
        raise ProbeError("model-leaves-its-folder", path=str(place), name=outward)
