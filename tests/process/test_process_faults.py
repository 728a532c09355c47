"""Whatever a probe does to its process, the client gets one clear end and goes on."""

from __future__ import annotations

import math
import socket
import sys
from pathlib import Path

import pytest

from assistant.laboratory import Laboratory
from assistant.laboratory.log import LARGEST_LOG
from probes.protocol import Event, Job, Subject

pytestmark = pytest.mark.slow


def run(
    laboratory: Laboratory, probe: str, seconds: float = 20.0, model: str | None = None
) -> list[Event]:
    """All events of one run; its form is checked here for every test."""
    events = list(laboratory.run(probe, Subject(model), seconds=seconds))
    assert [e.kind for e in events if e.kind in ("done", "failed", "cancelled", "died")] == [
        events[-1].kind
    ]
    assert len({e.job for e in events}) == 1
    return events


def works(laboratory: Laboratory) -> bool:
    return run(laboratory, "test-echo")[-1].kind == "done"


def test_ready_says_which_versions(laboratory: Laboratory) -> None:
    assert works(laboratory)
    assert laboratory.ready
    assert set(laboratory.versions) == {"python", "tensorflow", "keras", "numpy"}
    assert laboratory.versions["python"] == ".".join(map(str, sys.version_info[:3]))


def test_subject_is_loaded_once_and_again_when_it_changes(laboratory: Laboratory) -> None:
    def opened(model: str) -> tuple[int, int, int]:
        data = run(laboratory, "test-echo", model=model)[-1].data
        return data["pid"], data["opened"], data["jobs"]

    first = opened("a.keras")
    assert opened("a.keras") == (first[0], first[1], first[2] + 1)
    other = opened("b.keras")
    assert other[:2] != first[:2]
    assert other[2] == 1


def test_job_gets_its_options_and_seed(laboratory: Laboratory) -> None:
    job = Job(77, "test-echo", Subject("a.keras"), {"steps": 3}, 9.0, seed=5)
    *_, done = laboratory.run(job)
    assert done.job == 77
    assert done.data["options"] == {"steps": 3}
    assert done.data["seed"] == 5
    assert 0 < done.data["deadline"] <= 9.0


def test_a_real_model_trains(laboratory: Laboratory) -> None:
    events = run(laboratory, "test-train", seconds=60)
    losses = events[-1].data["losses"]
    assert events[-1].kind == "done"
    assert losses[-1] < losses[0]
    assert events[-2].data["step"] == 30
    again = run(laboratory, "test-train", seconds=60)[-1].data["losses"]
    assert again == losses


def test_prints_reach_the_log_and_nothing_else(laboratory: Laboratory) -> None:
    laboratory.log_path.write_bytes(b"")
    events = run(laboratory, "test-print")
    assert [e.kind for e in events] == ["done"]
    assert events[0].data["said"] is True
    log = laboratory.log_path.read_bytes()
    assert b"raw \xff\x00 bytes" in log
    assert b"from a child of mine" in log


def test_input_is_at_its_end(laboratory: Laboratory) -> None:
    assert run(laboratory, "test-stdin")[-1].data["read"] is None


def test_log_is_capped(laboratory: Laboratory) -> None:
    laboratory.log_path.write_bytes(b"x" * (LARGEST_LOG + 1))
    assert works(laboratory)
    run(laboratory, "test-hang", seconds=0.6)
    assert laboratory.log_path.stat().st_size < LARGEST_LOG


@pytest.mark.parametrize(
    ("probe", "reason", "error"),
    [
        ("test-raise", "unforeseen", "RuntimeError: first line second line"),
        ("test-exit", "unforeseen", "SystemExit: 3"),
        ("test-huge-result", "unforeseen", "bytes"),
        ("test-probe-error", "model-not-a-model", "ValueError: bad file"),
        ("test-oom", "out-of-memory", "Error"),
        ("test-oom-tensor", "out-of-memory", "ResourceExhaustedError"),
        ("test-bad-alloc", "out-of-memory", "SIGABRT"),
        ("test-hard-exit", "process-killed", "exit 7"),
        ("test-close-fds", "process-killed", "SIGKILL"),
        ("test-hang", "time-limit", ""),
        ("test-hang-in-c", "time-limit", ""),
        ("test-spin", "time-limit", ""),
        ("test-children", "time-limit", ""),
    ],
)
def test_fault_becomes_a_reason(
    laboratory: Laboratory, probe: str, reason: str, error: str
) -> None:
    end = run(laboratory, probe, seconds=1.0 if reason == "time-limit" else 20.0)[-1]
    assert end.kind == "failed"
    assert end.data["reason"] == reason
    assert error in end.data["error"]
    assert "\n" not in end.data["error"]
    assert works(laboratory)


