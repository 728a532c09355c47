"""Signatures of the loss by itself: not a number, negative, huge, zero, flat."""

from __future__ import annotations

import math
from collections.abc import Iterator

from assistant.reading.logs.series import Curves, Series
from assistant.reading.logs.signs import Grade, Sign, absent, seen

#: epochs over which a sign must have had time to show before "not there" is said
ENOUGH = 3
#: a cross-entropy above this is not a matter of a bad guess: clipped outputs cost 16.118 at most,
#: and an unclipped one this high is wrong by 100 in the logit on average
HUGE_CROSS_ENTROPY = 100.0
HUGE_LOSS = 1000.0
#: rounding noise below zero, as of a regularised cosine loss printed to four decimals, is no sign
BELOW_ZERO = -1e-3


def not_a_number(c: Curves) -> Iterator[Sign]:
    """``loss-nan``: value is the first epoch with nan or inf; details name the series."""
    for series in (c.loss, c.val_loss):
        bad = [i for i, v in enumerate(series.values) if not math.isfinite(v)]
        if bad:
            epoch = c.number_of(series.epochs[bad[0]])
            figure = repr(series.values[bad[0]]).lstrip("-")
            details = {"epoch": epoch, "figure": figure, "series": series.name}
            yield seen("loss-nan", Grade.STRONG, epoch, series, bad[0], **details)
            return
    if len(c.loss) >= ENOUGH:
        yield absent("loss-nan", c.loss)


def negative(c: Curves) -> Iterator[Sign]:
    """``loss-negative``: value is the lowest loss.

    A cross-entropy of labels inside 0..1 cannot be below zero, so for that loss it is proof; some
    other losses (cosine similarity, log-likelihoods, minus Dice) are negative when all is well, and
    those stay within a few units of zero.
    """
    for series in (c.loss, c.val_loss):
        if series.finite and min(series.finite) < BELOW_ZERO:
            lowest = min(series.finite)
            at = series.values.index(lowest)
            details = {"epoch": c.number_of(series.epochs[at]), "series": series.name}
            grade = Grade.PROOF if lowest < -5 else Grade.STRONG
            yield seen("loss-negative", grade, lowest, series, at, **details)
            return
    if len(c.loss.finite) >= ENOUGH:
        yield absent("loss-negative", c.loss)


def huge(c: Curves) -> Iterator[Sign]:
    """``loss-huge``: value is the last finite loss.

    Only where it stayed: a first epoch may be wild, and a regression on large targets starts high
    and is healthy as long as its loss comes down, by a fifth at once and by nine tenths in time.
    """
    loss = c.loss
    if not loss.finite:
        return
    first, last = loss.finite[0], loss.finite[-1]
    limit = HUGE_CROSS_ENTROPY if len(c.accuracy) else HUGE_LOSS
    stayed = last < 0 or last > (0.1 if len(loss) >= ENOUGH + 2 else 0.8) * abs(first)
    if len(loss) == 1:
        limit *= 1000 if not len(c.accuracy) else 1
    if abs(last) > limit and stayed:
        yield seen("loss-huge", Grade.STRONG, last, loss, len(loss) - 1, first=first)
    elif len(loss) >= ENOUGH and abs(last) <= limit:
        yield absent("loss-huge", loss)


def exactly_zero(c: Curves) -> Iterator[Sign]:
    """``loss-exactly-zero``: printed as 0 in every epoch, seen from the start of the training.

    Keras prints small losses with an exponent, so four zeros mean zero. A loss that came down to
    zero while the accuracy came up to one has converged.
    """
    loss = c.loss
    if not len(loss):
        return
    if all(v == 0 for v in loss.values):
        converged = not c.from_start and c.accuracy.values and c.accuracy.last > 0.99
        if (len(loss) >= 2 or loss.unit < 5e-5) and not converged:
            yield seen("loss-exactly-zero", Grade.STRONG, 0.0, loss, 0, epochs=len(loss))
    elif len(loss) >= 2:
        yield absent("loss-exactly-zero", loss)


def flat(c: Curves) -> Iterator[Sign]:
    """``loss-flat``: value is the level at which the loss rests (see `Curves.loss_level`)."""
    level = c.loss_level
    if level is not None:
        epochs = _resting(c.loss, level)
        first = c.loss.values[0]
        yield seen("loss-flat", Grade.STRONG, level, c.loss, epochs=epochs, first=first)
    elif _moves(c.loss):
        yield absent("loss-flat", c.loss)


def _resting(loss: Series, level: float) -> int:
    """How many epochs in a row, up to the last, lie within half a per cent of `level`."""
    count = 0
    for value in reversed(loss.values):
        if not abs(value - level) <= max(0.005 * abs(level), 1.5 * loss.unit):
            break
        count += 1
    return count


def _moves(loss: Series) -> bool:
    """True when the loss of three epochs or more fell, or moved, by a twentieth and more."""
    if len(loss) < ENOUGH or len(loss.finite) < len(loss):
        return False
    spread = max(loss.values) - min(loss.values)
    return spread > 0.05 * max(abs(v) for v in loss.values)
