"""Editors of the last layer: its units and its activation."""

from __future__ import annotations

import ast
import re

from assistant.advice.editing import CannotSplice, Editing
from assistant.advice.editors.places import remove_layer
from assistant.reading.script.arguments import argument_node, keyword_of
from assistant.reading.script.setup import Placed
from assistant.reading.script.values import Call, Const, Layer
from probes.change import Change

UNITS = ("units", "output_dim", "filters", "nb_filter")
_CLASS_NAMES = re.compile(
    r"(num|n|nb|no|number_of)?_?(of_)?(class(es)?|labels|categories)(_(num|count))?$", re.I
)
#: shown where the number of classes is not known
PLACEHOLDER = "NUMBER_OF_CLASSES"


def set_output(edit: Editing, change: Change) -> None:
    """Units and activation of the layer that makes the output."""
    head = edit.setup.head
    layer = head.layer.value if head.layer else None
    if not head.certain or not isinstance(layer, Layer) or head.layer is None:
        raise CannotSplice("advice-head-unknown")
    if layer.wrapped is not None:
        layer = layer.wrapped
    if not isinstance(layer.node, ast.Call):
        raise CannotSplice("advice-head-unknown")
    units = change.args.get("units")
    if units is not None:
        _set_units(edit, layer.node, units)
    activation = change.args.get("activation")
    if activation is not None:
        _set_activation(edit, head.layer, layer.node, head.activated_by, str(activation))


def _set_units(edit: Editing, call: ast.Call, units: object) -> None:
    if units == "classes":
        text = class_count_text(edit, call)
    elif isinstance(units, int):
        text = str(units)
    else:
        raise CannotSplice("advice-argument-unusable")
    written = argument_node(call, *UNITS, position=0)
    if written is None:
        raise CannotSplice("advice-head-unknown")
    if _same_number(edit, written, text):
        return
    edit.replace(written, text)


def _same_number(edit: Editing, written: ast.expr, text: str) -> bool:
    """Whether the script already has this number there, if only through a name."""
    head = edit.setup.head
    return text.isdigit() and head.units == int(text) and not isinstance(written, ast.Constant)


def class_count_text(edit: Editing, before: ast.AST) -> str:
    """How to write the number of classes at a place: a name the script has for it, or the number.

    Raises:
        CannotSplice: nothing tells the number; the question is ``class-count``.
    """
    count = edit.known("class-count")
    line = getattr(before, "lineno", 0)
    for name, value in edit.facts.run.module.names.items():
        bound_above = 0 < getattr(value.node, "lineno", 0) < line
        if not _CLASS_NAMES.match(name) or not bound_above:
            continue
        number = value.value if isinstance(value, Const) else None
        if isinstance(number, int) and number > 1 and count in (None, number):
            return name
        if isinstance(value, Call) and value.path == "builtins.len":
            return name
    if isinstance(count, (int, float)) and not isinstance(count, bool):
        return str(int(count))
    generator = _generator_above(edit, line)
    if generator is not None:
        return f"{generator}.num_classes"
    raise CannotSplice("advice-class-count-unknown", "class-count")


def _generator_above(edit: Editing, line: int) -> str | None:
    """A directory generator made above a line, which knows its number of classes."""
    fit = edit.facts.fit
    source = fit.train.source if fit else None
    if source is None or source.last != "flow_from_directory":
        return None
    if getattr(source.node, "lineno", line) >= line:
        return None
    names = edit.facts.run.module.names
    return next((name for name, value in names.items() if value is source), None)


def _set_activation(
    edit: Editing, head: Placed, call: ast.Call, decided_by: Placed | None, activation: str
) -> None:
    apart = decided_by if decided_by is not None and decided_by is not head else None
    wanted = edit.style.quote(activation, like=_written(call, apart))
    if activation == "linear":
        _take_activation_away(edit, call, apart)
    elif apart is not None and apart.record.kind == "Activation" and apart.value is not None:
        edit.set_keyword(_call_of(apart), "activation", wanted, position=0)
    elif apart is not None and apart.value is None and isinstance(apart.node, ast.Call):
        _operation(edit, apart.node, activation)
    elif apart is not None:
        remove_layer(edit, apart)
        _own_activation(edit, call, wanted)
    else:
        _own_activation(edit, call, wanted)


def _written(call: ast.Call, apart: Placed | None) -> ast.expr | None:
    if apart is not None and isinstance(apart.node, ast.Call):
        return argument_node(apart.node, "activation", position=0)
    return argument_node(call, "activation")


def _call_of(placed: Placed) -> ast.Call:
    node = placed.value.node if placed.value is not None else placed.node
    if not isinstance(node, ast.Call):
        raise CannotSplice("advice-head-unknown")
    return node


def _own_activation(edit: Editing, call: ast.Call, wanted: str) -> None:
    kind = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    position = 1 if kind == "Dense" else None
    edit.set_keyword(call, "activation", wanted, position=position)


def _take_activation_away(edit: Editing, call: ast.Call, apart: Placed | None) -> None:
    if apart is not None:
        remove_layer(edit, apart)
    if keyword_of(call, "activation") is not None:
        edit.remove_keyword(call, "activation")
    elif argument_node(call, "activation", position=1) is not None and len(call.args) == 2:
        edit.remove_item(call.args[1], [*call.args, *call.keywords])


def _operation(edit: Editing, call: ast.Call, activation: str) -> None:
    """``tf.nn.sigmoid(x)``: another function of the same module."""
    if not isinstance(call.func, ast.Attribute) or activation not in ("softmax", "sigmoid", "relu",
                                                                      "tanh"):  # fmt: skip
        raise CannotSplice("advice-head-unknown")
    edit.replace(call.func, f"{edit.text(call.func.value)}.{activation}")
