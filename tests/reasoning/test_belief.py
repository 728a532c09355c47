"""Properties the reasoning must have whatever the rule base says."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.reasoning.belief import believe
from assistant.reasoning.hypotheses import Hypotheses
from assistant.reasoning.reasons import weights
from assistant.reasoning.steps import next_steps
from knowledge.loader import Knowledge
from knowledge.schema import CauseRule, FindingRule, Gate, Page
from probes.finding import Finding

EMPTY = {"en": "", "zh": ""}
SOURCES = ("words", "log", "script", "probe", "answer")


def cause(name: str, shows: dict[str, float], **more: object) -> CauseRule:
    known: dict[str, object] = {
        "id": name,
        "code": "U001",
        "kind": "fault",
        "title": {"en": name, "zh": name},
        "prior": 2.0,
        "needs": (),
        "fix": name,
        "effort": 10.0,
        "shows": shows,
        "confirmed_by": (),
        "means": EMPTY,
        "change": (),
        "worked_when": EMPTY,
        "not_sure": EMPTY,
        "page": Page(EMPTY, EMPTY, EMPTY, EMPTY),
    }
    return CauseRule(**{**known, **more})  # type: ignore[arg-type]


def finding(name: str, **more: object) -> FindingRule:
    texts = {"en": name, "zh": name}
    return FindingRule(name, "evidence", texts, texts, **more)  # type: ignore[arg-type]


def small_base() -> Knowledge:
    findings = [finding(f"f{i}", leak=0.02 + 0.01 * i) for i in range(6)]
    findings.append(finding("asked", leak=0.05, ask={"en": "?", "zh": "?"}, why=EMPTY))
    findings.append(FindingRule("task", "context", EMPTY, EMPTY))
    causes = [
        cause("a", {"f0": 0.97, "f1": 0.6}, confirmed_by=(("f0",),)),
        cause("b", {"f1": 0.85, "f2": 0.85, "asked": 0.85}),
        cause("c", {"f2": 0.3, "f3": 0.97}, needs=(Gate("task", "=", "regression"),)),
        cause("d", {"f4": 0.85, "f5": 0.6}, prior=5.0),
    ]
    return Knowledge({c.id: c for c in causes}, {f.id: f for f in findings})


BASE = Hypotheses(small_base())
reports = st.lists(
    st.builds(
        Finding,
        id=st.sampled_from([f"f{i}" for i in range(6)]),
        present=st.sampled_from([True, False]),
        source=st.sampled_from(SOURCES),
    ),
    unique_by=lambda f: f.id,
    max_size=6,
)


@given(reports)
def test_probabilities_of_all_sets_sum_to_one(found: list[Finding]) -> None:
    assert believe(found, BASE).posterior.sum() == pytest.approx(1.0)


@given(reports, st.randoms())
def test_the_order_of_findings_does_not_matter(found: list[Finding], rng: random.Random) -> None:
    shuffled = list(found)
    rng.shuffle(shuffled)
    one, other = believe(found, BASE), believe(shuffled, BASE)
    assert one.probability == pytest.approx(other.probability)


@given(reports)
def test_i_do_not_know_changes_nothing(found: list[Finding]) -> None:
    before = believe(found, BASE).probability
    after = believe([*found, Finding("asked", None, source="answer")], BASE).probability
    assert after == pytest.approx(before)


def test_i_do_not_know_is_not_asked_again() -> None:
    assert "asked" in {s.id for s in next_steps(believe([], BASE), {})}
    known = believe([Finding("asked", None)], BASE)
    assert "asked" not in {s.id for s in next_steps(known, {})}


@given(reports)
def test_what_a_cause_usually_shows_never_lowers_it(found: list[Finding]) -> None:
    found = [f for f in found if f.id != "f2"]
    before = believe(found, BASE).probability["b"]
    after = believe([*found, Finding("f2", True, source="probe")], BASE).probability["b"]
    assert after >= before - 1e-9


@given(reports)
def test_a_remedy_tried_in_vain_speaks_against_its_cause_alone(found: list[Finding]) -> None:
    before = believe(found, BASE)
    after = believe([*found, Finding("already-tried", value="d")], BASE)
    if "d" not in before.confirmed:
        assert after.probability["d"] <= before.probability["d"] + 1e-9
        assert after.probability["d"] > 0


@given(reports)
def test_names_carry_no_weight(found: list[Finding]) -> None:
    base = small_base()
    new = {c: f"z{c}" for c in base.causes}
    renamed = {
        new[c.id]: cause(
            new[c.id], dict(c.shows), prior=c.prior, needs=c.needs, confirmed_by=c.confirmed_by
        )
        for c in base.causes.values()
    }
    one = believe(found, BASE)
    other = believe(found, Hypotheses(Knowledge(renamed, base.findings)))
    assert {new[c]: p for c, p in one.probability.items()} == pytest.approx(other.probability)


def test_a_gate_known_to_fail_all_but_rules_out() -> None:
    seen = [Finding("f3", True, source="probe")]
    free = believe(seen, BASE).probability["c"]
    held = believe([*seen, Finding("task", value="regression")], BASE).probability["c"]
    failed = believe([*seen, Finding("task", value="classification")], BASE).probability["c"]
    assert held == pytest.approx(free)
    assert failed < 0.2 * free


def test_only_a_machine_confirms() -> None:
    assert not believe([Finding("f0", True, source="words")], BASE).confirmed
    assert believe([Finding("f0", True, source="script")], BASE).confirmed == {"a"}
    assert believe([Finding("trial-helped", value="d", source="probe")], BASE).confirmed == {"d"}


def test_the_measured_report_counts_over_hearsay_in_any_order() -> None:
    said = Finding("f4", True, source="words")
    measured = Finding("f4", False, source="probe")
    for found in ([said, measured], [measured, said]):
        assert believe(found, BASE).evidence.reports["f4"] is measured


def test_two_faults_are_both_named() -> None:
    seen = [Finding(f, True, source="probe") for f in ("f0", "f1", "f4", "f5")]
    assert set(believe(seen, BASE).ranked()[:2]) == {"a", "d"}


def test_weights_are_positive_for_support_and_negative_for_what_is_missing() -> None:
    belief = believe([Finding("f1", True, source="log"), Finding("f2", False, source="log")], BASE)
    found = {w.finding: w.bits for w in weights(belief, "b")}
    assert found["f1"] > 0 > found["f2"]


@settings(max_examples=30)
@given(reports)
def test_no_step_promises_more_than_is_unknown(found: list[Finding]) -> None:
    belief = believe(found, BASE)
    posterior = belief.posterior
    import numpy as np

    entropy = -(posterior * np.log2(np.maximum(posterior, 1e-300))).sum()
    for step in next_steps(belief, {"no-such-probe": 5.0}):
        assert 0 <= step.bits <= entropy + 1e-6
