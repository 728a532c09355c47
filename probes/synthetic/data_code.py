"""Data as the lines that draw others like them: same shapes, types, ranges and label form.

Only statistics rounded to two digits go in. Inputs carry a signal that gives the labels away, so a
network that could learn such data does; pixels or columns that are alike in all samples stay so.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from probes.arrays.inputs import input_facts
from probes.arrays.labels import LabelFacts
from probes.errors import ProbeError
from probes.loading.columns import Array
from probes.network import Network

#: columns with figures of their own; more would be a table of the user's data
_MOST_COLUMNS = 64
_APART = 3.0
_PATCH = 4  # pixels
_PLAIN_SIGNAL = "signal = rng.normal(size=(rows, 4))"


def data_code(
    x: tuple[Array, ...], y: Array, facts: LabelFacts, network: Network | None
) -> list[str]:
    """Lines that define ``x`` and ``y`` for ``rows`` samples.

    Args:
        x: inputs, each (n, ...).
        y: labels (n, ...) as the loss takes them.

    Raises:
        ProbeError: ``script-labels-too-rich`` for labels of a form that cannot be drawn,
            ``script-inputs-text`` for text.
    """
    if any(array.dtype.kind in "USO" for array in x):
        raise ProbeError("script-inputs-text")
    if len(x) == 1 and x[0].shape == y.shape and np.array_equal(x[0], y):
        return [_PLAIN_SIGNAL, *_inputs(x, network), "y = x"]
    if _is_by_place(y, facts):
        return [_PLAIN_SIGNAL, *_inputs(x, network), *_labels_by_place(x[0], y, facts)]
    return [*_labels(y, facts), *_inputs(x, network)]


def _labels(y: Array, facts: LabelFacts) -> list[str]:
    """One label or row of targets a sample, and the ``signal`` that the inputs carry."""
    column = "" if y.ndim == 1 else "[:, None]"
    if facts.form == "multi-hot":
        share = float(f"{np.nanmean(y):.2g}")
        return [
            f"signal = rng.normal(size=(rows, {y.shape[-1]}))",
            f"y = (signal > np.quantile(signal, 1 - {share})).astype({y.dtype.name!r})",
        ]
    if facts.form == "one-hot":
        return [
            _drawn_classes(facts, y.shape[-1]),
            f"signal = np.eye({y.shape[-1]})[classes]",
            f"y = signal.astype({y.dtype.name!r})",
        ]
    if facts.values:
        count = len(facts.values)
        signal = f"signal = np.eye({count})[classes]"
        return [_drawn_classes(facts, count), signal, f"y = {_valued(facts, y)}{column}"]
    columns = 1 if y.ndim == 1 else y.shape[-1]
    axis = 0 if columns <= _MOST_COLUMNS else None
    mean, spread = _figures(np.nanmean(y, axis=axis)), _figures(np.nanstd(y, axis=axis))
    low, high = _round(np.nanmin(y)), _round(np.nanmax(y))
    drawn = "signal[:, 0]" if y.ndim == 1 else "signal"
    return [
        f"signal = rng.normal(size=(rows, {columns}))",
        f"y = np.clip({mean} + {spread} * {drawn}, {low}, {high}).astype({y.dtype.name!r})",
    ]


def _is_by_place(y: Array, facts: LabelFacts) -> bool:
    """Whether each pixel or step has a label of its own."""
    rows_of_classes = (
        y.ndim == 2 and y.shape[1] > 1 and facts.form in ("integers", "binary", "mask")
    )
    return y.ndim > 2 or rows_of_classes


def _labels_by_place(x: Array, y: Array, facts: LabelFacts) -> list[str]:
    """Labels for each pixel or step, read off the input there."""
    places = y.ndim if y.shape == x.shape[: y.ndim] else y.ndim - 1
    if y.shape[:places] != x.shape[:places]:
        raise ProbeError("script-labels-too-rich")
    level = "x[..., 0]" if x.ndim > places else "x"
    lines = [f"level = {level}.astype('float64')"]
    if not facts.values:
        mean, spread = _round(np.nanmean(y)), _round(np.nanstd(y))
        lines.append(f"y = {mean} + {spread} * (level - level.mean()) / level.std()")
        rest = f"np.repeat(y[..., None], {y.shape[-1]}, -1)" if y.ndim > places else "y"
        return [*lines, f"y = {rest}.astype({y.dtype.name!r})"]
    hot = facts.form == "one-hot"
    count = y.shape[-1] if hot else len(facts.values)
    steps = np.cumsum(_shares(facts, count))[:-1]
    cuts = [float(f"{step:.2g}") for step in steps]
    lines.append(f"classes = np.digitize(level, np.quantile(level, {cuts}))")
    if hot:
        return [*lines, f"y = np.eye({count})[classes].astype({y.dtype.name!r})"]
    last = "[..., None]" if y.ndim > places else ""
    return [*lines, f"y = {_valued(facts, y)}{last}"]


def _drawn_classes(facts: LabelFacts, count: int) -> str:
    shares = _shares(facts, count)
    if np.ptp(shares) < 0.1 / count:
        return f"classes = rng.integers({count}, size=rows)"
    written = [round(float(share), 3) for share in shares]
    written[-1] = round(1 - sum(written[:-1]), 3)  # what is rounded must still add up to 1
    return f"classes = rng.choice({count}, size=rows, p={written})"


def _shares(facts: LabelFacts, count: int) -> Array:
    counts = np.asarray(facts.counts, dtype=float)
    if len(counts) != count or not counts.sum():
        return np.full(count, 1 / count)
    return np.asarray(counts / counts.sum())


def _valued(facts: LabelFacts, y: Array) -> str:
    """``classes`` as the numbers that stand in the user's labels."""
    kind = f".astype({y.dtype.name!r})"
    plain = list(facts.values) == list(range(len(facts.values)))
    if plain or facts.is_text:
        return f"classes{kind}"
    return f"np.array({[_round(value) for value in facts.values]})[classes]{kind}"