def test_what_was_handed_over_before_the_time_limit_stands(laboratory: Laboratory) -> None:
    *steps, end = run(laboratory, "test-hang-with-results", seconds=1.0)
    assert end.kind == "done"
    assert end.data["arms"] == ["first", "second"]
    assert end.data["cut"] is True
    assert not steps
    assert works(laboratory)


def test_memory_bomb_stops_at_the_limit_of_its_job(laboratory: Laboratory) -> None:
    *steps, end = laboratory.run(Job(1, "test-bomb", Subject(), seconds=60, memory_gb=3.0))
    assert end.data["reason"] == "out-of-memory"
    assert end.data["memory_gb"] == 3.0
    taken_gb = max(e.data.get("step", 0) for e in steps) * (1 << 24) / (1 << 30)
    assert taken_gb < 3.0
    assert works(laboratory)


def test_unforeseen_errors_leave_their_traceback_in_the_log(laboratory: Laboratory) -> None:
    laboratory.log_path.write_bytes(b"")
    run(laboratory, "test-raise")
    assert "in raises" in laboratory.log_path.read_text(errors="replace")


def test_subject_that_cannot_be_opened(laboratory: Laboratory) -> None:
    end = run(laboratory, "test-echo", model="missing.keras")[-1]
    assert end.data == {
        "reason": "model-not-found",
        "error": "no such file",
        "model": "missing.keras",
    }
    assert run(laboratory, "test-echo", seconds=0.5, model="slow.keras")[-1].data["reason"] == (
        "time-limit"
    )
    assert works(laboratory)


def test_unknown_probe(laboratory: Laboratory) -> None:
    end = run(laboratory, "no-such-probe")[-1]
    assert end.data["reason"] == "unknown-probe"
    assert end.data["probe"] == "no-such-probe"


def test_nan_and_arrays_arrive(laboratory: Laboratory) -> None:
    finding, progress, done = run(laboratory, "test-arrays")
    assert finding.data["value"] == "nan"
    assert math.isnan(progress.data["loss"])
    assert done.data["curve"][0] == 1.0
    assert done.data["n"] == 3


def test_progress_is_thinned_out(laboratory: Laboratory) -> None:
    assert works(laboratory)
    events = run(laboratory, "test-progress")
    assert 5 <= len(events) <= 14
    assert {e.data.get("arm") for e in events[:-1]} == {"before", "after"}
    assert max(e.data["step"] for e in events[:-1]) == events[-1].data["steps"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="network namespaces are of Linux")
def test_no_network_where_the_system_allows_that(laboratory: Laboratory) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        host, port = server.getsockname()
        end = list(laboratory.run("test-network", options={"host": host, "port": port}))[-1]
    if end.data["connected"]:
        pytest.skip("this system grants no network namespace")
    assert "nreachable" in end.data["error"]


def test_folder_of_the_probes_shadows_nothing(laboratory: Laboratory) -> None:
    data = run(laboratory, "test-echo")[-1].data
    root = Path(__file__).resolve().parents[2]
    assert str(root / "probes") not in data["path"]
    assert str(root) not in data["path"]
    assert data["environment"]["KERAS_BACKEND"] == "tensorflow"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux forks")
def test_a_fork_starts_without_the_threads_of_tensorflow(laboratory: Laboratory, mode: str) -> None:
    if mode != "fork":
        pytest.skip("no fork in this mode")
    data = run(laboratory, "test-echo", model="fresh.keras")[-1].data
    assert data["threads"] == 2  # the one that works and the one that reads requests
