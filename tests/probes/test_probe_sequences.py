"""Sequences: padding, word numbers and the time axis, told from look-alikes."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from probes.protocol import Subject
from tests.probes.lab import run_probe
from tests.zoo import data

RANDOM = np.random.default_rng(0)
IDS = RANDOM.integers(1, 40, (120, 30))


def entry(kind: str, **config: Any) -> dict[str, Any]:
    config.setdefault("name", kind.lower())
    return {"class_name": kind, "config": config}


EMBEDDING = entry("Embedding", input_dim=40, output_dim=8)
LSTM = entry("LSTM", units=8, return_sequences=False, kernel_initializer={})
HEAD = entry("Dense", units=1, kernel_initializer={})


def true_of(tmp_path: Path, x: Any, *layers: dict[str, Any]) -> set[str]:
    np.savez(tmp_path / "d.npz", x=x, y=np.arange(len(x)) % 2)
    config = {"class_name": "Sequential", "config": {"layers": list(layers)}}
    with zipfile.ZipFile(tmp_path / "m.keras", "w") as archive:
        archive.writestr("config.json", json.dumps(config))
    subject = Subject(str(tmp_path / "m.keras"), str(tmp_path / "d.npz"))
    return run_probe("sequence-check", subject).true


def padded(share: float, front: bool = False) -> Any:
    x = IDS.copy()
    zeros = int(share * x.shape[1])
    if zeros:
        x[:, slice(0, zeros) if front else slice(-zeros, None)] = 0
    return x


def test_padding_behind_the_content(tmp_path: Path) -> None:
    found = {"padding-read-as-content"}
    assert true_of(tmp_path, padded(0.7), EMBEDDING, LSTM, HEAD) == found
    assert true_of(tmp_path, padded(0.7).astype(np.float32), EMBEDDING, LSTM, HEAD) == found
    assert true_of(tmp_path, padded(0.2), EMBEDDING, LSTM, HEAD) == set()
    assert true_of(tmp_path, padded(0.7, front=True), EMBEDDING, LSTM, HEAD) == set()


@pytest.mark.parametrize(
    "layers",
    [
        (entry("Embedding", input_dim=40, output_dim=8, mask_zero=True), LSTM),
        (EMBEDDING, entry("Bidirectional", layer=LSTM)),
        (EMBEDDING, entry("LSTM", units=8, return_sequences=False, go_backwards=True)),
        (EMBEDDING, entry("LSTM", units=8, return_sequences=True)),
        (EMBEDDING, entry("GlobalAveragePooling1D")),
        (EMBEDDING, entry("Conv1D", filters=8, kernel_initializer={})),
    ],
)
def test_who_does_without_a_mask(tmp_path: Path, layers: tuple[dict[str, Any], ...]) -> None:
    assert true_of(tmp_path, padded(0.7), *layers, HEAD) == set()


def test_figures_that_end_in_zeros(tmp_path: Path) -> None:
    x, _ = data.waves(100, 40, 0)
    assert true_of(tmp_path, x, LSTM, HEAD) == set()
    x[:, 15:] = 0
    assert true_of(tmp_path, x, LSTM, HEAD) == {"padding-read-as-content"}
    assert true_of(tmp_path, x, entry("Masking", mask_value=0.0), LSTM, HEAD) == set()


def test_word_numbers_that_were_scaled(tmp_path: Path) -> None:
    assert true_of(tmp_path, IDS / 40, EMBEDDING, LSTM, HEAD) == {"token-ids-not-whole"}
    standardised = (IDS - IDS.mean()) / IDS.std()
    assert true_of(tmp_path, standardised, EMBEDDING, LSTM, HEAD) == {"token-ids-not-whole"}
    assert true_of(tmp_path, IDS.astype(np.float64), EMBEDDING, LSTM, HEAD) == set()


def test_time_on_the_feature_axis(tmp_path: Path) -> None:
    walks = np.cumsum(RANDOM.normal(size=(80, 60, 3)), axis=1)
    assert true_of(tmp_path, walks, LSTM, HEAD) == set()
    turned = walks.transpose(0, 2, 1)
    assert true_of(tmp_path, turned, LSTM, HEAD) == {"time-on-feature-axis"}
    convolution = entry("Conv1D", filters=8, kernel_initializer={})
    assert true_of(tmp_path, turned, convolution, HEAD) == {"time-on-feature-axis"}
    flat = (entry("Flatten"), HEAD)
    assert true_of(tmp_path, turned, *flat) == set()


@pytest.mark.parametrize(
    "x",
    [
        RANDOM.normal(size=(80, 20, 64)),  # word vectors
        RANDOM.normal(size=(80, 60, 12)),  # noise
        np.cumsum(np.cumsum(RANDOM.normal(size=(60, 50, 40)), axis=1), axis=2),  # spectrograms
        data.waves(100, 40, 1)[0],
    ],
)
def test_sound_sequences_are_silent(tmp_path: Path, x: Any) -> None:
    assert true_of(tmp_path, x, LSTM, HEAD) == set()
