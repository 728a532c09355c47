"""Findings about loss functions that the user wrote."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from assistant.reading.script.findings.facts import Facts
from assistant.reading.script.findings.gradient_flow import called, follow
from assistant.reading.script.frame import Frame
from assistant.reading.script.settings import is_loss_call
from assistant.reading.script.values import (
    Call,
    Function,
    Instance,
    Map,
    Ref,
    Seq,
    Tensor,
    Value,
)
from assistant.reading.script.vocabulary import canonical, role

_PREDICTED = frozenset({"y_pred", "pred", "preds", "predictions", "predicted", "prediction",
                        "y_hat", "yhat", "output", "outputs", "logits", "y_predict"})  # fmt: skip
_TRUE = frozenset({"y_true", "true", "target", "targets", "labels", "label", "truth", "actual",
                   "y", "gt", "ground_truth"})  # fmt: skip


def find(facts: Facts) -> None:
    """All findings about custom losses."""
    for setup in facts.setups:
        if setup.settings is None:
            continue
        for function, frame in _functions(setup.settings.arg("loss", 1)):
            _judge(facts, function, frame)
    _own_loop(facts)


def _functions(
    value: Value | None,
) -> Iterator[tuple[ast.FunctionDef | ast.Lambda, Frame | None]]:
    """The functions that calculate a loss: itself, a closure, the ``call`` of a Loss class."""
    if isinstance(value, Function) and isinstance(value.definition, (ast.FunctionDef, ast.Lambda)):
        yield value.definition, value.frame
    elif isinstance(value, Instance):
        call = value.cls.member("call")
        if isinstance(call, Function) and isinstance(call.definition, ast.FunctionDef):
            yield call.definition, call.frame
    elif isinstance(value, (Seq, Map)):
        for item in value.items if isinstance(value, Seq) else value.items.values():
            yield from _functions(item)


def _parameters(definition: ast.FunctionDef | ast.Lambda) -> list[str]:
    names = [arg.arg for arg in definition.args.args]
    return names[1:] if names[:1] == ["self"] else names


def _judge(facts: Facts, definition: ast.FunctionDef | ast.Lambda, frame: Frame | None) -> None:
    names = _parameters(definition)
    if len(names) < 2:
        return
    swapped = names[0].lower() in _PREDICTED and names[1].lower() in _TRUE
    facts.add("custom-loss-arguments-swapped", swapped, f"({names[0]}, {names[1]})",
              definition, anchor=definition)  # fmt: skip
    predicted = names[0] if names[0].lower() in _PREDICTED else names[1]
    outcome = follow(definition, predicted, frame)
    facts.add("custom-loss-not-differentiable", outcome.broken is not None,
              _word(outcome.broken), outcome.broken or definition,
              anchor=outcome.broken)  # fmt: skip
    logs = outcome.unsafe
    facts.add("custom-loss-log-of-zero", bool(logs), len(logs), logs[0] if logs else definition,
              anchor=logs)  # fmt: skip
    for call, first, second in outcome.judged:
        if _is_loss(frame, call.func) and first.depends != second.depends:
            facts.add("custom-loss-arguments-swapped", first.depends, None, call, anchor=call)


def _is_loss(frame: Frame | None, func: ast.expr) -> bool:
    """Whether a call goes to a loss function of Keras: ``keras.losses.mse``."""
    parts: list[str] = []
    while isinstance(func, ast.Attribute):
        parts.insert(0, func.attr)
        func = func.value
    found = frame.find(func.id) if frame is not None and isinstance(func, ast.Name) else None
    path = canonical(".".join([found.path, *parts])) if isinstance(found, Ref) else ""
    kind, last = role(path)
    return kind == "losses" and last[:1].islower()


def _word(node: ast.AST | None) -> str | None:
    return called(node) if isinstance(node, ast.Call) else None


def _own_loop(facts: Facts) -> None:
    """``loss_fn(model(x), y)`` in a hand-written training loop or ``train_step``."""
    for call in facts.run.calls:
        if len(call.args) < 2 or not is_loss_call(call):
            continue
        first, second = (_predicted(value) for value in call.args[:2])
        if first != second:
            facts.add("custom-loss-arguments-swapped", first, None, call, anchor=call)


def _predicted(value: Value) -> bool:
    return isinstance(value, Tensor) or (isinstance(value, Call) and value.path == "forward")
