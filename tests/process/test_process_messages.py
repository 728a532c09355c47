"""Every reason that code can give has its sentence, in both languages, with the same figures."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import probes
from knowledge.files import HERE, read_many
from knowledge.loader import load_messages

ROOT = Path(probes.__file__).resolve().parents[1]
OWN = HERE / "messages" / "probes.yaml"


def reasons() -> set[str]:
    """Keys given to ProbeError or `_failed`, put under "reason", or shown as progress."""
    found: set[str] = set()
    for folder in ("probes", "assistant/laboratory"):
        for path in (ROOT / folder).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            places = [place for node in ast.walk(tree) for place in _places(node)]
            names = {place.id for place in places if isinstance(place, ast.Name)}
            for node in ast.walk(tree):
                if isinstance(node, ast.Assign) and _name(node.targets[0]) in names:
                    places.append(node.value)
            found |= {text for place in places for text in _texts(place)}
    return found


def _places(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions of a node that stand where a key belongs."""
    if isinstance(node, ast.Call) and node.args:
        if _name(node.func) in ("ProbeError", "_failed", "_doing"):
            yield node.args[0]
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == "reason":
                yield value


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def test_the_search_finds_reasons_of_every_form() -> None:
    assert {
        "unknown-probe",
        "time-limit",
        "no-tensorflow",
        "out-of-memory",
        "starting-tensorflow",
        "unforeseen",
    } <= reasons()


def test_every_reason_has_its_sentence() -> None:
    assert reasons() - set(load_messages()) == set()


@pytest.mark.parametrize("key", sorted(read_many([OWN], "messages")[OWN]))
def test_both_languages_use_the_same_figures(key: str) -> None:
    texts = load_messages()[key]
    fields = {
        language: {name for _, name, _, _ in string.Formatter().parse(text) if name}
        for language, text in texts.items()
    }
    assert fields["en"] == fields["zh"]
    assert not any(word in texts["en"].lower() for word in ("simply", "obviously", " just "))
    assert not any(word in texts["zh"] for word in ("只需", "显然"))
