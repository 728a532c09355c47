"""Numbers as logs print them, with the unit in their last place."""

from __future__ import annotations

import math
import re

#: a figure; the first form is a decimal comma, the second allows commas between thousands
NUMBER = (
    r"[-+]?(?:0,\d{2,7}(?![\d.])|\d{1,3}(?:,\d{3})+(?![\d])(?:\.\d+)?|\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,4})?"
    r"|[-+]?(?:nan|inf(?:inity)?)(?![A-Za-z])"
)
_NOT_FINITE = re.compile(r"[-+]?(?:nan|inf)", re.I)


def figure(text: str) -> tuple[float, float]:
    """The value of a printed number and the unit in its last place.

    ``0.6932`` gives (0.6932, 0.0001); ``4.70e-05`` gives (4.7e-05, 1e-07); ``nan`` has unit 0.

    Raises:
        ValueError: the text is no number.
    """
    text = text.strip()
    if _NOT_FINITE.match(text):
        return float(text), 0.0
    text = text.replace("0,", "0.", 1) if re.match(r"[-+]?0,", text) else text.replace(",", "")
    value = float(text)
    mantissa, _, exponent = text.lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    try:
        return value, 10.0 ** (int(exponent or 0) - decimals)
    except OverflowError:
        return value, 0.0


def shown(value: float) -> str:
    """A figure as a sentence shows it: four digits that matter, no needless exponent."""
    if not math.isfinite(value):
        return repr(value)
    if value == int(value) and abs(value) < 1e6:
        return str(int(value))
    return f"{value:.4g}" if abs(value) < 1e-3 or abs(value) >= 1e4 else f"{value:.4f}"
