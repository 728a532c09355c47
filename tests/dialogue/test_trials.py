"""The search by trials, against a laboratory that answers from a script. Without TensorFlow."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

from assistant.case import Case
from assistant.dialogue.investigation import investigate
from assistant.dialogue.situation import Options, Situation
from assistant.dialogue.trials import Search
from probes.finding import Finding
from probes.protocol import Event, Subject

#: what a trial says of an arm
Skills = dict[str, float]


class Here(Situation):
    """A case with a model and data that nobody opens."""

    @property
    def model_path(self) -> Path | None:
        return Path("model.keras")

    @property
    def data_path(self) -> Path | None:
        return Path("data.npz")


class Scripted:
    """A laboratory whose looks show `seen` and whose arms reach the skills of `arms`.

    A copy changed so far (``repaired``) shows `behind` instead.
    """

    def __init__(self, seen: Mapping[str, bool], arms: Skills, behind: Mapping[str, bool]) -> None:
        self.seen, self.arms, self.behind = seen, arms, behind
        self.trials: list[list[str]] = []
        self.looks: list[str] = []

    def run(
        self, probe: str, subject: Subject, options: Mapping[str, Any], seconds: float
    ) -> Generator[Event, None, None]:
        if probe == "trial":
            yield Event("done", 1, {"arms": self._arms(options["arms"]), "seconds": 1.0})
            return
        self.looks.append(probe)
        shown = self.behind if subject.changes else self.seen
        if probe in ("label-shape", "tiny-batch-overfit"):
            for name, present in shown.items():
                if name.startswith("tiny-batch") == (probe == "tiny-batch-overfit"):
                    yield Event("finding", 1, Finding(name, present, source="probe").to_dict())
        yield Event("done", 1, {"seconds": 0.1})

    def _arms(self, arms: list[dict[str, Any]]) -> list[dict[str, Any]]:
        names = [str(arm["name"]) for arm in arms]
        self.trials.append(names)
        results = []
        for place, name in enumerate(names):
            skill = self.arms.get(name, 0.0)
            helped = None if place == 0 else skill >= 0.5
            results.append({"name": name, "skill_end": skill, "helped": helped, "steps": 40})
        return results

    def cancel(self) -> None: ...

    def close(self) -> None: ...


def search(laboratory: Scripted) -> tuple[Search, Situation]:
    situation = Here(Case("memory"), Options())
    steps = investigate(situation, laboratory, lambda: False)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value, situation


STUCK = {
    "tiny-batch-not-learnt": True,
    "tiny-batch-not-learnt-with-any-optimizer": True,
}
SATURATED_AND_SLOW = {
    **STUCK,
    "saturating-stack": True,
    "gradient-vanishes": True,
    "learning-rate-suspiciously-low": True,
}
BOTH = ("saturating-hidden-activations", "learning-rate-too-low")


def test_two_cures_that_fail_alone_are_tried_at_once() -> None:
    pair = " + ".join(BOTH)
    laboratory = Scripted(SATURATED_AND_SLOW, {pair: 0.95}, {})
    found, situation = search(laboratory)
    assert laboratory.trials == [["original", *BOTH, pair]]
    assert tuple(found.cured) == BOTH
    assert set(BOTH) <= situation.belief().confirmed
    assert all(found.trials[cause].helped for cause in BOTH)
    assert found.learns


def test_a_third_suspect_comes_before_an_unlikely_pair() -> None:
    seen = {**STUCK, "inputs-large-range": True, "dead-relu-layers": True}
    laboratory = Scripted(seen, {}, {})
    search(laboratory)
    first, second, *_ = laboratory.trials
    assert len(first) == 4 and not any(" + " in name for name in first)
    assert any(" + " in name for name in second)


def test_a_pair_is_left_alone_where_one_cure_does() -> None:
    laboratory = Scripted(SATURATED_AND_SLOW, {"learning-rate-too-low": 0.95}, {})
    found, situation = search(laboratory)
    assert tuple(found.cured) == ("learning-rate-too-low",)
    assert len(laboratory.trials) == 1
    assert "saturating-hidden-activations" not in situation.belief().confirmed


def test_the_search_goes_on_upon_the_repaired_copy() -> None:
    seen = {**STUCK, "linear-output-with-probability-loss": True, "inputs-large-range": True}
    behind = {"tiny-batch-not-learnt": True, "tiny-batch-learnt-with-other-optimizer": True}
    arms = {"inputs-not-scaled": 0.95}
    laboratory = Scripted(seen, arms, behind)
    found, situation = search(laboratory)
    assert laboratory.trials[0][0] == "original"
    assert laboratory.trials[1][0] == "repaired"
    assert list(found.cured) == ["missing-output-activation", "inputs-not-scaled"]
    ranked = situation.belief().ranked()
    assert ranked[:2] == ["missing-output-activation", "inputs-not-scaled"]


def test_a_contradiction_and_the_fault_behind_it_are_found_in_one_trial() -> None:
    seen = {**STUCK, "linear-output-with-probability-loss": True, "inputs-large-range": True}
    both = ["missing-output-activation", "inputs-not-scaled"]
    laboratory = Scripted(seen, {" + ".join(both): 0.95}, {})
    found, situation = search(laboratory)
    assert len(laboratory.trials) == 1 and list(found.cured) == both
    assert situation.belief().ranked()[:2] == both


def test_what_fails_beside_another_fault_is_not_held_against_the_second() -> None:
    seen = {**STUCK, "linear-output-with-probability-loss": True, "inputs-large-range": True}
    laboratory = Scripted(seen, {}, STUCK)
    _, situation = search(laboratory)
    first_trial = next(e for e in situation.case.entries if e.origin.startswith("trial-"))
    assert not [f for f in first_trial.findings if f.id == "trial-did-not-help"]


def test_a_network_that_learns_gets_no_trial() -> None:
    laboratory = Scripted({"tiny-batch-not-learnt": False}, {}, {})
    found, situation = search(laboratory)
    assert laboratory.trials == [] and not found.cured
    assert "signal-check" in laboratory.looks
    assert not situation.belief().confirmed


def test_nothing_is_tried_twice_on_the_same_copy() -> None:
    laboratory = Scripted(SATURATED_AND_SLOW, {}, {})
    search(laboratory)
    tried = [name for names in laboratory.trials for name in names[1:]]
    assert len(tried) == len(set(tried))
