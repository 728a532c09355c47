"""Input statistics: what is wrong is seen, and look-alikes stay silent."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from probes.protocol import Subject
from tests.probes.lab import CONTEXTS, run_probe

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.random((60, 16, 16, 3)).astype(np.float32)
TABLE = RANDOM.normal(size=(200, 6)).astype(np.float32)


def entry(kind: str, **config: Any) -> dict[str, Any]:
    config.setdefault("name", kind.lower())
    return {"class_name": kind, "config": config}


def true_of(tmp_path: Path, x: Any, *layers: dict[str, Any], **more: Any) -> set[str]:
    """Findings of inputs `x` in front of a network of these layers; no layers: no model."""
    np.savez(tmp_path / "d.npz", x=x, y=np.arange(len(x)) % 2, **more)
    model = None
    if layers:
        config = {"class_name": "Sequential", "config": {"layers": list(layers)}}
        with zipfile.ZipFile(tmp_path / "m.keras", "w") as archive:
            archive.writestr("config.json", json.dumps(config))
        model = str(tmp_path / "m.keras")
    return run_probe("input-statistics", Subject(model, str(tmp_path / "d.npz"))).true - CONTEXTS


CONV = entry("Conv2D", filters=4, kernel_initializer={}, activation="relu")
DENSE = entry("Dense", units=4, kernel_initializer={}, activation="relu")


@pytest.mark.parametrize("x", [IMAGES, TABLE, IMAGES - 0.5, (IMAGES - 0.5) * 4, IMAGES**3])
def test_sound_inputs_are_silent(tmp_path: Path, x: Any) -> None:
    assert true_of(tmp_path, x) == set()


def test_range(tmp_path: Path) -> None:
    pixels = (IMAGES * 255).astype(np.uint8)
    assert true_of(tmp_path, pixels) == {"inputs-large-range"}
    rescaling = entry("Rescaling", scale=1 / 255, offset=0.0)
    assert true_of(tmp_path, pixels, rescaling, CONV) == set()
    assert true_of(tmp_path, pixels, entry("BatchNormalization"), CONV) == set()
    assert true_of(tmp_path, pixels, CONV, entry("BatchNormalization")) == set()
    assert true_of(tmp_path, pixels, CONV) == {"inputs-large-range"}
    assert true_of(tmp_path, IMAGES, rescaling, CONV) == {"inputs-tiny-range", "rescale-twice"}
    to_one = entry("Rescaling", scale=1 / 127.5, offset=-1.0)
    assert true_of(tmp_path, pixels, to_one, CONV) == set()
    assert "rescale-twice" in true_of(tmp_path, IMAGES, to_one, CONV)
    assert true_of(tmp_path, IMAGES, entry("Rescaling", scale=2.0, offset=-1.0), CONV) == set()
    assert true_of(tmp_path, IMAGES / 255) == {"inputs-tiny-range"}


def test_a_base_that_wants_pixels_gets_them(tmp_path: Path) -> None:
    inner = [entry("Conv2D", name=f"c{n}", kernel_initializer={}) for n in range(9)]
    base = {
        "class_name": "Functional",
        "config": {"name": "vgg16", "trainable": False, "layers": inner},
    }
    pixels = IMAGES * 255 - 120
    assert true_of(tmp_path, pixels, base, DENSE) == set()
    base["config"]["name"] = "mobilenetv2_1.00_224"  # type: ignore[index]
    assert true_of(tmp_path, pixels, base, DENSE) == {"inputs-large-range"}


def test_contrast(tmp_path: Path) -> None:
    flat = IMAGES * 0.02 - 0.8
    assert true_of(tmp_path, flat) == {"inputs-low-contrast"}
    assert true_of(tmp_path, flat, entry("Normalization"), CONV) == set()
    assert true_of(tmp_path, (flat - flat.mean()) / flat.std()) == set()


def test_features_apart(tmp_path: Path) -> None:
    wild = TABLE * [1, 1e4, 1, 1e-3, 1, 1]
    assert true_of(tmp_path, wild) == {"features-scale-apart", "inputs-large-range"}
    assert true_of(tmp_path, wild, entry("Normalization"), DENSE) == set()
    assert true_of(tmp_path, TABLE * [1, 3, 0.2, 5, 1, 1]) == set()


@pytest.mark.parametrize(
    ("factors", "scaled"), [([1, 2, 1, 0.3, 1, 1], True), ([1e-4] * 3 + [1] * 3, False)]
)
def test_scaled_means_every_column(tmp_path: Path, factors: list[float], scaled: bool) -> None:
    """Small figures alone do not make a table scaled: one column may drown in the others."""
    np.savez(tmp_path / "d.npz", x=TABLE * factors, y=np.arange(len(TABLE)) % 2)
    result = run_probe("input-statistics", Subject(data=str(tmp_path / "d.npz")))
    assert result.findings["inputs-scaled"].value is scaled


def test_dead_inputs(tmp_path: Path) -> None:
    assert "inputs-all-zero" in true_of(tmp_path, np.zeros_like(IMAGES))
    assert "inputs-constant" in true_of(tmp_path, np.full_like(TABLE, 0.7))
    holes = TABLE.copy()
    holes[::9, 2] = np.nan
    assert true_of(tmp_path, holes) == {"inputs-nan"}
    assert "inputs-object" in true_of(tmp_path, np.array(["good", "bad"] * 30))
    sparse = (RANDOM.random((200, 50)) > 0.95).astype(np.float32)
    assert true_of(tmp_path, sparse) == set()


def test_tokens_are_no_figures(tmp_path: Path) -> None:
    ids = RANDOM.integers(0, 5000, (80, 30))
    small = entry("Embedding", input_dim=4000, output_dim=8)
    assert true_of(tmp_path, ids, small, DENSE) == {"token-ids-beyond-input-dim"}
    fits = entry("Embedding", input_dim=5000, output_dim=8)
    assert true_of(tmp_path, ids, fits, DENSE) == set()


def test_wild_samples(tmp_path: Path) -> None:
    wild = TABLE.copy()
    wild[7] *= 3
    assert true_of(tmp_path, wild) == set()
    wild[7] *= 100
    assert "outlier-samples" in true_of(tmp_path, wild)


def test_object_inputs(tmp_path: Path) -> None:
    ragged = np.empty(20, dtype=object)
    ragged[:] = [[1, 2]] * 20
    assert true_of(tmp_path, ragged) == {"inputs-object"}
