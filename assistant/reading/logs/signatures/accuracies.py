"""Signatures of the training accuracy and of other metrics."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.reading.logs.names import is_accuracy, is_loss, is_share
from assistant.reading.logs.series import Curves, Series, series
from assistant.reading.logs.shares import equal_odds
from assistant.reading.logs.signs import Grade, Sign, absent, seen

#: an accuracy printed as 0.0000 or 1.0000
ZERO, ONE = 5e-5, 1 - 5e-5


def flat(c: Curves) -> Iterator[Sign]:
    """``acc-flat``: the same accuracy, to four decimals, in every epoch but the first.

    Value is the figure; one class for everything gives it, and then it is that class's share. A few
    equal figures at the end of a run on little data are no sign, so the loss must rest too when
    only the last half is equal; above 0.9 a run must show it from its start.
    """
    accuracy = c.accuracy
    steady = _steady(c, accuracy)
    if steady and ZERO < accuracy.last < ONE:
        yield seen("acc-flat", Grade.STRONG, accuracy.last, accuracy, epochs=steady)
    elif len(accuracy) >= 3 and not accuracy.same(accuracy.tail):
        yield absent("acc-flat", accuracy)


def _steady(c: Curves, accuracy: Series) -> int:
    """How many epochs show the one figure, when they are enough to call it flat; else 0."""
    v = accuracy.values
    enough = 3 if accuracy.unit <= 1e-3 else 6
    if len(v) < enough:
        return 0
    rest = v if accuracy.same(v) else v[1:]
    if len(rest) >= enough and accuracy.same(rest):
        early = c.from_start and len(v) >= 4
        return len(rest) if v[-1] < 0.9 or early else 0
    half = v[-max(4, len(v) // 2) :]
    rests = c.loss_level is not None and v[-1] < 0.9
    return len(half) if rests and accuracy.same(half) else 0


def at_chance(c: Curves) -> Iterator[Sign]:
    """``acc-at-chance``: accuracy within 12 % of 1/N over the last three epochs (0.03 at most).

    Value is the accuracy, details give ``classes``. N is the known class count, or the one that the
    loss rests at. The first two epochs of a training say nothing.
    """
    accuracy = c.accuracy
    if not len(accuracy):
        return
    classes = c.classes
    if classes is None and c.loss_level is not None:
        classes = equal_odds(c.loss_level, None)
    settled = accuracy.settled
    late = len(accuracy) >= 3 or (c.reached >= 3 and not c.run.evaluation)
    if classes and late and abs(settled - 1 / classes) <= min(0.12 / classes, 0.03):
        yield seen("acc-at-chance", Grade.STRONG, settled, accuracy, classes=classes)
    elif len(accuracy) >= 2 and settled > (1.5 / classes + 0.05 if classes else 0.6):
        yield absent("acc-at-chance", accuracy)


def below_chance(c: Curves) -> Iterator[Sign]:
    """``acc-below-chance``: under 0.7/N in the last two epochs although the loss has moved.

    An untrained net's accuracy lies anywhere (0.06 to 0.5 was seen at 1/4), hence the condition.
    """
    accuracy, loss = c.accuracy, c.loss
    if not c.classes or len(accuracy) < 3 or len(loss.finite) < 2:
        return
    moved = abs(loss.finite[-1] - loss.finite[0]) > 0.1 * abs(loss.finite[0])
    if max(accuracy.values[-2:]) >= 0.7 / c.classes:
        yield absent("acc-below-chance", accuracy)
    elif moved and max(accuracy.values) > ZERO:
        chance = round(1 / c.classes, 4)
        yield seen("acc-below-chance", Grade.STRONG, accuracy.last, accuracy, chance=chance)


def zero(c: Curves) -> Iterator[Sign]:
    """``acc-zero``: accuracy printed as 0 in two epochs or more, the last one among them."""
    v = c.accuracy.values
    if len(v) >= 2 and all(x < ZERO for x in v[-2:]) and sum(x < ZERO for x in v) > 0.8 * len(v):
        yield seen("acc-zero", Grade.STRONG, 0.0, c.accuracy, epochs=len(v))
    elif len(v) >= 2 and v[-1] > 0.01:
        yield absent("acc-zero", c.accuracy)


def constant_one(c: Curves) -> Iterator[Sign]:
    """``acc-constant-one``: accuracy 1.0 in every epoch, the first of the training included."""
    v = c.accuracy.values
    if len(v) >= 2 and c.from_start and all(x > ONE for x in v):
        yield seen("acc-constant-one", Grade.STRONG, 1.0, c.accuracy, epochs=len(v))
    elif len(v) >= 2 and min(v) < 0.99:
        yield absent("acc-constant-one", c.accuracy)


def frozen_while_loss_falls(c: Curves) -> Iterator[Sign]:
    """``loss-falls-acc-frozen``: the loss lost 30 % while the accuracy never moved.

    Value is the accuracy; details give the loss at both ends. Four equal figures are asked for, so
    that the coarse accuracies of little data do not count, and six from 0.9 up, where a model that
    starts by learning the larger class looks the same for a while.
    """
    both = c.pairs(c.loss, c.accuracy)
    if len(both) < 4:
        return
    for skip in (0, 1):
        rest = both[skip:]
        losses, shares = [x for x, _ in rest], tuple(x for _, x in rest)
        if len(rest) >= (4 if shares[-1] < 0.9 else 6) and c.accuracy.same(shares):
            fell = losses[0] > 0 and losses[-1] < 0.7 * losses[0]
            if fell and shares[-1] < 0.98:
                details = {"first": losses[0], "last": losses[-1], "epochs": len(rest)}
                found = seen(
                    "loss-falls-acc-frozen", Grade.PROOF, shares[-1], c.accuracy, **details
                )
                yield found
            return
    yield absent("loss-falls-acc-frozen", c.accuracy)


def other_metric_flat(c: Curves) -> Iterator[Sign]:
    """``metric-flat``: a metric other than loss and accuracy shows one figure for four epochs.

    Value is the metric's name, details give the ``figure``. Figures of 1 are good ones, not flat.
    """
    names = {n for e in c.run.epochs for n in e.metrics}
    for name in sorted(names):
        if is_loss(name) or is_accuracy(name) or name == "learning_rate" or "top" in name:
            continue
        if not is_share(name):
            continue
        other = series(c.run, name)
        if len(other) >= 4 and other.same(other.values) and other.last < 0.9:
            yield seen("metric-flat", Grade.HINT, name, other, figure=other.last)
            return


def out_of_range(c: Curves) -> Iterator[Sign]:
    """``metric-out-of-range``: a share above 1 or below 0. Value is the figure, with its name."""
    for name in sorted({n for e in c.run.epochs for n in e.metrics if is_share(n)}):
        other = series(c.run, name)
        bad = [i for i, v in enumerate(other.values) if v > 1 + 1e-3 or v < -1e-3]
        if bad:
            value = other.values[bad[-1]]
            yield seen("metric-out-of-range", Grade.STRONG, value, other, bad[-1], metric=name)
            return
