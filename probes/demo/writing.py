"""The files of a bundled case, and the log of its training as Keras prints it."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from probes.loading.columns import Array


@dataclass(frozen=True)
class Paths:
    """Where the files of a case lie."""

    model: Path
    data: Path
    script: Path
    log: Path
    page: Path


def train_and_log(model: keras.Model, x: Array, y: Array, **fit: Any) -> str:
    """Train a model and give what Keras printed, one line an epoch."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        model.fit(x, y, verbose=2, **fit)
    return printed.getvalue()


def write_case(
    folder: Path,
    model: keras.Model,
    arrays: dict[str, Array],
    *,
    script: str,
    log: str,
    page: str,
) -> Paths:
    """Write the five files; the page holds the places ``{script}`` and ``{log}``."""
    paths = Paths(
        model=folder / "model.keras",
        data=folder / "data.npz",
        script=folder / "script.py",
        log=folder / "log.txt",
        page=folder / "page.txt",
    )
    model.save(paths.model)
    save: Any = np.savez  # its types mistake names of arrays for its own arguments
    save(paths.data, **arrays)
    paths.script.write_text(script, encoding="utf-8")
    paths.log.write_text(log, encoding="utf-8")
    text = page.replace("{script}", script.strip()).replace("{log}", log.strip())
    paths.page.write_text(text, encoding="utf-8")
    return paths
