"""Models saved by a process of their own, since this one never loads TensorFlow."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.models import save_tabular_model


@pytest.fixture(scope="session")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A healthy classifier of 8 numbers into 3 classes."""
    path = tmp_path_factory.mktemp("model") / "model.keras"
    save_tabular_model(path, features=8, classes=3)
    return path
