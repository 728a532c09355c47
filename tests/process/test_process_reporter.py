"""What a probe may say, how often, and when it is stopped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from probes.errors import Cancelled, ProbeError, one_line
from probes.finding import Finding
from probes.process.worker import out_of_memory, subject_key
from probes.protocol import Job, Subject
from probes.reporter import Reporter


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def reporter_and_sent(clock: Clock) -> tuple[Reporter, list[tuple[str, dict[str, Any]]]]:
    sent: list[tuple[str, dict[str, Any]]] = []

    def send(kind: str, data: Mapping[str, Any]) -> None:
        sent.append((kind, dict(data)))

    return Reporter(send, 20.0, clock=clock), sent


def test_progress_is_sent_at_most_ten_times_a_second() -> None:
    clock = Clock()
    reporter, sent = reporter_and_sent(clock)
    for step in range(1000):
        clock.now += 0.002
        reporter.progress(step, 1000, 1.0 / (step + 1))
    reporter.flush()
    assert 15 <= len(sent) <= 22
    assert sent[0][1]["step"] == 0
    assert sent[-1][1] == {"step": 999, "steps": 1000, "loss": 0.001, "text": None, "arm": None}


def test_two_arms_trained_in_turn_are_both_seen() -> None:
    clock = Clock()
    reporter, sent = reporter_and_sent(clock)
    for step in range(1000):
        clock.now += 0.05  # the rate limit alone would let one arm through, always the same
        reporter.progress(step, 1000, arm=("before", "after")[step % 2])
    arms = [data["arm"] for _, data in sent]
    assert abs(arms.count("before") - arms.count("after")) <= 1


def test_flush_sends_the_last_of_each_arm_once() -> None:
    reporter, sent = reporter_and_sent(Clock())
    for step in range(5):
        reporter.progress(step, 5, arm="before")
        reporter.progress(step, 5, arm="after")
    reporter.flush()
    reporter.flush()
    assert sorted((d["arm"], d["step"]) for _, d in sent) == [
        ("after", 4),
        ("before", 0),
        ("before", 4),
    ]


def test_findings_are_never_held_back() -> None:
    reporter, sent = reporter_and_sent(Clock())
    for _ in range(5):
        reporter.finding(Finding("inputs-nan", True, float("nan"), source="probe"))
    assert [kind for kind, _ in sent] == ["finding"] * 5
    assert sent[0][1]["value"] == "nan"


def test_deadline_runs_out_and_stays_at_zero() -> None:
    clock = Clock()
    reporter, _ = reporter_and_sent(clock)
    assert reporter.deadline == 20.0
    clock.now += 50
    assert reporter.deadline == 0.0


def test_check_raises_only_once_cancelled() -> None:
    cancelled = False
    reporter = Reporter(lambda kind, data: None, cancelled=lambda: cancelled)
    reporter.check()
    cancelled = True
    with pytest.raises(Cancelled):
        try:
            reporter.check()
        except Exception:
            pytest.fail("a probe's own 'except Exception' would have kept it running")


def test_errors_are_one_line() -> None:
    assert one_line(ValueError("a\n  b")) == "ValueError: a b"
    assert len(one_line("x" * 1000)) == 300
    error = ProbeError("model-not-a-model", "bad\nfile", model="m")
    assert (error.key, error.error, error.fields) == (
        "model-not-a-model",
        "bad file",
        {"model": "m"},
    )


def test_lack_of_memory_is_seen_through_its_wrapping() -> None:
    class ResourceExhaustedError(Exception):
        pass

    def wrapped(cause: BaseException) -> BaseException:
        try:
            try:
                raise cause
            except BaseException as inner:
                raise ProbeError("model-not-a-model") from inner
        except ProbeError as outer:
            return outer

    assert out_of_memory(MemoryError())
    assert out_of_memory(wrapped(ResourceExhaustedError("OOM")))
    assert out_of_memory(ValueError("OOM when allocating tensor with shape[3]"))
    assert not out_of_memory(wrapped(ValueError("no room")))


def test_a_model_saved_again_is_another_subject(tmp_path: Path) -> None:
    model = tmp_path / "m.keras"
    model.write_bytes(b"one")
    job = Job(1, "x", Subject(str(model)))
    before = subject_key(job)
    assert subject_key(Job(2, "y", Subject(str(model)))) == before
    assert subject_key(Job(1, "x", Subject(str(model)), seed=1)) != before
    model.write_bytes(b"other")
    assert subject_key(job) != before
