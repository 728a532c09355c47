"""Curves as an inline SVG picture. Values that are no number leave a gap and a cross."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape

from assistant.report.page import Plot

_WIDTH, _HEIGHT = 640, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 150, 10, 24
_COLOURS = ("var(--a)", "var(--b)", "var(--c)", "var(--d)")
_DASHES = ("", "6 3", "2 3", "8 3 2 3")  # told apart without colour, too
_MOST_POINTS = 400
_SHOWN = 4


def render_plot(plot: Plot) -> str:
    """The picture; curves that differ by magnitudes get panels of their own."""
    panels = _panels(plot.curves[: 2 * _SHOWN])
    height = _HEIGHT * len(panels)
    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(plot.title)}" '
        'font-size="11" font-family="inherit" fill="currentColor">'
    ]
    for place, curves in enumerate(panels):
        parts.append(f'<g transform="translate(0 {place * _HEIGHT})">')
        parts += _panel(curves)
        parts.append("</g>")
    return "".join([*parts, "</svg>"])


Named = tuple[str, tuple[float, ...]]


def _panels(curves: Sequence[Named]) -> list[list[Named]]:
    """Losses apart from shares: a panel for each name without its ``val_``."""
    groups: dict[str, list[Named]] = {}
    for name, values in curves:
        plain = name.removeprefix("val_")
        key = "loss" if "loss" in plain else "share" if _is_share(values) else plain
        groups.setdefault(key, []).append((name, values))
    return [group[:_SHOWN] for group in groups.values()] or [[]]


def _is_share(values: Sequence[float]) -> bool:
    return all(0 <= v <= 1 for v in values if math.isfinite(v))


def _panel(curves: Sequence[Named]) -> Iterator[str]:
    finite = [v for _, values in curves for v in values if math.isfinite(v)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 1.0)
    if high == low:
        low, high = low - abs(low) * 0.1 - 1e-9, high + abs(high) * 0.1 + 1e-9
    bottom = _HEIGHT - _BOTTOM
    for value, y in ((high, _TOP), (low, bottom)):
        yield (
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}" stroke="var(--line)"/>'
            f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{value:.4g}</text>'
        )
    for place, (name, values) in enumerate(curves):
        colour, dash = _COLOURS[place % 4], _DASHES[place % 4]
        yield from _curve(values, low, high, colour, dash)
        y = _TOP + 14 * (place + 1)
        x = _WIDTH - _RIGHT + 10
        yield (
            f'<line x1="{x}" x2="{x + 18}" y1="{y - 4}" y2="{y - 4}" stroke="{colour}" '
            f'stroke-width="2" stroke-dasharray="{dash}"/>'
            f'<text x="{x + 24}" y="{y}">{escape(name)}</text>'
        )


def _curve(
    values: Sequence[float], low: float, high: float, colour: str, dash: str
) -> Iterator[str]:
    step = max(1, math.ceil(len(values) / _MOST_POINTS))
    shown = list(values)[::step]
    across = (_WIDTH - _LEFT - _RIGHT) / max(1, len(shown) - 1)
    down = (_HEIGHT - _TOP - _BOTTOM) / (high - low)
    run: list[str] = []
    for place, value in enumerate([*shown, math.nan]):
        x = _LEFT + place * across
        if math.isfinite(value):
            run.append(f"{x:.1f},{_TOP + (high - value) * down:.1f}")
            continue
        if len(run) == 1:
            cx, cy = run[0].split(",")
            yield f'<circle cx="{cx}" cy="{cy}" r="2.5" fill="{colour}"/>'
        elif run:
            yield (
                f'<polyline points="{" ".join(run)}" fill="none" stroke="{colour}" '
                f'stroke-width="1.8" stroke-dasharray="{dash}"/>'
            )
        run = []
        if place < len(shown):
            yield f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM}" text-anchor="middle">×</text>'
