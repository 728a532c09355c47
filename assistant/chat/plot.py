"""Loss curves as text: braille dots, four by two to a cell, with the figures written beside them.

Only finite runs are drawn; a value that is NaN or infinite breaks the line and is named below it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from textual.content import Content

from assistant.chat.text import figure, join
from knowledge.texts import say

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_LABEL = 8
#: Above this ratio of largest to smallest a straight scale would hide everything but the peak.
_LOG_RATIO = 50.0
#: Spikes: at most a fifth of the points, and a hundred times as large as the others.
_USUAL = 0.8
_SPIKE = 10.0
_FEWEST = 8
_MAX_POINTS = 2_000


@dataclass(frozen=True)
class Series:
    """One curve. ``dotted`` tells it apart without colour; ``values`` may hold nan and inf.

    ``steps`` gives the training step of each value, rising from 1; left out, every step has one.
    """

    name: str
    values: Sequence[float]
    style: str = "$u-mark"
    dotted: bool = False
    steps: Sequence[int] = ()

    def step(self, index: int) -> int:
        """The step of the value at `index`, 1 and up."""
        return self.steps[index] if index < len(self.steps) else index + 1

    @property
    def last(self) -> int:
        """The step of the last value; 0 without values."""
        return self.step(len(self.values) - 1) if self.values else 0


def plot(series: Sequence[Series], language: str, width: int = 60, height: int = 6) -> Content:
    """Curves in one frame, `width` by about `height` + 2 cells, with legend."""
    finite = [v for one in series for v in one.values if math.isfinite(v)]
    lines: list[Content] = []
    scale = _Scale.of(finite) if finite else None
    if scale is not None:
        columns = max(8, width - _LABEL - 2)
        lines += _frame(_draw(series, scale, columns, height), scale, height)
        lines.append(_axis(series, scale, columns, language))
    lines += [_legend(one, scale, language) for one in series]
    return Content("\n").join(lines)


@dataclass(frozen=True)
class _Scale:
    low: float
    high: float
    bend: float = 0.0
    cut: bool = False

    @classmethod
    def of(cls, values: Sequence[float]) -> _Scale:
        """Straight, or bent (asinh: logarithmic far from 0, also below it) for a wide range.

        A few spikes far beyond all the rest are cut off, since nothing else would be seen.
        """
        low, high = min(values), max(values)
        sizes = sorted(abs(value) for value in values if value)
        usual = sizes[int(_USUAL * (len(sizes) - 1))] if sizes else 0.0
        cut = len(sizes) >= _FEWEST and sizes[-1] / usual > _SPIKE**2
        if cut:
            low, high = max(low, -_SPIKE * usual), min(high, _SPIKE * usual)
            sizes = [size for size in sizes if size <= _SPIKE * usual]
        small = sizes[len(sizes) // 10] if sizes else 0.0
        wide = small > 0 and sizes[-1] / small > _LOG_RATIO
        return cls(low, high, small if wide else 0.0, cut)

    def cuts(self, value: float) -> bool:
        """Whether a value stands beyond the frame."""
        return self.cut and not self.low <= value <= self.high

    def height(self, value: float) -> float:
        """Where a value stands between bottom (0) and top (1)."""
        value = min(max(value, self.low), self.high)
        low, high, value = self._bent(self.low), self._bent(self.high), self._bent(value)
        # Halved first: the span of two huge values of opposite sign is no float any more.
        span = high / 2 - low / 2
        return 0.5 if span <= 0 else (value / 2 - low / 2) / span

    def _bent(self, value: float) -> float:
        if not self.bend:
            return value
        ratio = value / self.bend
        if math.isinf(ratio):
            return math.copysign(math.log(abs(value)) - math.log(self.bend) + math.log(2), value)
        return math.asinh(ratio)


Canvas = dict[tuple[int, int], tuple[int, str]]


def _draw(series: Sequence[Series], scale: _Scale, columns: int, rows: int) -> Canvas:
    canvas: Canvas = {}
    longest = max(one.last for one in series)
    for one in series:
        previous: tuple[int, int] | None = None
        for index, value in _thinned(one.values):
            if not math.isfinite(value):
                previous = None
                continue
            x = round((one.step(index) - 1) * (columns * 2 - 1) / max(1, longest - 1))
            y = _row(scale, value, rows)
            for column, row in _line(previous or (x, y), (x, y)):
                if not one.dotted or column % 4 < 2 or previous is None:
                    _set(canvas, column, row, one.style)
            previous = (x, y)
    return canvas


def _row(scale: _Scale, value: float, rows: int) -> int:
    """The row of dots a value falls on, 0 at the top."""
    return round((1 - scale.height(value)) * (rows * 4 - 1))


def _thinned(values: Sequence[float]) -> Iterator[tuple[int, float]]:
    stride = max(1, len(values) // _MAX_POINTS)
    for step, value in enumerate(values):
        if step % stride == 0 or not math.isfinite(value) or step == len(values) - 1:
            yield step, value


def _line(start: tuple[int, int], end: tuple[int, int]) -> Iterator[tuple[int, int]]:
    steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1)
    for i in range(steps + 1):
        share = i / steps
        yield (
            round(start[0] + (end[0] - start[0]) * share),
            round(start[1] + (end[1] - start[1]) * share),
        )


def _set(canvas: Canvas, x: int, y: int, style: str) -> None:
    cell = (y // 4, x // 2)
    bits, _ = canvas.get(cell, (0, style))
    canvas[cell] = (bits | _DOTS[y % 4][x % 2], style)


def _frame(canvas: Canvas, scale: _Scale, rows: int) -> list[Content]:
    lines = []
    labels = {0: figure(scale.high), rows - 1: figure(scale.low)}
    if scale.high == scale.low:
        labels = {_row(scale, scale.low, rows) // 4: figure(scale.low)}
    for row in range(rows):
        label = labels.get(row, "")
        cells = {column: cell for (r, column), cell in canvas.items() if r == row}
        parts: list[tuple[str, str] | str] = [(f"{label:>{_LABEL}}\u2502", "$u-quiet")]
        for column in range(max(cells, default=-1) + 1):
            bits, style = cells.get(column, (0, ""))
            parts.append((chr(0x2800 + bits), style) if bits else " ")
        lines.append(join(*parts))
    return lines


def _axis(series: Sequence[Series], scale: _Scale, columns: int, language: str) -> Content:
    steps = max(one.last for one in series)
    key = "chat-plot-steps-log" if scale.bend else "chat-plot-steps"
    rule = " " * _LABEL + "\u2514" + "\u2500" * min(columns, 4) + " "
    return join((rule + say(key, language, steps=steps), "$u-quiet"))


def _legend(one: Series, scale: _Scale | None, language: str) -> Content:
    mark = "\u2504\u2504" if one.dotted else "\u2501\u2501"
    head = [(f"{mark} ", one.style), (f"{one.name}  ", "$u-text")]
    finite = [v for v in one.values if math.isfinite(v)]
    broken = [one.step(i) for i, v in enumerate(one.values) if not math.isfinite(v)]
    if not one.values:
        return join(*head, (say("chat-plot-none", language), "$u-quiet"))
    ends = f"{figure(one.values[0])} \u2192 {figure(one.values[-1])}"
    parts = [*head, (ends, "$u-text")]
    if len(finite) > 2:
        lowest = say("chat-plot-lowest", language, value=figure(min(finite)))
        parts.append((f"  {lowest}", "$u-quiet"))
    peaks = [v for v in finite if scale is not None and scale.cuts(v)]
    if peaks:
        peak = say("chat-plot-peak", language, value=figure(max(peaks, key=abs)))
        parts.append((f"  {peak}", "$u-warn"))
    if broken:
        kind = "NaN" if any(math.isnan(v) for v in one.values) else "inf"
        note = say("chat-plot-broken", language, kind=kind, count=len(broken), step=broken[0])
        parts.append((f"  {note}", "$u-bad"))
    return join(*parts)
