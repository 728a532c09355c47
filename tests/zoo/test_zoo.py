"""What the zoo promises: enough kinds, known causes, shapes that a seed decides."""

from __future__ import annotations

import pytest

from knowledge.loader import load_knowledge
from tests.benchmarks.zoo_score import Judged, Scores, report
from tests.zoo.draw import Draw

FIXES = {"a": "cure-a", "b": "cure-b", "same-as-a": "cure-a", "normal": "nothing"}


def judged(name: str, **more: object) -> Judged:
    plain: dict[str, object] = {
        "name": name,
        "kind": "faulty",
        "causes": ("a",),
        "also": (),
        "verdict": "cause",
        "ranked": ("a",),
        "confirmed": (),
        "faults": ("a", "b", "same-as-a"),
        "probability": 0.9,
        "seconds": 3.0,
        "processor": 2.0,
        "megabytes": 500.0,
    }
    return Judged(**{**plain, **more})  # type: ignore[arg-type]


def twin(name: str, verdict: str = "healthy", **more: object) -> Judged:
    rest = {"ranked": (), "probability": 0.0, **more}
    return judged(f"{name} repaired", kind="twin", causes=(), verdict=verdict, **rest)


@pytest.mark.slow
def test_there_are_enough_networks_over_enough_causes() -> None:
    from tests.zoo.faulty import FAULTY
    from tests.zoo.healthy import HEALTHY

    causes = {cause for case in FAULTY.values() for cause in case.causes}
    assert len(HEALTHY) >= 25
    assert len(FAULTY) >= 60 and len(causes) >= 45
    assert sum(len(case.causes) == 2 for case in FAULTY.values()) >= 15
    also = {cause for case in FAULTY.values() for cause in case.also}
    assert causes | also <= set(load_knowledge().causes)


def test_a_seed_decides_the_shapes() -> None:
    plain = Draw(0)
    assert (plain.classes(4), plain.side(32), plain.of("first", "second")) == (4, 32, "first")
    drawn = {(d.classes(4), d.features(20), d.width()) for d in map(Draw, range(1, 30))}
    assert len(drawn) > 10
    assert Draw(7).features(20) == Draw(7).features(20)


def test_one_cure_counts_as_one_cause() -> None:
    scores = Scores([judged("x", ranked=("same-as-a",)), twin("x")], FIXES)
    (case,) = scores.faulty
    assert scores.first(case) and scores.in_three(case) and scores.apart(case)


def test_of_two_faults_both_are_wanted() -> None:
    half = judged("x", causes=("a", "b"), ranked=("a",), confirmed=("a",))
    whole = judged("y", causes=("a", "b"), ranked=("b", "same-as-a"), confirmed=("a", "b"))
    scores = Scores([half, whole], FIXES)
    assert scores.first(half) and not scores.in_three(half) and not scores.confirmed(half)
    assert scores.in_three(whole) and scores.confirmed(whole)


def test_a_twin_that_is_flagged_is_not_told_apart() -> None:
    scores = Scores([judged("x"), twin("x", "cause", ranked=("a",))], FIXES)
    assert not scores.apart(scores.faulty[0])
    unsure = Scores([judged("x", verdict="unsure"), twin("x")], FIXES)
    assert not unsure.apart(unsure.faulty[0])


def test_a_confirmation_on_a_network_without_that_fault_is_wrong() -> None:
    cases = [
        judged("x", confirmed=("a", "b")),
        twin("x", confirmed=("a",)),
        judged("well", kind="healthy", causes=(), ranked=("normal",), confirmed=("normal",)),
    ]
    assert Scores(cases, FIXES).wrong_confirmations() == ["x: b", "x repaired: a"]


def test_calibration_counts_what_was_said_as_nine_of_ten() -> None:
    cases = [
        judged("right"),
        judged("wrong", ranked=("b",)),
        judged("unsure", probability=0.4, ranked=("b",)),
        judged("well", kind="healthy", causes=(), ranked=("b",)),
        judged("normal", kind="healthy", causes=(), ranked=("normal",)),
    ]
    assert Scores(cases, FIXES).calibration() == (2, 4)
    assert "2/4" in report(Scores(cases, FIXES))
