"""Changes of the labels' coding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from probes.apparatus.setup import Setup
from probes.loading.columns import Array
from probes.loading.data import Sample
from probes.loading.sampling import is_one_hot
from probes.surgery.reasons import NotApplicable


def convert(setup: Setup, args: Mapping[str, Any]) -> Setup:
    """Labels of training and validation rows in another code; the same code for both."""
    labels = setup.train.y
    if labels is None:
        raise NotApplicable("nothing-to-change")
    to = str(args["to"])
    if to == "standardised":
        mean, deviation = float(labels.mean()), float(labels.std()) or 1.0

        def change(y: Array) -> Array:
            return ((y - mean) / deviation).astype(np.float32)
    elif to == "divide-255":
        if float(np.max(labels)) <= 1:
            raise NotApplicable("nothing-to-change")

        def change(y: Array) -> Array:
            return (y / 255).astype(np.float32)
    elif to == "float-column":

        def change(y: Array) -> Array:
            return y.reshape(len(y), -1).astype(np.float32)
    else:
        return _recode(setup, labels, to)
    return setup.with_data(lambda sample: _with_labels(sample, change))


def _recode(setup: Setup, labels: Array, to: str) -> Setup:
    if to == "one-hot":
        units = setup.network.output_units or 0
        count = max(units, setup.classes or 0, int(np.max(labels)) + 1)

        def change(y: Array) -> Array:
            return one_hot(y, count)
    elif to == "integers":

        def change(y: Array) -> Array:
            return _integers(y)
    elif to in ("from-zero", "zero-one"):
        different = np.unique(_integers(labels))
        if to == "zero-one" and len(different) > 2:
            raise NotApplicable("more-than-two-classes", classes=len(different))

        def change(y: Array) -> Array:
            numbers = np.searchsorted(different, _integers(y))
            return numbers.astype(np.float32 if to == "zero-one" else np.int64)
    else:
        raise NotApplicable("unknown-argument", argument=to)
    changed = setup.with_data(lambda sample: _with_labels(sample, change))
    return replace(changed, classes=setup.classes)


def _with_labels(sample: Sample, change: Any) -> Sample:
    return sample if sample.y is None else Sample(sample.x, change(sample.y))


def _integers(labels: Array) -> Array:
    if labels.ndim > 1 and labels.shape[-1] > 1 and is_one_hot(labels):
        return np.asarray(labels.argmax(-1))
    if labels.ndim > 1 and labels.shape[-1] == 1:
        labels = labels[..., 0]
    numbers: Array = labels.astype(np.int64)
    return numbers


def one_hot(labels: Array, count: int) -> Array:
    """Labels (n,) or already one-hot rows -> (n, count) float32."""
    if labels.ndim > 1 and labels.shape[-1] > 1 and is_one_hot(labels):
        return np.asarray(labels, dtype=np.float32)
    numbers = np.clip(_integers(labels), 0, count - 1)
    return np.asarray(np.eye(count, dtype=np.float32)[numbers])
