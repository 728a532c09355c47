"""What the chat looks like by situation and size; `--snapshot-update` after a wanted change."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from assistant.chat.app import ChatApp
from assistant.chat.widgets.fold import Fold
from assistant.events import Event
from tests.chat.conftest import chat
from tests.chat.fake import (
    ADVICE,
    DETAILED,
    DONE,
    FOUND,
    HEARD,
    PROGRESS,
    RANKING,
    STARTED,
    SYMPTOMS,
    FakeEngine,
    Script,
)
from tests.chat.hand import say, settle

SIZES = [(60, 20), (80, 24), (120, 40)]
Compare = Callable[..., bool]

TALK: Script = {"tell": (HEARD, RANKING, SYMPTOMS)}
RESULT: Script = {"tell": (HEARD, RANKING, FOUND, ADVICE)}
EXPERIMENT: Script = {"tell": (STARTED, *PROGRESS, DONE)}


def situation(app: ChatApp, words: str = "", *keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    async def play(pilot: Pilot[Any]) -> None:
        await settle(pilot, app)
        if words:
            await say(pilot, app, words)
        if keys:
            await pilot.press(*keys)
            await settle(pilot, app)
        app.chat.status._forget()
        await come_to_rest(pilot, app)

    return play


async def come_to_rest(pilot: Pilot[Any], app: ChatApp, seconds: float = 10.0) -> None:
    """Wait until nothing on the screen moves: layout and scrolling follow in their own rounds."""
    end, same, before = time.monotonic() + seconds, 0, ""
    while same < 3 and time.monotonic() < end:
        await pilot.pause(0.03)
        now = app.export_screenshot()
        same, before = (same + 1 if now == before else 0), now


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize(
    ("script", "words", "keys", "language"),
    [
        pytest.param({}, "", (), "en", id="welcome-en"),
        pytest.param({}, "", (), "zh", id="welcome-zh"),
        pytest.param(TALK, "the loss [nan] falls below zero", (), "en", id="question-en"),
        pytest.param(RESULT, "the loss falls below zero", (), "en", id="advice-en"),
        pytest.param(RESULT, "损失变成负数", (), "zh", id="advice-zh"),
        pytest.param({}, "", ("slash",), "en", id="commands-en"),
        pytest.param({}, "", ("f1",), "zh", id="help-zh"),
        pytest.param(RESULT, "go", ("f2",), "en", id="suspects-en"),
    ],
)
def test_situation(
    snap_compare: Compare,
    size: tuple[int, int],
    script: Script,
    words: str,
    keys: tuple[str, ...],
    language: str,
) -> None:
    app = chat(FakeEngine(script), language)
    assert snap_compare(app, terminal_size=size, run_before=situation(app, words, *keys))


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark"])
def test_theme(snap_compare: Compare, theme: str) -> None:
    app = chat(FakeEngine(RESULT))
    app.theme = theme
    assert snap_compare(app, terminal_size=(120, 40), run_before=situation(app, "go"))


def test_a_result_opened(snap_compare: Compare) -> None:
    app = chat(FakeEngine(EXPERIMENT))

    async def play(pilot: Pilot[Any]) -> None:
        await situation(app, "go")(pilot)
        app.query(Fold).last().opened = True
        await pilot.pause()

    assert snap_compare(app, terminal_size=(80, 24), run_before=play)


def test_a_result_in_full(snap_compare: Compare) -> None:
    app = chat(FakeEngine({"tell": (DETAILED,)}))

    async def play(pilot: Pilot[Any]) -> None:
        await situation(app, "go")(pilot)
        app.query(Fold).last().opened = True
        await pilot.pause()
        await pilot.pause()

    assert snap_compare(app, terminal_size=(80, 30), run_before=play)


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def test_two_causes(snap_compare: Compare, size: tuple[int, int]) -> None:
    second = replace(ADVICE, cause="inputs-not-scaled", code="U002", title="Inputs go in unscaled")
    app = chat(FakeEngine({"tell": (HEARD, RANKING, FOUND, ADVICE, second)}))
    keys = ("pagedown",) * 4 if size[1] < 40 else ()
    assert snap_compare(app, terminal_size=size, run_before=situation(app, "go", *keys))


def test_everything_that_is_offered_at_the_start(snap_compare: Compare) -> None:
    for name in ("model.keras", "data.npz"):
        Path(name).write_bytes(b"x")
    given = {"kind": "given", "data": {"text": "the loss [nan] falls below zero"}}
    folder = Path(os.environ["UNSTUCK_CASES"])
    folder.mkdir()
    (folder / "busy-hare.jsonl").write_text(json.dumps(given))
    app = chat()
    assert snap_compare(app, terminal_size=(80, 24), run_before=situation(app))


def test_cases_to_go_on_with(snap_compare: Compare) -> None:
    folder = Path(os.environ["UNSTUCK_CASES"])
    folder.mkdir()
    for number, words in enumerate(("the loss is flat", "val_acc stays at 0.1", "loss: nan")):
        path = folder / f"case-{number}.jsonl"
        path.write_text(json.dumps({"kind": "given", "data": {"text": words}}))
        then = time.time() - 4000 * (number + 1)
        os.utime(path, (then, then))
    app = chat(FakeEngine())
    play = situation(app, "/resume")
    assert snap_compare(app, terminal_size=(80, 24), run_before=play)


def test_experiments_in_line(snap_compare: Compare) -> None:
    app = chat()

    async def play(pilot: Pilot[Any]) -> None:
        await situation(app)(pilot)
        app.chat.queue.show(("Labels and output", "Inside [the] network", "Signal in the labels"))
        await pilot.pause()

    assert snap_compare(app, terminal_size=(60, 20), run_before=play)


def test_an_experiment_as_it_runs(snap_compare: Compare) -> None:
    engine = FakeEngine({"tell": (STARTED, *PROGRESS)})
    engine.hold["tell"] = threading.Event()
    app = chat(engine)

    async def play(pilot: Pilot[Any]) -> None:
        await settle(pilot, app)
        app.chat.prompt.take("go")
        await pilot.press("enter")
        block = None
        while block is None or block._last != PROGRESS[-1]:
            await pilot.pause(0.01)
            block = app.chat.stage._probes.get(1)
        await pilot.pause()

    try:
        assert snap_compare(app, terminal_size=(80, 24), run_before=play)
    finally:
        engine.hold["tell"].set()


def test_chips(snap_compare: Compare) -> None:
    app = chat()
    Path("model.keras").write_bytes(b"x")

    async def play(pilot: Pilot[Any]) -> None:
        await settle(pilot, app)
        app.chat.prompt.paste_text("Epoch 1/9\nloss: 0.69\n" * 602)
        app.chat.prompt.paste_text("./model.keras")
        await settle(pilot, app)

    assert snap_compare(app, terminal_size=(80, 24), run_before=play)


def _events(script: Script) -> tuple[Event, ...]:
    return script["tell"]


def test_a_resumed_case(snap_compare: Compare) -> None:
    past = tuple(event for _ in range(12) for event in (HEARD, STARTED, DONE)) + _events(RESULT)
    app = chat(FakeEngine(past=past))
    assert snap_compare(app, terminal_size=(80, 24), run_before=situation(app))
