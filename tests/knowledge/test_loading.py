"""Loading the rule base and reading a line stay cheap, beside importing numpy."""

from __future__ import annotations

import pytest

from tests.benchmarks.loading import measure


@pytest.mark.slow
def test_loading_is_cheaper_than_importing_numpy() -> None:
    # numpy takes 80 ms of processor time where the goals were set: 60 ms, and 10 ms for a line
    cost = measure(3)
    assert cost.loading <= 0.75 * cost.numpy
    assert cost.line <= 0.125 * cost.numpy
