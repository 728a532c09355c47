"""Going on with an earlier case, and beginning a new one, without leaving the chat."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from assistant.cases import SavedCase
from assistant.chat.commands import find
from assistant.chat.recent import age, case_label, files_for
from assistant.chat.widgets.choices import Choices
from assistant.chat.widgets.welcome import Welcome
from assistant.events import Answered, Event, Said, Spoken
from tests.chat.conftest import chat
from tests.chat.fake import ADVICE, DONE, FACT, HEARD, RANKING, WHOLE_CASE, FakeEngine
from tests.chat.hand import say, screen_text, settle

PAST: tuple[Event, ...] = (
    Spoken("my loss [nan] falls below zero", ("train.log",)),
    HEARD,
    Answered(FACT, "whole numbers: 0, 1, 2"),
    DONE,
    RANKING,
)


def saved(name: str, words: str, *files: str, hours: float = 0.0) -> None:
    """A case file as the dialogue writes it."""
    folder = Path(os.environ["UNSTUCK_CASES"])
    folder.mkdir(exist_ok=True)
    given = [{"text": words}, *({"path": path} for path in files)]
    lines = [json.dumps({"kind": "given", "data": data}) for data in given]
    path = folder / f"{name}.jsonl"
    path.write_text("\n".join(lines))
    then = time.time() - hours * 3600
    os.utime(path, (then, then))


def engine() -> FakeEngine:
    engine = FakeEngine({"start": (Said("Going on with busy-hare."), ADVICE), **WHOLE_CASE})
    engine.cases["busy-hare"] = PAST
    return engine


@pytest.fixture(autouse=True)
def _cases() -> None:
    saved("busy-hare", "my loss [nan] falls below zero", hours=2)
    saved("old-hare", "accuracy stays at 0.5", hours=80)


async def test_a_case_is_chosen_from_the_recent_ones_and_shown_again() -> None:
    played = engine()
    app = chat(played)
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, "the loss is nan")
        await say(pilot, app, "/resume")
        text = "\n".join(label for _, label in app.query(Choices).last().items)
        assert "2 h ago: my loss [nan] falls below zero" in text
        assert "3 d ago: accuracy stays at 0.5" in text
        while not app.chat.conversation.sees(app.query(Choices).last()):
            await pilot.pause(0.02)  # a number brings into sight what is not, and no more
        await pilot.press("1")
        await settle(pilot, app)
        assert ("open_case", "busy-hare") in played.calls
        text = screen_text(app)
        assert "the loss is nan" not in text and "busy-hare" in text
        for words in ("my loss [nan] falls", "train.log", "whole numbers: 0, 1, 2", "U004"):
            assert words in text
        assert app.chat.desk._suspects() == RANKING.suspects


async def test_the_last_case_is_offered_at_the_start() -> None:
    played = engine()
    del played.script["start"]
    app = chat(played)
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot, app)
        assert app.query_one(Welcome).choices.items[-1][1].startswith("go on with your last case")
        await pilot.press("4")
        await settle(pilot, app)
        assert ("open_case", "busy-hare") in played.calls and not app.query(Welcome)


async def test_a_new_case_begins_with_the_welcome() -> None:
    played = engine()
    app = chat(played)
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, "the loss is nan")
        await say(pilot, app, "/new")
        assert ("open_case", "") in played.calls
        assert app.query(Welcome) and not app.chat.conversation.entries
        assert "fresh-otter" in screen_text(app)
        assert not app.chat.desk._suspects() and app.chat.stage.question is None
        await say(pilot, app, "again")
        assert played.calls[-1] == ("tell", "again")


async def test_a_case_that_is_gone_leaves_everything_as_it_was() -> None:
    app = chat(engine())
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, "the loss is nan")
        await say(pilot, app, "/resume nowhere")
        text = screen_text(app)
        assert "no saved case of that name" in text and "the loss is nan" in text


async def test_recent_files_complete_a_command() -> None:
    Path("here.keras").write_bytes(b"x")
    Path("far").mkdir()
    far = Path("far/away.keras").absolute()
    far.write_bytes(b"x")
    saved("file-hare", "words", str(far), "/no/such/file.keras")
    app = chat(engine())
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot, app)
        command = find("model")
        assert command is not None
        offered = app.chat.desk.arguments(command)
        assert [name for name, _ in offered] == ["here.keras", "far/away.keras"]


def test_labels() -> None:
    case = SavedCase("a", 0.0, "x\x1b[31m" + "words " * 30, ())
    label = case_label(case, "en", 30.0)
    assert label.startswith("a moment ago: x") and "\x1b" not in label and label.endswith("…")
    assert [age(s, "en") for s in (59, 60, 7300, 86400 * 3)] == [
        "a moment ago",
        "1 min ago",
        "2 h ago",
        "3 d ago",
    ]
    assert age(-5, "zh") == "刚才"


def test_recent_files_come_first_and_only_fitting_ones() -> None:
    found = files_for("data", [Path("/a/x.npz"), Path("/a/m.keras")], ["d.csv", "s.py"], "en")
    assert found == [("/a/x.npz", "recent"), ("d.csv", "")]
