"""Replays the labelled cases: those beside each rule, and the pages in ``knowledge/cases``."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.case import Case
from assistant.dialogue import Dialogue
from assistant.reasoning.cases import replay
from assistant.reasoning.hypotheses import Hypotheses
from assistant.report import as_json, combined_diff
from knowledge.files import HERE, read_yaml
from knowledge.loader import load_knowledge
from knowledge.schema import CauseRule, FindingCase

RULES = [(c, case) for c in load_knowledge().causes.values() for case in c.cases]
PAGES: list[dict[str, Any]] = [
    case for path in sorted((HERE / "cases").glob("*.yaml")) for case in read_yaml(path)
]
NAMED = 0.2  # a cause at one in five or above is one the user would read about


@pytest.fixture(scope="session")
def hypotheses() -> Hypotheses:
    return Hypotheses(load_knowledge())


@pytest.mark.parametrize(
    ("cause", "case"), RULES, ids=[f"{c.id}::{case.name}" for c, case in RULES]
)
def test_a_rule_keeps_its_promise(
    cause: CauseRule, case: FindingCase, hypotheses: Hypotheses
) -> None:
    result = replay(cause, case, hypotheses)
    assert result.held, f"rank {result.rank} at {result.probability:.2f}, {result.leader} leads"


@pytest.mark.parametrize("case", PAGES, ids=lambda c: c["id"])
def test_a_page_is_understood(case: dict[str, Any]) -> None:
    dialogue = Dialogue(Case("memory"))
    list(dialogue.bring(case["text"]))
    list(dialogue.examine())
    result = as_json(dialogue.situation, None)
    expect = case["expect"]
    ranked = [c["id"] for c in result["causes"]]
    seen = {f["id"] for f in result["findings"] if f["present"]}
    assert set(expect.get("findings", ())) <= seen
    if "first" in expect:
        assert ranked[:1] == [expect["first"]]
    if "top3" in expect:
        held = [c in ranked[:3] for c in expect["top3"]]
        assert any(held) if expect.get("any") else all(held)
    confirmed = {c["id"] for c in result["causes"] if c["confirmed"]}
    assert set(expect.get("confirmed", ())) <= confirmed
    strong = {c["id"] for c in result["causes"] if c["probability"] >= NAMED}
    assert not strong & set(expect.get("absent", ()))
    if "verdict" in expect:
        assert result["verdict"] == expect["verdict"]
    if "diff" in expect:
        assert bool(combined_diff(dialogue.situation)) is expect["diff"]
