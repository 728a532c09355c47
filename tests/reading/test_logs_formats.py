"""Every vintage of training output is read to the same figures."""

from __future__ import annotations

import math

import pytest

from assistant.reading.logs import Epoch, looks_like_log, read_log
from assistant.reading.logs.names import canonical
from tests.reading.log_rendering import FORMATS, Row

BAR = "[==============================]"

#: a line or two, and the figures of the last epoch in them
SAMPLES: list[tuple[str, str, Row]] = [
    (
        "Keras 0.3",
        f"50000/50000 {BAR} - 32s - loss: 1.7436 - acc.: 0.5749 - val. loss: 1.5925 "
        "- val. acc.: 0.6434",
        {"loss": 1.7436, "accuracy": 0.5749, "val_loss": 1.5925, "val_accuracy": 0.6434},
    ),
    (
        "colours whose escape character was lost",
        "[1m8/8[0m [32m━━━━━━━[0m[37m[0m [1m3s[0m 49ms/step - accuracy: 0.4672 - loss: 0.7052",
        {"loss": 0.7052, "accuracy": 0.4672},
    ),
    (
        "output cells of a notebook file",
        '"Epoch 1/2\\n",\n"\\u001b[1m313/313\\u001b[0m \\u001b[32m━━━━━\\u001b[0m 2ms/step - '
        'accuracy: 0.8866 - loss: 0.3805\\n"',
        {"loss": 0.3805, "accuracy": 0.8866},
    ),
    (
        "negative and huge",
        f"46/46 {BAR} - 367s 8s/step - loss: -20550614391401.7266 - accuracy: 0.2541",
        {"loss": -20550614391401.7266, "accuracy": 0.2541},
    ),
    ("exponent", "3s - loss: 4.6988e-04 - acc: 0.0000e+00", {"loss": 4.6988e-4, "accuracy": 0.0}),
    (
        "full-width signs and a translated bar",
        "时代10/50 591/591 [====]-1492s 3s / step-损耗：1.0594-精度：0.7459-val_loss ：1.1397",
        {"loss": 1.0594, "accuracy": 0.7459, "val_loss": 1.1397},
    ),
    (
        "several outputs",
        "54s 3ms/step - loss: 0.1470 - xyz_loss: 0.0543 - q_loss: 0.0927 - xyz_acc: 0.9854 "
        "- val_loss: 1.2588 - val_xyz_acc: 0.8663",
        {"loss": 0.147, "xyz_loss": 0.0543, "val_loss": 1.2588, "val_xyz_accuracy": 0.8663},
    ),
    (
        "step lines of a loop",
        "Epoch [3/10], Step [100/600], Loss: 2.3027, Acc: 10.12%",
        {"loss": 2.3027, "accuracy": 0.1012},
    ),
    (
        "train and test of one epoch on lines of their own",
        "Train Epoch: 1 [0/60000 (0%)]\tLoss: 2.300039\n"
        "Train Epoch: 1 [59520/60000 (99%)]\tLoss: 0.063470\n\n"
        "Test set: Average loss: 0.0563, Accuracy: 9818/10000 (98%)\n",
        {"loss": 0.06347, "val_loss": 0.0563, "val_accuracy": 0.9818},
    ),
    (
        "phase in front of the line",
        "Epoch 0/24\n----------\ntrain Loss: 0.6123 Acc: 0.6803\nval Loss: 0.3012 Acc: 0.8824\n",
        {"loss": 0.6123, "accuracy": 0.6803, "val_loss": 0.3012, "val_accuracy": 0.8824},
    ),
    (
        "phase on the line before",
        "Epoch 1\n-----\nloss: 2.3035  [   64/60000]\nloss: 2.2946  [ 6464/60000]\n"
        "Test Error: \n Accuracy: 50.9%, Avg loss: 2.150000 \n",
        {"loss": 2.2946, "val_loss": 2.15, "val_accuracy": 0.509},
    ),
    (
        "one dictionary a line",
        "{'loss': 0.6931, 'learning_rate': 5e-05, 'epoch': 2.0}\n"
        "{'eval_loss': 0.69, 'eval_accuracy': 0.51, 'epoch': 2.0}",
        {"loss": 0.6931, "learning_rate": 5e-5, "val_loss": 0.69, "val_accuracy": 0.51},
    ),
    (
        "tab-separated table with a time column",
        "epoch\ttrain_loss\tvalid_loss\taccuracy\ttime\n0\t0.72\t0.69\t0.51\t00:05",
        {"loss": 0.72, "val_loss": 0.69, "accuracy": 0.51},
    ),
    (
        "Markdown table",
        "| epoch | loss | val_loss |\n|---|---|---|\n| 1 | 0.7 | 0.8 |\n| 2 | 0.6 | 0.75 |",
        {"loss": 0.6, "val_loss": 0.75},
    ),
    (
        "a bar redrawn after the message of a callback",
        "Epoch 1/3\n10/10 [====] - ETA: 0s - loss: 0.7 - accuracy: 0.5\n"
        "Epoch 00001: val_loss improved from inf to 0.69, saving model to m.h5\n"
        "10/10 [====] - 1s 3ms/step - loss: 0.7 - accuracy: 0.5 - val_loss: 0.69",
        {"loss": 0.7, "accuracy": 0.5, "val_loss": 0.69},
    ),
    (
        "no colon, per cent by its size",
        "Epoch 597: train loss 0.175 train acc: 96.4, val loss: 1.052 val acc 70.8.",
        {"loss": 0.175, "accuracy": 0.964, "val_loss": 1.052, "val_accuracy": 0.708},
    ),
    ("decimal comma", "Epoch 1/2 - 3s - loss: 0,6931 - acc: 0,5000", {"loss": 0.6931}),
    ("a tensor", "epoch 1, loss: tensor(2.3026, grad_fn=<NllLoss>)", {"loss": 2.3026}),
    (
        "Chinese words throughout",
        "第 1 轮 训练损失: 0.69 训练准确率: 50.1% 验证损失: 0.68 验证准确率: 51%",
        {"loss": 0.69, "accuracy": 0.501, "val_loss": 0.68, "val_accuracy": 0.51},
    ),
    (
        "Traditional characters",
        "紀元 1/3 - 1s - 損失: 0.69 - 準確率: 0.5 - 驗證損失: 0.68",
        {"loss": 0.69, "accuracy": 0.5, "val_loss": 0.68},
    ),
    (
        "top-5 is another metric",
        "Epoch 1/2 - 3s - loss: 0.7 - Top-1 acc: 0.45 - Top-5 acc: 0.70",
        {"accuracy": 0.45, "top5_acc": 0.7},
    ),
    (
        "an interrupted epoch",
        "Epoch 1/10\n100/1000 [==>...] - ETA: 1:20 - loss: 1.5 - accuracy: 0.1",
        {"loss": 1.5, "accuracy": 0.1},
    ),
    (
        "a history cut in the middle of a list",
        "{'loss': [0.69, 0.68, 0.67], 'val_loss': [0.7, 0.71",
        {"loss": 0.67},
    ),
]


