"""Editors of what ``compile`` is given: loss, optimizer, learning rate, metrics."""

from __future__ import annotations

import ast

from assistant.advice.editing import CannotSplice, Editing
from assistant.advice.editors.callbacks import drop_callback
from assistant.advice.editors.of_output import own_entry, set_of_compile
from assistant.advice.imports import use
from assistant.reading.script.arguments import argument_node, keyword_of
from assistant.reading.script.settings import rate_value
from assistant.reading.script.values import Call, Const, Ref, Value, number_of
from assistant.reading.script.vocabulary import role
from probes.change import Change
from probes.saved.keras_names import DEFAULT_RATES, loss_name, optimizer_name

_CATEGORICAL = ("categorical_crossentropy", "sparse_categorical_crossentropy")
#: class names that do not follow from the function name
_LOSS_CLASSES = {"kl_divergence": "KLDivergence"}
_ABBREVIATED = {"mse": "mse", "mae": "mae"}


def set_loss(edit: Editing, change: Change) -> None:
    """The loss, as a string where that says all, as an object where logits are meant."""
    settings = edit.setup.settings
    wanted = change.args.get("loss")
    logits = change.args.get("from_logits")
    if settings is None:
        raise CannotSplice("advice-no-compile")
    name = loss_name(str(wanted)) if wanted is not None else edit.setup.network.loss
    if name is None:
        raise CannotSplice("advice-loss-unknown")
    if wanted is not None:
        name = _by_labels(edit, name)
        logits = bool(logits)
    shown = str(wanted) if wanted in _ABBREVIATED else name
    value = settings.arg("loss", 1)
    if settings.path == ".own-loop":
        _own_loop(edit, value, name, logits)
        return
    call = edit.compile_call()
    written = own_entry(edit, "loss", 1) or argument_node(call, "loss", position=1)
    if logits:
        _as_object(edit, written, value, name)
    elif wanted is None and isinstance(value, Call) and isinstance(value.node, ast.Call):
        edit.remove_keyword(value.node, "from_logits")
    elif edit.setup.network.loss != name or edit.setup.network.from_logits:
        set_of_compile(edit, "loss", edit.style.quote(shown, like=written), 1)


def _by_labels(edit: Editing, name: str) -> str:
    """Sparse or plain cross-entropy as the labels are written; a question where that is open."""
    if name not in _CATEGORICAL:
        return name
    form = edit.known("label-form")
    if form == "one-hot":
        return "categorical_crossentropy"
    if form in ("integers", "binary"):
        return "sparse_categorical_crossentropy"
    edit.ask("label-form")
    return name


def _class_of(name: str) -> str:
    return _LOSS_CLASSES.get(name) or "".join(part.title() for part in name.split("_"))


def _as_object(edit: Editing, written: ast.expr | None, value: Value | None, name: str) -> None:
    if (
        isinstance(value, Call)
        and isinstance(value.node, ast.Call)
        and (loss_name(value.last) == name)
    ):
        edit.set_keyword(value.node, "from_logits", "True")
        return
    like = value.node if isinstance(value, Call) else None
    text = f"{use(edit, f'keras.losses.{_class_of(name)}', like)}(from_logits=True)"
    if written is None:
        edit.add_argument(edit.compile_call(), f"loss={text}")
    else:
        set_of_compile(edit, "loss", text, 1)


def _own_loop(edit: Editing, value: Value | None, name: str, logits: object) -> None:
    """A loss object made for a training loop of one's own."""
    if not isinstance(value, Call) or not isinstance(value.node, ast.Call):
        raise CannotSplice("advice-loss-unknown")
    node = value.node
    if loss_name(value.last) != name:
        edit.replace(node.func, use(edit, f"keras.losses.{_class_of(name)}", node))
    if logits:
        edit.set_keyword(node, "from_logits", "True")
    else:
        edit.remove_keyword(node, "from_logits")


def set_optimizer(edit: Editing, change: Change) -> None:
    """Another optimizer, at its usual rate or a given one."""
    name = optimizer_name(str(change.args.get("name", "")))
    rate = change.args.get("learning_rate")
    value = _optimizer_value(edit)
    usual = rate is None or DEFAULT_RATES.get(name) == rate
    _drop_later_rate(edit)
    written = argument_node(edit.compile_call(), "optimizer", position=0)
    if isinstance(value, Call) and isinstance(value.node, ast.Call):
        made = use(edit, f"keras.optimizers.{name}", value.node)
        given = "" if usual else f"{_rate_word(value.node)}={figure(rate)}"
        edit.replace(value.node, f"{made}({given})")
    elif usual:
        text = edit.style.quote(name.lower(), like=written)
        edit.set_keyword(edit.compile_call(), "optimizer", text, position=0)
    else:
        made = use(edit, f"keras.optimizers.{name}", _ref_node(value))
        text = f"{made}(learning_rate={figure(rate)})"
        edit.set_keyword(edit.compile_call(), "optimizer", text, position=0)


def _optimizer_value(edit: Editing) -> Value | None:
    settings = edit.setup.settings
    if settings is None:
        raise CannotSplice("advice-no-compile")
    return settings.arg("optimizer", 0)


