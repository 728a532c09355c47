"""Signatures of where a loss rests: at ln N, or at the entropy of the class shares."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.reading.logs.series import Curves
from assistant.reading.logs.shares import entropy, equal_odds
from assistant.reading.logs.signs import Grade, Sign, absent, seen

#: distance in nats to the entropy of the class shares that still counts as "at" it: twice what
#: stuck nets of the lab kept from ln N, which is the same thing for even shares
NEAR_ENTROPY = 0.006


def equal_odds_level(c: Curves) -> Iterator[Sign]:
    """``loss-at-ln-n``: the loss rests at ln N, so each of N classes gets the same odds.

    Value is the loss, details name ``classes``. Asked only of a loss that is flat, and agreed to by
    the accuracy where one is printed: between a third of 1/N and two and a half times it.
    """
    level = c.loss_level
    if level is None or c.regression:
        if level is None and len(c.loss) >= 3 and _far_from_flat(c):
            yield absent("loss-at-ln-n", c.loss)
        return
    n = equal_odds(level, c.classes)
    if n is None:
        yield absent("loss-at-ln-n", c.loss)
        return
    accuracy = c.accuracy.settled if len(c.accuracy) else None
    # For N = 2 a low accuracy is no objection: with several sigmoid units few rows are wholly
    # right.
    floor = 0.0 if n == 2 else 0.3 / n
    if accuracy is None or floor <= accuracy <= (0.72 if n == 2 else 2.5 / n):
        yield seen("loss-at-ln-n", Grade.STRONG, level, c.loss, classes=n)


def _far_from_flat(c: Curves) -> bool:
    """True when the last three losses are spread by a hundredth, so they rest nowhere."""
    end = c.loss.finite[-3:]
    return len(end) == 3 and max(end) - min(end) > 0.01 * abs(max(end))


def class_entropy_level(c: Curves) -> Iterator[Sign]:
    """``loss-at-class-entropy``: the loss rests at the entropy of a split at the accuracy.

    Only the class frequencies were learnt. Value is the loss, details name the larger ``share``.
    For two classes only, since one accuracy does not tell the shares of more.
    """
    level = c.loss_level
    if level is None or c.classes not in (None, 2) or len(c.accuracy) < 3:
        return
    tail = c.accuracy.tail
    if max(tail) - min(tail) > 0.004:
        return
    right = sum(tail) / len(tail)
    share = max(right, 1 - right)
    if not 0.52 < share < 0.98:
        return
    if abs(level - entropy((share, 1 - share))) < NEAR_ENTROPY and equal_odds(level, 2) is None:
        yield seen("loss-at-class-entropy", Grade.HINT, level, c.loss, share=round(share, 4))
