"""Signatures of a cross-entropy that a blind guess would beat: ln N for N classes."""

from __future__ import annotations

import math
from collections.abc import Iterator

from assistant.reading.logs.series import Curves
from assistant.reading.logs.signs import Grade, Sign, absent, seen

#: The mean of a first epoch, in blind guesses: the healthy runs of the lab and of the corpus of
#: scripts began below 2, raw pixels in front of a usual net between 2 and 30.
HUGE_START = 20.0
#: Distance above a blind guess that noise of small batches does not reach.
ABOVE = 1.25


def huge_start(c: Curves) -> Iterator[Sign]:
    """``first-loss-huge``: the mean loss of the first epoch is 20 blind guesses or more.

    Value is that loss, details give ``blind``. Asked of classifications seen from their start; ten
    classes are assumed where the number is not known.
    """
    loss = c.loss
    if (
        not c.from_start
        or not len(c.accuracy)
        or not len(loss)
        or not math.isfinite(loss.values[0])
    ):
        return
    blind = math.log(c.classes or 10)
    if loss.values[0] > HUGE_START * blind:
        details = {"blind": round(blind, 3), "times": round(loss.values[0] / blind)}
        yield seen("first-loss-huge", Grade.STRONG, loss.values[0], loss, 0, **details)
    elif len(loss) >= 2 and loss.values[0] < 2 * blind:
        yield absent("first-loss-huge", loss)


def above_blind_guess(c: Curves) -> Iterator[Sign]:
    """``loss-above-blind-guess``: the last three losses lie above ln N, and nothing is learnt.

    Value is the last loss, details give ``blind``. A penalty on the weights or weighted classes can
    lift the loss of a net that learns, so the accuracy must be near chance as well.
    """
    loss, accuracy = c.loss, c.accuracy
    if not c.classes or len(loss) < 3 or len(accuracy) < 3 or len(loss.finite) < len(loss):
        return
    blind = math.log(c.classes)
    near_chance = accuracy.settled < (2 / c.classes if c.classes > 2 else 0.65)
    if min(loss.values[-3:]) > ABOVE * blind and near_chance:
        found = {"blind": round(blind, 3)}
        yield seen("loss-above-blind-guess", Grade.STRONG, loss.last, loss, **found)
    elif loss.last < blind:
        yield absent("loss-above-blind-guess", loss)
