"""The lines to write where there is no script."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from assistant.advice import lines_for
from knowledge.loader import load_messages
from probes.change import OPERATIONS, Change
from probes.network import Layer, Network

NET = Network(
    layers=(
        Layer("Conv2D", "conv", 8, "linear"),
        Layer("Dropout", "drop", rate=0.95),
        Layer("Dense", "out", 1, "sigmoid"),
    ),
    output_units=1,
    output_activation="sigmoid",
    output_layer="out",
    loss="binary_crossentropy",
    from_logits=False,
    optimizer="SGD",
    learning_rate=0.5,
    metrics=("accuracy",),
)


def test_one_compile_for_all_its_changes() -> None:
    changes = [
        Change("set-output", {"units": "classes", "activation": "softmax"}),
        Change("set-loss", {"loss": "sparse_categorical_crossentropy"}),
        Change("set-learning-rate", {"factor": 0.1}),
    ]
    assert lines_for(NET, changes, {"class-count": 4}) == (
        "# in place of layer out",
        "keras.layers.Dense(4, activation='softmax')",
        "model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.05), "
        "loss='sparse_categorical_crossentropy', metrics=['accuracy'])",
    )


def test_placeholder_for_what_is_not_known() -> None:
    lines = lines_for(NET, [Change("set-output", {"units": "classes"})], {}, "zh")
    assert lines == ("# 替换层 out", "keras.layers.Dense(NUMBER_OF_CLASSES, activation='sigmoid')")


def test_logits() -> None:
    lines = lines_for(NET, [Change("set-loss", {"from_logits": True})], {})
    assert "loss=keras.losses.BinaryCrossentropy(from_logits=True)" in lines[-1]


def test_layers_by_name() -> None:
    lines = lines_for(NET, [Change("set-hidden-activation", {"activation": "relu"})], {})
    assert lines == ("keras.layers.Conv2D(8, activation='relu')  # conv",)
    assert lines_for(NET, [Change("set-dropout", {"rate": 0})], {}) == ("# take layer drop out",)


def test_parts_by_name() -> None:
    net = Network(
        layers=(
            Layer("ResNet50", "resnet50"),
            Layer("LSTM", "memory", 24, "tanh"),
            Layer("Dense", "top", 3, "softmax"),
        ),
        pretrained_base="ResNet50",
        output_layer="top",
    )
    for which, name in (("base", "resnet50"), ("output", "top")):
        lines = lines_for(net, [Change("set-trainable", {"value": True, "which": which})], {})
        assert lines[0] == f"model.get_layer('{name}').trainable = True"
    lines = lines_for(net, [Change("return-sequences", {"value": False})], {})
    assert lines == ("keras.layers.LSTM(24, return_sequences=False)  # memory",)


@pytest.mark.parametrize("op", sorted(OPERATIONS))
@pytest.mark.parametrize("network", [NET, Network(), None])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_operation_has_lines_that_are_python(
    op: str, network: Network | None, language: str
) -> None:
    args = {name: _ARGUMENTS[name] for name in OPERATIONS[op] if name in _ARGUMENTS}
    lines = lines_for(network, [Change(op, args)], {"class-count": 3}, language)
    assert network is not NET or lines or op == "modernise-api", "there is no old script to renew"
    for number, line in enumerate(lines):
        assert "advice-" not in line
        if not line.rstrip().endswith(":") and not line.startswith("    "):
            ast.parse(line)
        assert number < 12


_ARGUMENTS = {
    "activation": "relu",
    "argument": "epochs",
    "batch_size": 8,
    "family": "base",
    "how": "divide-255",
    "kind": "Dropout",
    "l2": 0.001,
    "learning_rate": 0.001,
    "lines": "model.fit(x, y)",
    "loss": "mse",
    "metrics": ["mae"],
    "momentum": 0.9,
    "name": "adam",
    "rate": 0.2,
    "to": "integers",
    "units": 3,
    "value": 3,
    "which": "all",
}


def test_reasons_have_sentences_in_both_languages() -> None:
    messages = load_messages()
    folder = Path(__file__).parents[2] / "assistant" / "advice"
    used = set()
    for path in folder.rglob("*.py"):
        used |= set(
            re.findall(r"""["'](advice-[a-z0-9-]+)["']""", path.read_text(encoding="utf-8"))
        )
    assert used
    for key in used:
        assert {"en", "zh"} <= set(messages[key]), key
    mine = {key for key in messages if key.startswith("advice-")}
    assert mine == used, mine ^ used
