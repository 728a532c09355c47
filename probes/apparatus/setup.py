"""A training set-up: everything that a `Change` can alter, in one place."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import keras

from probes.apparatus.cloning import Key
from probes.errors import ProbeError, one_line
from probes.loading.data import Sample
from probes.network import Network
from probes.saved.keras_config import read_network
from probes.saved.keras_json import Json, name_of
from probes.saved.keras_names import DEFAULT_RATES, loss_name, optimizer_name

Loss = Callable[[Any, Any], Any]
_LOSS_CLASSES = {"kl_divergence": "KLDivergence", "ctc": "CTC"}


@dataclass(frozen=True)
class Setup:
    """A model with what it is trained by and on.

    Args:
        model: never trained itself; what trains is a copy.
        network: what is known of it, loss and optimizer included.
        loss: the loss as Keras wrote it, for the settings that `Network` does not hold.
        optimizer: the optimizer as Keras wrote it, likewise.
        train: rows to train on, labels as numbers, in balanced order.
        validation: rows of the validation data, where there is any.
        kept: layers whose weights survive a fresh start.
        classes: number of classes in all labels; None for regressions.
    """

    model: keras.Model
    network: Network
    loss: Any
    optimizer: Any
    train: Sample
    validation: Sample | None
    kept: frozenset[Key]
    classes: int | None

    def with_model(self, model: keras.Model) -> Setup:
        """The same with another model, whose `Network` is read anew."""
        old = self.network
        read = describe(model, old)
        network = read.with_(
            loss=old.loss,
            from_logits=old.from_logits,
            optimizer=old.optimizer,
            learning_rate=old.learning_rate,
            metrics=old.metrics,
            pretrained_base=old.pretrained_base,
            file_format=old.file_format,
            keras_version=old.keras_version,
        )
        return replace(self, model=model, network=network)

    def with_data(self, change: Callable[[Sample], Sample]) -> Setup:
        """The same with `change` applied to training and validation rows."""
        validation = None if self.validation is None else change(self.validation)
        return replace(self, train=change(self.train), validation=validation)


def describe(model: keras.Model, fallback: Network | None = None) -> Network:
    """A `Network` read from a model in memory; `fallback` where Keras cannot write it down."""
    try:
        written = json.loads(model.to_json())
    except Exception:
        return fallback or Network(model_class=type(model).__name__)
    network = read_network(written, None)
    shape = getattr(model, "output_shape", None)
    if isinstance(shape, tuple) and shape and not isinstance(shape[0], (tuple, list)):
        network = network.with_(output_units=shape[-1], output_rank=len(shape))
    return network


def make_loss(network: Network, written: Any) -> Loss:
    """The loss of a set-up, ready to be called with (labels, predictions); gives a mean.

    Raises:
        ProbeError: ``loss-not-given`` when none is set, ``loss-unknown`` when it is neither Keras's
            nor in the user's own file.
    """
    name = network.loss
    if name is None:
        raise ProbeError("loss-not-given")
    try:
        if _is_same_loss(name, network.from_logits, written):
            return _averaged(keras.saving.deserialize_keras_object(written))
        class_name = _LOSS_CLASSES.get(name) or "".join(part.title() for part in name.split("_"))
        made = getattr(keras.losses, class_name, None)
        if made is None:
            asked = name_of(written) or name
            own = keras.saving.get_custom_objects().get(asked)
            return _averaged(own or keras.losses.get(asked))
        return _averaged(made(from_logits=True) if network.from_logits else made())
    except (ValueError, TypeError) as error:
        raise ProbeError("loss-unknown", one_line(error), name=name) from error


class _OwnLoss(keras.losses.Loss):  # type: ignore[misc]
    """A loss function of the user's own as Keras calls it: labels as floats, of as many axes as
    the predictions, and the mean of what comes back (Keras 3 source, LossFunctionWrapper)."""

    def __init__(self, function: Callable[[Any, Any], Any]) -> None:
        super().__init__(name="own")
        self.function = function

    def call(self, y_true: Any, y_pred: Any) -> Any:
        labels, predictions = len(y_true.shape), len(y_pred.shape)
        if predictions == labels + 1 and y_pred.shape[-1] == 1:
            if labels == 1:
                y_true = keras.ops.expand_dims(y_true, -1)
            else:
                y_pred = keras.ops.squeeze(y_pred, -1)
        elif labels == predictions + 1 and y_true.shape[-1] == 1:
            y_true = keras.ops.squeeze(y_true, -1)
        return self.function(y_true, y_pred)


def _averaged(loss: Any) -> Loss:
    """A loss object, or one made of the user's own class or function."""
    made = loss() if isinstance(loss, type) else loss
    found: Loss = made if isinstance(made, keras.losses.Loss) else _OwnLoss(made)
    return found


def make_optimizer(
    network: Network, written: Any, *, name: str | None = None, rate: float | None = None
) -> keras.Optimizer:
    """The optimizer of a set-up, or the one named.

    Args:
        written: as Keras wrote it; used with all its settings where it is the one wanted.
        name: another optimizer's class name.
        rate: another learning rate.
    """
    wanted = optimizer_name(name or network.optimizer or "Adam")
    config: dict[str, Any] = {}
    if isinstance(written, Mapping) and optimizer_name(name_of(written) or "") == wanted:
        own = written.get("config")
        config = dict(own) if isinstance(own, Mapping) else {}
    try:
        if config and rate is None and name is None and config.get("learning_rate") is not None:
            return keras.optimizers.deserialize({"class_name": wanted, "config": config})
    except (ValueError, TypeError):
        config = {}
    step = rate if rate is not None else network.learning_rate
    kept = {key: config[key] for key in ("momentum", "nesterov") if key in config and not name}
    maker = getattr(keras.optimizers, wanted, None) or keras.optimizers.Adam
    return maker(learning_rate=step or DEFAULT_RATES.get(wanted, 0.001), **kept)


def _is_same_loss(name: str, from_logits: bool | None, written: Any) -> bool:
    """Whether `written` is a full object of the very loss that is set."""
    if not isinstance(written, Mapping) or "config" not in written:
        return False
    config: Json | Any = written["config"]
    if not isinstance(config, Mapping) or loss_name(name_of(written) or "") != name:
        return False
    if "module" not in written:
        return False
    return bool(config.get("from_logits", False)) == bool(from_logits)
