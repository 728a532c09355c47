"""Words about a set-up are judged like a script, but prove nothing."""

from __future__ import annotations

from assistant.case import new_case
from assistant.dialogue import Dialogue, Options
from assistant.events import Verdict


def _judged(text: str) -> tuple[str, Dialogue]:
    dialogue = Dialogue(new_case(keep=False), None, Options())
    list(dialogue.bring(text))
    verdicts = [e for e in dialogue.examine() if isinstance(e, Verdict)]
    return verdicts[-1].kind, dialogue


def test_labels_told_in_words_point_to_the_loss_that_cannot_take_them() -> None:
    kind, dialogue = _judged(
        "二分类，标签 1 表示好，2 表示坏，最后一层 Dense(1, activation='sigmoid')，损失函数用的 "
        "binary_crossentropy，loss 变成负数而且越来越小"
    )
    belief = dialogue.situation.belief()
    assert kind == "cause"
    assert belief.ranked()[0] == "bce-labels-not-01"
    assert not belief.confirmed


def test_accuracy_printed_for_what_the_words_call_a_regression() -> None:
    kind, dialogue = _judged(
        "Predicting house prices, loss mse, accuracy stays at 0. Dense(64 relu) Dense(1)\n\n"
        "Epoch 1/9\n13/13 - 0s - loss: 0.5873 - accuracy: 0.0000e+00\n"
        "Epoch 2/9\n13/13 - 0s - loss: 0.2614 - accuracy: 0.0000e+00\n"
        "Epoch 3/9\n13/13 - 0s - loss: 0.1853 - accuracy: 0.0025\n"
    )
    assert kind == "cause"
    assert dialogue.situation.belief().ranked()[0] == "accuracy-metric-for-regression"


def test_validation_ahead_with_dropout_is_said_to_be_normal() -> None:
    kind, _ = _judged(
        "My validation accuracy is always higher than the training accuracy, with Dropout(0.5).\n\n"
        "Epoch 1/3\n90/90 - 1s - loss: 0.91 - acc: 0.68 - val_loss: 0.74 - val_acc: 0.75\n"
        "Epoch 2/3\n90/90 - 1s - loss: 0.86 - acc: 0.70 - val_loss: 0.69 - val_acc: 0.76\n"
        "Epoch 3/3\n90/90 - 1s - loss: 0.81 - acc: 0.72 - val_loss: 0.65 - val_acc: 0.78\n"
    )
    assert kind == "healthy"


def test_nothing_told_amiss_is_said_so() -> None:
    kind, _ = _judged(
        "Epoch 1/3\n250/250 - 1s - loss: 0.6121 - mae: 0.59\n"
        "Epoch 2/3\n250/250 - 1s - loss: 0.2750 - mae: 0.40\n"
        "Epoch 3/3\n250/250 - 1s - loss: 0.2088 - mae: 0.34\n"
    )
    assert kind == "unsure"
