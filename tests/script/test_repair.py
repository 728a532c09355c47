"""Pasted wrecks: what is mended, what is told, and that line numbers stay."""

from __future__ import annotations

import ast

import pytest

from assistant.reading.script import read_script
from assistant.reading.script.repair import readable
from assistant.reading.script.source import as_lines
from knowledge.loader import load_messages

CASES = [
    ("comma", "m.add(Dense(4 activation='softmax'))", "m.add(Dense(4, activation='softmax'))"),
    ("comma", "f(a,\n  b=2\n  c=3)", "f(a,\n  b=2,\n  c=3)"),
    ("indentation", "for i in x:\nm.fit(i)\n\ny = 2", "for i in x:\n    m.fit(i)\n\ny = 2"),
    ("indentation", "x = 1\n  y = 2\nz = 3", "x = 1\ny = 2\nz = 3"),
    ("bracket", "m.compile('adam', 'mse'\nm.fit(x, y)", "m.compile('adam', 'mse')\nm.fit(x, y)"),
    ("bracket", "x = [1, 2\ny = 3", "x = [1, 2]\ny = 3"),
    ("bracket", "f(1, 2]\ny = 1", "f(1, 2)\ny = 1"),
    (
        "characters",
        "m.add(Dense（10， activation＝‘relu’）)",
        "m.add(Dense(10, activation='relu'))",
    ),
    ("characters", "x\u00a0= “a”", 'x = "a"'),
    ("prompt", ">>> x = 1\n>>> for i in x:\n...     f(i)\n", "x = 1\nfor i in x:\n    f(i)\n"),
    ("prompt", "In [3]: x = 1\nOut[3]: 1\nIn [4]: y = 2", "x = 1\n\ny = 2"),
    ("magic", "%matplotlib inline\n!pip install x\nx = (1,\n2", "pass\npass\nx = (1,\n2)"),
    ("colon", "def f(x)\n  return 1", "def f(x):\n  return 1"),
    ("string", "f('adam)\ny = 1", "f('adam')\ny = 1"),
    ("empty-body", "try:\n  x = 1\n", "if True:\n  x = 1\n"),
    ("python-2", "x = 1\nprint 'a'\ny = 2", "x = 1\npass\ny = 2"),
    ("tabs", "if x:\n\ty = 1\n        z = 2\n", "if x:\n    y = 1\n    z = 2\n"),
    ("bracket", "x = f(\n   a=1,\n   b=\n", "x = f(\n   a=1,\n)\n"),
    ("argument", "f(x,\n  a=1,\n  b", "f(x,\n  a=1)\n"),
]


@pytest.mark.parametrize(("kind", "given", "wanted"), CASES)
def test_mended(kind: str, given: str, wanted: str) -> None:
    tree, lines, repairs = readable(as_lines(given))
    assert ast.dump(tree) == ast.dump(ast.parse(wanted))
    assert kind in {repair.kind for repair in repairs}
    assert len(lines) == len(as_lines(given))
    assert "".join(line.given + line.end for line in lines) == given


def test_text_that_parses_is_left_alone() -> None:
    text = "# 注释：全角（括号）\nx = '“quoted”'\nif x:\n\ty = 1\n"
    reading = read_script(text)
    assert not reading.repairs
    assert reading.source == text


def test_apostrophes_inside_strings_stay() -> None:
    _, lines, _ = readable(as_lines("print(“don’t”) \nprint('it’s')"))
    assert [line.code for line in lines] == ['print("don’t") ', "print('it’s')"]


def test_a_class_that_lost_its_indentation() -> None:
    text = (
        "class A(Model):\ndef __init__(self):\nsuper().__init__()\nself.d = Dense(1)\n\n"
        "def call(self, x):\nreturn self.d(x)\n\nm = A()\nm.compile('sgd', 'mse')"
    )
    net = read_script(text).network
    assert net is not None and net.output_units == 1


def test_prose_and_logs_around_code_are_left_out() -> None:
    text = (
        "My network does not learn, what can I do?\n"
        "model = Sequential()\n"
        "model.add(Dense(3, activation='softmax'))\n"
        "It was compiled like this:\n"
        "model.compile(loss='categorical_crossentropy', optimizer='adam')\n"
        "model.fit(x, y, epochs=2)\n"
        "Epoch 1/2\n"
        "12/12 [=====] - 0s - loss: 1.2 - acc: 0.3\n"
        "Layer (type)         Output Shape    Param #\n"
        "==========\n"
        "dense_1 (Dense)      (None, 3)       30\n"
        "我试过很多方法，都没有用。\n"
    )
    reading = read_script(text)
    assert reading.network is not None and reading.network.output_units == 3
    assert reading.network.loss == "categorical_crossentropy"
    fit = reading.finding("epochs-run")
    assert fit is not None and (fit.value, fit.line) == (2, 6)
    assert {repair.kind for repair in reading.repairs} == {"prose"}


def test_repairs_have_sentences_in_both_languages() -> None:
    messages = load_messages()
    kinds = {kind for kind, _, _ in CASES} | {"prose", "skipped", "unreadable", "cell-skipped"}
    for kind in kinds:
        texts = messages[f"script-repair-{kind}"]
        assert texts["en"] and texts["zh"]
    for kind in ("rest", "too-long", "loaded-model", "layer", "loss"):
        assert {"en", "zh"} <= set(messages[f"script-unread-{kind}"])


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", "\0\0", "\ud800", "\ufeffx = 1", "(" * 500, "'" * 99, '"""', "if x:\n", "\\", "@"],
)
def test_odd_texts(text: str) -> None:
    assert read_script(text).given == text
