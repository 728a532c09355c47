"""Several experiments in line: shown, begun one after the other, stopped alone or together."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from textual.pilot import Pilot

from assistant.chat.app import ChatApp
from assistant.chat.widgets.chips import Chip
from assistant.events import Event
from tests.chat.conftest import chat
from tests.chat.fake import DONE, STARTED, FakeEngine
from tests.chat.hand import screen_text, settle


class Laboratory(FakeEngine):
    """Experiments that run until they are let go."""

    def __init__(self) -> None:
        super().__init__({"run_probe": (STARTED,)})
        self.hold["run_probe"] = threading.Event()

    def run_probe(self, probe_id: str) -> Iterator[Event]:
        yield from super().run_probe(probe_id)
        if not self.cancelled.is_set():
            yield DONE


async def three_in_line(pilot: Pilot[int], app: ChatApp, engine: Laboratory) -> None:
    await settle(pilot, app)
    app.chat.desk.probes = (("label-shape", "Labels [and] output"), ("signal-check", "Signal"))
    for name in ("tiny-batch-overfit", "label-shape", "signal-check"):
        await app.chat.desk.run("probe", name)
    while ("run_probe", "tiny-batch-overfit") not in engine.calls:
        await pilot.pause(0.01)
    await pilot.pause()


async def test_what_waits_is_named_and_begins_by_itself() -> None:
    engine = Laboratory()
    app = chat(engine)
    async with app.run_test(size=(100, 30)) as pilot:
        await three_in_line(pilot, app, engine)
        assert app.chat.backstage.waiting == ("Labels [and] output", "Signal")
        assert "next in line: Labels [and] output · Signal" in screen_text(app)
        engine.hold["run_probe"].set()
        await settle(pilot, app)
        names = [argument for name, argument in engine.calls if name == "run_probe"]
        assert names == ["tiny-batch-overfit", "label-shape", "signal-check"]
        assert not app.chat.queue.display


async def test_escape_stops_the_running_one_alone() -> None:
    engine = Laboratory()
    app = chat(engine)
    async with app.run_test(size=(100, 30)) as pilot:
        await three_in_line(pilot, app, engine)
        await pilot.press("escape")
        while ("run_probe", "label-shape") not in engine.calls:
            await pilot.pause(0.01)
        assert app.chat.backstage.waiting == ("Signal",)
        engine.hold["run_probe"].set()
        await settle(pilot, app)
        assert ("run_probe", "signal-check") in engine.calls


async def test_cancel_stops_everything() -> None:
    engine = Laboratory()
    app = chat(engine)
    async with app.run_test(size=(100, 30)) as pilot:
        await three_in_line(pilot, app, engine)
        await app.chat.desk.run("cancel", "")
        await settle(pilot, app)
        assert [a for n, a in engine.calls if n == "run_probe"] == ["tiny-batch-overfit"]
        assert not app.chat.queue.display


async def test_a_chip_says_what_was_recognised() -> None:
    app = chat()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        epochs = (f"Epoch {n}/30\n9/9 - loss: nan - accuracy: 0.5" for n in range(1, 31))
        app.chat.prompt.paste_text("\n".join(epochs))
        await settle(pilot, app)
        chip = app.query_one(Chip)
        assert "30" in chip.label and "lines" not in chip.label and chip.label in screen_text(app)
        app.chat.prompt.paste_text("no [sense] in this\n" * 40)
        await settle(pilot, app)
        assert app.query(Chip).last().label == "text, 40 lines"
