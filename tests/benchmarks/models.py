"""Models that benchmarks need, saved by a process of their own: ours never loads TensorFlow."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_TABULAR = """
import keras, sys
L = keras.layers
model = keras.Sequential([keras.Input(({features},)), L.Dense(64, activation="relu"),
                          L.Dense({classes}, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.save({path!r})
"""


def save_tabular_model(path: Path, *, features: int, classes: int) -> None:
    """A small healthy classifier of rows with `features` numbers."""
    program = _TABULAR.format(features=features, classes=classes, path=str(path))
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    subprocess.run([sys.executable, "-c", program], check=True, env=quiet, capture_output=True)
