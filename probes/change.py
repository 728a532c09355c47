"""A change to a training set-up, as data.

The same `Change` is spliced into the user's script (`assistant.advice`), applied to a clone of the
model (`experiments.trial`) and written out as lines where there is no script, so what is proved is
what is shown. Standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from probes.finding import Scalar

#: operation -> the arguments it takes, each with what it means
OPERATIONS: dict[str, dict[str, str]] = {
    "set-output": {
        "units": "number, or 'classes' for the number of classes in the labels",
        "activation": "name of an activation; 'linear' for none",
    },
    "set-loss": {"loss": "Keras name of the loss", "from_logits": "true or false"},
    "set-optimizer": {"name": "Keras name of the optimizer", "learning_rate": "positive number"},
    "set-learning-rate": {
        "learning_rate": "positive number",
        "factor": "multiply the present rate",
    },
    "drop-schedule": {},
    "scale-inputs": {
        "how": "divide-255 | minus-one-to-one | standardise-features | standardise-samples | none"
        " | as-training (validation and prediction get what training gets)"
    },
    "use-preprocessing": {
        "family": "'base' to take that of the pretrained base, or caffe | tf | torch | none"
    },
    "convert-labels": {
        "to": "integers | one-hot | from-zero | zero-one | float-column | standardised | divide-255"
    },
    "set-hidden-activation": {
        "activation": "activation for every hidden layer that has none, or for all",
        "which": "linear | saturating | recurrent | all",
    },
    "set-initializer": {
        "kernel": "Keras name of the kernel initializer",
        "bias": "of the bias one",
    },
    "set-dropout": {"rate": "0 up to 1; 0 removes the layers"},
    "set-regularization": {"l2": "0 removes it"},
    "set-trainable": {"value": "true or false", "which": "all | base | output"},
    "set-metrics": {"metrics": "list of Keras metric names; empty removes them"},
    "add-batch-normalization": {"where": "hidden"},
    "set-batch-normalization": {"momentum": "0 up to 1", "training": "auto"},
    "fill-missing-inputs": {"how": "drop-rows | zero"},
    "set-batch-size": {"batch_size": "positive integer"},
    "set-fit": {"argument": "name of an argument of fit", "value": "its value; null removes it"},
    "set-generator": {
        "argument": "class_mode | label_mode | shuffle | rescale | seed | ...",
        "value": "its value; null removes it",
        "which": "training | validation | evaluation | all",
    },
    "separate-validation-generator": {},
    "set-monitor": {"name": "a key of the logs, such as val_loss"},
    "shuffle-before-split": {},
    "shuffle-together": {},
    "reset-per-fold": {},
    "recompile-after-trainable": {},
    "build-before-load": {},
    "remove-layers": {
        "kind": "class name of the layers to take out",
        "where": "after-output | all",
    },
    "widen-layer": {"units": "positive integer", "layer": "name, or 'narrowest'"},
    "return-sequences": {"value": "true or false"},
    "set-embedding": {"input_dim": "number, or 'max-id-plus-one'", "mask_zero": "true or false"},
    "call-base-in-inference": {},
    "use-layer-result": {},
    "true-division": {},
    "move-axes": {},
    "pair-kernel": {},
    "transform-only": {},
    "fit-tokenizer-once": {},
    "decode-predictions": {},
    "swap-loss-arguments": {},
    "clip-loss": {},
    "keep-samples-apart": {},
    "weigh-classes": {},
    "drop-unlabelled-rows": {},
    "drop-augmentation": {},
    "set-precision": {"policy": "float32"},
    "sort-vocabulary": {},
    "modernise-api": {},
    "show-lines": {"lines": "code with placeholders, shown as a sketch and never spliced"},
}

#: operations on the code around a model; a trial on a saved model cannot carry them out
SCRIPT_ONLY: frozenset[str] = frozenset(
    {
        "drop-schedule",
        "set-generator",
        "separate-validation-generator",
        "set-monitor",
        "shuffle-before-split",
        "shuffle-together",
        "reset-per-fold",
        "recompile-after-trainable",
        "build-before-load",
        "use-layer-result",
        "true-division",
        "move-axes",
        "pair-kernel",
        "transform-only",
        "fit-tokenizer-once",
        "decode-predictions",
        "swap-loss-arguments",
        "clip-loss",
        "keep-samples-apart",
        "weigh-classes",
        "drop-unlabelled-rows",
        "drop-augmentation",
        "set-precision",
        "sort-vocabulary",
        "modernise-api",
        "show-lines",
    }
)


@dataclass(frozen=True)
class Change:
    """One operation with its arguments, such as ``set-output(units='classes')``.

    Raises:
        ValueError: for an operation or an argument that `OPERATIONS` does not name.
    """

    op: str
    args: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.op not in OPERATIONS:
            raise ValueError(f"unknown change {self.op!r}")
        for name in self.args:
            if name not in OPERATIONS[self.op]:
                raise ValueError(f"change {self.op!r} takes no {name!r}")

    def to_dict(self) -> dict[str, Any]:
        return {"op": self.op, **self.args}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Change:
        return cls(str(data["op"]), {k: v for k, v in data.items() if k != "op"})


def resolve(change: Change, context: Mapping[str, Scalar]) -> Change:
    """Replace symbolic arguments by what is known of the case.

    ``units: classes`` takes ``class-count`` from `context`; what is not known stays symbolic.
    """
    args = dict(change.args)
    if args.get("units") == "classes" and context.get("class-count") is not None:
        args["units"] = int(context["class-count"])  # type: ignore[arg-type]
    return Change(change.op, args)


def keep_logits(changes: Sequence[Change], from_logits: bool | None) -> list[Change]:
    """The changes of one cure, a new cross-entropy reading raw outputs where they stay raw.

    Args:
        changes: operations carried out together.
        from_logits: whether the present loss reads raw outputs.
    """
    activated = any(c.op == "set-output" and c.args.get("activation") for c in changes)
    if not from_logits or activated:
        return list(changes)
    return [
        Change(c.op, {**c.args, "from_logits": True}) if _names_cross_entropy(c) else c
        for c in changes
    ]


def _names_cross_entropy(change: Change) -> bool:
    named = change.op == "set-loss" and "from_logits" not in change.args
    return named and "crossentropy" in str(change.args.get("loss", ""))
