"""Zoo cases as files, built once a session and only when a test asks for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from probes.protocol import Subject

BuildCase = Callable[..., Subject]


@pytest.fixture(scope="session")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> BuildCase:
    """(name, repaired=False) -> the saved case, from seed 0."""
    root: Path = tmp_path_factory.mktemp("zoo")
    made: dict[tuple[str, bool], Subject] = {}

    def build(name: str, repaired: bool = False) -> Subject:
        import keras

        from tests.zoo.case import save
        from tests.zoo.faulty import FAULTY
        from tests.zoo.healthy import HEALTHY

        key = (name, repaired)
        if key not in made:
            keras.utils.set_random_seed(0)
            case = HEALTHY[name].build(0) if name in HEALTHY else FAULTY[name].build(0, repaired)
            made[key] = save(case, root / f"{name}-{repaired}")
        return made[key]

    return build
