"""Metric names of every vintage, brought to the names that Keras prints today.

``acc.``, ``binary_accuracy``, ``Val. Acc``, ``val/accuracy``, ``eval_loss``, ``验证精度`` and
their like become ``accuracy``, ``val_accuracy``, ``val_loss``. A name that is not known stays as it
is, in lower case, so that ``xyz_loss`` of a model with several outputs is never the total.
"""

from __future__ import annotations

import re
from functools import lru_cache

#: longest, hence most exact, words first; simplified and traditional characters
_CHINESE = (
    (r"损失函数值|损失函数|损失值|损失|损耗|損失函數|損失值|損失|误差|誤差", "loss"),
    (
        r"准确率|准确性|准确度|精确度|精确率|精准度|正确率|精度|準確率|準確度|精確度|精準度|正確率",
        "accuracy",
    ),
    (r"学习率|學習率", "lr"),
)
_CHINESE_VALIDATION = re.compile(r"验证|驗證|校验|测试|測試|评估")
_CHINESE_AVERAGE = re.compile(r"平均|总|總|训练|訓練|集|的|上|当前|本轮")

_TRAINING = {"train", "training", "tr", "trn"}
_VALIDATION = {"val", "valid", "validation", "dev", "eval", "evaluation", "test", "testing", "ev"}
_LOSS = {"loss", "avg_loss", "average_loss", "mean_loss", "total_loss", "running_loss", "losses"}
_ACCURACY = {
    "acc",
    "accu",
    "accuracy",
    "avg_acc",
    "avg_accuracy",
    "average_accuracy",
    "mean_accuracy",
    "binary_accuracy",
    "categorical_accuracy",
    "sparse_categorical_accuracy",
    "binary_acc",
    "accuracy_score",
    "acc1",
    "top1",
    "top_1",
    "top1_acc",
    "top1_accuracy",
    "top_1_acc",
    "top_1_accuracy",
}
_RATE = {"lr", "learning_rate", "learningrate"}
#: words that stand before a figure and are no metric
_IGNORED = {
    *("eta", "s", "ms", "us", "it", "time", "total_time", "elapsed", "remaining", "sec", "seconds"),
    *("step", "steps", "iter", "iteration", "batch", "epoch", "epochs", "global_step", "total"),
    *("seed", "size", "samples", "fold", "patience", "min_delta", "factor", "momentum", "verbose"),
    *("gpu", "mem", "memory", "v_num", "grad_norm", "best", "loss_step", "train_loss_step"),
}
#: words before "loss" that name a part of it; any other word before it is part of a sentence
_PARTS = {
    *("d", "g", "disc", "gen", "discriminator", "generator", "adv", "adversarial", "style"),
    *("kl", "kld", "recon", "reconstruction", "l1", "l2", "reg", "regularization", "content"),
    *("cls", "class", "classification", "box", "bbox", "rpn", "mask", "aux", "focal", "dice"),
    *("ce", "bce", "mse", "mae", "actor", "critic", "policy", "value"),
}
_WHOLE = {"avg", "average", "mean", "total", "running", "epoch", "final", "current", "overall"}


@lru_cache(maxsize=4096)
def canonical(raw: str, before: str = "") -> str | None:
    """The name of a metric in Keras's present spelling, or None for what is no metric.

    Args:
        raw: the word in front of the figure.
        before: the word in front of that one; ``Train`` in ``Train Loss: 0.69``.
    """
    name = _from_chinese(raw) if not raw.isascii() else raw
    if name is None:
        return None
    name = re.sub(r"[\W_]+", "_", name.lower()).strip("_")
    if name in _IGNORED:
        return None
    lead = re.sub(r"\W+", "", before.lower())
    phase = lead in _TRAINING | _VALIDATION | _PARTS and name.split("_")[0] not in _VALIDATION
    top = re.fullmatch(r"top\W?\d+", before.lower()) and "top" not in name
    if phase or top or lead == "best":
        name = f"{lead}_{name}"
    if name in _IGNORED or not name or name.startswith("best_"):
        return None
    return _spelled(name)


def _spelled(name: str) -> str:
    """One spelling for the same metric: phase first, ``accuracy`` and ``loss`` in full."""
    if name in _RATE:
        return "learning_rate"
    parts = name.split("_")
    if parts[-1] == "epoch" and len(parts) > 1:
        parts.pop()
    validation = False
    if parts[0] in _TRAINING and len(parts) > 1:
        parts = parts[1:]
    elif parts[0] in _VALIDATION and len(parts) > 1:
        parts, validation = parts[1:], True
    elif parts[-1] in _TRAINING and len(parts) > 1:
        parts = parts[:-1]
    elif parts[-1] in _VALIDATION and len(parts) > 1:
        parts, validation = parts[:-1], True
    base = "_".join(parts)
    if parts[0] in _WHOLE and len(parts) == 2 and parts[1] in {"loss", "acc", "accuracy"}:
        base = parts[1]
    if base in _LOSS:
        base = "loss"
    elif base in _ACCURACY:
        base = "accuracy"
    elif base.endswith("_acc") and "top" not in base:
        base = base[:-4] + "_accuracy"
    return f"val_{base}" if validation else base


def _from_chinese(raw: str) -> str | None:
    """``验证损失`` -> ``val_loss``; None when no known word is in it."""
    for words, name in _CHINESE:
        found = re.search(words, raw)
        if found:
            rest = raw[: found.start()] + raw[found.end() :]
            validation = bool(_CHINESE_VALIDATION.search(rest)) or "val" in rest.lower()
            rest = re.sub(r"[^A-Za-z0-9_]", "", _CHINESE_AVERAGE.sub("", rest)).strip("_").lower()
            if rest and rest not in _TRAINING | _VALIDATION:
                name = f"{rest}_{name}"
            return f"val_{name}" if validation else name
    return None


def is_loss(name: str) -> bool:
    """True for a loss of any kind, part or whole."""
    return name == "loss" or name.endswith("_loss")


def is_accuracy(name: str) -> bool:
    """True for a share of right answers (not top-k)."""
    return name in ("accuracy", "val_accuracy") or (
        name.endswith("_accuracy") and "top_" not in name and not re.search(r"top\d", name)
    )


def is_share(name: str) -> bool:
    """True for a figure that lies between 0 and 1 by definition."""
    return is_accuracy(name) or bool(
        re.search(r"accuracy|precision|recall|(^|_)f1|auc|(^|_)io_?u|dice_(coef|score)", name)
    )


def counterpart(name: str) -> str:
    """The validation name of a training metric."""
    return f"val_{name}"
