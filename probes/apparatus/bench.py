"""What a probe works on: the model and the data of a subject, each opened when first asked for.

A probe of the data alone works when the model cannot be loaded, and the other way round. Changes
of the subject (`Subject.changes`) are applied here, so every probe can look at the repaired copy.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from probes.arrays.labels import LabelFacts, encode_labels, label_facts
from probes.change import Change
from probes.errors import ProbeError
from probes.loading.columns import Array
from probes.loading.data import Data, Sample, Wanted, load_data
from probes.loading.feeding import as_fed
from probes.network import Network
from probes.protocol import Subject
from probes.saved.archive import Archive, read_archive, with_architecture
from probes.saved.keras_config import read_network
from probes.saved.keras_names import DEFAULT_RATES, loss_name, optimizer_name
from probes.saved.keras_outputs import choose_output, output_names, select_output

if TYPE_CHECKING:
    from probes.apparatus.setup import Setup


def open_bench(subject: Subject, seed: int) -> Bench:
    """The bench for a subject. Opens nothing yet, and never raises."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    return Bench(subject, seed)


class Bench:
    """Model and data of one subject.

    Args:
        subject: what to look at.
        seed: decides the sample, initial weights and batches.
    """

    def __init__(self, subject: Subject, seed: int) -> None:
        self.subject = subject
        self.seed = seed
        #: what one probe has worked out and leaves for the next (`apparatus.look`)
        self.held: dict[str, Any] = {}

    @cached_property
    def archive(self) -> Archive:
        """The model file's configuration.

        Raises:
            ProbeError: ``model-not-given``, and those of `read_archive`.
        """
        if self.subject.model is None:
            raise ProbeError("model-not-given")
        archive = read_archive(self.subject.model)
        described = self.subject.assume.get("architecture")
        if archive.format == "weights" and archive.model is None and isinstance(described, Mapping):
            return with_architecture(archive, described, "the script")
        return archive

    @cached_property
    def read(self) -> Network:
        """The network as its file describes it, completed by what is assumed, before changes; of a
        model with several outputs, that of the output looked at."""
        archive = self.archive
        if archive.model is None:
            network = Network(file_format=archive.format, keras_version=archive.keras_version)
        else:
            network = read_network(
                *select_output(archive.model, archive.compiled, self.output),
                file_format=archive.format,
                keras_version=archive.keras_version,
            )
        return assume(network, self.subject.assume)

    @cached_property
    def output(self) -> int:
        """Which output is looked at, from 0."""
        archive, wanted = self.archive, self.subject.assume.get("output")
        return choose_output(archive.model, archive.compiled, wanted) if archive.model else 0

    @property
    def compiled(self) -> Mapping[str, Any]:
        """The compile settings as Keras wrote them; of several outputs those of the one looked at;
        empty for a model that was not compiled."""
        archive = self.archive
        return select_output(archive.model or {}, archive.compiled, self.output)[1] or {}

    @property
    def network(self) -> Network:
        """The network after the subject's changes."""
        return self.setup.network if self.subject.changes else self.read

    @property
    def has_model(self) -> bool:
        """Whether the model's configuration can be read, loadable or not."""
        try:
            return self.archive.model is not None
        except ProbeError:
            return False

    @cached_property
    def data(self) -> Data:
        """A sample of the data, scaled as the script says that it is scaled for the model.

        Raises:
            ProbeError: ``data-not-given``, and those of `load_data`.
        """
        if self.subject.data is None:
            raise ProbeError("data-not-given")
        data = load_data(self.subject.data, self.subject.validation, self._wanted(), self.seed)
        how = self.subject.assume.get("scale_inputs")
        return as_fed(data, how, self.read if self.has_model else None)

    @property
    def labels(self) -> LabelFacts | None:
        """What the labels are, after the subject's changes; None without labels."""
        return self._changed_labels if self.subject.changes else self._file_labels

    @cached_property
    def _changed_labels(self) -> LabelFacts | None:
        setup = self.setup
        recoded = any(change.get("op") == "convert-labels" for change in self.subject.changes)
        labels = setup.train.y if recoded else self.data.labels
        return None if labels is None else label_facts(labels, self.data.kind, setup.network)

    @cached_property
    def _file_labels(self) -> LabelFacts | None:
        """From all labels where they are small, else from those of the sample."""
        labels = self.data.labels
        network = self.read if self.has_model else None
        return None if labels is None else label_facts(labels, self.data.kind, network)

    @cached_property
    def setup(self) -> Setup:
        """The loaded model with its training set-up and rows, after the subject's changes.

        A changed copy has fresh weights (`apparatus.training.fresh`): those of the faulty run say
        nothing of it.

        Raises:
            ProbeError: those of `archive`, `data`, `load_model` and of the changes.
        """
        from probes.apparatus.training import fresh
        from probes.surgery import apply

        setup = self.original
        for written in self.subject.changes:
            setup = apply(setup, Change.from_dict(written))
        if self.subject.changes:
            setup = replace(setup, model=fresh(setup.model, setup, self.seed))
        return setup

    @cached_property
    def original(self) -> Setup:
        """The set-up before the subject's changes."""
        from probes.apparatus.cloning import is_graph, kept_layers
        from probes.apparatus.setup import Setup, describe

        model = self._one_output()
        loaded = describe(model)
        network = self.read.with_(output_units=loaded.output_units, output_rank=loaded.output_rank)
        train, validation, classes = self._rows(network)
        if network.output_units is None and not is_graph(model):
            network = _with_outputs(network, model, train)
        compiled = self.compiled
        return Setup(
            model=model,
            network=network,
            loss=compiled.get("loss"),
            optimizer=compiled.get("optimizer") or compiled.get("optimizer_config"),
            train=train,
            validation=validation,
            kept=frozenset(kept_layers(model)),
            classes=classes,
        )

    @cached_property
    def model(self) -> Any:
        """The loaded model, before changes; never trained."""
        from probes.loading.model import load_model

        return load_model(self.archive, trust=self.subject.trust, custom=self.subject.custom)

    def of_output(self, place: int) -> Bench:
        """The same model and data, another output looked at."""
        subject = replace(self.subject, assume={**self.subject.assume, "output": place})
        other = Bench(subject, self.seed)
        other.__dict__ |= {"archive": self.archive, "model": self.model}
        return other

    @property
    def tensor_place(self) -> int:
        """Where the output looked at stands among the model's tensors; Keras sorts outputs that
        are given by name."""
        names, given = output_names(self.archive.model or {}), self.model.output
        if not isinstance(given, dict):
            return self.output
        wanted = given[names[self.output]]
        return next(i for i, tensor in enumerate(self.model.outputs) if tensor is wanted)

    def _one_output(self) -> Any:
        """The loaded model up to the output looked at."""
        outputs = output_names(self.archive.model or {})
        if len(outputs) < 2:
            return self.model
        import keras

        return keras.Model(self.model.input, self.model.outputs[self.tensor_place])

    def _wanted(self) -> Wanted:
        said = self.subject.assume
        known = self.has_model
        network = self.read if known else Network()
        inputs = [n for n in network.layers if n.kind == "InputLayer" and not n.depth]
        return Wanted(
            inputs=tuple(layer.name for layer in inputs),
            shape=network.input_shape,
            text=bool(inputs) and inputs[0].config.get("dtype") == "string",
            outputs=output_names(self.archive.model or {}) if known else (),
            output=self.output if known else 0,
            target=said.get("target_column"),
            labels=said.get("labels"),
            trust=self.subject.trust,
        )

    def _rows(self, network: Network) -> tuple[Sample, Sample | None, int | None]:
        """Training and validation rows with labels as the loss takes them."""
        data = self.data
        if data.label_rows is not None and data.label_rows != data.rows:
            raise ProbeError("data-lengths-differ", x=data.rows, y=data.label_rows)
        train = _with_targets(data.train, network)
        facts = self._file_labels
        if train.y is None:
            raise ProbeError("data-no-labels")
        classes = facts.classes if facts else None
        encoded = _encoded(train, facts, network, data)
        held = data.validation
        validation = (
            None if held is None else _encoded(_with_targets(held, network), facts, network, data)
        )
        check_shapes(encoded, network)
        return encoded, validation, classes


