"""The probe process under random trouble: lost cases, orphans, and how quickly it answers."""

from __future__ import annotations

import os
import random
import signal
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.laboratory import Laboratory
from probes.protocol import Event, Job, Subject
from tests.process.marks import MODES, survivors, variables

#: What is done to a job, and the fake probe that it is done to.
TROUBLES = {
    "kill the process": "test-polite",
    "kill the job": "test-train",
    "cancel, honoured": "test-train",
    "cancel, ignored": "test-hang-in-c",
    "hang": "test-spin",
    "memory bomb": "test-bomb",
    "crash with oneDNN": "test-segfault-with-onednn",
    "no trouble": "test-echo",
}


@dataclass
class Table:
    """What happened to the rounds of one kind of trouble."""

    rounds: int = 0
    lost: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)


def main(rounds: int = 200, seed: int = 1) -> None:
    """Print one table for each way of running jobs; without fork a tenth of the rounds."""
    for mode in MODES:
        storm(mode, rounds if mode == "fork" else max(1, rounds // 10), seed)
    for mode in MODES:
        quiet(mode)


def storm(mode: str, rounds: int, seed: int) -> None:
    """Random kills, cancels, hangs and memory bombs in one session."""
    dice, marks = random.Random(seed), variables(mode)
    tables = {name: Table() for name in TROUBLES}
    with tempfile.TemporaryDirectory() as logs:
        with Laboratory(variables=marks, logs=Path(logs)) as laboratory:
            started = time.perf_counter()
            for _ in range(rounds):
                one_round(laboratory, dice, tables)
            seconds = time.perf_counter() - started
            alive = ends_of(laboratory, "test-echo")[-1].kind == "done"
        orphans = len(survivors(marks["UNSTUCK_TEST_MARK"]))
    print(f"\n{mode}: {rounds} rounds in {seconds:.0f} s")
    print(f"  {'trouble':<18}{'rounds':>7}{'lost':>6}  {'median':>8}{'worst':>9}  ends")
    for name, table in tables.items():
        ends = ", ".join(f"{n} {end}" for end, n in table.ends.most_common())
        print(f"  {name:<18}{table.rounds:>7}{table.lost:>6}  {_spread(table.latencies)}  {ends}")
    lost = sum(table.lost for table in tables.values()) + (not alive)
    print(f"  lost cases {lost}, orphan processes {orphans}")


def one_round(laboratory: Laboratory, dice: random.Random, tables: dict[str, Table]) -> None:
    """One job with one trouble; its latency runs from the trouble to the job's last event."""
    name = dice.choice(list(TROUBLES))
    struck: list[float] = []

    def strike() -> None:
        time.sleep(dice.uniform(0.0, 0.3))
        struck.append(time.perf_counter())
        _strike(laboratory, name)

    threads: list[threading.Thread] = []

    def at_first_step(event: Event) -> None:
        if event.data.get("step") and not threads and _is_struck(name):
            threads.append(threading.Thread(target=strike))
            threads[0].start()

    limit = 0.5 if name == "hang" else 30.0
    events = ends_of(laboratory, TROUBLES[name], limit, at_first_step)
    ended = time.perf_counter()
    for thread in threads:
        thread.join()
    table = tables[name]
    table.rounds += 1
    last = [e for e in events if e.kind in ("done", "failed", "cancelled", "died")]
    table.lost += len(last) != 1 or last[0].kind == "died"
    table.ends[str(last[-1].data.get("reason", last[-1].kind)) if last else "nothing"] += 1
    if struck:
        table.latencies.append(ended - struck[0])


def _is_struck(name: str) -> bool:
    return name.startswith(("kill", "cancel"))


def _strike(laboratory: Laboratory, name: str) -> None:
    if name.startswith("cancel"):
        laboratory.cancel()
    elif pids := laboratory.pids:
        os.kill(pids[0 if name == "kill the process" else -1], signal.SIGKILL)


def ends_of(
    laboratory: Laboratory,
    probe: str,
    seconds: float = 30.0,
    watch: Callable[[Event], None] = lambda event: None,
) -> list[Event]:
    """All events of one run."""
    events = []
    job = Job(0, probe, Subject(), {"steps": 1_000_000}, seconds, memory_gb=3.0)
    for event in laboratory.run(job):
        events.append(event)
        watch(event)
    return events


def quiet(mode: str, rounds: int = 100) -> None:
    """Start, overhead of a job on a loaded subject, and of one on a new subject."""
    with (
        tempfile.TemporaryDirectory() as logs,
        Laboratory(variables=variables(mode), logs=Path(logs)) as laboratory,
    ):
        started = time.perf_counter()
        laboratory.start()
        returned = time.perf_counter() - started
        ends_of(laboratory, "test-echo")
        first = time.perf_counter() - started
        same = [_timed(laboratory, Subject()) for _ in range(rounds)]
        other = [_timed(laboratory, Subject(f"{n}.keras")) for n in range(rounds)]
    print(f"\n{mode}: start() returns after {1000 * returned:.1f} ms, first job {first:.2f} s")
    print(f"  job on the loaded subject {_spread(same)} (median, worst of {rounds})")
    print(f"  job on another subject    {_spread(other)}")


def _timed(laboratory: Laboratory, subject: Subject) -> float:
    started = time.perf_counter()
    list(laboratory.run("test-echo", subject))
    return time.perf_counter() - started


def _spread(seconds: Sequence[float]) -> str:
    if not seconds:
        return f"{'':>17}"
    return f"{1000 * statistics.median(seconds):>5.0f} ms{1000 * max(seconds):>6.0f} ms"


if __name__ == "__main__":
    main()
