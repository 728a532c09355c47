"""Data as they lie in a file -> as the model gets them in training.

A script that scales what it loads, and a folder of images, hold the data before they are scaled.
How a folder's images are scaled is not known without a script; they are then fed as the network
expects them, so that no experiment fails by a fault that nobody has shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from probes.arrays.inputs import input_facts
from probes.loading.columns import Array
from probes.network import Network
from probes.saved.keras_names import preprocessing_family

if TYPE_CHECKING:
    from probes.loading.data import Data, Sample

#: pixels up to this size have been divided already
_SCALED = 1.5

Scaling = Callable[[Array], Array]


def as_fed(data: Data, how: str | None, network: Network | None) -> Data:
    """The same data set, scaled.

    Args:
        how: ``divide-255``, ``minus-one-to-one``, ``standardise-features``, ``base`` or ``none``;
            None if not known.
        network: the model, for what it expects; None without one.
    """
    if how is None and data.kind == "images":
        how = _expected(network)
    maps = [_map(how, array, network) for array in data.train.x]
    if not any(maps):
        return data
    fed = replace(data, train=_mapped(data.train, maps))
    if data.held is None or len(data.held.train.x) != len(maps):
        return fed
    return replace(fed, held=replace(data.held, train=_mapped(data.held.train, maps)))


def _expected(network: Network | None) -> str:
    if network is not None and network.scaling_inside:
        return "none"
    return "base" if network is not None and network.pretrained_base else "divide-255"


def _map(how: str | None, array: Array, network: Network | None) -> Scaling | None:
    if how in (None, "none") or array.dtype.kind not in "fiub":
        return None
    if input_facts(array, network).kind == "tokens":
        return None
    if how == "standardise-features":
        axes = tuple(range(array.ndim - 1))
        mean, deviation = np.nanmean(array, axis=axes), np.nanstd(array, axis=axes)
        deviation = np.where(deviation > 0, deviation, 1.0)
        return lambda values: (values - mean) / deviation
    if not _is_raw(array):
        return None
    if how == "base":
        from probes.surgery.inputs import FAMILIES

        family = preprocessing_family((network.pretrained_base if network else None) or "")
        return FAMILIES.get(family or "")
    return _SIMPLE.get(how or "")


def _is_raw(array: Array) -> bool:
    """Whether pixels are as a camera gives them: data are often saved as they enter the model."""
    values = array.astype(np.float32)
    low, high = float(np.nanmin(values, initial=0.0)), float(np.nanmax(values, initial=0.0))
    return low >= 0 and high > _SCALED


_SIMPLE: dict[str, Scaling] = {
    "divide-255": lambda values: values / np.float32(255),
    "minus-one-to-one": lambda values: values / np.float32(127.5) - 1,
}


def _mapped(sample: Sample, maps: list[Any]) -> Sample:
    x = tuple(
        array if change is None else np.asarray(change(array.astype(np.float32)), np.float32)
        for array, change in zip(sample.x, maps, strict=True)
    )
    return replace(sample, x=x)
