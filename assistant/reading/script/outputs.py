"""One output of a model with several, as a set-up of its own: its head and its loss."""

from __future__ import annotations

import ast
import copy
from dataclasses import replace

from assistant.reading.script.interpreter import Interpreter
from assistant.reading.script.network import Names
from assistant.reading.script.phases import LAST, make_setup
from assistant.reading.script.rates import assigned_rates
from assistant.reading.script.setup import Setup
from assistant.reading.script.values import Call, Layer, Map, Model, Seq, Tensor, Value


def setup_of_output(run: Interpreter, whole: Setup, name: str, place: int) -> Setup | None:
    """The set-up of one output; None where the script does not show it.

    Args:
        run: the script.
        whole: the model with all its outputs.
        name: the output's name.
        place: where it stands among them, for an output that the script does not name.
    """
    at = place_of_output(run, whole, name, place)
    if at is None:
        return None
    model, settings = copy.copy(whole.model), copy.copy(whole.settings)
    model.outputs = [whole.model.outputs[at]]
    if settings is not None:
        written = settings.arg("loss", 1)
        loss = entry_value(written, name, at)
        settings.kwargs = {**settings.kwargs, **({"loss": loss} if loss is not None else {})}
    order = whole.compiled.order if whole.compiled is not None else LAST
    compiled = whole.compiled
    if compiled is not None:
        compiled = copy.copy(compiled)
        compiled.call = settings
    made = make_setup(
        run, Names(run.layers), assigned_rates(run), model, compiled, list(whole.trained), order
    )
    network = made.network.with_(learning_rate=whole.network.learning_rate)
    return replace(
        made,
        model=whole.model,
        network=network,
        compiled=whole.compiled,
        later_rate=whole.later_rate,
    )


def place_of_output(run: Interpreter, whole: Setup, name: str, place: int) -> int | None:
    """Where an output stands among those of the model in the script."""
    outputs = whole.model.outputs
    if len(outputs) < 2:
        return None
    names = Names(run.layers)
    called = [
        names.of(tensor.maker)
        if isinstance(tensor, Tensor) and isinstance(tensor.maker, (Layer, Model))
        else ""
        for tensor in outputs
    ]
    if name in called:
        return called.index(name)
    return place if 0 <= place < len(outputs) else None


def entry_value(written: Value | None, name: str, place: int) -> Value | None:
    """The part of an argument that is for one output: of a dictionary by its name, of a list by its
    place; the argument itself where one is written for all."""
    if isinstance(written, Map):
        return written.items.get(name)
    if isinstance(written, Seq):
        return written.items[place] if place < len(written.items) else None
    return written


def entry_node(written: ast.AST | None, name: str, place: int) -> ast.expr | None:
    """The same in the text of the script; None where the output has no entry of its own."""
    if isinstance(written, ast.Dict):
        pairs = zip(written.keys, written.values, strict=True)
        own = (value for key, value in pairs if isinstance(key, ast.Constant) and key.value == name)
        return next(own, None)
    if isinstance(written, (ast.List, ast.Tuple)) and place < len(written.elts):
        return written.elts[place]
    return None


def settings_node(whole: Setup, argument: str, position: int) -> ast.AST | None:
    """Where a dictionary or list for all outputs is written, also under a name of its own."""
    value = whole.settings.arg(argument, position) if isinstance(whole.settings, Call) else None
    return value.node if isinstance(value, (Map, Seq)) else None
