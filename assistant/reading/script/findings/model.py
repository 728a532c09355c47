"""Findings about the network itself, by the rules that the model-file reader and probes share."""

from __future__ import annotations

import ast

from assistant.reading.script.arguments import argument_node
from assistant.reading.script.findings.facts import Facts
from assistant.reading.script.ranges import painted
from assistant.reading.script.setup import Setup
from assistant.reading.script.values import Tensor, Value
from probes.network.contradictions import contradictions

#: losses after which a linear last layer makes a regression
_ERRORS = ("mean_squared_error", "mean_absolute_error", "huber", "log_cosh")


#: as in `arrays.labels.is_black_and_white`
WHITE, FEW = 239, 4
#: bundled data sets and loaders of pictures
_PICTURES = frozenset(
    {
        "mnist",
        "fashion_mnist",
        "cifar10",
        "cifar100",
        "flow_from_directory",
        "flow_from_dataframe",
        "image_dataset_from_directory",
    }
)


def find(facts: Facts) -> None:
    """Contradictions of every model that is trained, and the context of the main one."""
    low, high = _label_range(facts)
    for setup in facts.setups:
        main = facts.main is not None and setup.model is facts.main.model
        if not main and not setup.trained:
            continue
        places = _Places(facts, setup)
        drawn = contradictions(
            setup.network,
            classes=facts.labels.classes if main else None,
            label_form=facts.labels.form if main else None,
            target_rank=facts.labels.rank if main else None,
            label_min=low if main else None,
            label_max=high if main else None,
            source="script",
            where=places,
        )
        for finding in drawn:
            # Of another model only what is wrong with it is worth saying.
            if main or finding.present:
                facts.put(finding)
    if facts.main is not None:
        _context(facts, facts.main)
        _masks(facts, facts.main)


def _masks(facts: Facts, main: Setup) -> None:
    """The numbers that the script itself writes into its masks."""
    target = facts.fit.train.y if facts.fit is not None else None
    numbers = painted(target)
    if not numbers or (main.network.output_rank or 0) < 4:
        return
    white = max(numbers)
    grey = min(numbers) == 0 and WHITE <= white <= 255 and len(numbers) <= FEW
    facts.add("mask-values-0-255", grey, white, target)


def _label_range(facts: Facts) -> tuple[float | None, float | None]:
    """The range of the labels: of class numbers as drawn, of continuous targets only if far out.

    A range worked out from the text is wider than the data; only targets well beyond 0..1 or -1..1
    are taken for out of reach of a bounded output.
    """
    labels = facts.labels
    low, high = labels.minimum, labels.maximum
    if low is None or high is None:
        return None, None
    if labels.form == "continuous" and low >= -1.5 and high <= 1.5:
        return None, None
    return low, high


class _Places:
    """Line and words of a part of a model."""

    def __init__(self, facts: Facts, setup: Setup) -> None:
        self.facts = facts
        self.setup = setup

    def __call__(self, part: str) -> tuple[int | None, str] | None:
        node = self._node(part)
        if node is None:
            return None
        return getattr(node, "lineno", None), self.facts.source.quote(node)

    def _node(self, part: str) -> ast.AST | None:
        setup = self.setup
        if part == "output":
            return setup.head.layer.node if setup.head.layer else None
        if part.startswith("layer:"):
            placed = setup.place(part.removeprefix("layer:"))
            return placed.node if placed else None
        settings = setup.settings
        if settings is None:
            return None
        if part == "optimizer" and setup.later_rate is not None:
            return setup.later_rate.node or setup.later_rate.value.node
        position = {"optimizer": 0, "loss": 1, "metrics": 2}.get(part)
        written = argument_node(settings.node, part, position=position)
        if part == "optimizer" and isinstance(written, ast.Name):
            return _made_at(settings.arg("optimizer", 0)) or written
        return _with_name(settings.node, part, written)


def _with_name(call: ast.AST | None, part: str, written: ast.expr | None) -> ast.AST | None:
    """``loss='mse'`` rather than ``'mse'`` where it is written by name."""
    keywords = call.keywords if isinstance(call, ast.Call) else []
    return next((keyword for keyword in keywords if keyword.value is written), written)


