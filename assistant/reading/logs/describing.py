"""What to say about a reading in a chip and below it; the words are in ``knowledge/messages``."""

from __future__ import annotations

from dataclasses import replace

from assistant.reading.logs.figures import shown
from assistant.reading.logs.records import LogReading, Remark, Run

#: signs worth a chip, gravest first, with the key of their remark
_TELLING = (
    ("loss-nan", "log-loss-nan"),
    ("loss-negative", "log-loss-negative"),
    ("train-learns-val-at-chance", "log-val-stuck"),
    ("val-acc-flips", "log-val-flips"),
    ("clip-plateau-right-share", "log-loss-stuck"),
    ("clip-plateau-wrong-share", "log-loss-stuck"),
    ("loss-falls-acc-frozen", "log-acc-frozen"),
    ("loss-diverges", "log-loss-diverges"),
    ("loss-huge", "log-loss-huge"),
    ("sudden-collapse", "log-collapse"),
    ("val-acc-stuck", "log-val-stuck"),
    ("loss-flat", "log-loss-stuck"),
    ("acc-flat", "log-acc-stuck"),
    ("val-acc-flat", "log-val-stuck"),
    ("val-below-chance", "log-val-low"),
    ("acc-at-chance", "log-acc-chance"),
    ("val-loss-rises", "log-val-loss-rises"),
    ("val-low-train-high", "log-gap"),
    ("val-fluctuates", "log-val-jumps"),
)


def summarise(reading: LogReading) -> LogReading:
    """The reading with its `LogReading.summary` filled in."""
    if reading.focus is None:
        return reading
    run = reading.runs[reading.focus]
    count = run.epochs_run
    head = Remark("log-epochs", {"epochs": count}) if count > 1 else Remark("log-one-epoch")
    remarks = [head, _state(reading, run)]
    others = len(reading.runs) - 1
    if others:
        remarks.append(Remark("log-other-runs", {"others": others}))
    if reading.truncated:
        remarks.append(Remark("log-truncated"))
    return replace(reading, summary=tuple(remarks))


def describe_log(reading: LogReading, language: str) -> tuple[str, tuple[str, ...]]:
    """A chip such as "training log, 5 epochs, val accuracy stuck at .0099", and notes below it.

    Both are empty for a reading without runs.
    """
    from knowledge.texts import say

    if not reading.summary:
        return "", ()
    said = [say(remark.key, language, **remark.values) for remark in reading.summary]
    chip = say("log-chip", language, epochs=said[0], state=said[1])
    return chip, tuple(said[2:])


def _state(reading: LogReading, run: Run) -> Remark:
    """The gravest sign in a few words, or the last figures when there is none."""
    present = {f.id: f for f in reading.findings if f.present}
    for id_, key in _TELLING:
        if id_ in present:
            value = present[id_].value
            if value is None:
                return Remark(key + "-somewhere")
            figure = shown(float(value)) if isinstance(value, (int, float)) else str(value)
            return Remark(key, {"value": figure.removeprefix("0") if "." in figure else figure})
    last = run.epochs[-1].metrics
    names = [n for n in ("loss", "accuracy", "val_loss", "val_accuracy") if n in last] or list(last)
    return Remark("log-last", {"figures": ", ".join(f"{n} {shown(last[n])}" for n in names[:4])})