def assume(network: Network, said: Mapping[str, Any]) -> Network:
    """Fill what the model file leaves open by what a script or an answer says."""
    found: dict[str, Any] = {}
    if network.loss is None and said.get("loss"):
        found["loss"] = loss_name(str(said["loss"]))
        found["from_logits"] = bool(said.get("from_logits", False))
    if network.optimizer is None and said.get("optimizer"):
        found["optimizer"] = optimizer_name(str(said["optimizer"]))
        found["learning_rate"] = DEFAULT_RATES.get(found["optimizer"])
    if (network.optimizer is None or network.learning_rate is None) and said.get("learning_rate"):
        found["learning_rate"] = float(said["learning_rate"])
    if not network.metrics and said.get("metrics"):
        found["metrics"] = tuple(str(metric) for metric in said["metrics"])
    if found.get("loss"):
        found["compiled"] = True
    return replace(network, **found)


def _with_outputs(network: Network, model: Any, sample: Sample) -> Network:
    """The shape of the outputs of a class of the user's own, which only a call shows."""
    from probes.apparatus.training import predict

    try:
        shape = predict(model, sample.head(2).x).shape
    except Exception:  # its layers may raise anything; the probes say so when they need it
        return network
    return network.with_(output_units=shape[-1], output_rank=len(shape))


