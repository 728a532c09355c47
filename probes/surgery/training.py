"""Changes of loss, optimizer, learning rate and of what is trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from probes.apparatus.cloning import clone, copy_weights, is_graph, keyed_leaves, leaves
from probes.apparatus.setup import Setup
from probes.saved.keras_names import DEFAULT_RATES, loss_name, optimizer_name
from probes.surgery.reasons import NotApplicable


def set_loss(setup: Setup, args: Mapping[str, Any]) -> Setup:
    """Another loss, or the same with or without ``from_logits``."""
    name = loss_name(str(args["loss"])) if args.get("loss") else setup.network.loss
    logits = bool(args["from_logits"]) if "from_logits" in args else False
    network = replace(setup.network, loss=name, from_logits=logits, compiled=True)
    return replace(setup, network=network, loss=setup.loss if name == setup.network.loss else None)


def set_optimizer(setup: Setup, args: Mapping[str, Any]) -> Setup:
    """Another optimizer, at the rate given or at its default."""
    name = optimizer_name(str(args["name"]))
    rate = float(args.get("learning_rate") or DEFAULT_RATES.get(name, 0.001))
    network = replace(setup.network, optimizer=name, learning_rate=rate)
    return replace(setup, network=network, optimizer=None)


def set_learning_rate(setup: Setup, args: Mapping[str, Any]) -> Setup:
    """Another rate for the same optimizer."""
    present = setup.network.learning_rate
    if args.get("learning_rate"):
        rate = float(args["learning_rate"])
    elif args.get("factor") and present:
        rate = present * float(args["factor"])
    else:
        raise NotApplicable("nothing-to-change")
    network = replace(setup.network, learning_rate=rate)
    return replace(setup, network=network, optimizer=_at_rate(setup.optimizer, rate))


def set_trainable(setup: Setup, args: Mapping[str, Any]) -> Setup:
    """Freeze or free all layers, the base, or the output layer."""
    value, which = bool(args.get("value", True)), str(args.get("which", "all"))
    model = clone(setup.model)
    copy_weights(setup.model, model)
    chosen = set(keyed_leaves(model))
    if which == "base":
        bases = [layer for layer in model.layers if is_graph(layer)]
        inside = {id(leaf) for base in bases for leaf in leaves(base)}
        chosen = {key for key, layer in keyed_leaves(model).items() if id(layer) in inside}
        chosen = chosen or set(setup.kept)
    elif which == "output":
        chosen = {key for key in chosen if key[0] == setup.network.output_layer}
    if not chosen:
        raise NotApplicable("nothing-to-change")
    for key, layer in keyed_leaves(model).items():
        if key in chosen:
            layer.trainable = value
    return setup.with_model(model)


def unchanged(setup: Setup, args: Mapping[str, Any]) -> Setup:
    """For changes that alter what is reported and not what is learnt."""
    return setup


def _at_rate(written: Any, rate: float) -> Any:
    if not isinstance(written, Mapping) or not isinstance(written.get("config"), Mapping):
        return None
    config = {k: v for k, v in written["config"].items() if k not in ("lr", "learning_rate")}
    return {**written, "config": {**config, "learning_rate": rate}}
