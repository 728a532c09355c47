"""A model file -> facts, without TensorFlow.

Static reading takes a tenth of a second, never depends on whether Keras can load the file, and
never runs anything that is in it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from probes.archive import Archive, read_archive
from probes.contradictions import contradictions
from probes.errors import ProbeError
from probes.finding import Finding
from probes.keras_config import read_network
from probes.keras_json import Json, foreign_layers, kind_of
from probes.keras_outputs import choose_output, output_names, select_output
from probes.keras_safety import code_layers, file_layers, foreign_code
from probes.network import Network


@dataclass(frozen=True)
class Remark:
    """A sentence for the user, by its key in ``knowledge/messages``, with what it names."""

    key: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ModelReading:
    """What a model file tells.

    Args:
        network: None where the file holds no architecture that can be read.
        findings: contradictions and contexts, source ``model``.
        refusals: why Keras will not be asked to load the file as it is.
        notes: what else the user should know.
    """

    network: Network | None = None
    findings: tuple[Finding, ...] = ()
    refusals: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()


def read_model_file(path: str | os.PathLike[str]) -> ModelReading:
    """Read a ``.keras``, ``.h5``, SavedModel folder or weights file. Never raises for bad input."""
    try:
        archive = read_archive(path)
    except ProbeError as error:
        return ModelReading(refusals=(Remark(error.key, error.fields),))
    if archive.model is None:
        return _without_architecture(archive)
    place = choose_output(archive.model, archive.compiled)
    network = read_network(
        *select_output(archive.model, archive.compiled, place),
        file_format=archive.format,
        keras_version=archive.keras_version,
    )
    findings = (*contradictions(network, source="model"), *contexts(network))
    notes = (*_outputs(archive.model, place), *_notes(network, path))
    return ModelReading(network, findings, _refusals(archive), notes)


def _outputs(model: Json, place: int) -> tuple[Remark, ...]:
    """Of several outputs one is looked at: the user should know which."""
    names = output_names(model)
    if len(names) < 2:
        return ()
    fields = {"names": ", ".join(names), "output": names[place]}
    return (Remark("model-several-outputs", fields),)


def contexts(network: Network) -> list[Finding]:
    """What the file says of the set-up that is no fault: loss, optimizer, rate, pretrained base."""
    known: dict[str, str | float | bool | None] = {
        "loss-name": network.loss,
        "optimizer-name": network.optimizer,
        "learning-rate": network.learning_rate,
        "pretrained-base": network.pretrained_base,
        "normalisation-inside": bool(network.scaling_inside) if network.layers else None,
    }
    return [
        Finding(id, True, value, source="model") for id, value in known.items() if value is not None
    ]


def _without_architecture(archive: Archive) -> ModelReading:
    key = "model-savedmodel" if archive.format == "savedmodel" else "model-weights-only"
    network = Network(file_format=archive.format, keras_version=archive.keras_version)
    refusal = Remark(key, {"path": str(archive.path), "layers": len(archive.weight_names)})
    return ModelReading(network, refusals=(refusal,))


def _refusals(archive: Archive) -> tuple[Remark, ...]:
    model, path = archive.model or {}, str(archive.path)
    found = []
    if coded := code_layers(model):
        found.append(Remark("model-has-lambda", {"path": path, "layers": ", ".join(coded)}))
    if reading := file_layers(model):
        found.append(Remark("model-reads-files", {"path": path, "layers": ", ".join(reading)}))
    if code := foreign_code(model):
        found.append(Remark("model-has-code", {"path": path, "names": ", ".join(code)}))
    foreign = sorted({kind_of(entry) or "?" for entry in foreign_layers(model)})
    if foreign:
        found.append(Remark("model-needs-classes", {"path": path, "names": ", ".join(foreign)}))
    return tuple(found)


def _notes(network: Network, path: str | os.PathLike[str]) -> tuple[Remark, ...]:
    found = []
    if not network.compiled:
        found.append(Remark("model-not-compiled", {"path": str(path)}))
    if network.keras_version and network.keras_version.startswith(("1.", "2.")):
        found.append(Remark("model-from-keras-2", {"version": network.keras_version}))
    return tuple(found)
