"""Errors and warnings that Keras 3 really printed: found, taken apart, told with their figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.reading.tracebacks import describe_traceback, looks_like_traceback, read_traceback

FOLDER = Path(__file__).resolve().parent.parent / "data" / "errors"
EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load(
    (FOLDER / "expected.yaml").read_text(encoding="utf-8")
)


def real_error(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def test_every_text_is_expected() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_real_error_is_understood(name: str) -> None:
    expected = EXPECTED[name]
    reading = read_traceback(real_error(name))
    assert reading.match is not None
    assert (reading.match.rule, reading.match.cause) == (expected["rule"], expected["cause"])
    assert {f.id: f.present for f in reading.findings} == expected["findings"]
    assert looks_like_traceback(real_error(name)) >= 0.3
    for language in ("en", "zh"):
        chip, notes = describe_traceback(reading, language)
        assert chip
        assert not any(sign in note for note in notes for sign in ("{", "}", " – "))
        for figure in expected.get("says", ()):
            assert figure in notes[0]