def last_epoch(text: str) -> Epoch:
    runs = read_log(text).runs
    assert runs, text
    return runs[-1].epochs[-1]


@pytest.mark.parametrize(("text", "want"), [s[1:] for s in SAMPLES], ids=[s[0] for s in SAMPLES])
def test_figures_of_every_vintage(text: str, want: Row) -> None:
    got = last_epoch(text).metrics
    assert {name: got.get(name) for name in want} == pytest.approx(want)


@pytest.mark.parametrize("text", [s[1] for s in SAMPLES], ids=[s[0] for s in SAMPLES])
def test_samples_look_like_logs(text: str) -> None:
    assert looks_like_log(text) > 0.5


@pytest.mark.parametrize("name", FORMATS)
def test_one_training_is_one_run_in_every_format(name: str) -> None:
    rows = [
        {"loss": 0.9 / (i + 1), "accuracy": 0.5 + i / 20, "val_loss": 1.0, "val_accuracy": 0.25}
        for i in range(6)
    ]
    (run,) = read_log(FORMATS[name](rows)).runs
    assert len(run.epochs) == 6
    assert run.epochs_run == 6
    assert run.values("accuracy") == pytest.approx([0.5 + i / 20 for i in range(6)])
    assert looks_like_log(FORMATS[name](rows)) > 0.8


def test_epoch_and_step_numbers() -> None:
    (run,) = read_log(
        f"Epoch 29/35\n46/46 {BAR} - 188s 4s/step - loss: 0.6511 - accuracy: 0.5880"
    ).runs
    epoch = run.epochs[0]
    assert (epoch.number, epoch.total, epoch.step, epoch.steps) == (29, 35, 46, 46)
    assert (epoch.line, run.first_line, run.last_line, run.steps) == (2, 2, 2, 46)
    assert run.epochs_run == 29
    assert epoch.units["loss"] == pytest.approx(1e-4)


def test_not_a_number_is_read_as_such() -> None:
    metrics = last_epoch("12s - loss: nan - accuracy: 0.1021 - val_loss: inf").metrics
    assert math.isnan(metrics["loss"])
    assert math.isinf(metrics["val_loss"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\n",
        "I get loss: 0.5 and it does not improve.",
        "model.compile(loss='mse', optimizer=SGD(lr=0.01), metrics=['acc'])\n"
        "EarlyStopping(monitor='val_loss', min_delta=0.001, patience=5)",
        "The loss is flat and the accuracy stays at 50 %. What is wrong?",
        "Layer (type)  Output Shape  Param #\nlosses (Dense)  (None, 2)  130",
        "\x00\x01\x02\xff" * 500,
    ],
)
def test_what_is_no_log_gives_no_run(text: str) -> None:
    reading = read_log(text)
    assert reading.runs == ()
    assert reading.findings == ()
    assert reading.focus is None
    assert reading.summary == ()
    assert looks_like_log(text) == 0.0


def test_a_page_is_less_of_a_log_than_its_log() -> None:
    log = "Epoch 1/2\n36s - loss: 5.0 - acc: 0.3\nEpoch 2/2\n36s - loss: 4.9 - acc: 0.3"
    page = (
        "Why does my model not learn?\nHere is what I did, at some length.\nThanks a lot!\n" + log
    )
    assert 0 < looks_like_log(page) < looks_like_log(log) == 1.0


@pytest.mark.parametrize(
    ("raw", "before", "name"),
    [
        ("Loss", "Train", "loss"),
        ("loss", "val.", "val_loss"),
        ("val/accuracy", "", "val_accuracy"),
        ("train_loss_epoch", "", "loss"),
        ("test_acc", "", "val_accuracy"),
        ("sparse_categorical_accuracy", "", "accuracy"),
        ("top_k_categorical_accuracy", "", "top_k_categorical_accuracy"),
        ("loss", "D", "d_loss"),
        ("loss", "the", "loss"),
        ("acc", "best", None),
        ("eta", "", None),
        ("lr", "", "learning_rate"),
        ("val_损失", "", "val_loss"),
        ("训练集准确率", "", "accuracy"),
        ("测试精度", "", "val_accuracy"),
    ],
)
def test_names_of_metrics(raw: str, before: str, name: str | None) -> None:
    assert canonical(raw, before) == name
