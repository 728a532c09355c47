"""A case survives what happens to files."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.case import Case, Entry, new_case, open_case
from probes.finding import SOURCES, Finding

scalars = st.one_of(
    st.booleans(), st.integers(-(10**9), 10**9), st.floats(allow_nan=False), st.text()
)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNSTUCK_CASES", str(tmp_path / "cases"))


@given(
    st.builds(
        Finding,
        id=st.text(min_size=1),
        present=st.sampled_from([True, False, None]),
        value=scalars,
        source=st.sampled_from(SOURCES),
        quote=st.text(),
    )
)
def test_a_finding_survives_its_dictionary(finding: Finding) -> None:
    back = Finding.from_dict(finding.to_dict())
    if isinstance(finding.value, float) and not math.isfinite(finding.value):
        assert back.value == repr(finding.value)
    else:
        assert back == finding


def test_everything_is_in_the_file_when_it_happens() -> None:
    case = new_case()
    case.add("given", {"text": "损失 [nan]"}, findings=(Finding("loss-nan", source="words"),))
    again = open_case(case.name)
    assert again is not None
    assert again.findings() == case.findings()
    assert again.entries[0].data["text"] == "损失 [nan]"


def test_a_line_cut_off_by_a_crash_is_passed_over() -> None:
    case = new_case()
    case.add("asked", {"question": "task"})
    assert case.path is not None
    with case.path.open("a") as stream:
        stream.write('{"kind": "answer", "da')
    again = open_case(case.name)
    assert again is not None
    assert [e.kind for e in again.entries] == ["asked"]


def test_the_latest_word_of_an_origin_counts() -> None:
    case = Case("memory")
    case.add("probe", origin="probe:x", findings=(Finding("a", True),))
    case.add("probe", origin="probe:x", findings=(Finding("a", False),))
    assert [f.present for f in case.findings()] == [False]


def test_what_is_taken_back_no_longer_counts() -> None:
    case = Case("memory")
    case.add("given", {"text": "x"}, origin="text-1", findings=(Finding("a", True),))
    case.add("removed", origin="text-1")
    assert case.findings() == []
    assert list(case.given()) == []


def test_a_folder_that_cannot_be_written_costs_nothing_but_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("UNSTUCK_CASES", str(tmp_path / "file" / "below"))
    case = new_case()
    case.add("asked", {"question": "task"})
    assert case.unsaved and len(case.entries) == 1


def test_no_case_is_none() -> None:
    assert open_case() is None
    assert open_case("never-was") is None


def test_an_entry_survives_its_dictionary() -> None:
    entry = Entry("probe", {"loss": float("nan")}, "probe:x", (Finding("a"),), 12.0)
    assert Entry.from_dict(entry.to_dict()).data == {"loss": "nan"}
