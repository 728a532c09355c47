"""Signatures of the validation figures, alone and against the training figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from statistics import median

from assistant.reading.logs.series import Curves
from assistant.reading.logs.signatures.accuracies import ONE, ZERO
from assistant.reading.logs.signs import Grade, Sign, absent, seen

#: distance between training and validation accuracy that people call a gap; healthy runs of the lab
#: stayed below 0.1
WIDE_GAP = 0.15
#: how much validation may lead before it is a sign: the running mean of an epoch and mild dropout
#: explain less than this
LEAD = 0.05


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def stuck_at_chance(c: Curves) -> Iterator[Sign]:
    """``val-acc-stuck`` and ``train-learns-val-at-chance``; value is the validation accuracy.

    Both want the last three validation figures (all, if there are two) within 12 % of 1/N, and a
    training accuracy that rose or stands well above. The second, proof that this is no ordinary
    over-fitting, wants training above 2.5/N, which two classes cannot give. With N unknown the
    figures of the whole run, from its start, must not move by more than 6 %, and training must be
    ten times higher below 0.12, or 2.5 times a figure within 3 % of 1/N, N at most 8.
    """
    both = c.pairs(c.accuracy, c.val_accuracy)
    if len(both) < 2:
        return
    training, validation = both[-1][0], [v for _, v in both[-3:]]
    level = median(v for _, v in both)
    classes = c.classes
    if classes is None and c.from_start:
        classes = _classes_by_stillness(training, [v for _, v in both])
    if classes is None:
        if level > 0.6 and len(both) >= 3:
            yield absent("val-acc-stuck", c.val_accuracy)
            yield absent("train-learns-val-at-chance", c.val_accuracy)
        return
    slack = max(0.12 / classes, 0.0012) if classes > 2 else 0.04
    at_chance = all(abs(v - 1 / classes) < slack for v in validation)
    details = {"training": training, "chance": round(1 / classes, 4), "epochs": len(both)}
    ahead = training - level > 0.1 and training > 1.6 / classes
    if at_chance and ahead:
        yield seen("val-acc-stuck", Grade.STRONG, level, c.val_accuracy, **details)
    elif len(both) >= 3 and not at_chance:
        yield absent("val-acc-stuck", c.val_accuracy)
    if at_chance and ahead and training > 2.5 / classes:
        yield seen("train-learns-val-at-chance", Grade.PROOF, level, c.val_accuracy, **details)
    elif len(both) >= 3 and not at_chance and training > 2 / classes:
        yield absent("train-learns-val-at-chance", c.val_accuracy)


def _classes_by_stillness(training: float, validation: list[float]) -> int | None:
    level = _mean(validation)
    if not level > ZERO or len(validation) < 3:
        return None
    still = max(validation) - min(validation) <= max(0.06 * level, 0.0012)
    n = round(1 / level)
    if not still or n < 3:
        return None
    if level < 0.12:
        return n if training > 10 * level else None
    near = abs(level - 1 / n) <= 0.03 / n
    return n if near and n <= 8 and training > 2.5 * level else None


def below_chance(c: Curves) -> Iterator[Sign]:
    """``val-below-chance``: validation under 0.6/N for two epochs while training is above 1.8/N."""
    both = c.pairs(c.accuracy, c.val_accuracy)
    if not c.classes or len(both) < 2:
        return
    training, highest = both[-1][0], max(v for _, v in both[-2:])
    if highest >= 0.6 / c.classes:
        yield absent("val-below-chance", c.val_accuracy)
    elif training > 1.8 / c.classes:
        chance = round(1 / c.classes, 4)
        details = {"training": training, "chance": chance}
        yield seen("val-below-chance", Grade.STRONG, both[-1][1], c.val_accuracy, **details)


def flips(c: Curves) -> Iterator[Sign]:
    """``val-acc-flips``: validation accuracy takes p and 1 - p: one class answers for everything.

    Value is the commoner figure, details give the ``other``. The two must sum to 1 within rounding
    and fill three quarters of the epochs, four at least.
    """
    v = c.val_accuracy
    if len(v) < 4:
        return
    counts = Counter(round(x, 4) for x in v.values)
    for high in sorted((x for x in counts if x > 0.5), key=lambda x: -counts[x])[:10]:
        low = min(counts, key=lambda x: abs(x - (1 - high)))
        exact = abs(high + low - 1) <= 2 * max(v.unit, 1e-4) + 1e-9 and high - low > 1e-4
        if exact and counts[high] + counts[low] >= 0.75 * len(v) and v.unit <= 1e-3:
            common, other = (high, low) if counts[high] >= counts[low] else (low, high)
            yield seen("val-acc-flips", Grade.PROOF, common, v, other=other, epochs=len(v))
            return
    yield absent("val-acc-flips", v)


def flat(c: Curves) -> Iterator[Sign]:
    """``val-acc-flat``: one validation accuracy in every epoch (all but one, from five epochs on).

    Value is the figure. From 0.9 up the training accuracy must rest as well: easy data give the
    same high figure on a small validation set.
    """
    v = c.val_accuracy
    if len(v) < 3 or not ZERO < v.last < ONE:
        return
    common, times = Counter(round(x, 4) for x in v.values).most_common(1)[0]
    enough = 3 if v.unit <= 1e-3 else 6
    steady = times == len(v) >= enough or (times == len(v) - 1 >= max(4, enough))
    resting = len(c.accuracy) >= 4 and c.accuracy.same(c.accuracy.values[1:])
    if steady and (common < 0.9 or resting):
        yield seen("val-acc-flat", Grade.STRONG, common, v, epochs=times)
    elif times <= len(v) / 2:
        yield absent("val-acc-flat", v)


def zero_or_one(c: Curves) -> Iterator[Sign]:
    """``val-acc-zero`` and ``val-acc-constant-one``, over two epochs or more.

    1.0 from the start counts only while the training accuracy stays behind to the end: on easy data
    both get there at once.
    """
    v = c.val_accuracy
    if len(v) < 2:
        return
    if all(x < ZERO for x in v.values):
        yield seen("val-acc-zero", Grade.STRONG, 0.0, v, epochs=len(v))
    elif v.last > 0.01:
        yield absent("val-acc-zero", v)
    if all(x > ONE for x in v.values):
        lags = len(c.accuracy) > 0 and c.accuracy.last < 0.97
        if lags and c.from_start:
            yield seen("val-acc-constant-one", Grade.STRONG, 1.0, v, epochs=len(v))
    elif min(v.values) < 0.99:
        yield absent("val-acc-constant-one", v)


def gap(c: Curves) -> Iterator[Sign]:
    """``val-low-train-high``: the last three epochs are 0.15 apart, or the losses threefold.

    Value is the gap in accuracy (or the quotient of the losses where no accuracy is printed).
    """
    both = c.pairs(c.accuracy, c.val_accuracy)
    if len(both) >= 3 or (len(both) == 2 and c.reached >= 3):
        apart = _mean([a - v for a, v in both[-3:]])
        details = {"training": both[-1][0], "validation": both[-1][1]}
        if apart > WIDE_GAP:
            yield seen(
                "val-low-train-high", Grade.STRONG, round(apart, 4), c.val_accuracy, **details
            )
        elif apart < 0.1:
            yield absent("val-low-train-high", c.val_accuracy)
        return
    losses = c.pairs(c.loss, c.val_loss)
    if len(c.accuracy) or len(losses) < 4 or losses[-1][0] <= 0:
        return
    training, validation = (_mean([p[i] for p in losses[-3:]]) for i in (0, 1))
    learnt = losses[-1][0] < 0.5 * losses[0][0]
    if learnt and validation > 3 * training and validation > 0.3 * losses[0][1]:
        quotient = round(validation / training, 3)
        yield seen("val-low-train-high", Grade.HINT, quotient, c.val_loss, of="loss")
    elif validation < 1.5 * training:
        yield absent("val-low-train-high", c.val_loss)


def better_than_training(c: Curves) -> Iterator[Sign]:
    """``val-better-than-train``: validation leads by 0.05 over the last three epochs.

    Value is the lead. While training still climbs fast, its running mean over the epoch lags behind
    and the lead means nothing, so the last step must be under half of it. Where the loss does not
    move, and within one sample of a small validation set, the lead is luck.
    """
    both = c.pairs(c.accuracy, c.val_accuracy)
    if len(both) < 3 or c.loss_level is not None:
        return
    lead = _mean([v - a for a, v in both[-3:]])
    climbing = both[-1][0] - both[-2][0] > lead / 2
    if (
        lead > max(LEAD, _grain([v for _, v in both]))
        and all(v > a for a, v in both[-3:])
        and not climbing
    ):
        grade = Grade.STRONG if lead > 0.3 else Grade.HINT
        yield seen("val-better-than-train", grade, round(lead, 4), c.val_accuracy)
    elif lead < 0.02:
        yield absent("val-better-than-train", c.val_accuracy)


def _grain(values: list[float]) -> float:
    """The smallest step between two figures: one sample, where there are few."""
    levels = sorted({round(v, 4) for v in values})
    return min((b - a for a, b in pairwise(levels)), default=0.0)


def loss_rises(c: Curves) -> Iterator[Sign]:
    """``val-loss-rises``: 15 % above its best of two epochs ago or more; training fell on.

    Value is the last validation loss; details give the ``best`` and its ``epoch``. The rise must
    also be a tenth of the first loss, since small losses wander.
    """
    both = c.pairs(c.loss, c.val_loss)
    if len(both) < 4:
        return
    validation = [v for _, v in both]
    best = min(validation)
    at = validation.index(best)
    now = _mean(validation[-2:])
    grown = now > 1.15 * best and now - best > 0.1 * min(validation[0], abs(both[0][0]))
    falling = both[-1][0] < 0.97 * both[at][0]
    if best > 0 and at <= len(both) - 3 and grown and falling:
        epoch = c.number_of(c.val_loss.epochs[c.val_loss.values.index(best)])
        details = {"best": best, "epoch": epoch, "training": both[-1][0]}
        yield seen("val-loss-rises", Grade.STRONG, validation[-1], c.val_loss, **details)
    elif now < 1.05 * best or at == len(both) - 1:
        yield absent("val-loss-rises", c.val_loss)


def fluctuates(c: Curves) -> Iterator[Sign]:
    """``val-fluctuates``: validation jumps by 0.08 a step, and thrice as far as training.

    Value is the mean step of the validation accuracy. Asked of five epochs and more; the first step
    is left out, since a model may find its feet there.
    """
    both = c.pairs(c.accuracy, c.val_accuracy)
    if len(both) < 5:
        return
    validation, training = _steps([v for _, v in both[1:]]), _steps([a for a, _ in both[1:]])
    step = _mean([abs(s) for s in validation])
    turns = sum(1 for a, b in pairwise(validation) if a * b < 0)
    restless = turns >= 0.4 * (len(validation) - 1)
    if step > 0.08 and restless and step > 3 * _mean([abs(s) for s in training]):
        yield seen("val-fluctuates", Grade.HINT, round(step, 4), c.val_accuracy)
    elif step < 0.04:
        yield absent("val-fluctuates", c.val_accuracy)


def _steps(values: list[float]) -> list[float]:
    return [b - a for a, b in pairwise(values)]
