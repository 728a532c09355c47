"""A saved case is shown again as it was, and gone on with."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.case import Case, new_case, open_case
from assistant.cases import recent_cases, recent_files
from assistant.dialogue import Dialogue, Options
from assistant.events import (
    Answered,
    Event,
    Heard,
    ProbeDone,
    ProbeFailed,
    Question,
    Ranking,
    Said,
    Spoken,
    Verdict,
)
from probes.finding import Finding

LOG = "\n".join(f"Epoch {n}/4\n9/9 - loss: 0.6931 - accuracy: 0.5000" for n in range(1, 5))


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNSTUCK_CASES", str(tmp_path / "cases"))


def begin(*texts: str) -> tuple[Dialogue, list[Event]]:
    dialogue = Dialogue(new_case(), None, Options())
    return dialogue, [event for text in texts for event in dialogue.tell(text)]


def again(dialogue: Dialogue) -> Dialogue:
    case = open_case(dialogue.case_name)
    assert case is not None
    return Dialogue(case, None, Options())


def past(dialogue: Dialogue) -> list[Event]:
    return list(dialogue.events_so_far())


def test_words_and_what_was_read_come_back_in_order() -> None:
    dialogue, events = begin("the loss does not move at all", LOG)
    shown = past(again(dialogue))
    spoken = [e.text for e in shown if isinstance(e, Spoken)]
    assert spoken == ["the loss does not move at all", LOG]
    before = [(e.kind, e.name, e.summary) for e in events if isinstance(e, Heard)]
    after = [(e.kind, e.name, e.summary) for e in shown if isinstance(e, Heard)]
    assert set(before) <= set(after)
    assert isinstance(shown[0], Spoken) and isinstance(shown[1], Heard)


def test_the_ranking_and_the_verdict_are_those_of_the_first_time() -> None:
    dialogue, _ = begin(LOG)
    resumed = again(dialogue)
    assert resumed.ranking() == dialogue.ranking()
    events = list(resumed.start())
    assert isinstance(events[0], Said) and dialogue.case_name in events[0].text
    assert any(isinstance(e, Ranking) for e in events)
    assert any(isinstance(e, Verdict) for e in events)


def test_an_answer_comes_back_with_its_question_and_can_still_be_changed() -> None:
    dialogue, events = begin("my model does not learn anything")
    question = next(e for e in events if isinstance(e, Question))
    list(dialogue.answer(question.id, question.answers[0].value))
    resumed = again(dialogue)
    told = [e for e in past(resumed) if isinstance(e, Answered)]
    assert [(e.question.text, e.label) for e in told] == [
        (question.text, question.answers[0].label)
    ]
    asked = next(e for e in resumed.change_answer() if isinstance(e, Question))
    assert asked.text == question.text
    assert not [e for e in past(resumed) if isinstance(e, Answered)]
    list(resumed.answer(asked.id, question.answers[1].value))
    assert any(isinstance(e, Question) for e in resumed.change_answer())


def test_experiments_come_back_with_their_results() -> None:
    case = Case("memory")
    finding = Finding("labels-constant", True, 1.0, "probe")
    result = {"labels": {"form": "integers", "counts": [0, 9]}, "arms": []}
    facts = {"ok": True, "seconds": 0.4, "error": "", "cancelled": False, "result": result}
    case.add("probe", {"probe": "label-shape", **facts}, origin="probe:a", findings=(finding,))
    case.add("probe", {"probe": "trial", **facts, "ok": False, "error": "no memory"})
    case.add("probe", {"probe": "of-a-later-version", **facts})
    done, failed = past(Dialogue(case, None, Options()))
    assert isinstance(done, ProbeDone) and done.run == 1 and done.findings == (finding,)
    assert done.details["labels"]["counts"] == [0, 9] and done.seconds == 0.4
    assert isinstance(failed, ProbeFailed) and failed.text == "no memory"


def test_what_a_trial_showed_is_remembered() -> None:
    case = Case("memory")
    arms = [
        {"name": "original", "losses": [1.0, 1.0], "skill_end": 0.0},
        {"name": "inputs-not-scaled", "losses": [1.0, 0.1], "skill_end": 0.9, "helped": True},
        {"name": "learning-rate-too-high", "losses": [1.0], "helped": None},
    ]
    result = {"arms": arms, "judged_by": "training"}
    case.add("probe", {"probe": "trial", "ok": True, "seconds": 2.0, "result": result})
    helped = Finding("trial-helped", True, "inputs-not-scaled", "probe")
    case.add("findings", origin="trial-1", findings=(helped,))
    search = Dialogue(case, None, Options()).search
    assert search is not None
    assert set(search.trials) == {"inputs-not-scaled"} == set(search.cured)
    assert search.trials["inputs-not-scaled"].helped


def test_what_was_taken_back_stays_away_until_it_is_brought_again() -> None:
    dialogue, events = begin(LOG)
    name = next(e.name for e in events if isinstance(e, Heard))
    list(dialogue.remove(name))
    assert not past(again(dialogue))
    list(dialogue.tell(LOG))
    assert len([e for e in past(again(dialogue)) if isinstance(e, Spoken)]) == 1


def test_a_file_taken_back_can_be_brought_again(tmp_path: Path) -> None:
    path = tmp_path / "run.log"
    path.write_text(LOG)
    dialogue = Dialogue(new_case(), None, Options())
    list(dialogue.attach(path))
    list(dialogue.remove("run.log"))
    list(dialogue.attach(path))
    assert [e.labels for e in past(again(dialogue)) if isinstance(e, Spoken)] == [("run.log",)]


def test_another_case_is_taken_up_and_a_new_one_begun() -> None:
    first, _ = begin(LOG)
    second, _ = begin("the loss is nan from the first epoch on")
    assert not second.open_case("no-such-case")
    assert second.open_case(first.case_name) and second.case_name == first.case_name
    assert second.ranking() == first.ranking()
    assert second.open_case("") and second.case_name not in (first.case_name, "")
    assert not past(second) and not second.situation.findings()


def test_the_language_of_the_words_comes_back() -> None:
    dialogue, _ = begin("损失一直不变")
    assert again(dialogue).language == "zh"


def test_recent_cases_and_files(tmp_path: Path) -> None:
    assert recent_cases() == [] and recent_files() == []
    script = tmp_path / "train.py"
    script.write_text("import keras\n")
    dialogue, _ = begin("the loss  does not\nmove at all")
    list(dialogue.attach(script))
    empty = Dialogue(new_case(), None, Options())
    (case,) = recent_cases()
    assert (case.name, case.words) == (dialogue.case_name, "the loss does not move at all")
    assert case.files == (script,) and recent_files() == [script]
    script.unlink()
    assert recent_files() == []
    empty.close()
    assert len(list((tmp_path / "cases").glob("*.jsonl"))) == 1


def test_a_damaged_case_is_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / "cases"
    folder.mkdir()
    (folder / "torn.jsonl").write_bytes(b'{"kind": "given", "data"\n\xff\xfe[1]\n"x"\n')
    assert recent_cases() == []
