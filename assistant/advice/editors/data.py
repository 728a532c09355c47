"""Finds where a model's data stand in a script, and puts statements where they change them."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from assistant.advice.editing import CannotSplice, Editing
from assistant.reading.script.arguments import arguments, written
from assistant.reading.script.frame import Event
from assistant.reading.script.pairs import Pair, pair_of
from assistant.reading.script.values import Call, Seq

_USES = ("fit", "fit_generator", "train_on_batch", "evaluate", "evaluate_generator", "predict",
         "predict_generator", "predict_classes", "predict_proba")  # fmt: skip

_NAMES = {"train": "x_train", "validation": "x_val", "evaluation": "x_test"}


@dataclass(frozen=True)
class Use:
    """One place where data go into the model.

    Args:
        role: train, validation, evaluation or prediction.
        event: the fit, evaluate or predict.
        pair: what goes in.
        x: the expression of the inputs; None where a generator or dataset is given.
        y: the expression of the targets, where there is one.
    """

    role: str
    event: Event
    pair: Pair
    x: ast.expr | None = None
    y: ast.expr | None = None


def uses(edit: Editing) -> list[Use]:
    """Every place where data go into the main model, training first."""
    found: list[Use] = []
    for event in edit.facts.events(*_USES):
        found += list(_of_event(edit, event))
    return sorted(found, key=lambda use: use.role != "train")


def _of_event(edit: Editing, event: Event) -> list[Use]:
    named = arguments(event)
    pair = pair_of(edit.facts.run, named.get("x"), named.get("y"))
    role = "train"
    if event.kind.startswith("evaluate"):
        role = "evaluation"
    elif event.kind.startswith("predict"):
        role = "prediction"
    found = [Use(role, event, pair, written(event, "x"), written(event, "y"))]
    node = written(event, "validation_data")
    value = named.get("validation_data")
    if isinstance(value, Seq) and isinstance(node, (ast.Tuple, ast.List)) and len(node.elts) >= 2:
        inner = Pair("arrays", value.items[0], value.items[1])
        found.append(Use("validation", event, inner, node.elts[0], node.elts[1]))
    elif node is not None and value is not None:
        inner = pair_of(edit.facts.run, value, None)
        found.append(Use("validation", event, inner, node, None))
    return found


def training_use(edit: Editing) -> Use:
    """The data of the first fit.

    Raises:
        CannotSplice: the script shows no fit.
    """
    for use in uses(edit):
        if use.role == "train" and use.x is not None:
            return use
    raise CannotSplice("advice-no-fit")


def binding_statement(edit: Editing, name: str, before: ast.AST) -> ast.stmt | None:
    """The last statement above a place, outside loops, that binds a name; None if not shown."""
    line = getattr(before, "lineno", 0)
    scope = _scope(edit, before)
    found: ast.stmt | None = None
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign) and node.lineno < line:
            targets = [n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name)]
        elif isinstance(node, ast.AugAssign) and node.lineno < line:
            targets = [node.target.id] if isinstance(node.target, ast.Name) else []
        else:
            continue
        later = found is None or node.lineno > found.lineno
        if name in targets and later and not _in_loop(edit, node, scope):
            found = node
    return found


def _scope(edit: Editing, node: ast.AST) -> ast.AST:
    """The function (or module) in which a node stands."""
    at: ast.AST | None = node
    while at is not None and not isinstance(at, (ast.FunctionDef, ast.AsyncFunctionDef)):
        at = edit.parent(at)
    return at or edit.facts.tree


def _in_loop(edit: Editing, node: ast.AST, scope: ast.AST) -> bool:
    at = edit.parent(node)
    while at is not None and at is not scope:
        if isinstance(at, (ast.For, ast.While, ast.FunctionDef, ast.If)):
            return True
        at = edit.parent(at)
    return False


def outermost(edit: Editing, node: ast.AST) -> ast.stmt:
    """The statement of the same function or module, outside every loop, that holds a node."""
    scope = _scope(edit, node)
    at = edit.statement(node)
    while True:
        outer = edit.parent(at)
        if outer is None or outer is scope or not isinstance(outer, ast.stmt):
            return at
        if isinstance(outer, (ast.FunctionDef, ast.ClassDef)):
            return at
        at = outer


@dataclass(frozen=True)
class Place:
    """Where new statements on an array go: behind or before a statement.

    ``shown``: the script shows how the array comes about.
    """

    statement: ast.stmt
    behind: bool
    shown: bool

    @property
    def line(self) -> int:
        last = self.statement.end_lineno or self.statement.lineno
        return last if self.behind else self.statement.lineno - 1


def place_for(edit: Editing, name: str, use: Use) -> Place:
    """The place for statements on an array: behind the one that binds it, or before its first use.

    The place behind the binding is taken only where nothing in between reads the values: labels
    calculated from the inputs must not change with them.

    Raises:
        CannotSplice: the array comes about where no statement can be put.
    """
    node = use.x if use.x is not None else use.event.node
    bound = binding_statement(edit, name, node)
    if bound is not None and not _read_between(edit, name, bound, node):
        return Place(bound, behind=True, shown=True)
    inside = _binding_in_loop(edit, name, node)
    if bound is None and inside is not None:
        return Place(inside, behind=True, shown=True)
    outer = outermost(edit, node)
    if bound is None and _bound_below(edit, name, outer):
        raise CannotSplice("advice-inputs-unknown")
    return Place(outer, behind=False, shown=bound is not None)


def before_fit(edit: Editing, use: Use, *names: str) -> ast.stmt:
    """The statement before which arrays can be changed together: the fit, or the loop around it.

    Raises:
        CannotSplice: one of them is made only inside that loop.
    """
    outer = outermost(edit, use.event.node)
    if any(_bound_below(edit, name, outer) for name in names):
        raise CannotSplice("advice-inputs-unknown")
    return outer


def put(edit: Editing, place: Place, lines: list[str]) -> None:
    """Put statements at a place."""
    if place.behind:
        edit.insert_after(place.statement, *lines)
    else:
        edit.insert_before(place.statement, *lines)


def put_lines(edit: Editing, name: str, use: Use, lines: list[str]) -> bool:
    """Put statements on an array where `place_for` says; returns whether its binding is shown."""
    place = place_for(edit, name, use)
    put(edit, place, lines)
    return place.shown


def _stores(edit: Editing, name: str) -> list[ast.Name]:
    return [
        node
        for node in ast.walk(edit.facts.tree)
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
    ]


def _binding_in_loop(edit: Editing, name: str, use: ast.AST) -> ast.stmt | None:
    """An assignment in the same loop that makes the array anew at every turn."""
    block = edit.block(edit.statement(use))
    for statement in reversed(block):
        if not isinstance(statement, ast.Assign) or statement.lineno >= edit.statement(use).lineno:
            continue
        targets = {n.id for t in statement.targets for n in ast.walk(t) if isinstance(n, ast.Name)}
        read = {n.id for n in ast.walk(statement.value) if isinstance(n, ast.Name)}
        if name in targets:
            return statement if name not in read else None
    return None


def _bound_below(edit: Editing, name: str, place: ast.stmt) -> bool:
    """Whether a name is bound, but nowhere above a place of the same function or module."""
    scope = _scope(edit, place)
    parameters = getattr(scope, "args", None)
    if parameters is not None and any(arg.arg == name for arg in ast.walk(parameters)
                                      if isinstance(arg, ast.arg)):  # fmt: skip
        return False
    stores = [node for node in _stores(edit, name) if _scope(edit, node) is scope]
    return bool(stores) and all(node.lineno >= place.lineno for node in stores)


def _read_between(edit: Editing, name: str, bound: ast.stmt, use: ast.AST) -> bool:
    """Whether statements between a binding and a use read an array's values, not just its shape."""
    first, last = bound.end_lineno or bound.lineno, outermost(edit, use).lineno
    for node in ast.walk(edit.facts.tree):
        if not isinstance(node, ast.Name) or node.id != name or not first < node.lineno < last:
            continue
        outer = edit.parent(node)
        if isinstance(outer, ast.Attribute) and outer.attr in ("shape", "ndim", "dtype", "size"):
            continue
        if isinstance(outer, ast.Call) and getattr(outer.func, "id", "") in ("len", "print"):
            continue
        return True
    return False


