"""Laboratories on fake probes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from assistant.laboratory import Laboratory
from tests.process.marks import MODES, survivors, variables


@pytest.fixture(scope="session", params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    """How the probe process runs jobs."""
    return str(request.param)


@pytest.fixture(scope="module")
def laboratory(mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    """One for all tests of a module and mode: each also shows that the one before did no harm."""
    given = variables(mode)
    with Laboratory(variables=given, logs=tmp_path_factory.mktemp("logs")) as opened:
        yield opened
    assert survivors(given["UNSTUCK_TEST_MARK"]) == []


@pytest.fixture
def new_laboratory(tmp_path: Path) -> Iterator[Callable[..., Laboratory]]:
    """Makes laboratories that are closed at the end of the test."""
    opened: list[Laboratory] = []

    def make(
        mode: str = MODES[0], python: Path | None = None, more: Mapping[str, str] | None = None
    ) -> Laboratory:
        given = {**variables(mode), **(more or {})}
        opened.append(Laboratory(python, variables=given, logs=tmp_path))
        return opened[-1]

    yield make
    for each in opened:
        each.close()