def _made_at(value: Value | None) -> ast.AST | None:
    return value.node if value is not None and hasattr(value.node, "lineno") else None


def _context(facts: Facts, setup: Setup) -> None:
    net = setup.network
    compiled = setup.settings.node if setup.settings else None
    if net.loss:
        facts.add("loss-name", True, net.loss, compiled)
    if net.optimizer:
        facts.add("optimizer-name", True, net.optimizer, compiled)
    if net.learning_rate is not None:
        facts.add("learning-rate", True, net.learning_rate, compiled)
    if net.pretrained_base:
        base = next((p for p in setup.placed if p.record.kind == net.pretrained_base), None)
        facts.add("pretrained-base", True, net.pretrained_base, base.node if base else None)
    elif _all_known(setup) and not facts.events("load_weights", "set_weights"):
        facts.add("pretrained-base", False)
    if facts.labels.form:
        facts.add("label-form", True, facts.labels.form, facts.labels.told_by)
    if facts.labels.classes:
        facts.add("class-count", True, facts.labels.classes, facts.labels.told_by)
    if setup.placed:
        inside = bool(net.scaling_inside)
        facts.add("normalisation-inside", True, inside, None)
    norm = next((p for p in setup.placed if p.record.kind == "BatchNormalization"), None)
    if norm is not None:
        facts.add("batch-normalisation", True, True, norm.node)
    elif _all_known(setup) and not net.pretrained_base and not net.custom:
        facts.add("batch-normalisation", False)
    task = _task(facts, setup)
    if task:
        facts.add("task", True, task, compiled)
    kind = _input_kind(facts, setup)
    if kind:
        facts.add("input-kind", True, kind, setup.placed[0].node if setup.placed else None)


def _all_known(setup: Setup) -> bool:
    """Whether no layer is hidden from the text, so that a base would have been seen."""
    return bool(setup.placed) and not any(
        placed.value is None
        or placed.record.kind in ("KerasLayer", "unknown")
        or (placed.tensor and not all(isinstance(one, Tensor) for one in placed.tensor.inputs))
        for placed in setup.placed
    )


def _task(facts: Facts, setup: Setup) -> str | None:
    """What the network is asked to do, where loss, output and labels leave no doubt."""
    net = setup.network
    fit = facts.fit
    if fit is not None and fit.train.x is not None and fit.train.x is fit.train.y:
        return "autoencoder"
    loss, rank = net.loss or "", net.output_rank
    classes = "crossentropy" in loss
    if rank == 4 and classes:
        return "segmentation"
    if rank == 3 and "categorical" in loss and facts.labels.rank != 1:
        return "sequence-labelling"
    if facts.labels.form == "multi-hot":
        return "multi-label"
    if facts.labels.form == "continuous":
        return "regression"
    if facts.labels.form in ("integers", "one-hot", "binary") or "categorical" in loss:
        return "classification"
    if loss.startswith("binary") and net.output_units == 1 and rank in (2, None):
        return "classification"
    if loss in _ERRORS and net.output_activation == "linear" and rank in (2, None):
        return "regression"
    return None


def _input_kind(facts: Facts, setup: Setup) -> str | None:
    fit = facts.fit
    if fit is not None and fit.train.x is not None:
        for root in facts.tracer.trace(fit.train.x).roots:
            if root.kind == "image" or root.name in _PICTURES:
                return "image"
    kinds = [placed.record.kind for placed in setup.own]
    if not kinds:
        return None
    if any(kind.startswith(("Conv2D", "Convolution2D", "SeparableConv2D")) for kind in kinds):
        return "image"
    if setup.network.pretrained_base and setup.network.pretrained_base != "unnamed":
        return "image"
    if "Embedding" in kinds or "TextVectorization" in kinds:
        return "tokens"
    if any(kind in ("LSTM", "GRU", "SimpleRNN", "Bidirectional", "Conv1D") for kind in kinds):
        return "sequence"
    shape = setup.network.input_shape
    return "tabular" if shape is not None and len(shape) == 1 and "Dense" in kinds else None
