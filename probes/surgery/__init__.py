"""Applies a `Change` to a training set-up, on a copy: what the trial proves is what is advised.

Each module takes the operations of one part; an operation that alters the code around the model
and not the model (a generator, a fold loop) is not applicable here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from probes.apparatus.setup import Setup
from probes.change import Change, resolve
from probes.surgery import inputs, labels, layers, output, training
from probes.surgery.reasons import NotApplicable

Apply = Callable[[Setup, Mapping[str, Any]], Setup]

OPERATIONS: dict[str, Apply] = {
    "set-output": output.set_output,
    "remove-layers": output.remove_layers,
    "set-loss": training.set_loss,
    "set-optimizer": training.set_optimizer,
    "set-learning-rate": training.set_learning_rate,
    "set-metrics": training.unchanged,
    "set-trainable": training.set_trainable,
    "scale-inputs": inputs.scale,
    "use-preprocessing": inputs.use_preprocessing,
    "fill-missing-inputs": inputs.fill_missing,
    "convert-labels": labels.convert,
    "set-hidden-activation": layers.set_hidden_activation,
    "set-initializer": layers.set_initializer,
    "set-dropout": layers.set_dropout,
    "set-regularization": layers.set_regularization,
    "add-batch-normalization": layers.add_batch_normalization,
    "set-batch-normalization": layers.set_batch_normalization,
    "call-base-in-inference": layers.call_base_in_inference,
    "widen-layer": layers.widen_layer,
    "return-sequences": layers.return_sequences,
    "set-embedding": layers.set_embedding,
}

__all__ = ["OPERATIONS", "NotApplicable", "apply"]


def apply(setup: Setup, change: Change) -> Setup:
    """The set-up after one change; the old one stays as it is.

    Raises:
        NotApplicable: when the change has no meaning for this set-up, with the reason's key.
    """
    operation = OPERATIONS.get(change.op)
    if operation is None:
        raise NotApplicable("outside-the-model", op=change.op)
    return operation(setup, resolve(change, {"class-count": setup.classes}).args)