def _inputs(x: tuple[Array, ...], network: Network | None) -> list[str]:
    names = ["x"] if len(x) == 1 else [f"x{place}" for place in range(len(x))]
    lines: list[str] = []
    for name, array in zip(names, x, strict=True):
        tokens = input_facts(array, network).kind == "tokens"
        lines += _tokens(name, array) if tokens else _figures_input(name, array)
    return lines if len(x) == 1 else [*lines, f"x = [{', '.join(names)}]"]


def _figures_input(name: str, array: Array) -> list[str]:
    """A draw with the same mean, the same spread among samples, and the same among places."""
    values = np.asarray(array, dtype=np.float64)
    if not np.isfinite(values).any():
        raise ProbeError("script-inputs-text")
    missing = float(np.mean(~np.isfinite(values)))
    values = np.where(np.isfinite(values), values, np.nan)
    mean, among, alike = _spreads(values)
    lines = [
        *_pattern(array.shape[1:]),
        "shown = np.tensordot(signal, pattern, 1)",
        "shown = 0.8 * (shown - shown.mean()) / shown.std() + 0.6 * rng.normal(size=shown.shape)",
    ]
    same = f" + {alike} * rng.normal(size={array.shape[1:]})" if alike != "0.0" else ""
    low, high = _round(np.nanmin(values)), _round(np.nanmax(values))
    lines.append(f"{name} = np.clip({mean}{same} + {among} * shown, {low}, {high})")
    if missing:
        share = float(f"{missing:.2g}")
        lines.append(f"{name}[rng.random({name}.shape) < {share}] = np.nan")
    return [*lines, f"{name} = {name}.astype({array.dtype.name!r})"]


def _pattern(shape: tuple[int, ...]) -> list[str]:
    """What one part of the signal looks like in an input; in pictures it comes in patches."""
    written = ", ".join(str(size) for size in shape)
    if len(shape) != 3 or min(shape[:2]) < 2 * _PATCH:
        return [f"pattern = rng.normal(size=(signal.shape[1], {written}))"]
    high, wide = (-(-size // _PATCH) for size in shape[:2])
    return [
        f"pattern = rng.normal(size=(signal.shape[1], {high}, {wide}, {shape[2]}))",
        f"pattern = pattern.repeat({_PATCH}, 1).repeat({_PATCH}, 2)[:, :{shape[0]}, :{shape[1]}]",
    ]


def _spreads(values: Array) -> tuple[str, str, str]:
    """Mean, spread among samples and spread among places, as source.

    A table whose columns differ widely has figures for each, and then none for places.
    """
    if values.ndim == 2 and values.shape[1] <= _MOST_COLUMNS:
        means, spreads = np.nanmean(values, 0), np.nanstd(values, 0)
        if _differ(means, spreads):
            return _figures(means), _figures(spreads), "0.0"
    among = float(np.sqrt(np.nanmean(np.nanvar(values, axis=0))))
    alike = float(np.sqrt(max(0.0, float(np.nanvar(values)) - among**2)))
    return _figures(np.nanmean(values)), _figures(among), _figures(alike)


def _differ(means: Array, spreads: Array) -> bool:
    """Columns apart by more than a factor of `_APART` in spread, or by as many spreads in mean."""
    least, most = float(spreads.min()), float(spreads.max())
    return bool(most > _APART * least or np.ptp(means) > _APART * most)


def _tokens(name: str, array: Array) -> list[str]:
    """Token ids: each class has words of its own, and the padding is where it was."""
    low, high = int(np.min(array)), int(np.max(array))
    shape = ", ".join(str(size) for size in array.shape[1:])
    lines = [
        f"words = rng.integers({max(1, low)}, {high + 1}, size=(signal.shape[1], 12))",
        f"own = words[signal.argmax(1)][:, rng.integers(12, size={array.shape[1:]})]",
        f"{name} = rng.integers({max(1, low)}, {high + 1}, size=(rows, {shape}))",
        f"{name} = np.where(rng.random({name}.shape) < 0.5, own, {name})",
    ]
    padding = float(f"{np.mean(array == 0):.2g}")
    if padding and array.ndim == 2:
        tail = np.mean(array[:, -1] == 0) >= np.mean(array[:, 0] == 0)
        order = f"np.arange({array.shape[1]}){'' if tail else '[::-1]'}"
        most = float(f"{2 * (1 - padding) * array.shape[1]:.2g}")
        lines.append(f"length = 1 + {most} * rng.uniform(size=(rows, 1))")
        lines.append(f"{name}[{order} >= length] = 0")
    return [*lines, f"{name} = {name}.astype({array.dtype.name!r})"]


def _figures(value: Any) -> str:
    rounded = np.vectorize(_round)(np.asarray(value, dtype=float))
    return f"np.array({rounded.tolist()})" if rounded.ndim else repr(float(rounded))


def _round(value: Any) -> float:
    """To two digits: the extremes of a column can name a person."""
    return float(f"{float(value):.2g}")
