"""One warm laboratory and one set of bundled cases for the whole session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.case import Case
from assistant.demo import demo_folder
from assistant.dialogue import Dialogue, Options
from assistant.laboratory import Laboratory
from assistant.report import as_json


@pytest.fixture(scope="session")
def laboratory() -> Iterator[Laboratory]:
    with Laboratory() as client:
        client.start()
        yield client


@pytest.fixture(scope="session")
def demo() -> Callable[[str, bool], Path]:
    def build(case: str, repaired: bool = False) -> Path:
        folder = demo_folder(case, repaired=repaired)
        assert folder is not None, f"{case} could not be built"
        return folder

    return build


@pytest.fixture
def examine(laboratory: Laboratory) -> Callable[..., dict[str, Any]]:
    """The JSON of whatever files are handed in; a generous budget, since CI machines are slow."""

    def run(*paths: Path) -> dict[str, Any]:
        dialogue = Dialogue(Case("memory"), laboratory, Options(budget=90.0))
        for path in paths:
            list(dialogue.bring(path))
        list(dialogue.examine())
        return as_json(dialogue.situation, dialogue.search)

    return run
