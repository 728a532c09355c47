"""What reading the data brought up is told with the experiment that read them."""

from __future__ import annotations

import pytest

from assistant.case import Case
from assistant.dialogue.experiments import Outcome, closing, probe_rules
from assistant.dialogue.situation import Options, Situation
from assistant.events import ProbeDone


@pytest.mark.parametrize("language", ["en", "zh"])
def test_broken_images_are_named(language: str) -> None:
    situation = Situation(Case("memory"), Options(language=language))
    rule = probe_rules()["label-shape"]
    notes = [{"key": "image-broken", "count": 2, "names": "a.png, b.png"}]
    told = closing(situation, rule, 1, "Labels", Outcome("label-shape", True, (), {"notes": notes}))
    assert isinstance(told, ProbeDone)
    assert "a.png, b.png" in told.result
    assert any("a.png, b.png" in line for line in told.lines)
    silent = closing(situation, rule, 1, "Labels", Outcome("label-shape", True, (), {"notes": []}))
    assert isinstance(silent, ProbeDone)
    assert silent.result == rule.fine[language]
