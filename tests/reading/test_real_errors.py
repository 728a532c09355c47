"""Errors and warnings that Keras 3 really printed: found, taken apart, told with their figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.reading.tracebacks import describe_traceback, looks_like_traceback, read_traceback
from assistant.reasoning.belief import believe
from assistant.reasoning.hypotheses import Hypotheses
from knowledge.loader import load_knowledge

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
    found = {f.id: f for f in reading.findings}
    names = found.pop("message-names", None)
    assert (names and names.value) == expected["cause"]
    assert {id_: f.present for id_, f in found.items()} == expected["findings"]
    assert looks_like_traceback(real_error(name)) >= 0.3
    for language in ("en", "zh"):
        chip, notes = describe_traceback(reading, language)
        assert chip
        assert not any(sign in note for note in notes for sign in ("{", "}", " – "))
        for figure in expected.get("says", ()):
            assert figure in notes[0]


def test_the_usual_cause_of_a_message_is_among_the_first() -> None:
    hypotheses = Hypotheses(load_knowledge())
    fix = {name: rule.fix for name, rule in hypotheses.knowledge.causes.items()}
    first = 0
    named = [name for name, expected in EXPECTED.items() if expected["cause"]]
    for name in named:
        belief = believe(read_traceback(real_error(name)).findings, hypotheses)
        cures = list(dict.fromkeys(fix[cause] for cause in belief.ranked()))
        place = cures.index(fix[EXPECTED[name]["cause"]])
        assert place < 3, name
        first += place == 0
    assert first >= 0.85 * len(named)