def in_array(
    edit: Editing, use: Use, template: str, done: set[str], behind: ast.stmt | None = None
) -> None:
    """A statement behind the array's binding; an expression in place gets the formula itself.

    Args:
        behind: a statement that gives what the template needs its value.
    """
    name = array_of(use.x)
    if use.x is None:
        raise CannotSplice("advice-inputs-unknown")
    if name is None:
        if isinstance(use.x, ast.Call):
            raise CannotSplice("advice-inputs-unknown")
        text = edit.text(use.x)
        plain = isinstance(use.x, ast.Subscript)  # binds tighter than any operator
        edit.replace(use.x, template.format(x=text if plain else f"({text})"))
        return
    if name in done:
        return
    done.add(name)
    place = place_for(edit, name, use)
    if behind is not None:
        place = _not_above(edit, place, behind)
    put(edit, place, [f"{name} = {template.format(x=name)}"])
    shown = place.shown
    hidden = not shown and edit.facts.tracer.trace(use.pair.x).opaque
    if hidden and edit.known("inputs-scaled") is not False:
        edit.ask("inputs-scaled")


def _not_above(edit: Editing, place: Place, behind: ast.stmt) -> Place:
    """The place itself, or that behind a statement which a template needs to have run."""
    home = _scope(edit, behind)
    if home is _scope(edit, place.statement):
        below = place.line >= (behind.end_lineno or behind.lineno)
        return place if below else Place(behind, behind=True, shown=place.shown)
    if home is edit.facts.tree:
        return place
    raise CannotSplice("advice-inputs-unknown")


def generator_call(pair: Pair) -> ast.Call | None:
    """The ``ImageDataGenerator(...)`` behind a flow, or None."""
    maker = pair.source.receiver if pair.source is not None else None
    if isinstance(maker, Call) and maker.last == "ImageDataGenerator":
        return maker.node if isinstance(maker.node, ast.Call) else None
    return None


def name_of(node: ast.expr | None) -> str | None:
    """A plain name; None for any other expression."""
    return node.id if isinstance(node, ast.Name) else None


def array_of(node: ast.expr | None) -> str | None:
    """The name of an array that is given whole or as a part: ``x``, ``x[:800]``.

    ``data["x"]`` is an array of its own that has no name yet.
    """
    if isinstance(node, ast.Subscript):
        keyed = isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)
        return None if keyed else name_of(node.value)
    return name_of(node)


def give_name(edit: Editing, use: Use) -> tuple[str, str]:
    """A name for inputs that stand as an expression, put in its place; and the line that binds it.

    Raises:
        CannotSplice: there is no expression, or it is no plain array.
    """
    if not isinstance(use.x, ast.Subscript):
        raise CannotSplice("advice-inputs-unknown")
    name = edit.free(_NAMES.get(use.role, "x_new"))
    line = f"{name} = {edit.text(use.x)}"
    edit.replace(use.x, name)
    return name, line
