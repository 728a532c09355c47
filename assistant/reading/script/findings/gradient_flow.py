"""Follows the prediction through a loss function: does a gradient come back, and is a log safe?

Each name stands for a `Flow`: whether it was worked out from the prediction, whether a gradient
passes, and whether it is kept away from zero. Functions of the script are entered.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.reading.script.frame import Frame
from assistant.reading.script.values import Function, Ref

#: operations whose gradient is zero or missing
_STEPWISE = frozenset({"round", "argmax", "argmin", "sign", "floor", "ceil", "greater", "less",
                       "greater_equal", "less_equal", "equal", "not_equal", "rint", "one_hot",
                       "argsort", "in_top_k", "stop_gradient", "logical_and", "logical_or",
                       "logical_not", "py_function", "py_func", "numpy_function", "numpy",
                       "eval", "bincount", "confusion_matrix", "count_nonzero"})  # fmt: skip
#: operations that say something of a tensor's form, not of its values
_FORM = frozenset({"shape", "ndim", "int_shape", "size", "zeros_like", "ones_like", "rank", "len",
                   "print", "assert_equal"})  # fmt: skip
_CHOOSING = frozenset({"where", "switch", "cond"})
_LIMITING = frozenset({"clip", "clip_by_value", "maximum", "epsilon", "softplus", "relu", "exp",
                       "log1p", "expm1"})  # fmt: skip
_LOGARITHMS = frozenset({"log", "log2", "log10"})
_FORM_ATTRIBUTES = frozenset({"shape", "dtype", "ndim"})
_WHOLE = ("int", "uint", "bool")
#: libraries whose functions return plain numbers
_NUMBERS = ("numpy", "sklearn", "scipy", "math", "skimage", "cv2")
_MOST_DEPTH = 4


@dataclass(frozen=True)
class Flow:
    """What is known of one value.

    Args:
        depends: it was worked out from the prediction.
        live: a gradient passes from it to the prediction.
        safe: it is kept away from zero.
        broken: the operation through which no gradient passes.
    """

    depends: bool = False
    live: bool = False
    safe: bool = False
    broken: ast.AST | None = None


_NOTHING = Flow()
PREDICTION = Flow(depends=True, live=True)


@dataclass
class Outcome:
    """What came out of one loss function.

    Args:
        broken: the operation that stops every gradient; None if one passes.
        unsafe: logarithms of something that may be zero.
        judged: pairs of what a call got first and second, for calls of two arguments.
    """

    broken: ast.AST | None = None
    unsafe: list[ast.Call] = field(default_factory=list)
    judged: list[tuple[ast.Call, Flow, Flow]] = field(default_factory=list)


def follow(
    definition: ast.FunctionDef | ast.Lambda, predicted: str, frame: Frame | None
) -> Outcome:
    """Follow a loss function from its parameter `predicted` to what it returns."""
    outcome = Outcome()
    try:
        result = _Follower(frame, outcome, 0).function(definition, {predicted: PREDICTION})
    except RecursionError:  # a formula of a thousand terms, which tells nothing
        return Outcome()
    if result.depends and not result.live:
        outcome.broken = result.broken
    return outcome


class _Follower:
    """One function being followed."""

    def __init__(self, frame: Frame | None, outcome: Outcome, depth: int) -> None:
        self.frame = frame
        self.outcome = outcome
        self.depth = depth
        self.names: dict[str, Flow] = {}
        self.returned: list[Flow] = []

    def function(self, definition: ast.FunctionDef | ast.Lambda, given: dict[str, Flow]) -> Flow:
        self.names = dict(given)
        if isinstance(definition, ast.Lambda):
            return self.value(definition.body)
        self._block(definition.body)
        return _merged(self.returned)

    # -- statements ------------------------------------------------------------------------------

    def _block(self, body: Iterable[ast.stmt]) -> None:
        for statement in body:
            self._statement(statement)

    def _statement(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Return) and node.value is not None:
            self.returned.append(self.value(node.value))
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                self._assign(target, node.value)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            before = self.names.get(node.target.id, _NOTHING)
            self.names[node.target.id] = _both(before, self.value(node.value))
        elif isinstance(node, ast.If):
            before_if = dict(self.names)
            self._block(node.body)
            then, self.names = self.names, before_if
            self._block(node.orelse)
            for name, flow in then.items():
                self.names[name] = _merged([flow, self.names.get(name, _NOTHING)])
        elif isinstance(node, (ast.For, ast.While, ast.With)):
            self._block(node.body)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.names[target.id] = self.value(value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            parts = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
            whole = self.value(value)
            for number, part in enumerate(target.elts):
                if isinstance(part, ast.Name):
                    alike = len(parts) == len(target.elts)
                    self.names[part.id] = self.value(parts[number]) if alike else whole
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            name = target.value.id
            self.names[name] = _both(self.names.get(name, _NOTHING), self.value(value))

    # -- expressions -----------------------------------------------------------------------------

    def value(self, node: ast.expr) -> Flow:
        handler = _HANDLERS.get(type(node))
        if handler is not None:
            return handler(self, node)
        inner = [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
        return _merged([self.value(part) for part in inner])

    def _name(self, node: ast.Name) -> Flow:
        return self.names.get(node.id, _NOTHING)

    def _attribute(self, node: ast.Attribute) -> Flow:
        return _NOTHING if node.attr in _FORM_ATTRIBUTES else self.value(node.value)

    def _compare(self, node: ast.Compare) -> Flow:
        return _stopped(_merged([self.value(p) for p in [node.left, *node.comparators]]), node)

    def _not(self, node: ast.UnaryOp) -> Flow:
        inner = self.value(node.operand)
        return _stopped(inner, node) if isinstance(node.op, (ast.Not, ast.Invert)) else inner

    def _binary(self, node: ast.BinOp) -> Flow:
        left, right = self.value(node.left), self.value(node.right)
        made = _both(left, right)
        if isinstance(node.op, ast.FloorDiv):
            return _stopped(made, node)
        lifted = isinstance(node.op, ast.Add) and (_lifts(node.left) or _lifts(node.right))
        return replace(made, safe=made.safe or lifted)

    def _chosen(self, node: ast.IfExp) -> Flow:
        return _merged([self.value(node.body), self.value(node.orelse)])

    def _function_value(self, node: ast.Lambda) -> Flow:
        return self.value(node.body)

    def _subscript(self, node: ast.Subscript) -> Flow:
        return self.value(node.value)

    def _call(self, node: ast.Call) -> Flow:
        name = called(node)
        args = [self.value(arg) for arg in node.args]
        args += [self.value(keyword.value) for keyword in node.keywords]
        if isinstance(node.func, ast.Attribute) and self._is_value(node.func.value):
            args.insert(0, self.value(node.func.value))
        if len(args) >= 2:
            self.outcome.judged.append((node, args[0], args[1]))
        own = self._own(node, args)
        if own is not None:
            return own
        whole = _merged(args)
        if name in _FORM:
            return _NOTHING
        if name in _CHOOSING and len(args) >= 3:
            choice = _merged(args[1:])
            made = replace(choice, depends=whole.depends, broken=choice.broken or node)
            return made if made.live else replace(made, safe=False)
        if name in _STEPWISE or self._of_numbers(node.func) or _to_whole(node, name):
            return _stopped(whole, node)
        bare = bool(args) and args[-1].depends and not args[-1].safe
        if name in _LOGARITHMS and bare and node not in self.outcome.unsafe:
            self.outcome.unsafe.append(node)
        return replace(whole, safe=name in _LIMITING or (whole.depends and whole.safe))

    def _is_value(self, node: ast.expr) -> bool:
        """Whether a method is called on data and not on a module such as ``K`` or ``tf.math``."""
        while isinstance(node, ast.Attribute):
            node = node.value
        return not isinstance(node, ast.Name) or node.id in self.names

    def _own(self, node: ast.Call, args: list[Flow]) -> Flow | None:
        """A call of a function of the script."""
        if not isinstance(node.func, ast.Name) or self.frame is None or self.depth >= _MOST_DEPTH:
            return None
        found = self.frame.find(node.func.id)
        definition = found.definition if isinstance(found, Function) else None
        if not isinstance(definition, (ast.FunctionDef, ast.Lambda)):
            return None
        names = [arg.arg for arg in definition.args.args]
        given = dict(zip(names, args, strict=False))
        return _Follower(self.frame, self.outcome, self.depth + 1).function(definition, given)

    def _of_numbers(self, func: ast.expr) -> bool:
        root = func
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name) or root.id in self.names:
            return False
        found = self.frame.find(root.id) if self.frame is not None else None
        path = found.path if isinstance(found, Ref) else {"np": "numpy"}.get(root.id, root.id)
        return path.split(".")[0] in _NUMBERS


def called(node: ast.Call) -> str:
    """The last name of what is called."""
    func = node.func
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def _stopped(flow: Flow, node: ast.AST) -> Flow:
    """Behind an operation through which no gradient passes."""
    if not flow.depends:
        return _NOTHING
    return Flow(depends=True, broken=flow.broken or node)


def _both(one: Flow, other: Flow) -> Flow:
    return _merged([one, other])


def _merged(flows: list[Flow]) -> Flow:
    """Several values put together: alive if one is, safe if all that depend are."""
    from_it = [flow for flow in flows if flow.depends]
    if not from_it:
        return _NOTHING
    return Flow(
        depends=True,
        live=any(flow.live for flow in from_it),
        safe=all(flow.safe for flow in from_it),
        broken=next((flow.broken for flow in from_it if flow.broken is not None), None),
    )


def _lifts(node: ast.expr) -> bool:
    """A positive number, or a name that means one: ``eps``, ``smooth``, ``K.epsilon()``."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, (int, float)) and node.value > 0
    if isinstance(node, ast.Call):
        return called(node) == "epsilon"
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return "eps" in name.lower() or "smooth" in name.lower()


def _to_whole(node: ast.Call, name: str) -> bool:
    """``tf.cast(x, tf.int32)``, ``K.cast(x, 'int32')``, ``x.astype(int)``."""
    if name not in ("cast", "astype"):
        return False
    position = 0 if name == "astype" else 1
    given = next((k.value for k in node.keywords if k.arg == "dtype"), None)
    if given is None and position < len(node.args):
        given = node.args[position]
    if isinstance(given, ast.Constant):
        kind = str(given.value)
    else:
        kind = given.attr if isinstance(given, ast.Attribute) else getattr(given, "id", "")
    return kind.startswith(_WHOLE)


_HANDLERS: dict[type[ast.AST], Callable[[_Follower, Any], Flow]] = {
    ast.Name: _Follower._name,
    ast.Attribute: _Follower._attribute,
    ast.Compare: _Follower._compare,
    ast.UnaryOp: _Follower._not,
    ast.BinOp: _Follower._binary,
    ast.IfExp: _Follower._chosen,
    ast.Lambda: _Follower._function_value,
    ast.Subscript: _Follower._subscript,
    ast.Call: _Follower._call,
}
