"""Editors of hidden layers: activations, initialisers, regularisation, dropout, width."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from assistant.advice.editing import CannotSplice, Editing
from assistant.advice.editors.compiling import figure
from assistant.advice.editors.output import UNITS
from assistant.advice.editors.places import add_behind, remove_layer
from assistant.advice.imports import use as use_path
from assistant.reading.script.arguments import argument_node
from assistant.reading.script.setup import Placed
from assistant.reading.script.values import Layer
from probes.change import Change
from probes.network.graph import Graph, is_recurrent, is_weighted

_SATURATING = ("sigmoid", "tanh", "hard_sigmoid")
_REGULARIZERS = ("kernel_regularizer", "W_regularizer", "activity_regularizer",
                 "recurrent_regularizer", "U_regularizer")  # fmt: skip


def own_layers(edit: Editing) -> list[Placed]:
    """The model's own Keras layers that the script shows."""
    found = [placed for placed in edit.setup.own if isinstance(placed.value, Layer)]
    if not found:
        raise CannotSplice("advice-no-model")
    return found


def node_of(placed: Placed) -> ast.Call:
    """The call that makes a layer, or the one it wraps (TimeDistributed, Bidirectional)."""
    value = placed.value
    if isinstance(value, Layer) and value.wrapped is not None:
        value = value.wrapped
    node = value.node if isinstance(value, Layer) else None
    if not isinstance(node, ast.Call):
        raise CannotSplice("advice-place-unknown")
    return node


def _graph(edit: Editing) -> Graph:
    return Graph([placed.record for placed in edit.setup.own], edit.setup.network)


def _hidden(edit: Editing) -> list[Placed]:
    hidden = {layer.name for layer in _graph(edit).hidden}
    return [placed for placed in own_layers(edit) if placed.record.name in hidden]


def _placed(edit: Editing, names: Iterable[str]) -> list[Placed]:
    wanted = set(names)
    return [placed for placed in own_layers(edit) if placed.record.name in wanted]


def set_hidden_activation(edit: Editing, change: Change) -> None:
    """The activation of hidden layers: of those that have none, that saturate, recurrent, all."""
    activation = str(change.args.get("activation", "relu"))
    which = str(change.args.get("which", "linear"))
    graph = _graph(edit)
    if which == "linear":
        linear = graph.linear_hidden()
        chosen = _placed(edit, [layer.name for layer in linear or []])
    elif which == "recurrent":
        chosen = [p for p in own_layers(edit) if is_recurrent(p.record)]
    else:
        chosen = [p for p in _hidden(edit) if not is_recurrent(p.record)]
    done = 0
    for placed in chosen:
        apart = _activation_behind(edit, graph, placed)
        present = apart.record.activation if apart else placed.record.activation
        if which == "saturating" and present not in _SATURATING:
            continue
        if present != activation:
            _write_activation(edit, apart or placed, activation)
            done += 1
    if not done:
        raise CannotSplice("advice-nothing-to-change")


def _activation_behind(edit: Editing, graph: Graph, placed: Placed) -> Placed | None:
    """The Activation layer that bends what a linear layer gives."""
    if placed.record.activation != "linear":
        return None
    own = edit.setup.own
    for behind in own[own.index(placed) + 1 : own.index(placed) + 4]:
        if behind.record.kind == "Activation":
            return behind
        if is_weighted(behind.record):
            return None
    return None


def _write_activation(edit: Editing, placed: Placed, activation: str) -> None:
    call = node_of(placed)
    kind = placed.record.kind
    position = 0 if kind == "Activation" else 1 if kind in ("Dense", "LSTM", "GRU") else None
    written = argument_node(call, "activation", position=position)
    shown = edit.style.quote(activation, like=written)
    edit.set_keyword(call, "activation", shown, position=position)


def set_initializer(edit: Editing, change: Change) -> None:
    """The initialiser of every layer that starts equal or wide, or of all hidden ones."""
    kernel, bias = change.args.get("kernel"), change.args.get("bias")
    for placed in [p for p in own_layers(edit) if is_weighted(p.record)]:
        call = node_of(placed)
        for name, old, wanted in (
            ("kernel_initializer", "init", kernel),
            ("bias_initializer", "bias_init", bias),
        ):
            written = argument_node(call, name, old)
            if wanted is not None and written is not None:
                edit.replace(written, edit.style.quote(str(wanted), like=written))
    if not edit.splices:
        raise CannotSplice("advice-nothing-to-change")


