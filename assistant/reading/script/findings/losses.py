"""Findings about loss functions that the user wrote."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from assistant.reading.script.findings.facts import Facts
from assistant.reading.script.values import Call, Function, Instance, Tensor, Value
from assistant.reading.script.vocabulary import role

_PREDICTED = frozenset({"y_pred", "pred", "preds", "predictions", "predicted", "prediction",
                        "y_hat", "yhat", "output", "outputs", "logits", "y_predict"})  # fmt: skip
_TRUE = frozenset({"y_true", "true", "target", "targets", "labels", "label", "truth", "actual",
                   "y", "gt", "ground_truth"})  # fmt: skip
#: operations whose gradient is zero or missing
_STEPWISE = frozenset({"round", "argmax", "argmin", "sign", "floor", "ceil", "greater", "less",
                       "greater_equal", "less_equal", "equal", "not_equal", "rint", "one_hot",
                       "argsort", "in_top_k"})  # fmt: skip
_TO_NUMPY = frozenset({"numpy", "eval"})
_LIMITING = frozenset({"clip", "clip_by_value", "maximum", "epsilon", "softplus", "relu"})


def find(facts: Facts) -> None:
    """All findings about custom losses."""
    for setup in facts.setups:
        if setup.settings is None:
            continue
        for function in _functions(setup.settings.arg("loss", 1)):
            _judge(facts, function)
    _own_loop(facts)


def _functions(value: Value | None) -> Iterator[ast.FunctionDef | ast.Lambda]:
    """The functions that calculate a loss: itself, a closure, the ``call`` of a Loss class."""
    if isinstance(value, Function) and isinstance(value.definition, (ast.FunctionDef, ast.Lambda)):
        yield value.definition
    elif isinstance(value, Instance):
        call = value.cls.member("call")
        if isinstance(call, Function) and isinstance(call.definition, ast.FunctionDef):
            yield call.definition


def _parameters(definition: ast.FunctionDef | ast.Lambda) -> list[str]:
    names = [arg.arg for arg in definition.args.args]
    return names[1:] if names[:1] == ["self"] else names


def _judge(facts: Facts, definition: ast.FunctionDef | ast.Lambda) -> None:
    names = _parameters(definition)
    if len(names) >= 2:
        swapped = names[0].lower() in _PREDICTED and names[1].lower() in _TRUE
        facts.add("custom-loss-arguments-swapped", swapped, f"({names[0]}, {names[1]})",
                  definition, anchor=definition)  # fmt: skip
    predicted = names[1] if len(names) > 1 else None
    if predicted is None:
        return
    if names[0].lower() in _PREDICTED:
        predicted = names[0]
    derived = _derived_from(definition, predicted)
    broken = next(_without_gradient(definition, derived), None)
    facts.add("custom-loss-not-differentiable", broken is not None, _word(broken),
              broken or definition, anchor=broken)  # fmt: skip
    logs = list(_unsafe(definition, derived))
    facts.add("custom-loss-log-of-zero", bool(logs), len(logs), logs[0] if logs else definition,
              anchor=logs)  # fmt: skip


def _derived_from(definition: ast.FunctionDef | ast.Lambda, name: str) -> set[str]:
    """Names that hold the prediction or something calculated from it and not yet limited."""
    derived = {name}
    body = definition.body if isinstance(definition.body, list) else []
    for statement in body:
        if isinstance(statement, ast.Assign) and _mentions(statement.value, derived):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    limited = bool(_calls(statement.value) & _LIMITING)
                    derived = derived - {target.id} if limited else derived | {target.id}
    return derived


def _mentions(node: ast.AST, names: set[str]) -> bool:
    return any(isinstance(inner, ast.Name) and inner.id in names for inner in ast.walk(node))


def _calls(node: ast.AST) -> set[str]:
    return {_called(inner) for inner in ast.walk(node) if isinstance(inner, ast.Call)}


def _called(node: ast.Call) -> str:
    func = node.func
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def _without_gradient(
    definition: ast.FunctionDef | ast.Lambda, derived: set[str]
) -> Iterator[ast.AST]:
    """Operations on the prediction through which no gradient passes."""
    for node in ast.walk(definition):
        if not isinstance(node, ast.Call):
            continue
        name = _called(node)
        method = isinstance(node.func, ast.Attribute)
        to_numpy = method and (name in _TO_NUMPY or _of_numpy(node.func))
        given: list[ast.AST] = [*node.args, *(keyword.value for keyword in node.keywords)]
        if name in _TO_NUMPY:
            given.append(node.func)
        if (to_numpy or name in _STEPWISE) and any(_mentions(part, derived) for part in given):
            yield node


def _of_numpy(func: ast.expr) -> bool:
    root = func.value if isinstance(func, ast.Attribute) else None
    return isinstance(root, ast.Name) and root.id in ("np", "numpy")


def _unsafe(definition: ast.FunctionDef | ast.Lambda, derived: set[str]) -> Iterator[ast.Call]:
    """Logarithms of the prediction without a floor under it."""
    for node in ast.walk(definition):
        if isinstance(node, ast.Call) and _called(node) == "log" and node.args:
            inside = node.args[0]
            if _mentions(inside, derived) and not _guarded(inside):
                yield node


def _guarded(node: ast.expr) -> bool:
    """``log(p + eps)`` or ``log(clip(p))``."""
    if _calls(node) & _LIMITING:
        return True
    for inner in ast.walk(node):
        if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Add):
            for side in (inner.left, inner.right):
                small = isinstance(side, ast.Constant) and isinstance(side.value, float)
                named = isinstance(side, ast.Name) and "eps" in side.id.lower()
                smooth = isinstance(side, ast.Name) and "smooth" in side.id.lower()
                if small or named or smooth:
                    return True
    return False


def _word(node: ast.AST | None) -> str | None:
    return _called(node) if isinstance(node, ast.Call) else None


def _own_loop(facts: Facts) -> None:
    """``loss_fn(model(x), y)`` in a hand-written training loop."""
    main = facts.main
    for call in facts.run.calls:
        if call.path != "call" or len(call.args) < 2 or not isinstance(call.receiver, Call):
            continue
        if role(call.receiver.path)[0] != "losses" or main is None:
            continue
        first, second = call.args[:2]
        swapped = isinstance(first, Tensor) and not isinstance(second, Tensor)
        right = isinstance(second, Tensor) and not isinstance(first, Tensor)
        if swapped or right:
            facts.add("custom-loss-arguments-swapped", swapped, None, call, anchor=call)
