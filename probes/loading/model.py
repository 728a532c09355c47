"""A model file -> a Keras model, without compiling it and without running anything in it.

Measured: 0.2 s for a small network, 1.5 s for ResNet50. ``compile=False`` always, because ``.h5``
files fail on ``loss="mse"`` otherwise; ``safe_mode=True`` unless the user trusts the file. Limits
are checked on the configuration before Keras sees it (`saved.archive`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import keras

from probes.errors import ProbeError, one_line
from probes.loading.chains import built_once
from probes.loading.legacy import build
from probes.loading.own_code import custom_objects
from probes.loading.weights import load_checkpoint, load_weights, refresh
from probes.saved.archive import Archive
from probes.saved.keras_json import foreign_layers, kind_of, name_of
from probes.saved.keras_safety import code_layers, file_layers, foreign_code

#: how versions of Keras name a class or function that they do not know
_NOT_FOUND = (
    re.compile(r"Could not locate [\w ]+ '(?P<name>[\w.>]+)'"),
    re.compile(
        r"Could not interpret [\w ]+: .*?'class_name': 'function', 'config': '(?P<name>\w+)'"
    ),
    re.compile(r"Could not interpret [\w ]+: .*?'class_name': '(?P<name>\w+)'"),
    re.compile(r"(?:Could not interpret|Unknown) [\w ]+: '?(?P<name>\w+)"),
)


def load_model(archive: Archive, *, trust: bool = False, custom: str | None = None) -> keras.Model:
    """Load a model of Keras 2 or 3.

    Args:
        archive: the file's configuration, read before.
        trust: the user consents to code being run: that of lambda layers, and that of `custom`.
        custom: a Python file with the user's own classes and functions.

    Raises:
        ProbeError: ``model-savedmodel``, ``model-weights-only``, ``model-has-lambda``,
            ``model-has-code``, ``model-reads-files``, ``model-needs-classes``,
            ``custom-needs-consent``, ``custom-missing``, ``custom-file-fails``,
            ``weights-do-not-fit``, ``model-not-loadable``.
    """
    path = str(archive.path)
    if archive.model is None:
        key = "model-savedmodel" if archive.format == "savedmodel" else "model-weights-only"
        raise ProbeError(key, path=path, layers=len(archive.weight_names))
    known = keras.saving.get_custom_objects()
    known.clear()  # those of the subject before this one
    # Running the file registers what it decorates, under the name of its package.
    own = custom_objects(custom) if custom and trust else {}
    _refuse_code(archive, trust, own, custom)
    known.update(own)
    try:
        with built_once():
            return _load(archive, safe=not trust)
    except ProbeError:
        raise
    except Exception as error:
        name = _missing_name(error)
        if name and name not in own:
            if custom and not trust:
                raise ProbeError("custom-needs-consent", path=custom) from error
            raise ProbeError(
                "model-needs-classes", one_line(error), path=path, names=name
            ) from error
        raise ProbeError("model-not-loadable", one_line(error), path=path) from error


def _missing_name(error: Exception) -> str | None:
    """The class or function of the user's own that a load failed for; None for other failures."""
    found = next(filter(None, (pattern.search(str(error)) for pattern in _NOT_FOUND)), None)
    return found["name"].rpartition(">")[2] if found else None


def _load(archive: Archive, safe: bool) -> keras.Model:
    config = archive.model or {}
    if archive.format == "weights":
        model = build(config, safe)
        source = archive.architecture or str(archive.path)
        load_weights(model, archive.path, source)
        return model
    if archive.format == "savedmodel":
        model = build(config, safe)
        load_checkpoint(model, archive.path)
        return model
    try:
        model = keras.models.load_model(archive.path, compile=False, safe_mode=safe)
        if model.built:
            refresh(model)
            return model
        first: Exception = ValueError("the layers have no input shape")
    except Exception as error:
        first = error
    # Keras 2 wrote what Keras 3 refuses. Weights that do not fit are left fresh then: the probes
    # that train start from fresh weights anyway.
    try:
        model = build(config, safe)
        if archive.path.is_file():
            load_weights(model, archive.path, None)
    except Exception:
        raise first from None
    return model


def _own_loss(archive: Archive) -> bool:
    """Whether the model was compiled with a loss that Keras does not bring along."""
    name = name_of((archive.compiled or {}).get("loss"))
    try:
        return name is not None and keras.losses.get(name) is None
    except ValueError:
        return True


def _refuse_code(archive: Archive, trust: bool, own: Mapping[str, Any], custom: str | None) -> None:
    """Refuse what would run code that the user has not agreed to, or cannot be found."""
    model, path = archive.model or {}, str(archive.path)
    coded = code_layers(model)
    if coded and not trust:
        raise ProbeError("model-has-lambda", path=path, layers=", ".join(coded))
    reading = file_layers(model)
    if reading and not trust:
        raise ProbeError("model-reads-files", path=path, layers=", ".join(reading))
    foreign = [name for name in foreign_code(model) if name.rpartition(".")[2] not in own]
    needed = {kind_of(entry) for entry in foreign_layers(model)} - set(own)
    if (foreign or needed or _own_loss(archive)) and custom and not trust:
        raise ProbeError("custom-needs-consent", path=custom)
    if foreign and not trust:
        raise ProbeError("model-has-code", path=path, names=", ".join(foreign))
    if needed:
        raise ProbeError("model-needs-classes", path=path, names=", ".join(sorted(needed)))
