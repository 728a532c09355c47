"""Several trainings on one page are told apart, and the one that fails speaks."""

from __future__ import annotations

from assistant.reading.logs import LogReading, read_log
from probes.finding import Finding

BAR = "[==============================]"


def bar(steps: int, figures: str) -> str:
    return f"{steps}/{steps} {BAR} - 6s 3ms/step - {figures}"


def finding(reading: LogReading, id_: str) -> Finding | None:
    return next((f for f in reading.findings if f.id == id_), None)


def present(reading: LogReading) -> set[str]:
    return {f.id for f in reading.findings if f.present}


TWO_CLASSES = bar(46, "loss: 0.6511 - accuracy: 0.5880 - val_loss: 0.7534 - val_accuracy: 0.5175")
FOUR_CLASSES = bar(
    46,
    "loss: -20550614391401.7266 - accuracy: 0.2541 - val_loss: -15023441182720.0000 "
    "- val_accuracy: 0.2354",
)


def test_words_part_two_lines_of_the_same_length() -> None:
    text = (
        f"The result with 2 classes is:\n\nEpoch 29/35\n{TWO_CLASSES}\n\n"
        f"and with 4 classes:\n\n{FOUR_CLASSES}\n"
    )
    reading = read_log(text)
    assert [len(run.epochs) for run in reading.runs] == [1, 1]
    assert reading.focus == 1
    negative = finding(reading, "loss-negative")
    assert negative is not None
    assert negative.value == -20550614391401.7266
    assert negative.line == 8
    assert "loss-huge" in present(reading)


def test_a_good_run_before_the_failing_one_does_not_absolve_it() -> None:
    good = "\n".join(
        f"Epoch {i}/5\n" + bar(46, f"loss: {0.7 - i * 0.1:.4f} - accuracy: {0.5 + i * 0.08:.4f}")
        for i in range(1, 6)
    )
    for text in (
        f"{good}\nWith more classes I get this instead\n{FOUR_CLASSES}",
        f"{FOUR_CLASSES}\nWith two classes it works well though\n{good}",
    ):
        reading = read_log(text)
        assert len(reading.runs) == 2
        negative = finding(reading, "loss-negative")
        assert negative is not None
        assert negative.present is True


def test_an_answerers_run_speaks_neither_for_nor_against() -> None:
    asked = "\n".join(
        f"Epoch {i}/3\n724s - loss: {3.0 - i / 10:.4f} - acc: 0.3{i}00 - val_loss: 7.1000 "
        "- val_acc: 0.0099"
        for i in range(1, 4)
    )
    answered = "\n".join(
        f"Epoch {i}/4\n"
        + bar(591, f"loss: {2 / i:.4f} - accuracy: 0.7{i}59 - val_loss: 1.1 - val_accuracy: 0.7143")
        for i in range(1, 5)
    )
    for heading in ("答案 0 :(得分:4)", "1 Answer", "解决方案", "Accepted answer"):
        reading = read_log(f"{asked}\n\n{heading}\n\nI unfroze the layers and got\n{answered}")
        assert [run.speaker for run in reading.runs] == [0, 1]
        assert reading.focus == 0
        stuck = finding(reading, "train-learns-val-at-chance")
        assert stuck is not None
        assert stuck.present
        assert reading.runs[1].epochs[-1].metrics["accuracy"] == 0.7459


def test_without_a_run_of_the_asker_the_answerers_are_read() -> None:
    reading = read_log("Why?\n\nAnswer 1\n\nI see the same:\n" + FOUR_CLASSES)
    assert "loss-negative" in present(reading)


def test_other_number_of_batches_is_another_run() -> None:
    def run(steps: int) -> str:
        return "\n".join(
            f"Epoch {i}/4\n" + bar(steps, f"loss: 0.693{i % 3} - accuracy: 0.50{i}2")
            for i in range(1, 5)
        )

    reading = read_log(run(763) + "\n" + run(1907))
    assert [run.steps for run in reading.runs] == [763, 1907]
    assert [len(run.epochs) for run in reading.runs] == [4, 4]


def test_other_number_of_epochs_is_another_run() -> None:
    text = "\n".join(
        f"Epoch {i}/{total}\n36s - loss: 0.6{i}00 - acc: 0.5000"
        for total, numbers in ((10, (1, 2)), (250, (3, 243, 244)))
        for i in numbers
    )
    reading = read_log(text)
    assert [len(run.epochs) for run in reading.runs] == [2, 3]
    assert reading.runs[1].epochs_run == 244


def test_left_out_epochs_stay_in_their_run() -> None:
    text = "Epoch 1/250\n36s - loss: 0.7 - acc: 0.5\n...\nEpoch 243/250\n36s - loss: 0.6 - acc: 0.6"
    (run,) = read_log(text).runs
    assert [e.number for e in run.epochs] == [1, 243]


def test_validation_columns_that_come_are_another_run() -> None:
    text = "36s - loss: 0.7 - acc: 0.5\n36s - loss: 0.6 - acc: 0.6\n" + "\n".join(
        f"36s - loss: 0.{n} - acc: 0.5 - val_loss: 0.8 - val_acc: 0.4" for n in (9, 8)
    )
    assert [len(run.epochs) for run in read_log(text).runs] == [2, 2]


