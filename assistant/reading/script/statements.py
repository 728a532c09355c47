"""Follows statements. Each handler returns True when the statement ends its block."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from assistant.reading.script import binding, functions
from assistant.reading.script.frame import Frame, Loop
from assistant.reading.script.values import (
    Binary,
    Call,
    Const,
    Either,
    Function,
    Ref,
    Seq,
    Tensor,
    Unknown,
    Value,
)
from assistant.reading.script.vocabulary import canonical

if TYPE_CHECKING:
    from assistant.reading.script.interpreter import Interpreter

#: a loop over a known list is unrolled up to this length
_UNROLL = 64
#: methods that mark a loop over epochs, folds or settings: its body is followed once
_TRAINING = frozenset(
    {"fit", "fit_generator", "train_on_batch", "evaluate", "compile", "apply_gradients"}
)


def _assign(run: Interpreter, node: ast.Assign, frame: Frame) -> bool:
    value = run.evaluate(node.value, frame)
    for target in node.targets:
        binding.bind(run, target, value, frame)
    return False


def _annotated(run: Interpreter, node: ast.AnnAssign, frame: Frame) -> bool:
    if node.value is not None:
        binding.bind(run, node.target, run.evaluate(node.value, frame), frame)
    return False


def _augmented(run: Interpreter, node: ast.AugAssign, frame: Frame) -> bool:
    left = run.evaluate(node.target, frame)
    right = run.evaluate(node.value, frame)
    value = binding.combine(node, type(node.op), left, right)
    if isinstance(value, Binary):
        value.inplace = True
    if isinstance(left, Seq) and isinstance(right, Seq):
        value = Seq(node, [*left.items, *right.items], left.kind, left.many or right.many)
    binding.bind(run, node.target, value, frame)
    return False


def _expression(run: Interpreter, node: ast.Expr, frame: Frame) -> bool:
    value = run.evaluate(node.value, frame)
    dropped = isinstance(value, Tensor) and value.node is node.value
    if isinstance(value, Tensor) and dropped and _from_tensor(value):
        run.unused.append(value)
    return False


def _from_tensor(value: Tensor) -> bool:
    return any(isinstance(given, Tensor) for given in value.inputs)


def _return(run: Interpreter, node: ast.Return, frame: Frame) -> bool:
    frame.returns.append(run.evaluate(node.value, frame) if node.value else Const(node, None))
    return True


def _ends(run: Interpreter, node: ast.stmt, frame: Frame) -> bool:
    return True


def _if(run: Interpreter, node: ast.If, frame: Frame) -> bool:
    test = run.evaluate(node.test, frame)
    if _is_main(node.test):
        return run.execute(node.body, frame)
    if isinstance(test, Const):
        return run.execute(node.body if test.value else node.orelse, frame)
    before = dict(frame.names)
    with run.condition():
        ended = run.execute(node.body, frame)
        then = frame.names
        frame.names = dict(before)
        ended_else = run.execute(node.orelse, frame)
    frame.names = _merge(node, then, frame.names, ended, ended_else)
    return ended and ended_else and bool(node.orelse)


def _is_main(test: ast.expr) -> bool:
    left = test.left if isinstance(test, ast.Compare) else None
    return isinstance(left, ast.Name) and left.id == "__name__"


def _merge(
    node: ast.AST, then: dict[str, Value], other: dict[str, Value], left: bool, right: bool
) -> dict[str, Value]:
    """The names after an open condition: what both branches agree on, else one of two values."""
    if left != right:  # one branch returned: what follows belongs to the other
        return other if left else then
    merged = dict(other)
    for name, value in then.items():
        beside = other.get(name)
        if beside is None or beside is value or _equal(value, beside):
            merged[name] = value
        else:
            merged[name] = Either(node, [value, beside])
    return merged


def _equal(one: Value, other: Value) -> bool:
    return isinstance(one, Const) and isinstance(other, Const) and one.value == other.value


def _for(run: Interpreter, node: ast.For | ast.AsyncFor, frame: Frame) -> bool:
    iterable = run.evaluate(node.iter, frame)
    items = binding.items_of(run, iterable)
    loop = Loop(node, iterable, len(items) if items is not None else binding.count_of(iterable))
    with run.loop(loop):
        if items is not None and len(items) <= _UNROLL and not _trains(node):
            for item in items:
                binding.bind(run, node.target, item, frame)
                if run.execute(node.body, frame):
                    break
        else:
            only = items[0] if items is not None and len(items) == 1 else None
            binding.bind(run, node.target, only or binding.element_of(node, iterable), frame)
            run.execute(node.body, frame)
    run.execute(node.orelse, frame)
    return False


def _trains(node: ast.AST) -> bool:
    return any(
        isinstance(inner, ast.Attribute) and inner.attr in _TRAINING for inner in ast.walk(node)
    )


def _while(run: Interpreter, node: ast.While, frame: Frame) -> bool:
    run.evaluate(node.test, frame)
    with run.loop(Loop(node)):
        run.execute(node.body, frame)
    run.execute(node.orelse, frame)
    return False


def _with(run: Interpreter, node: ast.With | ast.AsyncWith, frame: Frame) -> bool:
    for item in node.items:
        value = run.evaluate(item.context_expr, frame)
        if item.optional_vars is not None:
            binding.bind(run, item.optional_vars, value, frame)
    return run.execute(node.body, frame)


def _try(run: Interpreter, node: ast.Try, frame: Frame) -> bool:
    ended = run.execute(node.body, frame)
    for handler in node.handlers:
        names = dict(frame.names)
        with run.condition():
            run.execute(handler.body, frame)
        # What failed is the exception: the names keep what the body gave them.
        frame.names = {**frame.names, **names}
    ended = run.execute(node.orelse, frame) or ended
    return run.execute(node.finalbody, frame) or ended


def _function(run: Interpreter, node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame) -> bool:
    function = Function(node, node, frame)
    run.functions.append(function)
    frame.bind(node.name, function)
    return False


def _class(run: Interpreter, node: ast.ClassDef, frame: Frame) -> bool:
    frame.bind(node.name, functions.define_class(run, node, frame))
    return False


def _import(run: Interpreter, node: ast.Import, frame: Frame) -> bool:
    for alias in node.names:
        if alias.asname:
            frame.bind(alias.asname, Ref(node, canonical(alias.name)))
        else:
            root = alias.name.split(".")[0]
            frame.bind(root, Ref(node, canonical(root)))
    return False


def _import_from(run: Interpreter, node: ast.ImportFrom, frame: Frame) -> bool:
    if node.level or not node.module:
        for alias in node.names:
            frame.bind(alias.asname or alias.name, Unknown(node, alias.name))
        return False
    for alias in node.names:
        if alias.name != "*":
            path = canonical(f"{node.module}.{alias.name}")
            frame.bind(alias.asname or alias.name, Ref(node, path))
    return False


def _global(run: Interpreter, node: ast.Global | ast.Nonlocal, frame: Frame) -> bool:
    frame.outer.update(node.names)
    return False


def _delete(run: Interpreter, node: ast.Delete, frame: Frame) -> bool:
    for target in node.targets:
        if isinstance(target, ast.Subscript):
            base = run.evaluate(target.value, frame)
            new = Call(node, "delitem", base, order=run.next_order())
            binding.bind(run, target.value, new, frame)
    return False


Handler = Callable[["Interpreter", Any, Frame], bool]
HANDLERS: dict[type[ast.AST], Handler] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Expr: _expression,
    ast.Return: _return,
    ast.Raise: _ends,
    ast.Break: _ends,
    ast.Continue: _ends,
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Global: _global,
    ast.Nonlocal: _global,
    ast.Delete: _delete,
}
