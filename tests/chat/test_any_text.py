"""Any text a user, a log or a probe may bring is shown without a fault, and never as markup."""

from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from textual import events

from assistant.chat.app import ChatApp
from assistant.chat.stage import Stage
from assistant.chat.text import clean
from assistant.chat.widgets.fold import Fold
from assistant.events import (
    Advice,
    Answer,
    Curve,
    Event,
    Heard,
    Offer,
    ProbeDone,
    ProbeFailed,
    ProbeProgress,
    ProbeStarted,
    Question,
    Ranking,
    Reason,
    Said,
    Suspect,
    TrialResult,
    Verdict,
)
from probes.finding import Finding
from tests.chat.conftest import chat
from tests.chat.fake import FakeEngine
from tests.chat.hand import screen_text, settle

NASTY = (
    "loss [nan] shape=[None, 10] [/foo] [b]x[/i] [@click=app.quit]go[/]",
    "\x1b[31mred\x1b[0m \x1b]52;c;aGk=\a \x1b[2J\x9b1m",
    "مرحبا \u202eevil\u202c שלום",
    "你好，世界 👩‍👩‍👧‍👦 🇨🇳 é\u0301\u0301\u0301",
    "\ud800 lone surrogate \udfff",
    "\x00\x01\x08\x08\r\n\t\x7f\u2028end",
    "$u-bad {curly} %s %(x)s {0.__class__}",
    "",
    " ",
    "x" * 5_000,
    "line\n" * 500,
)


def every_event(text: str) -> tuple[Event, ...]:
    """One event of each kind, with `text` wherever a text may stand."""
    finding = Finding(text, True, text, "log", text, 3)
    curve = Curve(text, (1.0, math.nan, math.inf, 0.2))
    question = Question("q", "fact", text, text, (Answer("a", text), Answer("b", text)))
    offers = (Offer("safe", text, text, (), None, True), Offer("answer", text, "", (text,)))
    trial = TrialResult((math.nan,), (1.0, math.inf), 3, 0.1, False, None, None, text)
    suspect = Suspect("c", text, text, 0.4, text, False, (Reason(text, -1.0),))
    return (
        Said(text, "warning"),
        Heard("log", text, text, (finding,), (text,)),
        Ranking((suspect, dataclasses.replace(suspect, confirmed=True)), text),
        ProbeStarted(1, "p", text, text, 0.0),
        ProbeProgress(1, 3, 2, math.nan, text, text),
        ProbeProgress(1, 4, 2, 1.0, text, text),
        ProbeProgress(1, 5, 2, math.inf, text, text),
        ProbeDone(1, "p", text, text, 0.1, (finding,), (text,), (curve, curve)),
        ProbeFailed(2, "p", text, text),
        Verdict("unsure", text),
        Advice("c", text, text, text, 0.4, True, (text,), text, offers, text, text, trial),
        question,
    )


async def show_all(app: ChatApp, stage: Stage, text: str) -> None:
    for event in every_event(text):
        await stage.show(event)
    for fold in app.query(Fold):
        if fold._body is not None:
            fold.opened = True


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
async def test_each_event_with_a_nasty_text(text: str) -> None:
    app = chat(FakeEngine())
    async with app.run_test(size=(100, 40)) as pilot:
        await settle(pilot, app)
        await show_all(app, app.chat.stage, text)
        await settle(pilot, app)
        app.export_screenshot()
        start = clean(text).split("\n")[0][:40]
        assert start in screen_text(app)
        app.chat.open_suspects()
        await settle(pilot, app)
        app.export_screenshot()


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.text(max_size=200), min_size=1, max_size=8))
def test_any_text(texts: list[str]) -> None:
    import asyncio

    async def run() -> None:
        app = chat(FakeEngine())
        async with app.run_test(size=(60, 20)) as pilot:
            await settle(pilot, app)
            for text in texts:
                await show_all(app, app.chat.stage, text)
            await settle(pilot, app)
            app.export_screenshot()

    asyncio.run(run())


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
async def test_a_nasty_text_is_sent_as_it_was_pasted(text: str) -> None:
    engine = FakeEngine()
    app = chat(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        app.post_message(events.Paste(text))
        await settle(pilot, app)
        await pilot.press("enter")
        await settle(pilot, app)
        if text.strip():
            said = str(engine.calls[-1][1])
            assert said in (text, clean(text))
        app.export_screenshot()


async def test_a_line_of_a_megabyte() -> None:
    text = "[nan] \x1b[1m" * 100_000
    engine = FakeEngine({"tell": (Said(text), Heard("log", "x", text), Verdict("unsure", text))})
    app = chat(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        app.post_message(events.Paste(text))
        await settle(pilot, app)
        assert app.chat.prompt.text == "" and len(app.chat.chips.attachments) == 1
        await pilot.press("enter")
        await settle(pilot, app)
        assert engine.calls[-1] == ("tell", text)
        assert "[nan] ␛[1m[nan]" in screen_text(app)
        app.chat.open_text("text", text)
        await settle(pilot, app)
        app.export_screenshot()
