"""Losses as people write them: sound ones are silent, exchanged arguments are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.probes import test_probe_rates as rates
from tests.probes.test_probe_looks import Y

pytestmark = pytest.mark.slow

Loss = Callable[[Any, Any], Any]
ONE_HOT = np.eye(3, dtype=np.float32)[Y]


def focal(y: Any, p: Any) -> Any:
    from keras import ops

    sure = ops.clip(p, 1e-7, 1 - 1e-7)
    return -ops.sum(y * (1 - sure) ** 2 * ops.log(sure), -1)


def overlap(y: Any, p: Any) -> Any:
    from keras import ops

    return 1 - (2 * ops.sum(y * p, -1) + 1) / (ops.sum(y, -1) + ops.sum(p, -1) + 1)


def root(y: Any, p: Any) -> Any:
    from keras import ops

    return ops.sqrt(ops.mean(ops.square(p - y), -1))


def exchanged(p: Any, y: Any) -> Any:
    from keras import ops

    return -ops.sum(y * ops.log(p + 1e-7), axis=-1)


@pytest.mark.parametrize("loss", [focal, overlap, root])
def test_sound_losses_are_silent(loss: Loss) -> None:
    found = rates.TestOwnCode().look_at(loss, head="softmax", y=ONE_HOT)
    assert found
    assert not any(found.values())


def test_exchanged_arguments_are_told_by_several_classes() -> None:
    found = rates.TestOwnCode().look_at(exchanged, head="softmax", y=ONE_HOT)
    assert found["custom-loss-arguments-swapped"] is True
