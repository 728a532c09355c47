"""Is a frozen base fed what it was trained on?

A frozen batch normalisation keeps the mean and variance that its input had in the base's own
training. If what arrives now has another variance or lies elsewhere, the preprocessing is another
one. Measured on a small base trained for the purpose on mean-subtracted pixels: fed right, 0.99
times the variance and 0.4 deviations off; fed 0..1, 2e-5 times; fed 0..255, 1.8 deviations off.
Trying the usual preprocessings through the first layers costs one small forward pass each and names
the right one. Real ImageNet weights were not at hand when the thresholds were set.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from probes.loading.columns import Array
from probes.surgery.inputs import FAMILIES, unit_style
from probes.watching import all_leaves, wrapped

LOW_RATIO, HIGH_RATIO, MOST_SHIFT = 0.01, 100.0, 1.5
#: what the right preprocessing must reach to be named
FIT_RATIO, FIT_SHIFT = 5.0, 1.0
ROWS = 8


@dataclass(frozen=True)
class Moments:
    """Input of a batch normalisation against its stored moments, the middle of all channels.

    Args:
        ratio: variance over stored variance; 1 is right.
        shift: distance of the means in stored standard deviations; 0 is right.
    """

    ratio: float
    shift: float

    @property
    def mismatched(self) -> bool:
        return not LOW_RATIO <= self.ratio <= HIGH_RATIO or self.shift > MOST_SHIFT

    @property
    def fits(self) -> bool:
        return 1 / FIT_RATIO <= self.ratio <= FIT_RATIO and self.shift <= FIT_SHIFT

    @property
    def distance(self) -> float:
        return abs(float(np.log10(max(self.ratio, 1e-12)))) + self.shift


class _Seen(Exception):
    """Ends the forward pass once the first frozen batch normalisation was reached."""


def check_base(model: keras.Model, images: Array) -> tuple[Moments, str | None] | None:
    """Moments at the first frozen batch normalisation, and the preprocessing family that fits.

    Returns:
        None without a frozen batch normalisation that was ever trained. The family is ``as-is``
        when nothing fits better than the images as they are, None when none fits.
    """
    norms = [layer for layer in all_leaves(model) if _was_trained(layer)]
    if not norms or images.ndim != 4:
        return None
    rows = images[:ROWS].astype(np.float32)
    present = _moments(model, norms, rows)
    if present is None:
        return None
    tried: dict[str, Moments] = {}
    for name, change in {**FAMILIES, "unit": unit_style}.items():
        found = _moments(model, norms, np.asarray(change(rows), dtype=np.float32))
        if found is not None and found.fits:
            tried[name] = found
    if not tried:
        return present, None
    best = min(tried, key=lambda name: tried[name].distance)
    if present.fits and present.distance <= tried[best].distance + 1e-3:
        return present, "as-is"
    return present, best


def _was_trained(layer: Any) -> bool:
    """A frozen batch normalisation whose moments are not those it was made with."""
    if not isinstance(layer, keras.layers.BatchNormalization) or layer.trainable:
        return False
    mean, variance = np.asarray(layer.moving_mean), np.asarray(layer.moving_variance)
    return bool(np.any(mean != 0) or np.any(variance != 1))


def _moments(model: keras.Model, norms: list[Any], rows: Array) -> Moments | None:
    found: list[Moments] = []

    def note(layer: Any, given: Any, output: Any) -> None:
        values = np.asarray(given, dtype=np.float32)
        flat = values.reshape(-1, values.shape[-1])
        variance = np.asarray(layer.moving_variance, dtype=np.float64)
        mean = np.asarray(layer.moving_mean, dtype=np.float64)
        off = np.abs(flat.mean(0, dtype=np.float64) - mean) / np.sqrt(variance + layer.epsilon)
        ratio = flat.var(0) / (variance + 1e-9)
        found.append(Moments(float(np.median(ratio)), float(np.median(off))))
        raise _Seen

    try:
        with wrapped(norms, note):
            model(rows, training=False)
    except _Seen:
        return found[0]
    return None