def test_a_last_line_cut_short_stays_in_its_run() -> None:
    text = (
        f"Epoch 1/9\n{bar(46, 'loss: 0.7 - acc: 0.5 - val_loss: 0.7')}\n"
        "Epoch 2/9\n46/46 [====] - 1s - loss: 0.6"
    )
    (run,) = read_log(text).runs
    assert len(run.epochs) == 2


def test_a_loop_over_one_epoch_is_one_run() -> None:
    forms = [
        "Epoch 1/1\n - 36s - loss: {loss} - acc: 0.3066",
        "Epoch {i}\nEpoch 1/1\n - 36s - loss: {loss} - acc: 0.3066",
        "Epoch {i}\n36s - loss: {loss} - acc: 0.3066",
        "Train on 287 samples\nEpoch 1/1\n287/287 [====] - 36s - loss: {loss} - acc: 0.3066",
        "Now shuffling, pass number {i} of many\nEpoch 1/1\n36s - loss: {loss} - acc: 0.3066",
    ]
    for form in forms:
        text = "\n".join(form.format(i=i, loss=f"{5 - i / 10:.4f}") for i in range(1, 6))
        (run,) = read_log(text).runs
        assert run.values("loss") == (4.9, 4.8, 4.7, 4.6, 4.5)
        assert run.epochs_run == 5


def test_csv_file_that_was_appended_to_holds_two_runs() -> None:
    text = "epoch,loss\n0,0.7\n1,0.6\n2,0.5\n0,0.9\n1,0.8"
    assert [run.values("loss") for run in read_log(text).runs] == [(0.7, 0.6, 0.5), (0.9, 0.8)]


def test_evaluation_below_a_training_is_not_one_of_its_epochs() -> None:
    text = "\n".join(
        [
            "Epoch 1/2",
            bar(60000, "loss: 0.25 - acc: 0.92"),
            "Epoch 2/2",
            bar(60000, "loss: 0.10 - acc: 0.97"),
            "Test loss: 0.09",
            "Test accuracy: 0.97",
        ]
    )
    training, evaluation = read_log(text).runs
    assert len(training.epochs) == 2
    assert evaluation.evaluation
    assert evaluation.epochs[0].metrics == {"val_loss": 0.09, "val_accuracy": 0.97}


def test_two_histories_are_two_runs() -> None:
    text = "first = {'loss': [1.0, 0.9]}\nand then\nsecond = {'loss': [0.5, 0.4, 0.3]}"
    assert [len(run.epochs) for run in read_log(text).runs] == [2, 3]


def test_same_loss_other_accuracy_after_loading() -> None:
    text = (
        f"Before saving:\n{bar(10, 'loss: 0.2124 - accuracy: 0.9340')}\n"
        f"After loading the model again:\n{bar(10, 'loss: 0.2124 - accuracy: 0.1130')}\n"
    )
    reading = read_log("Epoch 1/1\n" + bar(40, "loss: 0.3 - accuracy: 0.9") + "\n" + text)
    same = finding(reading, "same-loss-other-accuracy")
    assert same is not None
    assert same.value == 0.113
    assert same.details == {"loss": 0.2124, "before": 0.934}


def test_later_folds_start_where_the_last_ended() -> None:
    def folds(starts: list[float]) -> str:
        return "\n".join(
            f"Training fold {k}\nEpoch 1/2\n{bar(10, f'loss: {a:.4f} - acc: 0.5')}\n"
            f"Epoch 2/2\n{bar(10, f'loss: {a / 2:.4f} - acc: 0.6')}"
            for k, a in enumerate(starts, 1)
        )

    assert "later-folds-better" in present(read_log(folds([1.2, 0.58, 0.28])))
    assert "later-folds-better" not in present(read_log(folds([1.2, 1.18, 1.21])))


def test_empty_epochs_of_a_data_set_run_dry_are_set_aside() -> None:
    text = "\n".join(
        f"Epoch {i}/6\n10/10 - 1s - 3ms/step - "
        + (
            "accuracy: 0.0000e+00 - loss: 0.0000e+00"
            if i % 2 == 0
            else f"accuracy: 0.5{i} - loss: 0.6{9 - i}"
        )
        for i in range(1, 7)
    )
    reading = read_log(text)
    dry = finding(reading, "ran-out-of-data-warning")
    assert dry is not None
    assert dry.value == 3
    assert present(reading) == {"ran-out-of-data-warning", "epochs-run", "loss-still-falling"}


def test_stated_counts_become_contexts() -> None:
    text = (
        "Found 3670 images belonging to 5 classes.\nTrain on 287 samples, validate on 72 samples\n"
        "Epoch 1/1\n36s - loss: 1.6 - acc: 0.2"
    )
    reading = read_log(text)
    assert reading.classes == 5
    assert {f.id: f.value for f in reading.findings if f.id in ("class-count", "sample-count")} == {
        "class-count": 5,
        "sample-count": 287,
    }
    contradicting = text + "\nFound 90 images belonging to 7 classes."
    assert read_log(contradicting).classes is None
    assert read_log(text, classes=4).classes == 4
