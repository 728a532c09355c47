"""The signatures: each looks at one run and says a sign is there, is not there, or nothing.

A signature is a generator of `Sign`. It says "not there" only over a run long enough to show it.

Where a threshold refers to "the lab": 24 kinds of small Keras 3.15 models, 5 of them healthy and 19
with one planted fault, trained for 8 epochs each over six seeds, their figures rounded to four
decimals as in a paste.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from assistant.reading.logs.series import Curves
from assistant.reading.logs.signatures import (
    accuracies,
    guessing,
    levels,
    losses,
    movements,
    plateaus,
    progress,
    validation,
)
from assistant.reading.logs.signs import Sign

SIGNATURES: tuple[Callable[[Curves], Iterator[Sign]], ...] = (
    losses.not_a_number,
    losses.negative,
    losses.huge,
    losses.exactly_zero,
    losses.flat,
    guessing.huge_start,
    guessing.above_blind_guess,
    levels.equal_odds_level,
    levels.class_entropy_level,
    plateaus.clip_plateau,
    movements.diverges,
    movements.spikes,
    movements.slow,
    movements.collapse,
    accuracies.flat,
    accuracies.at_chance,
    accuracies.below_chance,
    accuracies.zero,
    accuracies.constant_one,
    accuracies.frozen_while_loss_falls,
    accuracies.other_metric_flat,
    accuracies.out_of_range,
    validation.stuck_at_chance,
    validation.below_chance,
    validation.flips,
    validation.flat,
    validation.zero_or_one,
    validation.gap,
    validation.better_than_training,
    validation.loss_rises,
    validation.fluctuates,
    progress.still_falling,
    progress.bad_from_first_epoch,
    progress.rises_while_accuracy_holds,
)


def signs_of(curves: Curves) -> list[Sign]:
    """Every sign of one run."""
    return [sign for signature in SIGNATURES for sign in signature(curves)]
