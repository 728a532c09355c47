"""A sample of the zoo: the broken network is told from the same network repaired, the healthy are
left in peace. `python -m tests.benchmarks zoo` judges the whole of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from knowledge.loader import load_knowledge

pytestmark = pytest.mark.slow

Examine = Callable[..., dict[str, Any]]
Build = Callable[..., Path]

#: A seed of which no threshold was chosen.
SEED = 5
#: Enough for weights that were trained; a fault does not wait for more.
EPOCHS = 3
PAIRS = (
    "linear-head",
    "adam-asleep",
    "missing-cells",
    "classes-from-one",
    "one-answer-for-every-step",
    "accuracy-of-figures",
    "one-softmax-asleep",
)
HEALTHY = ("low-rate-that-suffices", "weighted-classes", "several-figures")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """(name, repaired=False) -> the folder of a network of `SEED`."""
    root: Path = tmp_path_factory.mktemp("zoo")

    def build(name: str, repaired: bool = False) -> Path:
        import keras

        from tests.zoo.case import save
        from tests.zoo.faulty import FAULTY as faulty
        from tests.zoo.healthy import HEALTHY as healthy

        keras.utils.set_random_seed(SEED)
        case = faulty.get(name)
        made = healthy[name].build(SEED) if case is None else case.build(SEED, repaired)
        folder = root / f"{name}-{repaired}"
        save(replace(made, epochs=min(made.epochs, EPOCHS)), folder)
        return folder

    return build


def files(folder: Path) -> list[Path]:
    return [folder / "model.keras", folder / "data.npz"]


@pytest.mark.parametrize("name", PAIRS)
def test_the_fault_is_named_and_its_repair_left_in_peace(
    name: str, saved: Build, examine: Examine
) -> None:
    from tests.zoo.faulty import FAULTY as faulty

    fixes = {cause: rule.fix for cause, rule in load_knowledge().causes.items()}
    expected = {fixes[cause] for cause in faulty[name].causes}
    broken = examine(*files(saved(name)))
    assert broken["verdict"] == "cause"
    confirmed = [fixes[c["id"]] for c in broken["causes"] if c["confirmed"]]
    assert fixes[broken["causes"][0]["id"]] in expected
    assert set(confirmed) <= expected
    twin = examine(*files(saved(name, True)))
    assert twin["verdict"] == "healthy"
    assert not [c for c in twin["causes"] if c["confirmed"]]


@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_network_is_left_in_peace(name: str, saved: Build, examine: Examine) -> None:
    result = examine(*files(saved(name)))
    assert result["verdict"] == "healthy"
    assert not [c for c in result["causes"] if c["confirmed"]]
