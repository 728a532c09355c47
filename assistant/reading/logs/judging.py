"""Several runs on one page -> one set of findings.

The findings speak of one run, the *focus*: of the asker's runs (an answerer's only when the asker
shows none) the one with the gravest sign, and of equals the last, since people come with what they
tried last. What the focus was looked over for and does not show is said to be absent. Signs that
other runs of the same person prove or show strongly are added, so that a run that works never hides
one that fails, and nothing is called absent that any of those runs shows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.reading.logs.records import Epoch, Run
from assistant.reading.logs.series import Curves
from assistant.reading.logs.signatures import signs_of
from assistant.reading.logs.signs import Grade, Sign
from probes.finding import Finding

#: runs looked at, the last ones; a page holds three, a long search some hundred
MOST_RUNS = 200


def judge(
    runs: Sequence[Run],
    classes: int | None = None,
    samples: int | None = None,
    candidates: tuple[int, ...] = (),
) -> tuple[tuple[Finding, ...], int | None]:
    """The findings over all runs, and the index of the run they speak of (None without runs).

    Args:
        runs: the runs of a text, in order.
        classes: number of classes, where it is known.
        samples: number of training samples, where it is known.
        candidates: other numbers of the text that may be the number of samples.
    """
    if not runs:
        return (), None
    speaker = min(run.speaker for run in runs)
    own = [i for i, run in enumerate(runs) if run.speaker == speaker][-MOST_RUNS:]
    signs = {i: _signs(runs[i], classes, samples, candidates) for i in own}
    focus = max(own, key=lambda i: (*_gravity(runs[i], signs[i]), i))
    merged: dict[str, Sign] = {}
    for i in [focus, *(i for i in reversed(own) if i != focus)]:
        for sign in signs[i]:
            known = merged.get(sign.finding.id)
            if sign.grade == Grade.LOOKED and i == focus:
                merged.setdefault(sign.finding.id, sign)
            elif sign.grade >= (Grade.HINT if i == focus else Grade.STRONG) and (
                known is None or known.grade == Grade.LOOKED
            ):
                merged[sign.finding.id] = sign
    shown_anywhere = {s.finding.id for i in own for s in signs[i] if s.grade > Grade.LOOKED}
    findings = [
        s.finding
        for s in merged.values()
        if s.grade > Grade.LOOKED or s.finding.id not in shown_anywhere
    ]
    own_runs = [runs[i] for i in own]
    findings += [*_same_loss_other_accuracy(own_runs), *_later_folds_better(own_runs)]
    findings.sort(key=lambda f: -merged[f.id].grade if f.id in merged else -Grade.STRONG)
    return (*findings, *_contexts(runs[focus])), focus


def _signs(
    run: Run, classes: int | None, samples: int | None, candidates: tuple[int, ...]
) -> list[Sign]:
    filled, empty = without_empty_epochs(run)
    signs = signs_of(Curves(filled, classes, samples, candidates)) if filled.epochs else []
    if empty:
        first = empty[0]
        quote = first.text[:120]
        details = {"empty": len(empty), "epochs": len(run.epochs)}
        finding = Finding(
            "ran-out-of-data-warning", True, len(empty), "log", quote, first.line, details
        )
        signs.append(Sign(finding, Grade.STRONG))
    return signs


def _gravity(run: Run, signs: Sequence[Sign]) -> tuple[int, int, int]:
    """Gravest grade, whether it is a training at all, and the number of strong signs."""
    gravest = max((int(s.grade) for s in signs), default=0)
    strong = sum(s.grade >= Grade.STRONG for s in signs)
    return gravest, int(not run.evaluation), strong


def without_empty_epochs(run: Run) -> tuple[Run, list[Epoch]]:
    """The run without the epochs in which nothing was trained, and those epochs.

    Keras 3 starts an epoch although the data set has run dry and prints zeros for all its training
    metrics; full and empty epochs then take turns. A run of zeros only is a run, not empty.
    """

    def empty(epoch: Epoch) -> bool:
        training = [v for n, v in epoch.metrics.items() if not _untrained(n)]
        return len(training) >= 2 and all(v == 0 for v in training)

    out = [e for e in run.epochs if empty(e)]
    rest = tuple(e for e in run.epochs if not empty(e))
    if not out or not rest or not empty(run.epochs[min(1, len(run.epochs) - 1)]):
        return run, []
    return replace(run, epochs=rest), out


def _untrained(name: str) -> bool:
    return name.startswith("val_") or name == "learning_rate"


def _same_loss_other_accuracy(runs: Sequence[Run]) -> list[Finding]:
    """``same-loss-other-accuracy``: two evaluations agree in the loss, to four figures, only.

    Value is the second accuracy; details give the loss and the first. Single evaluations are
    compared with each other and with the validation figures of the last epoch of a training.
    """
    points: list[tuple[float, float, Epoch]] = []
    for run in runs:
        last = run.epochs[-1]
        names = ("val_loss", "val_accuracy") if "val_loss" in last.metrics else ("loss", "accuracy")
        if run.evaluation or names[0] == "val_loss":
            loss, accuracy = (last.metrics.get(name) for name in names)
            if loss is not None and accuracy is not None and loss > 0:
                points.append((loss, accuracy, last))
    for i, (loss, accuracy, _) in enumerate(points):
        for other_loss, other, epoch in points[i + 1 :]:
            if abs(loss - other_loss) <= 1e-4 * loss and abs(accuracy - other) > 0.1:
                details = {"loss": loss, "before": accuracy}
                quote = epoch.text[:120]
                line = epoch.line
                return [
                    Finding("same-loss-other-accuracy", True, other, "log", quote, line, details)
                ]
    return []


def _later_folds_better(runs: Sequence[Run]) -> list[Finding]:
    """``later-folds-better``: each of three folds or more starts near where the one before ended.

    Only where the words between the runs speak of folds. Value is the number of folds.
    """
    folds = [r for r in runs if re.search(r"\bfolds?\b|折", r.heading, re.I) and len(r.epochs) > 1]
    if len(folds) < 2:
        return []
    begins = [r.values("loss")[:1] for r in folds]
    ends = [r.values("loss")[-1:] for r in folds]
    if not all(begins) or not all(ends):
        return []
    starts, stops = [b[0] for b in begins], [e[0] for e in ends]
    carried = all(
        start < 0.6 * starts[0] and start < 1.3 * stop
        for start, stop in zip(starts[1:], stops, strict=False)
    )
    if not carried:
        return []
    quote = " / ".join(f"{a:.4g} > {b:.4g}" for a, b in zip(starts, stops, strict=True))
    first = folds[0].first_line
    return [Finding("later-folds-better", True, len(folds), "log", quote[:120], first)]


def _contexts(run: Run) -> list[Finding]:
    """``epochs-run``, and ``learning-rate`` where one is printed (the last one in details).

    A single line without an epoch number does not tell how long the training was.
    """
    last = run.epochs[-1]
    found = []
    if len(run.epochs) > 1 or last.number is not None:
        found.append(
            Finding("epochs-run", True, run.epochs_run, "log", last.text[:120], run.last_line)
        )
    rates = run.values("learning_rate")
    if rates and all(0 < r < 100 for r in rates):
        having = next(e for e in run.epochs if "learning_rate" in e.metrics)
        details = {"last": rates[-1]}
        found.append(
            Finding("learning-rate", True, rates[0], "log", having.text[:120], having.line, details)
        )
    return found
