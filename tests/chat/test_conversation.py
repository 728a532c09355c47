"""What the user does, what the engine is asked, and what is seen then."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from textual import events

from assistant.chat.app import ChatApp
from assistant.chat.messages import JobFailed
from assistant.chat.widgets.advice import AdviceBlock
from assistant.chat.widgets.chips import Chip
from assistant.chat.widgets.fold import Fold, FoldHeader
from assistant.chat.widgets.probe import ProbeBlock
from assistant.chat.widgets.question import QuestionBlock
from assistant.events import Question, Said
from tests.chat.conftest import chat
from tests.chat.fake import (
    ADVICE,
    DONE,
    FACT,
    FAILED,
    FOUND,
    HEALTHY,
    HEARD,
    PROGRESS,
    RANKING,
    STARTED,
    SYMPTOMS,
    WHOLE_CASE,
    FakeEngine,
)
from tests.chat.hand import say, screen_text, settle

LOG = "Epoch 1/30\n10/10 - loss: 0.69\n" * 30


def entries(app: ChatApp) -> list[str]:
    return [type(entry).__name__ for entry in app.chat.conversation.entries]


async def test_the_welcome_says_what_to_bring_and_leaves() -> None:
    app = chat()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        text = screen_text(app)
        for words in ("a sentence", "a training log", "a script", "Nothing leaves this machine"):
            assert words in text
        await say(pilot, app, "my loss is nan")
        assert app.chat.welcome is None


async def test_an_example_is_one_key_away() -> None:
    engine = FakeEngine(WHOLE_CASE)
    app = chat(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        await pilot.press("2")
        await settle(pilot, app)
        assert engine.calls[-1][0] == "tell" and "loss: -18.4021" in str(engine.calls[-1][1])


async def test_the_folders_only_model_and_data_are_offered() -> None:
    Path("model.keras").write_bytes(b"x")
    Path("data.npz").write_bytes(b"x")
    engine = FakeEngine()
    app = chat(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        await pilot.press("1")
        await settle(pilot, app)
        assert [name for name, _ in engine.calls] == ["start", "bring", "attach"]


async def test_a_question_is_answered_by_its_number() -> None:
    engine = FakeEngine(WHOLE_CASE)
    app = chat(engine)
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, "loss below zero")
        assert "1 the loss does not move at all" not in screen_text(app)
        assert app.focused is app.query_one(QuestionBlock).choices
        await pilot.press("2")
        await settle(pilot, app)
        assert engine.calls[-1] == ("answer", ("symptom", "acc-at-chance"))
        assert "the accuracy is that of guessing" in screen_text(app)
        assert entries(app) == [
            "Spoken",
            "Heard",
            "Said",
            "Answered",
            "ProbeDone",
            "Verdict",
            "Advice",
        ]


async def test_why_dont_know_and_typing_instead() -> None:
    engine = FakeEngine({"tell": (Question("x", "fact", "So?", "Because.", ()),)})
    app = chat(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, "hello")
        block = app.query_one(QuestionBlock)
        assert [value for value, _ in block.choices.items] == ["dont-know", "chat:why"]
        await pilot.press("2")
        await pilot.pause()
        assert app.query_one(".question-why").display and engine.calls[-1][0] == "tell"
        await pilot.press("b", "1")
        assert app.chat.prompt.text == "b1" and app.focused is app.chat.prompt
        app.chat.prompt.clear()
        await pilot.press("1")
        await settle(pilot, app)
        assert engine.calls[-1] == ("answer", ("x", "dont-know"))


async def test_an_open_question_is_left_when_another_comes() -> None:
    engine = FakeEngine({"tell": (SYMPTOMS, FACT)})
    app = chat(engine)
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, "hello")
        assert entries(app) == ["Spoken", "Answered", "Question"]
        assert "left open" in screen_text(app)


async def test_an_answer_that_fails_is_asked_again() -> None:
    engine = FakeEngine({"tell": (FACT,)})
    engine.fail["answer"] = RuntimeError("the case file [full]\nsecond line")
    app = chat(engine)
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, "hello")
        await pilot.press("1")
        await settle(pilot, app)
        assert "the case file [full]" in screen_text(app)
        assert app.chat.stage.question is not None


async def test_words_that_could_not_be_sent_come_back() -> None:
    engine = FakeEngine()
    engine.fail["tell"] = OSError("disk full")
    app = chat(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        await app.chat.on_prompt_long_paste(app.chat.prompt.LongPaste(LOG))
        await say(pilot, app, "three hours of typing")
        assert app.chat.prompt.text == "three hours of typing"
        assert app.chat.chips.attachments[0].text == LOG
        assert "disk full" in screen_text(app)
        del engine.fail["tell"]
        await pilot.press("enter")
        await settle(pilot, app)
        assert [call for call in engine.calls if call[0] == "bring"][-1] == ("bring", LOG)


async def test_an_engine_that_cannot_start_says_so_and_is_tried_again() -> None:
    tries: list[int] = []

    def factory() -> FakeEngine:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("the rule base is broken")
        return FakeEngine()

    app = ChatApp(factory, language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        assert "could not start: the rule base is broken" in screen_text(app)
        await say(pilot, app, "loss is nan")
        assert app.chat.case_name == "calm-otter"


async def test_pastes_become_chips_that_open_and_go() -> None:
    Path("model.keras").write_bytes(b"x")
    engine = FakeEngine()
    app = chat(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        app.post_message(events.Paste(LOG))
        app.post_message(events.Paste(str(Path("model.keras").resolve())))
        app.post_message(events.Paste("short [nan]\r\nwords"))
        await settle(pilot, app)
        assert app.chat.prompt.text == "short [nan]\nwords"
        labels = [chip.attachment.label("en") for chip in app.query(Chip)]
        assert labels == ["training log, 60 lines", "file model.keras"]
        app.query(Chip).first().focus()
        await pilot.press("enter")
        await settle(pilot, app)
        assert app.screen is not app.chat
        await pilot.press("escape")
        app.query(Chip).first().focus()
        await pilot.press("backspace")
        await settle(pilot, app)
        assert [a.kind for a in app.chat.chips.attachments] == ["file"]
        app.chat.prompt.focus()
        await pilot.press("enter")
        await settle(pilot, app)
        assert [name for name, _ in engine.calls] == ["start", "bring", "tell"]


async def test_a_probe_lives_then_folds_and_opens() -> None:
    engine = FakeEngine({"tell": (STARTED, *PROGRESS)})
    engine.hold["tell"] = threading.Event()
    app = chat(engine)
    async with app.run_test(size=(80, 30)) as pilot:
        await settle(pilot, app)
        app.chat.prompt.take("go")
        await pilot.press("enter")
        while app.chat.stage._probes == {} or "43/60" not in screen_text(app):
            await pilot.pause(0.01)
        text = screen_text(app)
        assert "running" in text and "NaN" in text and "0 s, about 10 s left" in text
        await app.chat.stage.show(DONE)
        engine.hold["tell"].set()
        await settle(pilot, app)
        text = screen_text(app)
        assert "✓ Learn a tiny batch" in text and "not learned with your optimizer" in text
        assert "skill 0.97" not in text
        app.query_one(ProbeBlock).query_one(FoldHeader).focus()
        await pilot.press("enter")
        await pilot.pause()
        assert "skill 0.97" in screen_text(app) and "Adam 0.001" in screen_text(app)


@pytest.mark.parametrize("key", ["escape", "ctrl+c"])
async def test_a_running_probe_can_be_stopped(key: str) -> None:
    engine = FakeEngine({"tell": (STARTED,)})
    engine.hold["tell"] = threading.Event()
    app = chat(engine)
    async with app.run_test(size=(80, 30)) as pilot:
        await settle(pilot, app)
        app.chat.prompt.take("go")
        await pilot.press("enter")
        while not app.query(ProbeBlock):
            await pilot.pause(0.01)
        await pilot.press("h", "i", key)
        await settle(pilot, app)
        assert "■ stopped" in screen_text(app) and app.chat.prompt.text == "hi"


async def test_ctrl_c_twice_leaves() -> None:
    app = chat()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        await pilot.press("ctrl+c")
        assert app.is_running and "Ctrl+C again" in screen_text(app)
        await pilot.press("ctrl+c")
        await pilot.pause()
    assert app.return_code == 0


async def test_the_failure_of_a_probe_names_its_reason() -> None:
    app = chat(FakeEngine({"tell": (STARTED, FAILED, HEALTHY)}))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, "go")
        text = screen_text(app)
        assert "✗ failed" in text and "ran out of memory" in text and "✓ Healthy" in text


async def test_advice_and_what_can_be_done_with_it() -> None:
    engine = FakeEngine({"tell": (RANKING, FOUND, ADVICE)})
    app = chat(engine)
    async with app.run_test(size=(100, 60)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, "go")
        text = screen_text(app)
        for words in ("U004", "I see", "Means", "Change", "You know it worked when", "Not sure?"):
            assert words in text
        assert "- model.add(Dense(1, activation='sigmoid'))" in text and "before" in text
        values = [value for value, _ in app.query_one(AdviceBlock).actions.items]
        expected = {
            "apply:0": ("apply", ("too-few-output-units", 0)),
            "worked": ("outcome", ("too-few-output-units", "worked")),
            "better": ("outcome", ("too-few-output-units", "better")),
            "no-change": ("outcome", ("too-few-output-units", "no-change")),
            "tried": ("tried", "too-few-output-units"),
        }
        for value, call in expected.items():
            await pilot.press(str(values.index(value) + 1))
            await settle(pilot, app)
            assert engine.calls[-1] == call
        await pilot.press(str(values.index("copy") + 1))
        await settle(pilot, app)
        assert "U004.diff" in screen_text(app)


async def test_enter_on_the_empty_prompt_goes_on() -> None:
    engine = FakeEngine({"tell": (Said("hm"),)})
    app = chat(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        await pilot.press("enter")
        assert app.chat.welcome is not None and app.focused is app.chat.welcome.choices
        await say(pilot, app, "go")
        await pilot.press("enter")
        await settle(pilot, app)
        assert engine.calls[-1][0] == "proceed"


async def test_the_demo_plays_by_enter_alone() -> None:
    Path("train.py").write_text("import keras\n", encoding="utf-8")
    engine = FakeEngine({"tell": (HEARD, SYMPTOMS)})
    app = chat(engine, first_words=("it does not learn", str(Path("train.py").resolve())))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        assert app.chat.prompt.text == "it does not learn"
        for _ in range(2):
            await pilot.press("enter")
            await settle(pilot, app)
        assert [name for name, _ in engine.calls] == ["start", "tell", "attach"]


async def test_what_was_read_opens_to_its_findings() -> None:
    app = chat(FakeEngine({"tell": (HEARD,)}))
    async with app.run_test(size=(80, 30)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, "x\n" * 40)
        app.query(Fold).last().query_one(FoldHeader).focus()
        await pilot.press("enter")
        await pilot.pause()
        text = screen_text(app)
        assert "A line without figures was left out." in text and "-3085.98" in text
        assert "looked for, not there" in text


async def test_new_words_leave_an_open_question_behind() -> None:
    engine = FakeEngine({"tell": (FACT,), "attach": (FOUND,)})
    app = chat(engine)
    Path("train.py").write_text("x\n", encoding="utf-8")
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, "hello")
        assert "left open" not in screen_text(app)
        await say(pilot, app, "/script train.py")
        assert app.chat.stage.question is None
        assert "left open" in screen_text(app)


async def test_a_fault_in_the_middle_of_a_probe_leaves_nothing_running() -> None:
    engine = FakeEngine({"tell": (STARTED, *PROGRESS)})
    engine.hold["tell"] = threading.Event()
    app = chat(engine)
    async with app.run_test(size=(80, 30)) as pilot:
        await settle(pilot, app)
        app.chat.prompt.take("go")
        await pilot.press("enter")
        while app.chat.stage._probes == {}:
            await pilot.pause(0.01)
        app.chat.post_message(JobFailed("tell", "no [memory]", "go"))
        engine.hold["tell"].set()
        await settle(pilot, app)
        text = screen_text(app)
        assert "running" not in text and "stopped" in text and "no [memory]" in text
