"""The protocol: whatever bytes come along, they are a message or nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.process.channel import Lines
from probes.protocol import (
    EVENT_KINDS,
    LONGEST_LINE,
    Event,
    Job,
    Subject,
    decode,
    decode_event,
    encode,
    plain,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.binary(max_size=500))
def test_any_bytes_are_an_event_or_nothing(line: bytes) -> None:
    event = decode_event(line)
    assert event is None or event.kind in EVENT_KINDS


@given(JSON)
def test_any_json_is_an_event_or_nothing(value: Any) -> None:
    event = decode_event(json.dumps(value).encode())
    assert event is None or event.kind in EVENT_KINDS


@given(
    st.sampled_from(sorted(EVENT_KINDS)) | st.text(),
    JSON,
    JSON,
)
def test_nearly_an_event(kind: str, job: Any, data: Any) -> None:
    event = decode_event(json.dumps({"event": kind, "job": job, "data": data}).encode())
    if event is not None:
        assert event.kind in EVENT_KINDS
        assert event.job is None or type(event.job) is int
        assert isinstance(event.data, Mapping)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"[" * 100_000,
        b'{"event": "done", "job": true, "data": {}}',
        b'{"event": "done", "job": "1", "data": {}}',
        b'{"event": "done", "job": 1, "data": []}',
        b'{"event": ["done"], "job": 1, "data": {}}',
        b'{"event": "boiled", "job": 1, "data": {}}',
        b'{"event": "done", "job": ' + b"9" * 5000 + b', "data": {}}',
        b"\xff\xfe{}",
        b" " * (LONGEST_LINE + 1),
    ],
)
def test_stray_lines_are_nothing(line: bytes) -> None:
    assert decode_event(line) is None


def test_event_survives_the_way_there_and_back() -> None:
    event = Event("progress", 7, {"loss": 0.5, "text": "学习率", "steps": 3})
    assert decode_event(encode(event.to_dict())) == event


def test_figures_that_json_lacks_stay_figures() -> None:
    data = {
        "nan": math.nan,
        "curve": np.array([1, math.inf]),
        "n": np.int64(3),
        "b": np.bool_(True),
    }
    event = decode_event(encode(Event("done", 1, data).to_dict()))
    assert event is not None
    assert math.isnan(event.data["nan"])
    assert event.data["curve"] == [1.0, math.inf]
    assert event.data["n"] == 3
    assert event.data["b"] is True


@dataclass(frozen=True)
class _Point:
    x: int
    where: Path


def test_plain_takes_what_probes_return() -> None:
    given_value = {1: (_Point(2, Path("a")), {3}), "t": np.float32(0.5), "none": None}
    assert plain(given_value) == {"1": [{"x": 2, "where": "a"}, [3]], "t": 0.5, "none": None}


def test_a_line_that_is_too_long_is_refused_before_it_is_sent() -> None:
    with pytest.raises(ValueError, match="bytes"):
        encode({"text": "x" * LONGEST_LINE})


def test_job_survives_the_way_there_and_back() -> None:
    subject = Subject("m.keras", "d.npz", assume={"loss": "mse"}, changes=({"op": "set-loss"},))
    job = Job(3, "label-shape", subject, {"steps": 2}, 5.0, 1.5, 9)
    message = decode(encode({**job.to_dict(), "new": 1, "op": "run"}))
    assert message is not None
    message["subject"]["newer"] = True
    assert Job.from_dict(message) == job


@pytest.mark.parametrize("data", [{}, {"id": 1, "probe": "x"}, {"subject": 3, "id": 1}])
def test_what_is_no_job_raises_what_is_documented(data: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Job.from_dict(data)


@given(
    st.lists(st.binary(max_size=30).map(lambda b: b.replace(b"\n", b"")), max_size=10), st.data()
)
def test_lines_do_not_depend_on_how_they_were_cut(lines: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(line + b"\n" for line in lines)
    cutter, found = Lines(), []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        found += list(cutter.feed(stream[:size]))
        stream = stream[size:]
    assert found == [line + b"\n" for line in lines]


def test_an_endless_line_is_left_out_whole() -> None:
    cutter = Lines()
    found = []
    for _ in range(20):
        found += list(cutter.feed(b"x" * (LONGEST_LINE // 8)))
    found += list(cutter.feed(b"x\nnext\n"))
    assert found == [b"next\n"]
