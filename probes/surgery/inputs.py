"""Changes of what goes into the model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from probes.apparatus.setup import Setup
from probes.arrays.inputs import input_facts
from probes.loading.columns import Array
from probes.loading.data import Sample
from probes.saved.keras_names import preprocessing_family
from probes.surgery.editing import edit_layers, nothing
from probes.surgery.reasons import NotApplicable

#: mean of each channel of ImageNet in BGR, and mean and deviation in RGB (0..1), as Keras has them
CAFFE_MEAN = np.array([103.939, 116.779, 123.68], dtype=np.float32)
TORCH_MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
TORCH_DEVIATION = np.array([0.229, 0.224, 0.225], dtype=np.float32)

#: what ImageNet's mean and deviation make of 0 and 1 (0.05 beyond), and a value that only
#: subtracted means give
_TORCH_LOW, _TORCH_HIGH, _FAR_BELOW = -2.17, 2.69, 20.0


def scale(setup: Setup, args: Mapping[str, Any]) -> Setup:
    """Bring inputs into the range that networks learn from; token ids stay as they are.

    Statistics come from the training rows and are applied to validation rows as well.
    """
    how = str(args["how"])
    network = setup.network
    maps: list[Callable[[Array], Array] | None] = []
    for array in setup.train.x:
        facts = input_facts(array, network)
        fed = facts.kind != "tokens" and not facts.is_text
        maps.append(_scaling(how, array.astype(np.float32)) if fed else None)
    if not any(maps):
        raise NotApplicable("nothing-to-change")
    return setup.with_data(lambda sample: _mapped(sample, maps))


def use_preprocessing(setup: Setup, args: Mapping[str, Any]) -> Setup:
    """Feed a pretrained base what it was trained on; Rescaling layers in front of it are taken out.

    Raises:
        NotApplicable: ``base-unknown`` when the family is to follow the base and the base has no
            known name.
    """
    family = str(args.get("family", "base"))
    if family == "base":
        family = preprocessing_family(setup.network.pretrained_base or "") or ""
    if family not in FAMILIES:
        raise NotApplicable("base-unknown", base=setup.network.pretrained_base)
    if "Rescaling" in setup.network.scaling_inside:
        own = {layer.name for layer in setup.network.layers if layer.depth == 0}
        setup = edit_layers(
            setup,
            lambda layer: (
                nothing(layer)
                if type(layer).__name__ == "Rescaling" and layer.name in own
                else None
            ),
        )
    change = FAMILIES[family]
    images = [change if array.ndim == 4 else None for array in setup.train.x]
    return setup.with_data(lambda sample: _mapped(sample, images))


def fill_missing(setup: Setup, args: Mapping[str, Any]) -> Setup:
    """Drop rows that hold nan or inf, or put 0 in their place."""
    if all(np.isfinite(array).all() for array in setup.train.x if array.dtype.kind == "f"):
        raise NotApplicable("nothing-to-change")
    if str(args.get("how", "zero")) == "zero":
        zero = [lambda a: np.where(np.isfinite(a), a, 0).astype(a.dtype)] * len(setup.train.x)
        return setup.with_data(lambda sample: _mapped(sample, zero))
    return setup.with_data(_complete_rows)


def to_pixels(array: Array) -> Array:
    """Images as 0..255 float32, whichever of the usual preparations they have been through.

    Figures that none of them gives are left as they are.
    """
    values = array.astype(np.float32)
    low, high = float(values.min()), float(values.max())
    coloured = values.shape[-1] == 3
    if low >= 0 and high <= 1.5:
        return values * 255
    if low >= -1.05 and high <= 1.05:
        return (values + 1) * 127.5
    if coloured and low >= _TORCH_LOW and high <= _TORCH_HIGH:
        return np.asarray((values * TORCH_DEVIATION + TORCH_MEAN) * 255)
    if coloured and -CAFFE_MEAN.max() - 1 <= low < -_FAR_BELOW and high <= 256 - CAFFE_MEAN.min():
        return np.asarray((values + CAFFE_MEAN)[..., ::-1])
    return values


def caffe(array: Array) -> Array:
    """BGR minus the mean of ImageNet, as VGG and ResNet take it."""
    pixels = to_pixels(array)
    if pixels.shape[-1] != 3:
        return np.asarray(pixels - CAFFE_MEAN.mean())
    return np.asarray(pixels[..., ::-1] - CAFFE_MEAN)


def tf_style(array: Array) -> Array:
    """-1..1, as Inception, MobileNet and ResNetV2 take it."""
    return to_pixels(array) / np.float32(127.5) - 1


def torch_style(array: Array) -> Array:
    """Mean 0 and deviation 1 of each channel of ImageNet, as DenseNet takes it."""
    ratio = to_pixels(array) / np.float32(255)
    if ratio.shape[-1] != 3:
        return np.asarray((ratio - TORCH_MEAN.mean()) / TORCH_DEVIATION.mean())
    return np.asarray((ratio - TORCH_MEAN) / TORCH_DEVIATION)


def unit_style(array: Array) -> Array:
    """0..1."""
    return to_pixels(array) / np.float32(255)


#: preprocessing families by the names that `use-preprocessing` takes; "none" is 0..255
FAMILIES: dict[str, Callable[[Array], Array]] = {
    "caffe": caffe,
    "tf": tf_style,
    "torch": torch_style,
    "none": to_pixels,
}


def _scaling(how: str, array: Array) -> Callable[[Array], Array]:
    size = float(np.nanmax(np.abs(np.where(np.isfinite(array), array, 0))))
    if how in ("divide-255", "minus-one-to-one"):
        if size <= 1.5:
            raise NotApplicable("nothing-to-change")
        return (lambda a: a / 255) if how == "divide-255" else (lambda a: a / 127.5 - 1)
    if how == "none":
        if size > 1.5:
            raise NotApplicable("nothing-to-change")
        return lambda a: a * 255
    if how == "standardise-features":
        axes = tuple(range(array.ndim - 1))
        mean = np.nanmean(array, axis=axes, dtype=np.float64)
        deviation = np.nanstd(array, axis=axes, dtype=np.float64)
        deviation = np.where(deviation > 0, deviation, 1.0)
        return lambda a: (a - mean) / deviation
    if how == "standardise-samples":
        return _each_sample
    raise NotApplicable("unknown-argument", argument=how)


def _each_sample(array: Array) -> Array:
    """Each sample to mean 0 and deviation 1, over all its pixels, channel by channel."""
    axes = tuple(range(1, array.ndim - 1)) if array.ndim > 2 else (1,)
    mean = array.mean(axis=axes, keepdims=True, dtype=np.float64)
    deviation = array.std(axis=axes, keepdims=True, dtype=np.float64)
    return np.asarray((array - mean) / np.where(deviation > 0, deviation, 1.0))


def _mapped(sample: Sample, maps: list[Any]) -> Sample:
    x = tuple(
        array if change is None else np.asarray(change(array.astype(np.float32)), dtype=np.float32)
        for array, change in zip(sample.x, maps, strict=True)
    )
    return Sample(x, sample.y)


def _complete_rows(sample: Sample) -> Sample:
    whole = np.ones(len(sample), dtype=bool)
    for array in sample.x:
        if array.dtype.kind == "f":
            whole &= np.isfinite(array.reshape(len(array), -1)).all(axis=1)
    y = None if sample.y is None else sample.y[whole]
    return Sample(tuple(array[whole] for array in sample.x), y)
