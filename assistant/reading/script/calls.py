"""What a call stands for: a layer, a model, a tensor, the result of a helper, or data."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from assistant.reading.script import binding, expressions, functions, layers, pythonic
from assistant.reading.script.frame import Frame
from assistant.reading.script.trace_calls import is_random
from assistant.reading.script.values import (
    Attr,
    Call,
    Class,
    Const,
    Either,
    Function,
    Instance,
    Layer,
    Map,
    Member,
    Model,
    Part,
    Ref,
    Seq,
    Tensor,
    Unknown,
    Value,
    options,
    text_of,
)
from assistant.reading.script.vocabulary import MODEL_METHODS, PARAMETERS, role

if TYPE_CHECKING:
    from assistant.reading.script.interpreter import Interpreter

#: libraries whose objects are no Keras models, "" for methods of data
_NO_MODELS = frozenset({"", "sklearn", "numpy", "pandas", "scipy", "builtins", "setitem", "xgboost",
                        "lightgbm", "catboost", "statsmodels", "torch", "re"})  # fmt: skip


def call(run: Interpreter, node: ast.Call, frame: Frame) -> Value:
    """Follow one call."""
    func = node.func
    if isinstance(func, ast.Attribute):
        base = run.evaluate(func.value, frame)
        if not isinstance(base, Ref):
            return _method(run, node, base, func.attr, frame)
        callee: Value = expressions.attribute(run, func, base, func.attr)
    else:
        callee = run.evaluate(func, frame)
    args, kwargs = _arguments(run, node, frame)
    return apply(run, node, callee, args, kwargs, frame)


def _arguments(
    run: Interpreter, node: ast.Call, frame: Frame
) -> tuple[list[Value], dict[str, Value]]:
    args: list[Value] = []
    for part in node.args:
        if isinstance(part, ast.Starred):
            inner = run.evaluate(part.value, frame)
            args += binding.items_of(run, inner) or [Unknown(part)]
        else:
            args.append(run.evaluate(part, frame))
    kwargs: dict[str, Value] = {}
    for keyword in node.keywords:
        value = run.evaluate(keyword.value, frame)
        if keyword.arg is not None:
            kwargs[keyword.arg] = value
        elif isinstance(value, Map):
            kwargs.update({str(key): given for key, given in value.items.items()})
    return args, kwargs


def apply(
    run: Interpreter,
    node: ast.AST,
    callee: Value,
    args: list[Value],
    kwargs: dict[str, Value],
    frame: Frame,
) -> Value:
    """The result of calling a value."""
    if isinstance(callee, Ref):
        return _library(run, node, callee, args, kwargs, frame)
    if isinstance(callee, (Layer, Model)):
        return layers.call_layer(run, node, callee, args, kwargs)
    if isinstance(callee, Instance):
        return _call_instance(run, node, callee, args, kwargs)
    if isinstance(callee, Function):
        return functions.call_function(run, callee, args, kwargs, node)
    if isinstance(callee, Call) and callee.path == "functools.partial" and callee.args:
        given = {**callee.kwargs, **kwargs}
        return apply(run, node, callee.args[0], [*callee.args[1:], *args], given, frame)
    if isinstance(callee, Call):  # an object that is called, such as a loss
        return remember(run, Call(node, "call", callee, args, kwargs))
    if isinstance(callee, Class):
        return functions.instantiate(run, callee, args, kwargs, node)
    if isinstance(callee, Either):
        known = [o for o in options(callee) if isinstance(o, (Layer, Model, Function))]
        if known:
            return apply(run, node, known[0], args, kwargs, frame)
    tensors = [arg for arg in args if layers.holds_tensor(arg)]
    if tensors:
        return Tensor(node, "op:unknown", args)
    name = getattr(callee, "name", "")
    return remember(run, Call(node, f"?{name}", None, args, kwargs))


def _call_instance(
    run: Interpreter, node: ast.AST, callee: Instance, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    if callee.model is not None and any(layers.holds_tensor(arg) for arg in args):
        return layers.call_layer(run, node, callee.model, args, kwargs)
    if callee.model is not None:
        return remember(run, Call(node, "forward", callee.model, args, kwargs))
    return remember(run, Call(node, f"?{callee.cls.name}", None, args, kwargs))


def remember(run: Interpreter, made: Call) -> Call:
    """Keep a call that is not looked into, for the facts drawn later."""
    made.order = run.next_order()
    made.loops = run.loops
    run.calls.append(made)
    return made


def _library(
    run: Interpreter,
    node: ast.AST,
    callee: Ref,
    args: list[Value],
    kwargs: dict[str, Value],
    frame: Frame,
) -> Value:
    path = callee.path
    kind, name = role(path)
    if kind == "layer":
        return layers.make_layer(run, node, name, args, kwargs)
    if kind == "input":
        return layers.make_input(run, node, args, kwargs)
    if kind == "model":
        return layers.make_model(run, node, name, args, kwargs, frame)
    if kind == "merge":
        made = layers.make_layer(run, node, name, [], kwargs)
        return layers.call_layer(run, node, made, args, {})
    if kind == "application":
        return layers.make_base(run, node, name, args, kwargs, frame)
    if kind == "load_model":
        model = layers.new_model(run, node, "Loaded", frame)
        model.args = dict(zip(("filepath",), args, strict=False)) | kwargs
        return model
    if kind == "clone_model" and args and isinstance(args[0], Model):
        return layers.clone(run, node, args[0], frame)
    if path.startswith("builtins."):
        done = pythonic.builtin(run, node, name, args, kwargs)
        if done is not None:
            return done
    if any(layers.holds_tensor(arg) for arg in [*args, *kwargs.values()]):
        if kind == "losses":
            remember(run, Call(node, path, None, args, kwargs))
        return layers.call_operation(node, path, args, kwargs)
    result = remember(run, Call(node, path, None, args, kwargs))
    if path in ("numpy.random.shuffle", "random.shuffle"):
        _shuffle_in_place(run, node, result, frame)
    return result


def _shuffle_in_place(run: Interpreter, node: ast.AST, made: Call, frame: Frame) -> None:
    """``np.random.shuffle(x)``: from here on the name stands for the shuffled data."""
    given = node.args[0] if isinstance(node, ast.Call) and node.args else None
    if isinstance(given, (ast.Name, ast.Attribute)) and made.args:
        shuffled = Call(node, "shuffled", None, list(made.args), order=made.order, loops=made.loops)
        binding.bind(run, given, shuffled, frame)


def _method(run: Interpreter, node: ast.Call, base: Value, name: str, frame: Frame) -> Value:
    """``base.name(...)`` where the base is no library."""
    if isinstance(base, Either):
        chosen = [o for o in options(base) if isinstance(o, (Model, Instance))]
        base = next((m for m in chosen if isinstance(m, Model) and m.parts), base)
        base = chosen[0] if isinstance(base, Either) and chosen else base
    args, kwargs = _arguments(run, node, frame)
    model = run.model_of(base)
    if isinstance(base, Instance):
        found = expressions.attribute(run, node, base, name)
        if isinstance(found, (Function, Layer, Model, Instance, Class)):
            return apply(run, node, found, args, kwargs, frame)
    if model is not None:
        return _of_model(run, node, model, name, args, kwargs, frame)
    if name in MODEL_METHODS and _may_be_model(base, name):
        return _of_unknown_model(run, node, base, name, args, kwargs, frame)
    done = pythonic.method(node, base, name, args, uncertain=run.conditions > 0)
    if done is not None:
        return done
    if isinstance(base, Tensor):
        return Tensor(node, f"op:.{name}", [base, *args])
    if any(layers.holds_tensor(arg) for arg in args):
        return Tensor(node, f"op:.{name}", args)
    made = remember(run, Call(node, f".{name}", base, args, kwargs))
    if name == "shuffle" and is_random(base):
        _shuffle_in_place(run, node, made, frame)
    return made


def _may_be_model(base: Value, name: str) -> bool:
    """Whether something that is not looked into may be a model of which ``name`` is a method."""
    if isinstance(base, Call):  # build_model() of a module that is not shown
        return name in PARAMETERS and base.path.split(".")[0] not in _NO_MODELS
    return isinstance(base, (Unknown, Attr))


def _of_unknown_model(
    run: Interpreter,
    node: ast.Call,
    base: Value,
    name: str,
    args: list[Value],
    kwargs: dict[str, Value],
    frame: Frame,
) -> Value:
    """A method of something the script does not show, which by its name may be a model."""
    made = remember(run, Call(node, f".{name}", base, args, kwargs))
    if name == "add" and args and isinstance(args[0], (Layer, Model)):
        # A fragment that goes on with a model begun elsewhere.
        model = layers.new_model(run, node, "Sequential", frame)
        model.parts.append(Part(args[0], node, True, run.next_order()))
        model.name = getattr(base, "name", "")
        if isinstance(node.func, ast.Attribute):
            binding.bind(run, node.func.value, model, frame)
    elif name != "add":
        run.note_event(name, base, node, frame, made)
    return made


def _of_model(
    run: Interpreter,
    node: ast.Call,
    model: Model,
    name: str,
    args: list[Value],
    kwargs: dict[str, Value],
    frame: Frame,
) -> Value:
    made = Call(node, f".{name}", model, args, kwargs)
    if name == "add" and args:
        model.parts.append(Part(args[0], node, run.conditions > 0, run.next_order()))
        return Const(node, None)
    if name == "pop" and model.parts:
        model.parts.pop()
    elif name == "get_layer":
        return _named_layer(node, model, made)
    elif name in MODEL_METHODS:
        remember(run, made)
        run.note_event(name, model, node, frame, made)
        return made
    return remember(run, made)


def _named_layer(node: ast.AST, model: Model, made: Call) -> Value:
    wanted = text_of(made.arg("name", 0))
    for part in model.parts:
        if (
            isinstance(part.value, Layer)
            and wanted
            and text_of(part.value.args.get("name")) == (wanted)
        ):
            return part.value
    return Member(node, model, partial=True)


def output_of(node: ast.AST, model: Model) -> Tensor:
    """``model.output``: for a graph its last tensor, else a tensor that the model makes."""
    if model.kind == "Functional" and len(model.outputs) == 1:
        output = model.outputs[0]
        if isinstance(output, Tensor):
            return output
    return Tensor(node, model, [input_of(node, model)])


def input_of(node: ast.AST, model: Model) -> Tensor:
    if model.input_tensor is None:
        given = next((tensor for tensor in model.inputs if isinstance(tensor, Tensor)), None)
        layer = Layer(node, "InputLayer", {k: v for k, v in model.args.items() if "shape" in k})
        model.input_tensor = given or Tensor(node, layer, [])
    return model.input_tensor


__all__ = ["Seq", "apply", "call", "input_of", "output_of", "remember"]