def set_dropout(edit: Editing, change: Change) -> None:
    """A lower rate for every Dropout above it; 0 takes the layers out."""
    rate = change.args.get("rate", 0)
    for placed in own_layers(edit):
        if "Dropout" not in placed.record.kind:
            continue
        if not rate:
            remove_layer(edit, placed)
        elif placed.record.rate is None or placed.record.rate > rate:
            edit.set_keyword(node_of(placed), "rate", figure(rate), "p", position=0)
    if not edit.splices:
        raise CannotSplice("advice-nothing-to-change")


def set_regularization(edit: Editing, change: Change) -> None:
    """Another strength for every regulariser; 0 takes them out."""
    strength = change.args.get("l2", 0)
    for placed in own_layers(edit):
        call = node_of(placed)
        for name in _REGULARIZERS:
            written = argument_node(call, name)
            if written is None:
                continue
            if not strength:
                edit.remove_keyword(call, name)
            else:
                like = written if isinstance(written, ast.Call) else None
                made = use_path(edit, "keras.regularizers.l2", like)
                edit.replace(written, f"{made}({figure(strength)})")
    if not edit.splices:
        raise CannotSplice("advice-nothing-to-change")


def add_batch_normalization(edit: Editing, change: Change) -> None:
    """A BatchNormalization behind every hidden layer, behind its Activation where it has one."""
    graph = _graph(edit)
    for placed in _hidden(edit):
        if is_recurrent(placed.record):
            continue
        target = _activation_behind(edit, graph, placed) or placed
        layer = use_path(edit, "keras.layers.BatchNormalization", node_of(placed))
        add_behind(edit, target, f"{layer}()")
    if not edit.splices:
        raise CannotSplice("advice-nothing-to-change")


def set_batch_normalization(edit: Editing, change: Change) -> None:
    """Momentum, and whether a call forces training mode."""
    momentum = change.args.get("momentum")
    for placed in own_layers(edit):
        if placed.record.kind != "BatchNormalization":
            continue
        if momentum is not None:
            edit.set_keyword(node_of(placed), "momentum", figure(momentum), position=1)
        called = placed.tensor.node if placed.tensor is not None else None
        if change.args.get("training") == "auto" and isinstance(called, ast.Call):
            edit.remove_keyword(called, "training")
    if change.args.get("training") == "auto":
        for phase in edit.facts.anchors.get("batchnorm-training-fixed", []):
            if isinstance(phase.node, ast.Call):
                edit.remove(edit.statement(phase.node))
    if not edit.splices:
        raise CannotSplice("advice-nothing-to-change")


def remove_layers(edit: Editing, change: Change) -> None:
    """Take out the layers of one kind: all of them, or those behind the output."""
    kind, where = str(change.args.get("kind")), str(change.args.get("where", "all"))
    behind = {layer.name for layer in _graph(edit).after_output()}
    for placed in own_layers(edit):
        if placed.record.kind == kind and (where == "all" or placed.record.name in behind):
            remove_layer(edit, placed)
    if not edit.splices:
        raise CannotSplice("advice-nothing-to-change")


def widen_layer(edit: Editing, change: Change) -> None:
    """More units for one hidden layer: by name, or the narrowest."""
    units, wanted = change.args.get("units"), str(change.args.get("layer", "narrowest"))
    hidden = [placed for placed in _hidden(edit) if placed.record.units]
    if wanted == "narrowest":
        chosen = min(hidden, key=lambda placed: placed.record.units or 0, default=None)
    else:
        chosen = next((placed for placed in hidden if placed.record.name == wanted), None)
    written = argument_node(node_of(chosen), *UNITS, position=0) if chosen else None
    if written is None or not isinstance(units, int):
        raise CannotSplice("advice-nothing-to-change")
    edit.replace(written, str(units))


def return_sequences(edit: Editing, change: Change) -> None:
    """``return_sequences`` of the last recurrent layer, or of those that feed another one."""
    value = bool(change.args.get("value"))
    graph = _graph(edit)
    recurrent = [placed for placed in own_layers(edit) if is_recurrent(placed.record)]
    if not recurrent:
        raise CannotSplice("advice-nothing-to-change")
    feeding = [
        placed
        for placed in recurrent
        if value and graph.feeds_recurrent(placed.record)
        and placed.record.config.get("return_sequences") is False
    ]  # fmt: skip
    for placed in feeding or recurrent[-1:]:
        call = node_of(placed)
        if value:
            edit.set_keyword(call, "return_sequences", "True")
        else:
            edit.remove_keyword(call, "return_sequences")
