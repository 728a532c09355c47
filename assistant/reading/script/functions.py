"""Enters the functions and classes of the script itself."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from assistant.reading.script import layers
from assistant.reading.script.frame import Frame
from assistant.reading.script.values import (
    Call,
    Class,
    Const,
    Either,
    Function,
    Instance,
    Layer,
    Model,
    Part,
    Ref,
    Seq,
    Tensor,
    Unknown,
    Value,
)
from assistant.reading.script.vocabulary import role

if TYPE_CHECKING:
    from assistant.reading.script.interpreter import Interpreter

_KERAS_METHODS = frozenset({"__init__", "call", "build", "train_step", "test_step", "get_config"})


def call_function(
    run: Interpreter,
    function: Function,
    args: list[Value],
    kwargs: dict[str, Value],
    node: ast.AST | None,
) -> Value:
    """Follow a function's body with its parameters bound; Unknown if it is already being followed.

    A parameter that is not given and has no default is a name the text does not tell.
    """
    definition = function.definition
    if definition is None:
        return Unknown(node)
    _mark_called(run, function)
    frame = Frame(parent=function.frame, function=function.name)
    _bind_parameters(run, definition, function, args, kwargs, frame)
    result: list[Value] = []

    def follow() -> None:
        if isinstance(definition, ast.Lambda):
            result.append(run.evaluate(definition.body, frame))
        else:
            run.execute(definition.body, frame)

    if not run.enter(definition, follow):
        return Unknown(node, function.name)
    if frame.yields:
        return Call(node, "generator", None, list(frame.yields))
    result += frame.returns
    distinct = [value for value in result if not (isinstance(value, Const) and value.value is None)]
    if not distinct:
        return Const(node, None) if result else Unknown(node)
    return distinct[0] if len(distinct) == 1 else Either(node, distinct)


def _mark_called(run: Interpreter, function: Function) -> None:
    function.called = True
    for known in run.functions:
        if known.definition is function.definition:
            known.called = True


def _bind_parameters(
    run: Interpreter,
    definition: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
    function: Function,
    args: list[Value],
    kwargs: dict[str, Value],
    frame: Frame,
) -> None:
    spec = definition.args
    names = [arg.arg for arg in [*spec.posonlyargs, *spec.args]]
    given = ([function.owner] if function.owner is not None else []) + args
    outer = function.frame or run.module
    defaults = dict(zip(reversed(names), reversed(spec.defaults), strict=False))
    for position, name in enumerate(names):
        if position < len(given):
            frame.names[name] = given[position]
        elif name in kwargs:
            frame.names[name] = kwargs[name]
        elif name in defaults:
            frame.names[name] = run.evaluate(defaults[name], outer)
        else:
            frame.names[name] = Unknown(definition, name)
    for arg, default in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
        if arg.arg in kwargs:
            frame.names[arg.arg] = kwargs[arg.arg]
        else:
            frame.names[arg.arg] = (
                run.evaluate(default, outer) if default else Unknown(definition, arg.arg)
            )
    if spec.vararg:
        frame.names[spec.vararg.arg] = Seq(definition, given[len(names) :], "tuple")
    if spec.kwarg:
        frame.names[spec.kwarg.arg] = Unknown(definition, spec.kwarg.arg)


def define_class(run: Interpreter, node: ast.ClassDef, frame: Frame) -> Class:
    """A class of the script, with what it descends from."""
    cls = Class(node, node.name)
    for base in node.bases:
        value = run.evaluate(base, frame)
        if isinstance(value, Class):
            cls.parents.append(value)
            cls.kind = cls.kind or value.kind
        elif isinstance(value, Ref):
            kind, name = role(value.path)
            if kind == "model":
                cls.kind = "model"
            elif kind == "layer":
                cls.kind = "layer"
            elif name in ("Sequence", "PyDataset"):
                cls.kind = "sequence"
    inner = Frame(parent=frame, function=node.name)
    for statement in node.body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            cls.members[statement.name] = Function(statement, statement, frame)
        elif isinstance(statement, ast.Assign):
            run.execute([statement], inner)
    cls.members.update(inner.names)
    run.classes.append(cls)
    return cls


def instantiate(
    run: Interpreter,
    cls: Class,
    args: list[Value],
    kwargs: dict[str, Value],
    node: ast.AST | None,
) -> Value:
    """Make an instance: a custom layer, a subclassed model with its graph, or a plain object."""
    cls.made = True
    if cls.kind == "layer":
        return layers.custom_layer(run, node, cls.name, args, kwargs)
    instance = Instance(node, cls)
    if cls.kind == "model":
        instance.model = layers.subclass_model(run, node, cls)
    method(run, instance, "__init__", args, kwargs, node)
    if instance.model is not None and _is_graph(cls, args, kwargs):
        layers.set_ends(instance.model, args, kwargs)  # own training step on a functional model
    elif instance.model is not None:
        layer = layers.input_layer(node)
        start = Tensor(node, layer, [])
        result = method(run, instance, "call", [start], {}, node)
        instance.model.input_tensor = start
        if isinstance(result, Tensor):
            instance.model.outputs = [result]
        else:  # its graph cannot be followed: its layers, in no certain order
            instance.model.parts = [
                Part(value, value.node, conditional=True)
                for value in instance.attrs.values()
                if isinstance(value, (Layer, Model))
            ]
    if instance.model is not None:
        method(run, instance, "train_step", [], {}, node)
    return instance


def _is_graph(cls: Class, args: list[Value], kwargs: dict[str, Value]) -> bool:
    """``MyModel(inputs, outputs)``: the class adds methods and leaves the layers to the call."""
    given = [*args, *kwargs.values()]
    return cls.member("call") is None and any(layers.holds_tensor(value) for value in given)


def method(
    run: Interpreter,
    instance: Instance,
    name: str,
    args: list[Value],
    kwargs: dict[str, Value],
    node: ast.AST | None,
) -> Value | None:
    """Call a method of the script's own class, if it has it."""
    found = instance.cls.member(name)
    if not isinstance(found, Function):
        return None
    bound = Function(found.node, found.definition, found.frame, instance)
    found.called = True
    return call_function(run, bound, args, kwargs, node)


def follow_unused_class(run: Interpreter, cls: Class) -> None:
    """A class that the script defines and never makes: follow it with unknown arguments."""
    instance = instantiate(run, cls, [], {}, cls.node)
    if cls.kind == "layer" or not isinstance(instance, Instance):
        return
    for name, found in list(cls.members.items()):
        if isinstance(found, Function) and not found.called and name not in _KERAS_METHODS:
            method(run, instance, name, [], {}, cls.node)