def _with_targets(sample: Sample, network: Network) -> Sample:
    """An x that lies alone is its own target where the model paints its input."""
    if sample.y is not None or len(sample.x) != 1:
        return sample
    shape = sample.x[0].shape
    if network.output_rank == len(shape) and network.output_units == shape[-1]:
        return Sample(sample.x, sample.x[0])
    return sample


def _encoded(sample: Sample, facts: LabelFacts | None, network: Network, data: Data) -> Sample:
    if sample.y is None or facts is None:
        return sample
    return Sample(sample.x, encode_labels(sample.y, facts, network, data.kind))


def check_shapes(sample: Sample, network: Network) -> None:
    """Compare the first input with what the model takes; a missing channel axis is no difference.

    Raises:
        ProbeError: ``data-shape-differs`` (``data``, ``model``).
    """
    if network.input_shape is None or (network.inputs or 1) != len(sample.x):
        if network.inputs is not None and network.inputs != len(sample.x):
            raise ProbeError("data-inputs-differ", data=len(sample.x), model=network.inputs)
        return
    if len(sample.x) > 1:
        return
    given, wanted = sample.x[0].shape[1:], network.input_shape
    if _fits(given, wanted) or _fits((*given, 1), wanted) or _fits(given, (*wanted, 1)):
        return
    raise ProbeError("data-shape-differs", data=_written(given), model=_written(wanted))


def _fits(given: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    return len(given) == len(wanted) and all(
        size is None or size == other for size, other in zip(wanted, given, strict=True)
    )


def _written(shape: tuple[int | None, ...]) -> str:
    return "(" + ", ".join("?" if size is None else str(size) for size in shape) + ")"


def as_inputs(arrays: tuple[Array, ...]) -> tuple[Array, ...]:
    """Inputs as they are fed to a model: figures as float32, integers above 8 bits kept."""
    return tuple(
        array.astype(np.float32) if array.dtype.kind in "fb" or array.dtype.itemsize == 1 else array
        for array in arrays
    )
