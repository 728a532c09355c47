"""What a model is trained and judged on: x and y, out of arrays, generators and tf.data chains."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.reading.script import calls, functions
from assistant.reading.script.arguments import arguments
from assistant.reading.script.frame import Event
from assistant.reading.script.interpreter import Interpreter
from assistant.reading.script.values import (
    Call,
    Const,
    Function,
    Instance,
    Item,
    Layer,
    Model,
    Seq,
    Unknown,
    Value,
    number_of,
)

_CHAIN = frozenset(
    {"batch", "prefetch", "cache", "repeat", "shuffle", "take", "skip", "unbatch", "padded_batch",
     "with_options", "filter", "snapshot", "shard", "interleave"}
)  # fmt: skip
_FLOWS = frozenset({"flow", "flow_from_directory", "flow_from_dataframe"})


@dataclass(frozen=True)
class Pair:
    """Inputs and targets as a model gets them.

    Args:
        form: arrays, generator (ImageDataGenerator), dataset (tf.data), own (the script's own
            generator), unknown.
        x: the inputs; None where they cannot be told apart.
        y: the targets; None where they cannot be told apart, or where the source makes them.
        source: the generator or dataset; None for arrays.
        chain: calls of a tf.data chain, from the use back.
    """

    form: str
    x: Value | None = None
    y: Value | None = None
    source: Call | None = None
    chain: tuple[Call, ...] = ()


@dataclass(frozen=True)
class FitData:
    """The data of one fit."""

    event: Event
    train: Pair
    validation: Pair | None = None
    split: float | None = None


def fit_data(run: Interpreter, event: Event) -> FitData:
    """What a fit trains and validates on."""
    named = arguments(event)
    validation = named.get("validation_data")
    pair: Pair | None = None
    if isinstance(validation, Seq) and len(validation.items) >= 2:
        pair = Pair("arrays", validation.items[0], validation.items[1])
    elif validation is not None and not isinstance(validation, Const):
        pair = pair_of(run, validation, None)
    split = number_of(named.get("validation_split"))
    return FitData(event, pair_of(run, named.get("x"), named.get("y")), pair, split or None)


def pair_of(run: Interpreter, x: Value | None, y: Value | None) -> Pair:
    """Inputs and targets out of the first two arguments of fit or evaluate."""
    if x is None:
        return Pair("unknown")
    if y is not None and not (isinstance(y, Const) and y.value is None):
        return Pair("arrays", x, y)
    if isinstance(x, Instance):
        return _own(functions.method(run, x, "__getitem__", [], {}, x.node))
    if isinstance(x, Call) and x.last in _FLOWS:
        return Pair("generator", x, x.arg("y", 1) if x.last == "flow" else None, x)
    if isinstance(x, Call) and x.path == "generator":
        return _own(x.args[0] if x.args else None)
    found = _dataset(run, x, ())
    return found if found is not None else Pair("unknown", x)


def _own(batch: Value | None) -> Pair:
    """Inputs and targets out of the batch that a generator of the script's own makes."""
    if isinstance(batch, Seq) and len(batch.items) >= 2:
        return Pair("own", batch.items[0], batch.items[1])
    return Pair("own")


def _dataset(run: Interpreter, value: Value, chain: tuple[Call, ...]) -> Pair | None:
    if len(chain) > 30:
        return None
    if isinstance(value, Item) and isinstance(value.base, Call):
        value = value.base  # train, validation = image_dataset_from_directory(subset="both")
    if not isinstance(value, Call):
        return None
    if value.last in ("from_tensor_slices", "from_tensors"):
        given = value.arg("tensors", 0)
        if isinstance(given, Seq) and len(given.items) >= 2:
            return Pair("dataset", given.items[0], given.items[1], value, (*chain, value))
        return Pair("dataset", given, None, value, (*chain, value))
    if value.last.endswith("dataset_from_directory"):
        return Pair("dataset", value, None, value, (*chain, value))
    if value.receiver is None:
        return None
    before = _dataset(run, value.receiver, (*chain, value))
    if before is None or value.last in _CHAIN:
        return before
    return _mapped(run, value, before) if value.last == "map" else None


def _mapped(run: Interpreter, call: Call, before: Pair) -> Pair:
    """A dataset after ``map(function)``: the function followed on its elements."""
    function = call.arg("map_func", 0)
    x = before.x or Unknown(call.node)
    elements = [x, before.y if before.y is not None else Unknown(call.node)]
    result: Value | None = None
    if isinstance(function, Function):
        result = functions.call_function(run, function, elements, {}, call.node)
    elif isinstance(function, (Layer, Model)) and call.node is not None:
        result = calls.apply(run, call.node, function, [x], {}, run.module)
    if isinstance(result, Seq) and len(result.items) >= 2:
        y = result.items[1] if before.y is not None else None
        return Pair("dataset", result.items[0], y, before.source, before.chain)
    return Pair("dataset", None, None, before.source, before.chain)
