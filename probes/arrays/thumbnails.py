"""Small copies of a few sample images, to be looked at beside the figures.

Looking at the data is the first check of every guide to debugging networks, and it is what people
skip. Brightness is stretched from the 1st to the 99th percentile of all shown images together, so
that an image without contrast among good ones still looks it. Needs numpy alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from probes.loading.columns import Array

COUNT = 4
SIZE = 20


def thumbnails(images: Array, count: int = COUNT, size: int = SIZE) -> list[list[str]]:
    """The first images (n, height, width, channels) as rows of ``rrggbb`` written together.

    Returns:
        for each image its rows of pixels, top first, at most `size` by `size`; empty for arrays
        that are no images.
    """
    if images.ndim == 3:
        images = images[..., None]
    if images.ndim != 4 or not len(images) or images.shape[-1] not in (1, 3, 4):
        return []
    small = [_shrunk(np.nan_to_num(image.astype(np.float64)), size) for image in images[:count]]
    values = np.concatenate([image.reshape(-1) for image in small])
    low, high = np.percentile(values, (1, 99))
    if high <= low:
        low, high = float(values.min()), float(values.max())
    return [_rows(image, float(low), float(high)) for image in small]


def _shrunk(image: Array, size: int) -> Array:
    """The image with each side cut to `size` blocks at most, three channels."""
    colour = image[..., :3] if image.shape[-1] >= 3 else np.repeat(image[..., :1], 3, axis=-1)
    step = max(1, -(-max(colour.shape[:2]) // size))
    high, wide = max(1, colour.shape[0] // step), max(1, colour.shape[1] // step)
    cut = colour[: high * step, : wide * step]
    if min(cut.shape[:2]) < step:
        return np.asarray(colour[::step, ::step])
    return np.asarray(cut.reshape(high, step, wide, step, 3).mean((1, 3)))


def _rows(image: Any, low: float, high: float) -> list[str]:
    span = high - low
    light = np.zeros_like(image) if span <= 0 else np.clip((image - low) / span, 0.0, 1.0)
    return [row.tobytes().hex() for row in np.round(light * 255).astype(np.uint8)]
