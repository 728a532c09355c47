"""Short messages: an answer to the open question, a command, or news."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.chat.answers import meant_answer, meant_command
from assistant.events import Answer, Question
from tests.chat.conftest import chat
from tests.chat.fake import FACT, SYMPTOMS, FakeEngine
from tests.chat.hand import say, screen_text, settle

YES_NO = Question(
    "shuffled",
    "fact",
    "Is it shuffled?",
    "",
    (Answer("yes", "是"), Answer("no", "否"), Answer("dont-know", "不知道")),
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("Yep!", "yes"),
        ("it does", "yes"),
        ("是的", "yes"),
        ("No.", "no"),
        ("没有", "no"),
        ("I don’t know", "dont-know"),
        ("不清楚。", "dont-know"),
        ("2", "no"),
        ("否", "no"),
    ],
)
def test_usual_words_choose(text: str, value: str) -> None:
    chosen = meant_answer(YES_NO, text)
    assert chosen is not None and chosen[0] == value


@pytest.mark.parametrize("text", ["0", "9", "yes, but only in epoch 3", "", "?", "the loss is nan"])
def test_news_is_no_answer(text: str) -> None:
    assert meant_answer(YES_NO, text) is None


def test_an_answer_by_its_own_words_and_yes_only_where_it_is_one() -> None:
    assert meant_answer(FACT, "One-hot") == ("one-hot", "one-hot rows: [0, 1, 0]")
    assert meant_answer(SYMPTOMS, "the loss does not move at all") == (
        "loss-flat",
        "the loss does not move at all",
    )
    assert meant_answer(SYMPTOMS, "yes") is None


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("why?", "why"),
        ("Why", "why"),
        ("为什么？", "why"),
        ("already tried that", "tried"),
        ("help", "help"),
        ("bye", "quit"),
        ("why does my loss rise?", ""),
        ("", ""),
    ],
)
def test_commands_in_plain_words(text: str, command: str) -> None:
    assert meant_command(text) == command


@given(st.text(max_size=80))
def test_any_text(text: str) -> None:
    assert meant_command(text) in ("", "why", "tried", "back", "help", "quit")
    chosen = meant_answer(FACT, text)
    assert chosen is None or chosen[0] in {a.value for a in FACT.answers}


async def test_an_answer_in_words_reaches_the_engine_and_why_shows_the_reason() -> None:
    engine = FakeEngine({"tell": (FACT,)})
    app = chat(engine)
    async with app.run_test(size=(80, 30)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, "it does not learn")
        await say(pilot, app, "why?")
        block = app.chat.stage.question
        assert block is not None and block._why.display
        await say(pilot, app, "one-hot")
        assert engine.calls[-1] == ("answer", ("label-form", "one-hot"))
        assert "❯ one-hot rows" in screen_text(app)
        assert [name for name, _ in engine.calls].count("tell") == 1
