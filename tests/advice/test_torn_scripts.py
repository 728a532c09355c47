"""Every operation on scripts cut off at any line: no exception, and a diff that fits."""

from __future__ import annotations

import pytest

from assistant.advice import splice
from assistant.reading.script import read_script
from probes.change import Change
from tests.advice.patching import apply_diff
from tests.script.examples import Example, examples
from tests.script.notebooks import notebook

CHANGES = [
    Change("set-output", {"units": "classes", "activation": "softmax"}),
    Change("set-output", {"activation": "linear"}),
    Change("set-loss", {"loss": "binary_crossentropy", "from_logits": True}),
    Change("set-optimizer", {"name": "adam", "learning_rate": 0.002}),
    Change("set-learning-rate", {"factor": 0.1}),
    Change("drop-schedule"),
    Change("set-metrics", {"metrics": ["mae"]}),
    *[
        Change("scale-inputs", {"how": how})
        for how in (
            "divide-255",
            "standardise-features",
            "standardise-samples",
            "none",
            "as-training",
        )
    ],
    Change("use-preprocessing", {"family": "base"}),
    Change("use-preprocessing", {"family": "caffe"}),
    *[Change("convert-labels", {"to": to}) for to in ("integers", "one-hot", "standardised")],
    Change("set-hidden-activation", {"activation": "relu", "which": "all"}),
    Change("set-initializer", {"kernel": "he_normal"}),
    Change("set-dropout", {"rate": 0}),
    Change("set-regularization", {"l2": 0}),
    Change("set-trainable", {"value": True, "which": "base"}),
    Change("set-trainable", {"value": False, "which": "all"}),
    Change("add-batch-normalization"),
    Change("set-batch-normalization", {"momentum": 0.9, "training": "auto"}),
    Change("fill-missing-inputs", {"how": "drop-rows"}),
    Change("set-batch-size", {"batch_size": 16}),
    Change("set-fit", {"argument": "epochs", "value": 7}),
    Change("set-generator", {"argument": "class_mode", "value": "sparse", "which": "all"}),
    Change("separate-validation-generator"),
    Change("set-monitor", {"name": "val_loss"}),
    Change("shuffle-before-split"),
    Change("shuffle-together"),
    Change("reset-per-fold"),
    Change("recompile-after-trainable"),
    Change("build-before-load"),
    Change("remove-layers", {"kind": "Dropout", "where": "all"}),
    Change("widen-layer", {"units": 64, "layer": "narrowest"}),
    Change("return-sequences", {"value": True}),
    Change("set-embedding", {"input_dim": "max-id-plus-one"}),
    Change("call-base-in-inference"),
    Change("use-layer-result"),
    Change("true-division"),
    Change("move-axes"),
    Change("pair-kernel"),
    Change("transform-only"),
    Change("fit-tokenizer-once"),
    Change("decode-predictions"),
    Change("swap-loss-arguments"),
    Change("clip-loss"),
    Change("keep-samples-apart"),
    Change("weigh-classes"),
    Change("drop-unlabelled-rows"),
    Change("drop-augmentation"),
    Change("set-precision", {"policy": "float32"}),
    Change("sort-vocabulary"),
    Change("modernise-api"),
]


def check(text: str, filename: str) -> int:
    """Carry every change out; how many could be applied."""
    reading = read_script(text, filename=filename)
    applied = 0
    for change in CHANGES:
        edit = splice(reading, [change])
        assert edit.applied or edit.reason
        if not edit.applied:
            continue
        applied += 1
        assert apply_diff(text, edit.patch) == edit.after
        again = read_script(edit.after, filename=filename)
        assert len(again.repairs) <= len(reading.repairs), (change, edit.diff)
    return applied


@pytest.mark.slow
@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_cut_at_lines(example: Example) -> None:
    lines = example.text.split("\n")
    counts = [check("\n".join(lines[:end]), example.name) for end in range(0, len(lines), 3)]
    assert check(example.text, example.name) >= 2
    assert max(counts) >= 1


def test_a_notebook() -> None:
    assert check(notebook(), "a.ipynb") >= 10


def test_nothing_to_change_in_an_empty_text() -> None:
    assert check("", "empty.py") == 0
    assert check("今天天气很好。\n", "prose.py") == 0
