"""Nothing outlives the client, and nothing that happens at random loses the session."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.laboratory import Laboratory
from tests.process.marks import survivors, variables

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]

CLIENT = """
import sys
from pathlib import Path
from assistant.laboratory import Laboratory

laboratory = Laboratory(logs=Path(sys.argv[1]))
laboratory.start()
print("started", flush=True)
for event in laboratory.run(sys.argv[2], seconds=600):
    if event.data.get("step"):
        print("running", flush=True)
"""


@pytest.mark.parametrize("stage", ["started", "running"])
@pytest.mark.parametrize("probe", ["test-polite", "test-children", "test-hang-in-c"])
@pytest.mark.parametrize("end", ["SIGKILL", "SIGTERM"])
def test_client_is_killed(mode: str, probe: str, stage: str, end: str, tmp_path: Path) -> None:
    if probe != "test-polite" and (stage == "started" or end == "SIGTERM"):
        pytest.skip("says no more than the same with the probe that yields")
    given = variables(mode)
    client = subprocess.Popen(
        [sys.executable, "-c", CLIENT, str(tmp_path), probe],
        env={**os.environ, **given, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert client.stdout is not None
    with client, client.stdout:
        for line in client.stdout:
            if line.strip() == stage:
                break
        assert len(survivors(given["UNSTUCK_TEST_MARK"], 0)) >= (1 if stage == "started" else 2)
        time.sleep(0.2)
        client.send_signal(getattr(signal, end))
        client.wait(10)
    assert survivors(given["UNSTUCK_TEST_MARK"]) == []


def test_close_leaves_nothing(mode: str, tmp_path: Path) -> None:
    given = variables(mode)
    laboratory = Laboratory(variables=given, logs=tmp_path)
    for event in laboratory.run("test-children", seconds=600):
        if event.data.get("step"):
            threading.Thread(target=laboratory.close).start()
    assert survivors(given["UNSTUCK_TEST_MARK"]) == []


def trouble(laboratory: Laboratory, dice: random.Random) -> Callable[[], None]:
    """Something that goes wrong in the middle of a job."""

    def kill(which: int) -> Callable[[], None]:
        def strike() -> None:
            pids = laboratory.pids
            if pids:
                os.kill(pids[which], signal.SIGKILL)

        return strike

    return dice.choice([kill(0), kill(-1), laboratory.cancel, laboratory.cancel])


def test_random_trouble_loses_nothing(mode: str, tmp_path: Path) -> None:
    dice = random.Random(20240 + len(mode))
    given = variables(mode)
    probes = ["test-polite", "test-train", "test-hang", "test-hang-in-c", "test-oom", "test-print"]
    with Laboratory(variables=given, logs=tmp_path) as laboratory:
        # Without fork each kill costs a new import of TensorFlow.
        for number in range(15 if mode == "fork" else 4):
            strike = threading.Timer(dice.uniform(0.0, 0.5), trouble(laboratory, dice))
            strike.start()
            events = list(
                laboratory.run(
                    dice.choice(probes), options={"steps": 5000}, seconds=dice.uniform(0.2, 1.0)
                )
            )
            strike.join()
            ends = [e.kind for e in events if e.kind in ("done", "failed", "cancelled", "died")]
            assert len(ends) == 1, (number, ends)
            assert ends[0] != "died"
        assert list(laboratory.run("test-echo"))[-1].kind == "done"
        assert len(survivors(given["UNSTUCK_TEST_MARK"], 1)) <= 3
    assert survivors(given["UNSTUCK_TEST_MARK"]) == []
