"""Losses that a blind guess would beat: how a run begins, and where it stays."""

from __future__ import annotations

import pytest

from assistant.reading.logs import read_log

HUGE, ABOVE = "first-loss-huge", "loss-above-blind-guess"


def run(losses: list[float], accuracies: list[float]) -> str:
    return "\n".join(
        f"Epoch {i}/{len(losses)}\n40/40 - 1s - 9ms/step - accuracy: {a:.4f} - loss: {x:.4f}"
        for i, (x, a) in enumerate(zip(losses, accuracies, strict=True), 1)
    )


def state(text: str, finding: str, classes: int | None = None) -> bool | None:
    found = {f.id: f.present for f in read_log(text, classes=classes).findings}
    return found.get(finding)


@pytest.mark.parametrize(
    ("first", "classes", "present"),
    [
        (900.0, 2, True),
        (73197.5, None, True),
        (4.0, 3, None),  # raw inputs may begin so, and learn
        (1.2, 3, False),
        (float("nan"), 3, None),
    ],
)
def test_a_first_epoch_far_beyond_a_guess(
    first: float, classes: int | None, present: bool | None
) -> None:
    assert state(run([first, 1.0, 0.7, 0.6], [0.5, 0.5, 0.6, 0.7]), HUGE, classes) is present


def test_a_run_cut_at_its_beginning_says_nothing_of_it() -> None:
    tail = "\n".join(run([900.0] * 9, [0.5] * 9).splitlines()[6:])
    assert state(tail, HUGE, 2) is None


@pytest.mark.parametrize(
    ("losses", "accuracies", "classes", "present"),
    [
        ([5.6, 5.9, 4.5, 3.8, 3.8], [0.20, 0.18, 0.19, 0.18, 0.2], 6, True),
        ([5.6, 5.9, 4.5, 3.8, 3.8], [0.20, 0.18, 0.19, 0.18, 0.2], None, None),
        # a penalty on the weights lifts the loss of a net that learns
        ([5.6, 4.9, 4.0, 3.6, 3.1], [0.30, 0.48, 0.69, 0.78, 0.82], 6, None),
        ([1.79, 1.5, 1.2, 0.9, 0.8], [0.20, 0.48, 0.59, 0.68, 0.7], 6, False),
        ([0.72, 0.70, 0.70, 0.69, 0.69], [0.5, 0.5, 0.51, 0.5, 0.5], 2, False),
    ],
)
def test_a_loss_above_that_of_a_guess(
    losses: list[float], accuracies: list[float], classes: int | None, present: bool | None
) -> None:
    assert state(run(losses, accuracies), ABOVE, classes) is present


def test_errors_of_a_regression_have_no_blind_guess() -> None:
    text = run([9000.0, 700.0, 600.0], [0.1, 0.1, 0.1]).replace("accuracy", "mae")
    assert state(text, HUGE) is None and state(text, ABOVE, 3) is None
