"""Checks a splice by reading the script again: the fact is gone, and nothing else has changed."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, fields

from assistant.reading.script import ScriptReading
from probes.change import Change
from probes.network import Network

#: fields of `Network` that an operation is there to change
_MEANT: dict[str, frozenset[str]] = {
    "set-output": frozenset({"output_units", "output_activation", "layers", "output_layer"}),
    "set-loss": frozenset({"loss", "from_logits"}),
    "set-optimizer": frozenset({"optimizer", "learning_rate"}),
    "set-learning-rate": frozenset({"learning_rate"}),
    "drop-schedule": frozenset({"learning_rate"}),
    "set-metrics": frozenset({"metrics"}),
    "set-trainable": frozenset({"base_trainable", "layers"}),
    "recompile-after-trainable": frozenset({"base_trainable", "layers"}),
    "scale-inputs": frozenset({"scaling_inside", "layers"}),
    "use-preprocessing": frozenset({"scaling_inside", "layers"}),
    "add-batch-normalization": frozenset({"layers", "scaling_inside"}),
    "return-sequences": frozenset({"layers", "output_rank"}),
    "remove-layers": frozenset({"layers", "output_activation", "scaling_inside"}),
    "set-regularization": frozenset({"layers"}),
}
#: operations that change hidden layers and nothing else of a network
_LAYERS_ONLY = frozenset({"layers"})
#: fields that only restate others
_DERIVED = frozenset({"keras_version", "file_format"})


@dataclass(frozen=True)
class Verification:
    """What a second reading says of an edit.

    Args:
        parses: the changed script was read without any new repair.
        gone: the finding that called for the change is no longer there.
        worse: findings that are there now and were not before.
        also_gone: other findings that went with it.
        changed: parts of the network that changed and were not meant to.
        unbound: names that the changed script uses without having them.
    """

    parses: bool
    gone: bool
    worse: tuple[str, ...] = ()
    also_gone: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unbound: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        clean = not (self.worse or self.changed or self.unbound)
        return self.parses and self.gone and clean


def verify_splice(
    before: ScriptReading,
    after: ScriptReading,
    finding_id: str | None,
    *,
    changes: Sequence[Change] = (),
) -> Verification:
    """Compare two readings.

    Args:
        before: the script as it was.
        after: the script with the edit in it.
        finding_id: what called for the change; None if nothing of the script did.
        changes: the operations, whose meant effects are no side effects.
    """
    old = {finding.id for finding in before.findings if finding.present is True}
    new = {finding.id for finding in after.findings if finding.present is True}
    contexts = _contexts(before) | _contexts(after)
    return Verification(
        parses=len(after.repairs) <= len(before.repairs),
        gone=finding_id is None or finding_id not in new,
        worse=tuple(sorted(new - old - contexts)),
        also_gone=tuple(sorted(old - new - contexts - {finding_id or ""})),
        changed=_changed(before.network, after.network, changes),
        unbound=tuple(sorted(_unbound(after, before) - _unbound(before, before))),
    )


def _unbound(reading: ScriptReading, before: ScriptReading) -> set[str]:
    """Names used before anything binds them.

    A fragment without imports has them elsewhere: there, names such as ``np`` are let pass.
    """
    if reading.facts is None or before.facts is None:
        return set()
    body = before.facts.tree.body
    fragment = not any(isinstance(node, (ast.Import, ast.ImportFrom)) for node in body)
    run = reading.facts.run
    return set(run.unbound) | (set() if fragment else run.assumed)


def _contexts(reading: ScriptReading) -> set[str]:
    """Facts that only name the set-up, and change with it."""
    return {
        "loss-name", "optimizer-name", "learning-rate", "label-form", "class-count", "task",
        "inputs-scaled", "normalisation-inside", "input-kind", "epochs-run", "pretrained-base",
        "classes-rebalanced-for-training", "old-api", "batch-normalisation",
    } & {finding.id for finding in reading.findings}  # fmt: skip


def _changed(
    old: Network | None, new: Network | None, changes: Sequence[Change]
) -> tuple[str, ...]:
    if old is None or new is None:
        return () if old is new else ("model",)
    meant: set[str] = set(_DERIVED)
    for change in changes:
        meant |= _MEANT.get(change.op, _LAYERS_ONLY)
    return tuple(
        field.name
        for field in fields(Network)
        if field.name not in meant and _plain(old, field.name) != _plain(new, field.name)
    )


def _plain(network: Network, name: str) -> object:
    """A field without line numbers, which an inserted line moves."""
    if name == "layers":
        return [
            (layer.kind, layer.units, layer.activation, layer.trainable, layer.rate)
            for layer in network.layers
        ]
    return getattr(network, name)
