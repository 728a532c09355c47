"""Signatures that place a run: still falling, bad from the first epoch, sure but right.

They are facts rather than faults: a healthy run shows some of them too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from assistant.reading.logs.series import Curves
from assistant.reading.logs.signs import Grade, Sign, absent, seen


def still_falling(c: Curves) -> Iterator[Sign]:
    """``loss-still-falling``: the last two epochs lower the loss by more than a hundredth each.

    Value is the share of itself that the loss lost in the last epoch.
    """
    v = c.loss.values
    if len(v) < 3 or not all(math.isfinite(x) and x > 0 for x in v[-3:]):
        return
    drops = [1 - v[-2] / v[-3], 1 - v[-1] / v[-2]]
    if all(drop > 0.01 for drop in drops):
        yield seen("loss-still-falling", Grade.HINT, round(drops[1], 4), c.loss)
    else:
        yield absent("loss-still-falling", c.loss)


def bad_from_first_epoch(c: Curves) -> Iterator[Sign]:
    """``val-bad-from-first-epoch``: validation loss above 1.5 times the training loss in epoch 1.

    Value is the quotient. Asked only where epoch 1 is shown.
    """
    both = c.pairs(c.loss, c.val_loss)
    if not both or not c.from_start or len(both) < 2:
        return
    training, validation = both[0]
    if training <= 0:
        return
    quotient = round(validation / training, 3)
    if quotient > 1.5:
        yield seen("val-bad-from-first-epoch", Grade.HINT, quotient, c.val_loss, 0)
    else:
        yield absent("val-bad-from-first-epoch", c.val_loss)


def rises_while_accuracy_holds(c: Curves) -> Iterator[Sign]:
    """``val-loss-rises-acc-holds``: 15 % above its best loss, within 0.01 of its best accuracy.

    Both of the validation; value is the validation accuracy at the end. The rise must also be a
    tenth of the first loss, as for ``val-loss-rises``.
    """
    losses, shares = c.val_loss.finite, c.val_accuracy.finite
    if len(losses) < 4 or len(shares) != len(losses) or min(losses) <= 0:
        return
    best = min(losses)
    risen = losses[-1] > 1.15 * best and losses[-1] - best > 0.1 * losses[0]
    if risen and shares[-1] >= max(shares) - 0.01:
        yield seen("val-loss-rises-acc-holds", Grade.HINT, shares[-1], c.val_accuracy, best=best)
    elif risen:
        yield absent("val-loss-rises-acc-holds", c.val_accuracy)
