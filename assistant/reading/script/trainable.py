"""Which parts of a model are frozen at a given moment."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.reading.script.frame import Event
from assistant.reading.script.layers import model_in
from assistant.reading.script.values import Const, Layer, Member, Model, Tensor, Value


@dataclass
class Frozen:
    """The trainable flags after a number of events.

    ``flags`` holds the flag of each layer or model by identity; ``partly`` the models of which only
    some layers were set; ``open`` those set under a condition or to a value that is not known.
    """

    flags: dict[int, bool] = field(default_factory=dict)
    partly: set[int] = field(default_factory=set)
    open: set[int] = field(default_factory=set)

    def of(self, value: Value, default: bool = True) -> bool:
        return self.flags.get(id(value), default)


def frozen_at(events: list[Event], order: int) -> Frozen:
    """The flags as they stand just before the event with this running number."""
    state = Frozen()
    for event in events:
        if event.order >= order:
            break
        if event.kind == "trainable":
            _apply(state, event)
    return state


def _apply(state: Frozen, event: Event) -> None:
    target, value = event.target, event.value
    known = isinstance(value, Const) and isinstance(value.value, (bool, int))
    if isinstance(target, Member):
        if target.partial or event.conditional:
            state.partly.add(id(target.model))
        if not known:
            state.open.add(id(target.model))
        elif not target.partial and not event.conditional:
            set_all(state, target.model, bool(value.value))  # type: ignore[union-attr]
        return
    model = model_in(target)
    owner = model if model is not None else target
    if event.conditional or not known:
        state.open.add(id(owner))
        return
    flag = bool(value.value)  # type: ignore[union-attr]
    if model is not None:
        set_all(state, model, flag)
    elif isinstance(target, Layer):
        state.flags[id(target)] = flag


def set_all(state: Frozen, model: Model, flag: bool) -> None:
    """Set a model and everything in it, as Keras does."""
    state.flags[id(model)] = flag
    state.partly.discard(id(model))
    for value in members(model):
        if isinstance(value, Model):
            set_all(state, value, flag)
        else:
            state.flags[id(value)] = flag


def members(model: Model) -> list[Layer | Model]:
    """The layers and nested models of a model."""
    found: list[Layer | Model] = [
        part.value for part in model.parts if isinstance(part.value, (Layer, Model))
    ]
    waiting = [tensor for tensor in model.outputs if isinstance(tensor, Tensor)]
    seen: set[int] = set()
    while waiting:
        tensor = waiting.pop()
        if id(tensor) in seen:
            continue
        seen.add(id(tensor))
        if isinstance(tensor.maker, (Layer, Model)) and tensor.maker is not model:
            found.append(tensor.maker)
        waiting += [given for given in tensor.inputs if isinstance(given, Tensor)]
    return found


def contains(outer: Model, inner: Value, depth: int = 0) -> bool:
    """Whether a layer or model is part of a model."""
    if outer is inner:
        return True
    if depth > 8:
        return False
    return any(
        value is inner or (isinstance(value, Model) and contains(value, inner, depth + 1))
        for value in members(outer)
    )
