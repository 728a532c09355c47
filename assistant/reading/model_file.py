"""A model file -> facts, without TensorFlow.

Static reading takes a tenth of a second, never depends on whether Keras can load the file, and
never runs anything that is in it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from probes.errors import ProbeError
from probes.finding import Finding
from probes.network import Network
from probes.network.contradictions import contradictions
from probes.saved.archive import Archive, read_archive
from probes.saved.keras_json import foreign_layers, kind_of
from probes.saved.keras_outputs import output_networks
from probes.saved.keras_safety import code_layers, file_layers, foreign_code


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
        findings: contradictions and contexts, source ``model``; of several outputs, those of each.
        networks: of a model with several outputs, the network up to each that is trained; empty
            for any other.
        refusals: why Keras will not be asked to load the file as it is.
        notes: what else the user should know.
    """

    network: Network | None = None
    findings: tuple[Finding, ...] = ()
    refusals: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()
    networks: tuple[Network, ...] = ()


def read_model_file(path: str | os.PathLike[str]) -> ModelReading:
    """Read a ``.keras``, ``.h5``, SavedModel folder or weights file. Never raises for bad input."""
    try:
        archive = read_archive(path)
    except ProbeError as error:
        return ModelReading(refusals=(Remark(error.key, error.fields),))
    if archive.model is None:
        return _without_architecture(archive)
    networks = output_networks(
        archive.model,
        archive.compiled,
        file_format=archive.format,
        keras_version=archive.keras_version,
    )
    findings = tuple(f for network in networks for f in _of_output(network))
    notes = (*_outputs(networks), *_notes(networks[0], path))
    several = networks if networks[0].losses else ()
    return ModelReading(networks[0], findings, _refusals(archive), notes, several)


def _of_output(network: Network) -> Iterator[Finding]:
    """What is found of a network; of one of several outputs with its name."""
    for finding in (*contradictions(network, source="model"), *contexts(network)):
        yield replace(finding, output=network.output_name or "")


def _outputs(networks: tuple[Network, ...]) -> tuple[Remark, ...]:
    """Which outputs are looked at, of a model with several."""
    names = [network.output_name for network in networks if network.output_name]
    return (Remark("model-several-outputs", {"names": ", ".join(names)}),) if names else ()


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
