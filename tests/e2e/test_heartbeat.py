"""The screen stays alive while a probe imports TensorFlow and trains.

What is measured is this process's own work between two beats of the screen's clock: a busy machine
stretches the wall time, but only our own code can spend our processor time.
"""

from __future__ import annotations

import gc
import time
from pathlib import Path

import numpy as np
import pytest

from assistant.case import Case
from assistant.chat.app import ChatApp
from assistant.dialogue import Dialogue, Options
from assistant.events import ProbeDone
from assistant.laboratory import Laboratory

pytestmark = pytest.mark.slow

BEAT = 0.02
LONGEST = 0.1  # seconds of our own work during which nothing is painted
PATIENCE = 240.0


@pytest.mark.asyncio
async def test_no_gap_while_a_probe_imports_and_trains(small_model: Path, tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    data = tmp_path / "data.npz"
    x = random.normal(size=(400, 8)).astype("float32")
    np.savez(data, x=x, y=x[:, :3].argmax(1))
    done: list[str] = []

    def engine() -> Dialogue:
        laboratory = Laboratory()
        laboratory.start()
        dialogue = Dialogue(Case("memory"), laboratory, Options(budget=60.0))
        attach = dialogue.attach

        def watched(path: Path | str):  # type: ignore[no-untyped-def]
            for event in attach(path):
                if isinstance(event, ProbeDone):
                    done.append(event.probe)
                yield event

        dialogue.attach = watched  # type: ignore[method-assign]
        return dialogue

    # The heap of a whole test session is not the app's: walking it would count as our work.
    gc.collect()
    gc.freeze()
    app = ChatApp(engine, language="en")
    gaps: list[float] = []
    async with app.run_test(size=(100, 30)) as pilot:
        last = time.process_time()

        def beat() -> None:
            nonlocal last
            now = time.process_time()
            gaps.append(now - last)
            last = now

        app.set_interval(BEAT, beat)
        await pilot.pause(0.5)
        gaps.clear()  # the first paint is another matter
        for path in (small_model, data):
            await pilot.press(*f"/model {path}", "enter")
        end = time.monotonic() + PATIENCE
        while "tiny-batch-overfit" not in done and time.monotonic() < end:
            await pilot.pause(0.2)
    app.chat.backstage.close()
    gc.unfreeze()
    assert "tiny-batch-overfit" in done
    assert len(gaps) > 20
    assert max(gaps) < LONGEST, f"{sorted(gaps)[-5:]}"
