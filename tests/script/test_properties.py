"""Whatever text comes, reading ends, keeps the text, and says nothing twice."""

from __future__ import annotations

import ast
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.reading.script import read_script
from assistant.reading.script.repair import readable
from assistant.reading.script.source import Source, as_lines
from tests.script.examples import CONTEXTS, Example, examples

EXAMPLES = examples()
PIECES = [
    "model.add(", "Dense(10", ", activation='softmax')", "\n", "    ", ")", "(", "[", "]", ":", "'",
    '"""', "# ", "for i in x", "def f(", "if x:", "return ", "lambda x: ", "x = ", "model.fit(x, y",
    "import keras", "from keras.layers import ", "*", "=", "，", "“", ">>> ", "%magic", "\t", "\\",
    "{", "}", "@", "class A(Model)", "yield x", "*a, b = ", "0777", "print 'x'", "\x0c", "é",
    "\u2028",
]  # fmt: skip


@given(st.text())
@settings(max_examples=150, deadline=None)
def test_any_text(text: str) -> None:
    reading = read_script(text)
    assert reading.given == text
    ast.parse(reading.source)


@given(st.lists(st.sampled_from(PIECES), max_size=40))
@settings(max_examples=250, deadline=None)
def test_torn_code(pieces: list[str]) -> None:
    text = "".join(pieces)
    tree, lines, _ = readable(as_lines(text))
    assert isinstance(tree, ast.Module)
    assert "".join(line.given + line.end for line in lines) == text


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_cut_at_every_line(example: Example) -> None:
    lines = example.text.split("\n")
    for end in range(len(lines)):
        cut = "\n".join(lines[:end])
        reading = read_script(cut)
        assert reading.given == cut
        tail = read_script("\n".join(lines[end:]))
        assert len({f.id for f in tail.findings}) == len(tail.findings)


@pytest.mark.parametrize("example", EXAMPLES[::4], ids=lambda example: example.name)
def test_cut_inside_lines(example: Example) -> None:
    for end in range(0, len(example.text), 13):
        read_script(example.text[:end])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_the_same_from_the_left_edge_prompt_and_crlf(example: Example) -> None:
    wanted = _present(example.text)
    lines = example.text.split("\n")
    moved = "\n".join("    " + line if line else line for line in lines)
    assert _present(moved) == wanted
    assert _present(example.text.replace("\n", "\r\n")) == wanted
    prompted = "\n".join(
        ("... " if line[:1] in (" ", ")", "]") or not line else ">>> ") + line for line in lines
    )
    assert _present(prompted) == wanted


def _present(text: str) -> set[str]:
    found = {finding.id for finding in read_script(text).findings if finding.present}
    return found - CONTEXTS


def test_noise_of_a_few_megabytes_ends() -> None:
    dice = random.Random(5)
    letters = "".join(map(chr, range(32, 127))) + "\n\n\n\t\0é中"
    noise = "".join(dice.choices(letters, k=3_000_000))
    assert read_script(noise).network is None
    assert read_script(noise.encode("utf-8").decode("latin-1"), filename="n.ipynb").cells == ()
    assert read_script("(" * 200_000).network is None
    assert read_script("x = [\n" * 30_000).network is None


@given(st.text(st.characters(codec="utf-8"), max_size=60))
@settings(deadline=None)
def test_offsets_count_characters(comment: str) -> None:
    comment = comment.replace("\n", " ").replace("\r", " ").replace("\0", " ").replace("'", " ")
    comment = comment.replace("\\", " ")
    text = f"x = '{comment}'; y = f(1)\n"
    tree = ast.parse(text)
    source = Source.of(as_lines(text))
    call = next(node for node in ast.walk(tree) if isinstance(node, ast.Call))
    assert source.text_of(call) == "f(1)"


_LONG = {
    "terms": "x = {}\n".format(" + ".join(["x"] * 1200)),
    "texts": "x = {}\n".format(" + ".join(["'x'"] * 1200)),
    "calls": "x = df{}\n".format(".f()" * 1200),
    "items": "x = df{}\n".format("[0]" * 1200),
    "branches": "if a:\n    x = 1\n" + "elif a:\n    x = 1\n" * 1200,
    "helpers": "".join(f"def f{i}(x):\n    return f{i + 1}(x)\n" for i in range(400)) + "f0(x)\n",
    "loss": "def loss(y_true, y_pred):\n    return {}\n".format(" * ".join(["y_pred"] * 1200)),
    "schedule": "def plan(epoch):\n    x = 7 ** 9\n{}    return x\n".format("    x *= x\n" * 40),
}


@pytest.mark.parametrize("kind", sorted(_LONG))
def test_what_is_deep_or_large_does_not_end_the_reading(kind: str) -> None:
    use = "loss" if kind == "loss" else "'mse'"
    call = "callbacks=[LearningRateScheduler(plan)], " if kind == "schedule" else ""
    text = (
        f"{_LONG[kind]}m = Sequential([Dense(1)])\nm.compile('adam', loss={use})\n"
        f"m.fit(x, y, {call}epochs=20)\n"
    )
    found = read_script(text)
    assert found.network is not None and found.network.optimizer == "Adam"
