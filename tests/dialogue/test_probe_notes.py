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


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_arm_that_was_not_trained_says_why(language: str) -> None:
    situation = Situation(Case("memory"), Options(language=language))
    rule = probe_rules()["trial"]
    empty = {"losses": [], "steps": 0, "skill_end": 0.0}
    arms = [
        {"name": "original", "losses": [1.0, 0.9], "steps": 2, "skill_end": 0.1, "status": "stuck"},
        {"name": "dying-relu", "status": "no-time", "reason": "", **empty},
        {
            "name": "wrong-pretrained-preprocessing",
            "status": "not-applicable",
            "reason": "change-base-unknown",
            "base": "Mine",
            **empty,
        },
        {"name": "heavy-dropout", "status": "refused", "reason": "ValueError: no", **empty},
    ]
    told = closing(situation, rule, 1, "Trial", Outcome("trial", True, (), {"arms": arms}))
    assert isinstance(told, ProbeDone)
    codes = {c: situation.knowledge.causes[c].code for c in situation.knowledge.causes}
    assert "10 %" in told.result
    assert "0 %," not in told.result and codes["dying-relu"] not in told.result
    time, base, refused = told.lines
    assert time.startswith(f"{codes['dying-relu']}: ")
    assert "Mine" in base and "{" not in base
    assert refused == f"{codes['heavy-dropout']}: ValueError: no"
