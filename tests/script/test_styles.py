"""What is read of scripts in the styles people write in: Keras 1 to 3, helpers, classes, pastes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.reading.script import ScriptReading, read_script

STYLES = Path(__file__).parents[1] / "data" / "styles.txt"


def styles() -> Iterator[tuple[str, str, str]]:
    """Name, what is expected, and the script."""
    for part in re.split(r"(?m)^### ", STYLES.read_text(encoding="utf-8"))[1:]:
        head, _, code = part.partition("\n")
        name, _, expected = head.partition(": ")
        yield name, expected, code


def told(reading: ScriptReading, word: str) -> str:
    """What the reading says of one expectation, in the form in which it is written."""
    id, _, value = word.partition("=")
    if id.startswith("net."):
        seen = getattr(reading.network, id.removeprefix("net."), None)
        return f"{id}={str(seen).replace(' ', '')}"
    id = id.partition(":")[0]
    found = reading.finding(id)
    if found is None:
        return f"{id}:-"
    if not found.present:
        return f"{id}:no"
    return f"{id}={found.value}" if value else id


@pytest.mark.parametrize(
    ("name", "expected", "code"), [pytest.param(*style, id=style[0]) for style in styles()]
)
def test_style(name: str, expected: str, code: str) -> None:
    reading = read_script(code)
    words = expected.split()
    assert words and [told(reading, word) for word in words] == words
