"""The clip plateaus: a loss that is a share of the samples times what one clipped output costs.

Keras clips probabilities before the logarithm, so an output pinned at the wrong end costs a fixed
sum. When every output is pinned, the loss is that sum times the share of wrong answers. When it is
the sum times the share of *right* answers, loss and accuracy read the outputs in opposite order,
which happens when the last layer has no softmax and its raw sum is negative.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.reading.logs.series import Curves, Series
from assistant.reading.logs.shares import fitting_samples, whole_number
from assistant.reading.logs.signs import Grade, Sign, absent, seen

#: what one pinned output costs: -ln(1e-7) with Keras's epsilon; the float32 neighbours of it that
#: binary cross-entropy reaches in Keras 2.2 (23 ln 2) and tf.keras 2; and Keras 0.x's -ln(1e-15)
CONSTANTS = (
    -math.log(1e-7),
    23 * math.log(2),
    -math.log(2e-7),
    -math.log(1e-7 + 2**-23),
    -math.log(1e-15),
)
#: a loss below this is too near to what a good model reaches for the arithmetic to mean anything
LEAST_LOSS = 1.0
#: how far the share in the loss may lie from the accuracy when nearly all outputs are pinned
NEARLY = 0.0012
#: the same where it is to be proof
EXACTLY = 0.0004


@dataclass(frozen=True)
class _Match:
    side: str  # "right" or "wrong"
    constant: float
    loss: float
    accuracy: float
    at: int


def clip_plateau(c: Curves) -> Iterator[Sign]:
    """``clip-plateau-right-share`` and ``clip-plateau-wrong-share``.

    Value is the loss; details give ``constant``, ``share`` (right or wrong, 0..1) and, when the
    text tells the number of samples, ``samples`` with ``right`` or ``wrong``.

    On a flat stretch the shares must agree to 0.0012 (wrong) or 0.0004 (right); on a single line
    only rounding may part them, and the loss must be above 2.5, where no healthy accuracy comes so
    near by chance. The share of right answers is a matter of categorical cross-entropy, so only the
    constants of that loss count for it.
    """
    match = _match(c, c.loss, c.accuracy)
    if match is not None:
        yield _sign(c, match)
    if match is None or match.side == "wrong":
        both = c.pairs(c.loss, c.accuracy)
        if len(both) >= 3 and c.loss.unit < 1e-3:
            yield absent("clip-plateau-right-share", c.loss)
            if match is None:
                yield absent("clip-plateau-wrong-share", c.loss)


def _match(c: Curves, loss: Series, accuracy: Series) -> _Match | None:
    both = c.pairs(loss, accuracy)
    if not both or accuracy.unit > 1e-3:
        return None
    tail = both[-max(2, len(both) // 2) :]
    losses, shares = [x for x, _ in tail], [x for _, x in tail]
    level, share = sum(losses) / len(tail), sum(shares) / len(tail)
    rests = len(tail) >= 2 and max(losses) - min(losses) <= max(0.004 * level, 1.5 * loss.unit)
    if rests and level >= LEAST_LOSS and max(shares) - min(shares) <= 0.004:
        return _closest(level, share, NEARLY, len(loss) - 1)
    for at in range(len(both) - 1, -1, -1):
        value, right = both[at]
        if value > 2.5 and (len(both) == 1 or at == len(both) - 1):
            return _closest(value, right, accuracy.unit / 2 + loss.unit / 20, at)
    return None


def _closest(loss: float, accuracy: float, slack: float, at: int) -> _Match | None:
    """The constant and side that fit best within `slack` of the share, if any does.

    Near one half both sides fit; then the answers are called wrong, the commoner reading.
    """
    best: tuple[float, _Match] | None = None
    for side, share in (("wrong", 1 - accuracy), ("right", accuracy)):
        if share < 0.02 or (side == "right" and abs(accuracy - 0.5) < 0.02):
            continue
        for constant in CONSTANTS if side == "wrong" else (CONSTANTS[0], CONSTANTS[-1]):
            away = abs(loss / constant - share)
            if away <= (slack if side == "wrong" else min(slack, EXACTLY)) and (
                best is None or away < best[0]
            ):
                best = (away, _Match(side, constant, loss, accuracy, at))
    return best[1] if best else None


def _sign(c: Curves, match: _Match) -> Sign:
    share = match.accuracy if match.side == "right" else 1 - match.accuracy
    details: dict[str, object] = {"constant": round(match.constant, 3), "share": round(share, 4)}
    unit = c.accuracy.unit
    steady = {v for v in c.accuracy.values[-2:] if math.isfinite(v)}
    samples = c.samples or fitting_samples(steady, c.candidates, unit)
    count = whole_number(share, samples, unit) if samples else None
    if count is not None:
        details.update({"samples": samples, match.side: count})
    grade = Grade.PROOF if match.side == "right" else Grade.STRONG
    id_ = f"clip-plateau-{match.side}-share"
    return seen(id_, grade, match.loss, c.loss, match.at, **details)
