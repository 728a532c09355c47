"""Puts together what belongs together: a model, its compile, its fits."""

from __future__ import annotations

from assistant.reading.script.frame import Event
from assistant.reading.script.head import find_head
from assistant.reading.script.interpreter import Interpreter
from assistant.reading.script.network import Builder, Names, network_of
from assistant.reading.script.rates import Assigned, assigned_rates, later_rate
from assistant.reading.script.settings import is_loss_call
from assistant.reading.script.setup import Setup
from assistant.reading.script.trainable import frozen_at, members
from assistant.reading.script.values import Attr, Call, Model, Ref, Tensor, Unknown, Value
from assistant.reading.script.vocabulary import role

FITS = ("fit", "fit_generator", "train_on_batch")
#: running number behind all that happens in a script
LAST = 10**9
#: events on layers and optimizers, which are no models
_OF_PARTS = ("trainable", "set-rate")
#: arguments of ``fit`` that no other library's ``fit`` has
_KERAS_FIT = frozenset({"epochs", "nb_epoch", "validation_data", "validation_split", "callbacks",
                        "steps_per_epoch"})  # fmt: skip


def resolve(run: Interpreter) -> None:
    """Give the events on names that are never bound the model they most likely mean.

    A fragment defines ``get_model`` and goes on with ``model.fit``: the nearest model defined
    above, under the same name if there is one, is meant.
    """
    tops = top_models(run)
    for event in run.events:
        model = run.model_of(event.target)
        if model is not None:
            event.target = model
        elif isinstance(event.target, (Unknown, Attr)) and event.kind not in _OF_PARTS:
            meant = _meant(event, tops)
            if meant is not None:
                event.target = meant
    _unseen(run)


def _unseen(run: Interpreter) -> None:
    """A model whose making the script does not show, told by a compile or a fit as Keras has it."""
    groups: dict[object, list[Event]] = {}
    for event in run.events:
        if not isinstance(event.target, Model) and event.kind not in _OF_PARTS:
            key = getattr(event.target, "name", "") or id(event.target)
            groups.setdefault(key, []).append(event)
    for events in groups.values():
        if not any(map(_of_keras, events)):
            continue
        target = events[0].target
        model = Model(target.node, "Unseen", name=getattr(target, "name", ""))
        run.models.append(model)
        for event in events:
            event.target = model
            if event.call is not None:
                event.call.receiver = model


def _of_keras(event: Event) -> bool:
    """Whether a call is one that only a Keras model takes."""
    if event.call is None:
        return False
    if event.kind == "fit":
        return bool(_KERAS_FIT & set(event.call.kwargs))
    compiles = event.kind == "compile" and bool({"optimizer", "loss"} & set(event.call.kwargs))
    return compiles or event.kind == "fit_generator"


def _meant(event: Event, tops: list[Model]) -> Model | None:
    name = getattr(event.target, "name", "")
    line = getattr(event.node, "lineno", 0)
    same = [model for model in tops if model.name == name] or tops
    above = [model for model in same if getattr(model.node, "lineno", 0) <= line]
    if above:
        return max(above, key=lambda model: getattr(model.node, "lineno", 0))
    return same[0] if len(same) == 1 else None


def top_models(run: Interpreter) -> list[Model]:
    """Models that are not part of another one; bare published networks only if nothing else."""
    own = [model for model in run.models if model.kind not in ("Base", "Loaded")]
    inner = {id(part) for outer in own for part in members(outer)}
    tops = [model for model in own or run.models if id(model) not in inner]
    known = {id(model) for model in tops}
    targets = {id(event.target) for event in run.events if event.kind in ("compile", *FITS)}
    return tops + [m for m in run.models if id(m) in targets and id(m) not in known]


def setups(run: Interpreter) -> tuple[Setup, ...]:
    """Every model of a script in every phase in which it is compiled or fitted."""
    names, rates = Names(run.layers), assigned_rates(run)
    made: list[Setup] = []
    happened: dict[int, list[Event]] = {}
    for event in run.events:
        happened.setdefault(id(event.target), []).append(event)
    for model in top_models(run):
        own = happened.get(id(model), [])
        compiles = [event for event in own if event.kind == "compile"]
        fits = [event for event in own if event.kind in FITS]
        if not compiles:
            made.append(make_setup(run, names, rates, model, None, fits, LAST))
        for number, compiled in enumerate(compiles):
            later = compiles[number + 1].order if number + 1 < len(compiles) else LAST
            trained = [fit for fit in fits if compiled.order < fit.order < later]
            made.append(make_setup(run, names, rates, model, compiled, trained, compiled.order))
    return tuple(made)


def make_setup(
    run: Interpreter,
    names: Names,
    rates: tuple[Assigned, ...],
    model: Model,
    compiled: Event | None,
    fits: list[Event],
    order: int,
) -> Setup:
    """One model in one phase: as it stands at running number `order`."""
    if model.order > order:  # a fragment: its helper stands apart from its compile
        order = LAST
    builder = Builder(names, frozen_at(run.events, order), order)
    placed = builder.layers(model)
    head = find_head(model, placed, builder)
    settings = compiled.call if compiled else _own_loop(run, model)
    network = network_of(model, builder, head, settings)
    if compiled is None:
        network = network.with_(compiled=False)
    later = None
    if compiled is not None and settings is not None:
        later = later_rate(rates, model, settings.arg("optimizer", 0), compiled, fits)
    if later is not None:
        network = network.with_(learning_rate=later.rate)
    return Setup(model, network, tuple(placed), head, compiled, tuple(fits), settings, later)


def _own_loop(run: Interpreter, model: Model) -> Call | None:
    """Loss and optimizer of a hand-written training loop, in the form of a compile."""
    losses = [call for call in run.calls if is_loss_call(call) and _sees(call, model)]
    steps = [call for call in run.calls if call.last in ("apply_gradients", "minimize")]
    optimizers = [call.receiver for call in steps if _is(call.receiver, "optimizer")]
    if not losses or not optimizers or optimizers[0] is None:
        return None
    loss = losses[0].receiver or Ref(losses[0].node, losses[0].path)
    settings: dict[str, Value] = {"loss": loss, "optimizer": optimizers[0]}
    return Call(losses[0].node, ".own-loop", model, [], settings)


def _is(value: Value | None, kind: str) -> bool:
    return isinstance(value, Call) and role(value.path)[0] == kind


def _sees(call: Call, model: Model) -> bool:
    return any(isinstance(arg, Tensor) and arg.maker is model for arg in call.args)


def main_setup(all_setups: tuple[Setup, ...]) -> Setup | None:
    """The one a question is about: the first that is compiled and fitted, else the fullest."""
    for wanted in (
        [s for s in all_setups if s.compiled and s.trained],
        [s for s in all_setups if s.settings and s.network.loss],
        [s for s in all_setups if s.compiled],
        [s for s in all_setups if s.trained],
    ):
        if wanted:
            return wanted[0]
    return max(all_setups, key=lambda s: len(s.placed), default=None)
