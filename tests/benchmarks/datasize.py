"""The cost of data must not grow with their size: 500 MB against 5 MB."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from assistant.laboratory import Laboratory
from tests.benchmarks.verdicts import verdict_of

ROUNDS = 3


def _write(path: Path, rows: int, seed: int = 0) -> None:
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, rows)
    x = rng.normal(size=(rows, 20)).astype("float32") + y[:, None].astype("float32")
    np.savez(path, x=np.repeat(x, 10, axis=1), y=y)


def main() -> None:
    """Print the median seconds of a verdict on both and their ratio."""
    from tests.benchmarks.models import save_tabular_model

    folder = Path(tempfile.mkdtemp())
    save_tabular_model(folder / "model.keras", features=200, classes=3)
    _write(folder / "small.npz", 6_000)
    _write(folder / "large.npz", 600_000)
    times: dict[str, list[float]] = {"small": [], "large": []}
    with Laboratory() as laboratory:
        laboratory.start()
        while not laboratory.ready:
            time.sleep(0.1)
        for _ in range(ROUNDS):
            for name, values in times.items():
                _, spent = verdict_of([folder / "model.keras", folder / f"{name}.npz"], laboratory)
                values.append(spent)
    for name, values in times.items():
        size = (folder / f"{name}.npz").stat().st_size / 1e6
        print(f"{name:<6} {size:6.0f} MB  {statistics.median(values):6.2f} s")
    ratio = statistics.median(times["large"]) / statistics.median(times["small"])
    print(f"ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
