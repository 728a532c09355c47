"""Cancel, close and leaving early: seen at once, whatever the probe is doing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from assistant.laboratory import Laboratory
from probes.protocol import Event

pytestmark = pytest.mark.slow

Make = Callable[..., Laboratory]


def cancel_after(laboratory: Laboratory, seconds: float) -> list[float]:
    """Cancel from another thread; the list gets the time of it."""
    at: list[float] = []

    def later() -> None:
        time.sleep(seconds)
        at.append(time.perf_counter())
        laboratory.cancel()

    threading.Thread(target=later).start()
    return at


@pytest.mark.parametrize("probe", ["test-polite", "test-train", "test-hang", "test-hang-in-c"])
def test_cancel_is_seen_at_once(
    laboratory: Laboratory, probe: str, record_property: Callable[[str, object], None]
) -> None:
    assert list(laboratory.run("test-echo"))[-1].kind == "done"
    at = cancel_after(laboratory, 0.8)
    events = list(laboratory.run(probe, options={"steps": 1_000_000}, seconds=60))
    latency = time.perf_counter() - at[0]
    assert events[-1].kind == "cancelled"
    record_property("cancel_latency", latency)
    print(f"{probe}: cancelled after {1000 * latency:.0f} ms")
    assert latency < 2
    assert list(laboratory.run("test-echo"))[-1].kind == "done"


def test_a_cancel_that_is_honoured_keeps_the_model(laboratory: Laboratory) -> None:
    before = list(laboratory.run("test-echo"))[-1].data
    cancel_after(laboratory, 0.2)
    assert list(laboratory.run("test-polite"))[-1].kind == "cancelled"
    after = list(laboratory.run("test-echo"))[-1].data
    assert (after["pid"], after["opened"]) == (before["pid"], before["opened"])


def test_cancel_while_tensorflow_is_imported(new_laboratory: Make, mode: str) -> None:
    laboratory = new_laboratory(mode)
    at = cancel_after(laboratory, 0.2)
    events = list(laboratory.run("test-echo"))
    latency = time.perf_counter() - at[0]
    assert [e.kind for e in events] == ["progress", "cancelled"]
    assert events[0].data["text"] == "starting-tensorflow"
    assert latency < 2
    assert list(laboratory.run("test-echo"))[-1].kind == "done"


def test_cancel_with_nothing_to_cancel(laboratory: Laboratory) -> None:
    laboratory.cancel()
    assert list(laboratory.run("test-echo"))[-1].kind == "done"


def test_an_iterator_left_early_ends_its_job(laboratory: Laboratory) -> None:
    for event in laboratory.run("test-hang", seconds=600):
        if event.data.get("step"):
            break
    assert list(laboratory.run("test-echo"))[-1].kind == "done"


def test_an_iterator_kept_unfinished_blocks_nobody(laboratory: Laboratory) -> None:
    unfinished = laboratory.run("test-hang", seconds=600)
    while not next(unfinished).data.get("step"):
        pass
    assert list(laboratory.run("test-echo"))[-1].kind == "done"
    assert [e.kind for e in unfinished] == ["cancelled"]


def test_threads_take_turns(laboratory: Laboratory) -> None:
    ends: list[Event] = []

    def work() -> None:
        ends.append(list(laboratory.run("test-echo"))[-1])

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [e.kind for e in ends] == ["done"] * 5
    assert len({e.job for e in ends}) == 5


def test_cancel_reaches_those_in_line_only_when_asked(laboratory: Laboratory) -> None:
    ends: dict[str, str] = {}

    def work(probe: str) -> None:
        for event in laboratory.run(probe, seconds=60):
            ends[probe] = event.kind

    first = threading.Thread(target=work, args=("test-polite",))
    second = threading.Thread(target=work, args=("test-hang",))
    first.start()
    while "test-polite" not in ends:
        time.sleep(0.01)
    second.start()
    time.sleep(0.2)
    assert "test-hang" not in ends
    laboratory.cancel()
    first.join(10)
    assert ends["test-polite"] == "cancelled"
    while "test-hang" not in ends:
        time.sleep(0.01)
    laboratory.cancel(waiting=True)
    second.join(10)
    assert ends["test-hang"] == "cancelled"


def test_close_cancels_what_runs_and_what_comes(new_laboratory: Make, mode: str) -> None:
    laboratory = new_laboratory(mode)
    for event in laboratory.run("test-hang"):
        if event.data.get("step"):
            threading.Thread(target=laboratory.close).start()
    assert event.kind == "cancelled"
    assert [e.kind for e in laboratory.run("test-echo")] == ["cancelled"]
    laboratory.close()
    laboratory.start()
    assert not laboratory.pids
