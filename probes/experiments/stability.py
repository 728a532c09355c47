"""Whether a row's answer stays what it is, call after call and whatever stands beside it.

Part of the probe ``training-mode``. In inference nothing is random and no row knows of another, so
either difference means a layer that is fixed in training mode, or one of the user's own. `DEPENDS`:
1e-3 of the answers' size; float rounding stays below 1e-5 (healthy zoo). The layer named is the
first, in the order of the calls, whose own output differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from probes.apparatus.look import Look, found
from probes.apparatus.training import feed, predict
from probes.apparatus.watching import wrapped
from probes.finding import Finding
from probes.loading.columns import Array

DEPENDS = 1e-3
ALONE = 4


def stability_findings(seen: Look) -> Iterator[Finding]:
    """The same rows twice, and the first of them without the others."""
    (x, _), outputs = seen.head(2 * ALONE), seen.outputs
    if len(outputs) < 2 * ALONE or not np.isfinite(outputs).all():
        return
    size = float(np.abs(outputs).max()) + 1e-12
    together = predict(seen.model, x)
    again = predict(seen.model, x)
    random = float(np.abs(together - again).max()) / size
    where = first_difference(seen.model, x, x) if random > DEPENDS else None
    yield found(
        "dropout-active-in-inference", random > DEPENDS, float(f"{random:.3g}"), **_layer(where)
    )
    if random > DEPENDS:
        return
    few = tuple(array[:ALONE] for array in x)
    off = float(np.abs(predict(seen.model, few) - together[:ALONE]).max()) / size
    depends = off > DEPENDS
    where = first_difference(seen.model, x, few) if depends else None
    yield found("predictions-depend-on-batch", depends, float(f"{off:.3g}"), **_layer(where))
    if isinstance(where, keras.layers.BatchNormalization):
        # In inference it uses what it has stored, unless its call says training=True.
        yield found("batchnorm-training-fixed", True, where.name)


def first_difference(model: keras.Model, x: tuple[Array, ...], y: tuple[Array, ...]) -> Any:
    """The first layer whose output for the first rows of `x` is not that for those of `y`."""
    rows = min(len(x[0]), len(y[0]))
    ways: list[list[tuple[Any, Array]]] = []
    for arrays in (x, y):
        calls: list[tuple[Any, Array]] = []

        def note(layer: Any, given: Any, output: Any, calls: Any = calls) -> None:
            tensor = output[0] if isinstance(output, (list, tuple)) else output
            if hasattr(tensor, "shape") and len(tensor.shape) > 1 and tensor.dtype.is_floating:
                calls.append((layer, _marks(np.asarray(tensor)[:rows])))

        with wrapped(_innermost(model), note):
            model(feed(model, arrays), training=False)  # eagerly: the notes need figures
        ways.append(calls)
    for (layer, here), (other, there) in zip(*ways, strict=False):
        if layer is other and here.shape == there.shape:
            size = float(np.abs(here).max()) + 1e-12
            if float(np.abs(here - there).max()) > DEPENDS * size:
                return layer
    return None


def _innermost(model: keras.Model) -> list[Any]:
    """Layers that hold no others, those inside the user's own layers included; without cells,
    which are called once a time step."""
    layers = model._flatten_layers(include_self=False, recursive=True)
    plain = (layer for layer in layers if "Cell" not in type(layer).__name__)
    return [layer for layer in plain if not list(layer._flatten_layers(include_self=False))]


def _marks(values: Array) -> Array:
    """A few figures a row in which a row of other values differs: (rows, up to 64)."""
    flat = values.reshape(len(values), -1).astype(np.float64)
    return flat[:, :: max(1, flat.shape[1] // 64)]


def _layer(layer: Any) -> dict[str, str]:
    return {} if layer is None else {"layer": str(layer.name)}