def _ref_node(value: Value | None) -> ast.AST | None:
    return value.node if isinstance(value, Ref) else None


def _rate_word(call: ast.Call) -> str:
    """``lr`` where the script writes it so, as an old Keras needs it."""
    return "lr" if keyword_of(call, "lr") is not None else "learning_rate"


def figure(number: object) -> str:
    """A rate as people write it: 0.001, 1e-05."""
    return f"{float(number):g}" if isinstance(number, (int, float)) else str(number)


def set_learning_rate(edit: Editing, change: Change) -> None:
    """Another rate for the optimizer as it stands."""
    value = _optimizer_value(edit)
    rate = _wanted_rate(edit, change)
    later = edit.setup.later_rate
    if later is not None and later.node is not None and isinstance(later.value.node, ast.expr):
        edit.replace(later.value.node, rate)  # what is set last is in force
        return
    _drop_later_rate(edit)
    if isinstance(value, Call) and isinstance(value.node, ast.Call):
        _rate_in_call(edit, value, rate)
        return
    name = edit.setup.network.optimizer
    if name is None:
        raise CannotSplice("advice-optimizer-unknown")
    made = use(edit, f"keras.optimizers.{name}", _ref_node(value))
    text = f"{made}(learning_rate={rate})"
    edit.set_keyword(edit.compile_call(), "optimizer", text, position=0)


def _drop_later_rate(edit: Editing) -> None:
    """Take out what would override the rate: an assignment, or a scheduler of epochs alone."""
    later = edit.setup.later_rate
    if later is None:
        return
    if later.node is not None:
        edit.remove(edit.statement(later.node))
    elif not drop_callback(edit, later.value.node):
        raise CannotSplice("advice-schedule-unknown")


def _wanted_rate(edit: Editing, change: Change) -> str:
    rate = change.args.get("learning_rate")
    if rate is None:
        present = edit.setup.network.learning_rate
        factor = change.args.get("factor")
        if present is None or not isinstance(factor, (int, float)):
            raise CannotSplice("advice-rate-unknown", "learning-rate")
        rate = present * factor
    return figure(rate)


def _rate_in_call(edit: Editing, value: Call, rate: str) -> None:
    node = value.node
    if not isinstance(node, ast.Call):
        raise CannotSplice("advice-optimizer-unknown")
    given = rate_value(value)
    if isinstance(given, Call) and role(given.path)[0] == "schedule":
        if not isinstance(given.node, ast.Call):
            raise CannotSplice("advice-schedule-unknown")
        edit.set_keyword(given.node, "initial_learning_rate", rate, position=0)
        return
    written = argument_node(node, "learning_rate", "lr", position=0)
    constant = _constant_behind(edit, written, given)
    if constant is not None:
        edit.replace(constant, rate)
    else:
        edit.set_keyword(node, "learning_rate", rate, "lr", position=0)


def _constant_behind(
    edit: Editing, written: ast.expr | None, value: Value | None
) -> ast.AST | None:
    """``LR = 0.5`` at the top, where that name is used for nothing else."""
    if not isinstance(written, ast.Name) or not isinstance(value, Const) or value.node is None:
        return None
    uses = [
        node
        for node in ast.walk(edit.facts.tree)
        if isinstance(node, ast.Name) and node.id == written.id and isinstance(node.ctx, ast.Load)
    ]
    plain = isinstance(value.node, (ast.Constant, ast.UnaryOp)) and number_of(value) is not None
    return value.node if len(uses) == 1 and plain else None


def drop_schedule(edit: Editing, change: Change) -> None:
    """A constant rate in place of a schedule: its callback, its object, or ``decay``."""
    anchors = edit.facts.anchors.get("learning-rate-schedule-collapses", [])
    value = _optimizer_value(edit)
    done = False
    for callback in anchors:
        done = drop_callback(edit, getattr(callback, "node", None)) or done
    if isinstance(value, Call) and isinstance(value.node, ast.Call):
        given = rate_value(value)
        if isinstance(given, Call) and role(given.path)[0] == "schedule":
            start = number_of(given.arg("initial_learning_rate", 0))
            rate = figure(start if start is not None else 0.001)
            edit.set_keyword(value.node, "learning_rate", rate, "lr", position=0)
            done = True
        elif keyword_of(value.node, "decay") is not None:
            edit.remove_keyword(value.node, "decay")
            done = True
    if not done:
        raise CannotSplice("advice-schedule-unknown")


def set_metrics(edit: Editing, change: Change) -> None:
    """The list of metrics."""
    call = edit.compile_call()
    names = [str(name) for name in change.args.get("metrics") or []]
    written = own_entry(edit, "metrics", 2) or argument_node(call, "metrics", position=2)
    if not names and edit.output is not None:
        set_of_compile(edit, "metrics", "[]", 2)
        return
    if not names:
        edit.remove_keyword(call, "metrics")
        return
    first = written.elts[0] if isinstance(written, (ast.List, ast.Tuple)) and written.elts else None
    text = ", ".join(edit.style.quote(name, like=first) for name in names)
    brackets = "()" if isinstance(written, ast.Tuple) and len(names) > 1 else "[]"
    set_of_compile(edit, "metrics", f"{brackets[0]}{text}{brackets[1]}", 2)
