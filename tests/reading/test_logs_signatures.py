"""Each signature is found where it was planted, with other figures and class counts than the cases
it was learnt from, and with the value that a sentence needs."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from assistant.reading.logs import read_log
from assistant.reading.logs.shares import (
    batch_size_range,
    entropy,
    fitting_samples,
    sample_range,
    whole_number,
)
from probes.finding import Finding
from tests.reading.log_rendering import keras2_bar, keras_figure


def log(**columns: Sequence[float]) -> str:
    """A Keras log of the given columns."""
    length = max(len(values) for values in columns.values())
    return keras2_bar([{n: v[i] for n, v in columns.items() if i < len(v)} for i in range(length)])


def found(text: str, id_: str, **known: int) -> Finding | None:
    return next((f for f in read_log(text, **known).findings if f.id == id_), None)


def shown(text: str, id_: str, **known: int) -> Finding:
    finding = found(text, id_, **known)
    assert finding is not None, f"{id_} was not looked for"
    assert finding.present is True
    assert finding.source == "log"
    assert finding.quote
    assert finding.line
    return finding


def hidden(text: str, id_: str, **known: int) -> bool:
    finding = found(text, id_, **known)
    return finding is None or finding.present is False


# --- the clip plateaus ----------------------------------------------------------------------------

CONSTANTS = [16.118, 15.942, 15.425, 15.333, 34.539]


def test_right_share_is_read_with_its_samples() -> None:
    text = (
        "The images have the shape (287,256,256,3).\nEpoch 1\n36s - loss: 5.0770 - acc: 0.3554\n"
        + "\n".join(f"Epoch {i}\n36s - loss: 4.9421 - acc: 0.3066" for i in (2, 3, 4))
    )
    proof = shown(text, "clip-plateau-right-share")
    assert proof.value == 4.9421
    assert proof.details == {"constant": 16.118, "share": 0.3066, "samples": 287, "right": 88}
    assert hidden(text, "clip-plateau-wrong-share")


@pytest.mark.parametrize(("samples", "right"), [(1200, 431), (640, 77), (97, 60), (5000, 1003)])
def test_right_share_for_other_sets(samples: int, right: int) -> None:
    share = right / samples
    loss = -math.log(1e-7) * share
    text = log(loss=[loss * 1.03, loss, loss, loss], accuracy=[share * 0.97, share, share, share])
    proof = shown(text, "clip-plateau-right-share", samples=samples)
    assert proof.value == pytest.approx(loss, abs=1e-4)
    if samples < 2000:
        assert proof.details["right"] == right


def test_half_right_half_wrong_is_called_wrong() -> None:
    text = log(loss=[8.1, 8.059, 8.059, 8.059], accuracy=[0.49, 0.5, 0.5, 0.5])
    assert shown(text, "clip-plateau-wrong-share").details["share"] == 0.5
    assert hidden(text, "clip-plateau-right-share")


@pytest.mark.parametrize("constant", CONSTANTS)
@pytest.mark.parametrize("share", [0.1, 0.3333, 0.6934, 0.9])
def test_wrong_share_for_every_constant(constant: float, share: float) -> None:
    loss = constant * share
    text = log(loss=[loss * 1.2, loss, loss, loss], accuracy=[0.4, *[round(1 - share, 4)] * 3])
    plateau = shown(text, "clip-plateau-wrong-share")
    assert plateau.details["constant"] == pytest.approx(constant, abs=0.002)
    assert plateau.details["share"] == pytest.approx(share, abs=2e-4)


def test_one_line_is_enough_for_a_plateau() -> None:
    # 5.3727 at two thirds right, as a public thread shows
    assert shown("3s - loss: 5.3727 - acc: 0.6667", "clip-plateau-wrong-share").value == 5.3727
    for line in ("3s - loss: 5.3610 - acc: 0.6667", "3s - loss: 0.3217 - acc: 0.9800"):
        assert hidden(line, "clip-plateau-wrong-share")


def test_a_loss_that_moves_is_no_plateau() -> None:
    text = log(loss=[4.2, 3.9, 3.6, 3.3, 3.06], accuracy=[0.05, 0.1, 0.14, 0.17, 0.19])
    assert hidden(text, "clip-plateau-right-share")
    assert hidden(text, "clip-plateau-wrong-share")


# --- levels ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("classes", [2, 3, 4, 7, 10])
@pytest.mark.parametrize("known", [True, False])
def test_loss_at_ln_n(classes: int, known: bool) -> None:
    level, chance = math.log(classes), 1 / classes
    text = log(
        loss=[level + 0.02, level + 0.002, level + 0.001, level, level + 0.001],
        accuracy=[chance * 0.9, chance * 1.02, chance * 0.99, chance * 1.03, chance],
    )
    given = {"classes": classes} if known else {}
    assert shown(text, "loss-at-ln-n", **given).details["classes"] == classes
    assert shown(text, "loss-flat", **given).value == pytest.approx(level, abs=0.002)
    assert shown(text, "acc-at-chance", **given).details["classes"] == classes


def test_loss_at_ln_n_for_many_classes_needs_their_number() -> None:
    level = math.log(101)
    text = log(loss=[level] * 5, accuracy=[0.0098, 0.0101, 0.0097, 0.0099, 0.0102])
    assert shown(text, "loss-at-ln-n", classes=101).details["classes"] == 101
    assert hidden(text, "loss-at-ln-n")


def test_a_flat_loss_elsewhere_is_not_at_ln_n() -> None:
    text = log(loss=[1.2402] * 5, accuracy=[0.41, 0.412, 0.411, 0.413, 0.412])
    assert hidden(text, "loss-at-ln-n")
    assert shown(text, "loss-flat").value == 1.2402


def test_a_regression_at_ln_2_is_no_classification() -> None:
    text = log(loss=[0.6932, 0.6931, 0.6931, 0.6931], mae=[0.6, 0.6, 0.6, 0.6])
    assert hidden(text, "loss-at-ln-n")


@pytest.mark.parametrize("share", [0.6934, 0.75, 0.9])
def test_loss_at_the_entropy_of_the_class_shares(share: float) -> None:
    level = entropy((share, 1 - share))
    text = log(loss=[level + 0.01] + [level] * 5, accuracy=[share - 0.01] + [share] * 5)
    at = shown(text, "loss-at-class-entropy")
    assert at.details["share"] == pytest.approx(share, abs=1e-3)
    assert at.value == pytest.approx(level, abs=1e-3)


# --- the loss by itself ---------------------------------------------------------------------------


def test_nan_names_its_epoch() -> None:
    text = log(loss=[2.3, 5.1, math.nan, math.nan], accuracy=[0.1, 0.1, 0.0981, 0.0981])
    assert shown(text, "loss-nan").value == 3
    late = "Epoch 6/9\n3s - loss: 0.5 - acc: 0.7\nEpoch 7/9\n3s - loss: inf - acc: 0.7"
    finding = shown(late, "loss-nan")
    assert finding.value == 7
    assert finding.details == {"epoch": 7, "figure": "inf", "series": "loss"}


def test_nan_of_the_validation_alone_is_named() -> None:
    text = log(loss=[0.6, 0.5, 0.4], val_loss=[math.nan] * 3)
    assert shown(text, "loss-nan").details["series"] == "val_loss"


def test_negative_loss() -> None:
    text = log(loss=[0.2, -1.5, -21.6082, -19.0], accuracy=[0.3, 0.29, 0.2889, 0.2889])
    negative = shown(text, "loss-negative")
    assert negative.value == -21.6082
    assert negative.details["epoch"] == 3
    assert hidden(log(loss=[0.2, 0.1, -0.0002], accuracy=[0.9, 0.95, 0.96]), "loss-negative")


def test_huge_loss() -> None:
    text = log(loss=[8.1e9, 7.9e9, 7.8e9, 7.9e9, 7.8e9], mae=[7e4] * 5)
    assert shown(text, "loss-huge").value == 7.8e9
    assert hidden(log(loss=[41000.0, 9000.0, 800.0, 90.0, 35.0]), "loss-huge")


def test_loss_exactly_zero() -> None:
    text = log(loss=[0.0, 0.0, 0.0], accuracy=[0.5, 0.5, 0.5])
    assert shown(text, "loss-exactly-zero").details["epochs"] == 3
    converged = "\n".join(
        f"Epoch {i}/99\n1s - loss: 0.0000e+00 - acc: 1.0000" for i in (97, 98, 99)
    )
    assert hidden(converged, "loss-exactly-zero")


def test_flat_after_a_wild_first_epoch() -> None:
    text = log(
        loss=[254.1, 1.3863, 1.3862, 1.3863, 1.3862], accuracy=[0.26, 0.25, 0.2512, 0.25, 0.2488]
    )
    assert shown(text, "loss-flat").value == pytest.approx(1.3863, abs=2e-4)


def test_diverging_loss() -> None:
    text = log(loss=[2.31, 1.9, 4.8, 61.0, 950.0], accuracy=[0.1, 0.2, 0.12, 0.1, 0.1])
    diverging = shown(text, "loss-diverges")
    assert diverging.value == 950.0
    assert diverging.details == {"lowest": 1.9, "epoch": 2}


def test_spikes() -> None:
    text = log(loss=[1.0, 0.7, 0.55, 6.2, 0.5, 0.45, 0.4], accuracy=[0.5] * 3 + [0.4] + [0.8] * 3)
    assert shown(text, "loss-spikes").details["epoch"] == 4


def test_slow_convergence() -> None:
    text = log(
        loss=[1.5022 - 0.0021 * i for i in range(9)], accuracy=[0.25 + 0.0007 * i for i in range(9)]
    )
    assert shown(text, "slow-convergence").value == pytest.approx(0.0112, abs=1e-3)


def test_sudden_collapse() -> None:
    text = log(
        loss=[0.9, 0.4, 0.2, 0.15, 2.30, 2.303, 2.3027],
        accuracy=[0.7, 0.85, 0.93, 0.95, 0.2, 0.1, 0.1004],
    )
    collapse = shown(text, "sudden-collapse")
    assert collapse.value == 0.2
    assert collapse.details == {"before": 0.95, "epoch": 5}


# --- accuracies -----------------------------------------------------------------------------------


def test_loss_falls_while_accuracy_is_frozen() -> None:
    text = log(loss=[0.6931, 0.3, 0.12, 0.05, 0.02, 0.0104], accuracy=[0.49, *[0.5028] * 5])
    frozen = shown(text, "loss-falls-acc-frozen")
    assert frozen.value == 0.5028
    assert frozen.details["last"] == 0.0104
    assert shown(text, "acc-flat").value == 0.5028


def test_accuracy_of_little_data_standing_still_for_three_epochs_is_not_flat() -> None:
    text = log(loss=[1.0, 0.7, 0.5, 0.4, 0.33], accuracy=[0.6, 0.78, 0.84, 0.84, 0.84])
    assert hidden(text, "acc-flat")
    assert hidden(text, "loss-falls-acc-frozen")


def test_accuracy_zero_and_one() -> None:
    regression = log(loss=[0.16, 0.06, 0.06, 0.04], accuracy=[0.0, 0.0, 0.0, 0.0])
    assert shown(regression, "acc-zero").value == 0.0
    assert shown(log(loss=[0.0, 0.0], accuracy=[1.0, 1.0]), "acc-constant-one").value == 1.0
    assert hidden(log(loss=[0.5, 0.1], accuracy=[0.8, 1.0]), "acc-constant-one")


def test_accuracy_below_chance() -> None:
    text = log(loss=[9.0, 5.0, 3.0, 2.5], accuracy=[0.2, 0.11, 0.09, 0.08])
    assert shown(text, "acc-below-chance", classes=4).details["chance"] == 0.25
    assert found(text, "acc-below-chance") is None


def test_other_metric_flat_and_out_of_range() -> None:
    text = log(loss=[0.6, 0.5, 0.4, 0.3], mean_io_u=[0.4821] * 4)
    assert shown(text, "metric-flat").details["figure"] == 0.4821
    wrong = log(loss=[0.6, 0.5, 0.4], dice_coef=[0.9, 1.2, 1.31])
    assert shown(wrong, "metric-out-of-range").value == 1.31


# --- validation -----------------------------------------------------------------------------------


@pytest.mark.parametrize("classes", [3, 5, 10, 37, 101])
def test_training_learns_while_validation_stays_at_chance(classes: int) -> None:
    chance = 1 / classes
    wobble = [1.01, 0.99, 1.02, 0.98, 1.0, 1.01]
    text = log(
        loss=[2.0, 1.5, 1.2, 1.0, 0.8, 0.7],
        accuracy=[0.5, 0.65, 0.75, 0.85, 0.9, 0.95],
        val_loss=[6.6, 7.4, 8.9, 8.1, 7.5, 7.9],
        val_accuracy=[chance * w for w in wobble],
    )
    for known in ({"classes": classes}, {}):
        if classes == 10 and not known:
            continue  # 0.1 may as well be a poor model of more classes
        proof = shown(text, "train-learns-val-at-chance", **known)
        assert proof.value == pytest.approx(chance, rel=0.02)
        assert proof.details["training"] == 0.95
        assert shown(text, "val-acc-stuck", **known).present


def test_over_fitting_is_not_taken_for_validation_at_chance() -> None:
    text = log(
        loss=[1.9, 1.2, 0.7, 0.3, 0.1, 0.05],
        accuracy=[0.3, 0.55, 0.75, 0.9, 0.98, 0.99],
        val_loss=[1.9, 1.7, 1.8, 2.2, 2.7, 3.1],
        val_accuracy=[0.3, 0.38, 0.4, 0.41, 0.4, 0.4],
    )
    for known in ({"classes": 10}, {}):
        assert hidden(text, "train-learns-val-at-chance", **known)
        assert hidden(text, "val-acc-stuck", **known)
        assert shown(text, "val-low-train-high", **known).value == pytest.approx(0.5533, abs=1e-3)
        rises = shown(text, "val-loss-rises", **known)
        assert rises.value == 3.1
        assert rises.details["epoch"] == 2


@pytest.mark.parametrize("high", [0.5029, 0.6125, 0.8004])
def test_validation_that_flips(high: float) -> None:
    low = 1 - high
    text = log(
        loss=[0.6936, 0.6933, 0.6932, 0.6933, 0.6932],
        accuracy=[0.499, 0.5026, 0.5, 0.5004, 0.4992],
        val_loss=[0.6931] * 5,
        val_accuracy=[high, high, low, high, low],
    )
    flips = shown(text, "val-acc-flips")
    assert flips.value == pytest.approx(high, abs=1e-4)
    assert flips.details["other"] == pytest.approx(low, abs=1e-4)


def test_two_figures_that_do_not_sum_to_one_do_not_flip() -> None:
    text = log(loss=[0.6] * 5, val_accuracy=[0.52, 0.52, 0.49, 0.52, 0.49])
    assert hidden(text, "val-acc-flips")


def test_flat_zero_one_and_below_chance_validation() -> None:
    training = {"loss": [1.0, 0.8, 0.6, 0.5], "accuracy": [0.5, 0.6, 0.7, 0.75]}
    assert shown(log(**training, val_accuracy=[0.4655] * 4), "val-acc-flat").value == 0.4655
    assert shown(log(**training, val_accuracy=[0.0] * 4), "val-acc-zero").value == 0.0
    assert shown(log(**training, val_accuracy=[1.0] * 4), "val-acc-constant-one").value == 1.0
    text = log(**training, val_accuracy=[0.1, 0.08, 0.07, 0.08])
    assert shown(text, "val-below-chance", classes=4).details["chance"] == 0.25


def test_validation_that_jumps() -> None:
    text = log(
        loss=[1.0, 0.8, 0.7, 0.6, 0.55, 0.5, 0.46],
        accuracy=[0.5, 0.6, 0.66, 0.7, 0.73, 0.75, 0.77],
        val_accuracy=[0.5, 0.7, 0.42, 0.74, 0.4, 0.75, 0.45],
    )
    assert shown(text, "val-fluctuates").value == pytest.approx(0.3, abs=0.05)


def test_what_places_a_run() -> None:
    text = log(
        loss=[1.0, 0.6, 0.4, 0.3, 0.2],
        val_loss=[1.9, 1.2, 1.4, 1.6, 1.9],
        accuracy=[0.5, 0.7, 0.8, 0.85, 0.9],
        val_accuracy=[0.5, 0.7, 0.74, 0.75, 0.75],
    )
    assert shown(text, "loss-still-falling").value == pytest.approx(0.3333, abs=1e-4)
    assert shown(text, "val-bad-from-first-epoch").value == 1.9
    assert shown(text, "val-loss-rises-acc-holds").value == 0.75
    done = log(
        loss=[1.0, 0.5, 0.4, 0.399],
        val_loss=[1.0, 0.5, 0.6, 0.8],
        val_accuracy=[0.9, 0.9, 0.8, 0.7],
    )
    for id_ in ("loss-still-falling", "val-bad-from-first-epoch", "val-loss-rises-acc-holds"):
        assert hidden(done, id_)


# --- contexts and arithmetic ----------------------------------------------------------------------


def test_learning_rate_and_epochs_are_contexts() -> None:
    text = log(loss=[1.0, 0.9, 0.8], lr=[1e-2, 1e-2, 1e-3])
    rate = shown(text, "learning-rate")
    assert rate.value == 1e-2
    assert rate.details["last"] == 1e-3
    assert shown(text, "epochs-run").value == 3


def test_whole_numbers_of_samples() -> None:
    assert whole_number(0.3066, 287, 1e-4) == 88
    assert whole_number(0.3067, 286, 1e-4) is None
    assert whole_number(1.2, 10, 1e-4) is None
    assert fitting_samples([0.3066, 0.3554], [256, 287], 1e-4) == 287
    assert fitting_samples([0.3066], [47666], 1e-4) is None
    assert fitting_samples([0.5], [100, 200], 1e-4) is None


def test_batches_and_samples() -> None:
    assert sample_range(763, 50) == (38101, 38150)
    assert batch_size_range(1907, 38132) == (20, 20)
    assert batch_size_range(1, 30) == (30, 30)
    assert batch_size_range(30, 30) == (1, 1)
    assert batch_size_range(29, 30) is None
    with pytest.raises(ValueError, match="start at 1"):
        sample_range(0, 32)
    with pytest.raises(ValueError, match="start at 1"):
        batch_size_range(3, 0)


def test_the_figures_of_a_quote_stand_in_the_text() -> None:
    text = log(loss=[0.9, 0.9, 0.9, 0.9], accuracy=[0.31] * 4)
    quote = shown(text, "loss-flat").quote
    assert quote == "loss: 0.9000 0.9000 0.9000 0.9000"
    assert keras_figure(0.9) in text
