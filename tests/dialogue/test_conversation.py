"""What the dialogue says, turn by turn, without experiments."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.case import Case, new_case, open_case
from assistant.dialogue import Dialogue, Options
from assistant.events import Advice, Event, Heard, Question, Ranking, Said, Spoken, Verdict

NEGATIVE = (
    "46/46 - 8s - loss: -10550614391401.7266 - accuracy: 0.2541 - val_loss: -15023441182720.0"
)
SCRIPT = """
import keras
from keras import layers
model = keras.Sequential()
model.add(layers.Dense(64, activation='relu', input_shape=(20,)))
model.add(layers.Dense(3))
model.compile(loss='categorical_crossentropy', optimizer='adam', metrics=['accuracy'])
model.fit(x, y, epochs=5)
"""


def talk(case: Case | None = None, **options: object) -> Dialogue:
    return Dialogue(case or Case("memory"), None, Options(**options))  # type: ignore[arg-type]


def kinds(events: list[Event]) -> list[str]:
    return [type(e).__name__ for e in events]


def test_a_script_is_heard_then_ranked_judged_and_advised() -> None:
    events = list(talk().tell(SCRIPT))
    assert kinds(events) == ["Heard", "Ranking", "Verdict", "Advice"]
    advice = events[-1]
    assert isinstance(advice, Advice) and advice.confirmed
    assert "Dense(3, activation='softmax')" in advice.offers[0].diff
    assert advice.trial is None


def test_a_vague_line_is_answered_with_one_question() -> None:
    events = list(talk().tell("my model does not learn"))
    questions = [e for e in events if isinstance(e, Question)]
    assert len(questions) == 1 and events[-1] is questions[0]
    assert len(questions[0].answers) >= 3


def test_a_word_is_no_path_and_a_path_is_no_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "overfitting").mkdir()
    (tmp_path / "my train.log").write_text(NEGATIVE)
    for text, kind in (("overfitting", "words"), ('"./my train.log"', "log")):
        heard = next(e for e in talk().tell(text) if isinstance(e, Heard))
        assert heard.kind == kind


def test_answers_lead_on_and_can_be_taken_back() -> None:
    dialogue = talk()
    events = list(dialogue.tell("my model does not learn"))
    asked = [e for e in events if isinstance(e, Question)][-1]
    before = len(dialogue.situation.findings())
    list(dialogue.answer(asked.id, asked.answers[0].value))
    assert len(dialogue.situation.findings()) >= before
    again = list(dialogue.change_answer())
    assert dialogue.situation.findings() == [] or kinds(again)[-1] in (
        "Question",
        "Advice",
        "Verdict",
    )


def test_i_do_not_know_is_never_asked_twice() -> None:
    dialogue = talk()
    events = list(dialogue.tell("my model does not learn"))
    seen: list[str] = []
    for _ in range(12):
        asked = [e for e in events if isinstance(e, Question)]
        if not asked:
            break
        assert asked[-1].id not in seen
        seen.append(asked[-1].id)
        value = "none-of-these" if asked[-1].kind == "symptom" else "dont-know"
        events = list(dialogue.answer(asked[-1].id, value))
    assert any(isinstance(e, Verdict) for e in events)


def test_the_language_is_that_of_the_user() -> None:
    dialogue = talk()
    list(dialogue.tell("准确率一直不变"))
    assert dialogue.language == "zh"
    list(dialogue.tell("the loss is nan"))
    assert dialogue.language == "en"
    fixed = talk(language="zh", language_fixed=True)
    events = list(fixed.tell(SCRIPT))
    assert fixed.language == "zh"
    verdicts = [e for e in events if isinstance(e, Verdict)]
    assert "已证实" in verdicts[0].text


def test_what_was_tried_is_offered_no_more() -> None:
    dialogue = talk()
    list(dialogue.tell(NEGATIVE))
    first = dialogue.ranking().suspects[0]
    list(dialogue.tried(first.cause))
    after = {s.cause: s.probability for s in dialogue.ranking().suspects}
    assert after.get(first.cause, 0.0) < first.probability


def test_something_brought_can_be_taken_back() -> None:
    dialogue = talk()
    heard = [e for e in dialogue.tell(SCRIPT) if isinstance(e, Heard)]
    list(dialogue.remove(heard[0].name))
    assert not dialogue.situation.findings()


@pytest.mark.parametrize(
    "text", ["", "   ", "\n\n", "[/red]", "\x1b[31m", "🙂" * 50, "x" * 100_000]
)
def test_no_text_is_too_odd(text: str) -> None:
    list(talk().tell(text))


def test_a_case_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNSTUCK_CASES", str(tmp_path))
    first = talk(new_case())
    list(first.tell(SCRIPT))
    case = open_case(first.case_name)
    assert case is not None
    again = talk(case)
    assert again.situation.findings() == first.situation.findings()
    events = list(again.start())
    assert isinstance(events[0], Said) and any(isinstance(e, Advice) for e in events)
    assert [type(e) for e in again.events_so_far()] == [Spoken, Heard]


def test_a_change_is_written_with_a_backup_and_undone(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text(SCRIPT)
    dialogue = talk()
    list(dialogue.attach(path))
    said = list(dialogue.apply("missing-output-activation", 0))
    assert isinstance(said[-1], Said) and said[-1].tone == "good"
    assert "softmax" in path.read_text()
    assert len(list(tmp_path.iterdir())) == 2
    list(dialogue.undo())
    assert path.read_text() == SCRIPT


def test_an_unknown_probe_or_cause_is_told() -> None:
    for events in (talk().run_probe("no-such"), talk().advise("U999")):
        assert isinstance(next(iter(events)), Said)


def test_the_ranking_says_why() -> None:
    dialogue = talk()
    list(dialogue.tell(SCRIPT))
    ranking = next(e for e in dialogue.why() if isinstance(e, Ranking))
    assert ranking.suspects[0].reasons[0].bits > 0


GENERATOR = """
from tensorflow import keras
from tensorflow.keras.preprocessing.image import ImageDataGenerator
flow = ImageDataGenerator(rescale=1/255).flow_from_directory("flowers", class_mode="binary")
model = keras.Sequential([keras.Input((64, 64, 3)), keras.layers.Flatten(),
                          keras.layers.Dense(5, activation="softmax")])
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(flow, epochs=3)
"""


def test_what_one_confirmed_cause_brings_about_is_not_named_beside_it() -> None:
    """The generator's class_mode makes whole numbers: one cure, and no second that undoes it."""
    dialogue = Dialogue(Case("memory"), None, Options())
    list(dialogue.bring(GENERATOR, "script"))
    advised = [e.cause for e in dialogue.examine() if isinstance(e, Advice)]
    assert advised == ["class-mode-mismatch"]
