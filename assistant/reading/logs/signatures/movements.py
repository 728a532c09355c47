"""Signatures of how a loss moves: it diverges, jumps, creeps, or a good model collapses."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import accumulate, pairwise
from statistics import median

from assistant.reading.logs.series import Curves
from assistant.reading.logs.signs import Grade, Sign, absent, seen

#: a creeping loss falls by less than this share of itself a step, and by less than CREEP in all;
#: the healthy runs of the lab lost two fifths and more in five epochs
CREEP_STEP = 0.02
CREEP = 0.1
#: steps of a creeping loss differ by less than this factor; a run that converges slows down faster
EVEN = 4.0


def diverges(c: Curves) -> Iterator[Sign]:
    """``loss-diverges``: the loss climbs to three times its lowest value and beyond where it began.

    Value is the last finite loss; details give the ``lowest`` and its ``epoch``. A loss that climbs
    and then becomes nan or inf counts with two climbing epochs.
    """
    loss = c.loss
    values = loss.finite
    if len(loss) < 3 or len(values) < 2 or min(values) < 0:
        return
    lowest = min(values)
    at = values.index(lowest)
    rising = values[-1] >= values[-2] and values[-1] >= max(values[at:]) * 0.5
    broke = len(values) < len(loss) and not math.isfinite(loss.last)
    far = values[-1] > 3 * lowest and values[-1] > 1.5 * values[0]
    # From far below its first value a tripled loss is the usual unrest of a fitted model.
    large = values[-1] - lowest > 0.5 * max(values[0], 1e-9)
    if far and large and rising and (at < len(values) - 2 or broke):
        epoch = c.number_of(loss.epochs[loss.values.index(lowest)])
        details = {"lowest": lowest, "epoch": epoch}
        yield seen("loss-diverges", Grade.STRONG, values[-1], loss, len(loss) - 1, **details)
    elif len(values) == len(loss) >= 4:
        yield absent("loss-diverges", loss)


def spikes(c: Curves) -> Iterator[Sign]:
    """``loss-spikes``: epochs stand out threefold, or the loss swings by a quarter of itself.

    Value is the highest jump as a multiple of its neighbours. Late unrest of a loss that came down
    to a fraction of its first value is usual, so a jump must reach a third of that first value.
    """
    loss = c.loss
    if len(loss) < 5 or len(loss.finite) < len(loss) or min(loss.values) <= 0:
        return
    v = loss.values
    jumps = [(v[i] / max(v[i - 1], v[i + 1]), i) for i in range(1, len(v) - 1) if v[i] > v[0] / 3]
    highest, at = max(jumps, default=(0.0, 0))
    steps = [b - a for a, b in pairwise(v[1:])]
    turns = sum(1 for a, b in pairwise(steps) if a * b < 0)
    swing = sum(abs(s) for s in steps) / len(steps) / (sum(v[1:]) / len(v[1:]))
    swings = len(v) >= 6 and turns >= 0.6 * (len(steps) - 1) and swing > 0.25
    if highest >= 3:
        epoch = c.number_of(loss.epochs[at])
        yield seen("loss-spikes", Grade.HINT, round(highest, 2), loss, at, epoch=epoch)
    elif swings and max(v[-3:]) > v[0] / 3:
        yield seen("loss-spikes", Grade.HINT, round(1 + swing, 2), loss, swing=round(swing, 3))
    elif len(v) >= 6:
        yield absent("loss-spikes", loss)


def slow(c: Curves) -> Iterator[Sign]:
    """``slow-convergence``: the loss falls in every epoch, evenly, and by under a tenth in all.

    Value is the share of itself the loss lost over the epochs seen. A figure whose last place moves
    by one now and then is flat, not slow.
    """
    loss = c.loss
    if len(loss) < 5 or len(loss.finite) < len(loss) or loss.values[0] <= 0:
        return
    steps = [a - b for a, b in zip(loss.values, loss.values[1:], strict=False)]
    lost = (loss.values[0] - loss.last) / loss.values[0]
    falling = all(s >= 0 for s in steps) and sum(1 for s in steps if s > 0) >= 0.8 * len(steps)
    later = [max(s, loss.unit) for s in steps[1:]]
    even = max(later) / median(later) < EVEN and steps[0] < EVEN * median(later)
    good = len(c.accuracy) > 0 and c.accuracy.last > 0.9
    visible = loss.values[0] - loss.last >= 3 * loss.unit
    if (
        falling
        and even
        and lost < min(CREEP, CREEP_STEP * len(steps))
        and visible
        and c.from_start
        and not good
    ):
        yield seen("slow-convergence", Grade.HINT, round(lost, 5), loss, epochs=len(loss))
    elif lost > 0.3 or good:
        yield absent("slow-convergence", loss)


def collapse(c: Curves) -> Iterator[Sign]:
    """``sudden-collapse``: the accuracy falls by 0.3 from one epoch to the next and never recovers.

    Value is the accuracy after it; details give the one ``before`` and the ``epoch``. The loss must
    jump with it, or have become nan; two epochs at least must follow.
    """
    both = c.pairs(c.accuracy, c.loss)
    accuracy = c.accuracy
    if len(accuracy) < 4:
        return
    v = accuracy.values
    best = list(accumulate(v, max))
    still_to_come = list(accumulate(reversed(v), max))[::-1]
    for i in range(1, len(v) - 1):
        before, after = best[i - 1], still_to_come[i]
        if before - after > 0.3 and v[i - 1] - v[i] > 0.2:
            epoch = c.number_of(accuracy.epochs[i])
            if len(both) < len(v) or both[i][1] > 1.3 * min(x for _, x in both[:i]):
                details = {"before": before, "epoch": epoch}
                yield seen("sudden-collapse", Grade.STRONG, after, accuracy, i, **details)
                return
    yield absent("sudden-collapse", accuracy)
