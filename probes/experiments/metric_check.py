"""Probe ``metric-check``: does each metric that is reported see what the network answers?

Takes the saved model's answers to up to 64 rows and asks every compiled metric of Keras three
times: about these answers, about answers that are right, and about answers that are wrong in every
row. Counts hits by hand beside it. Nothing is trained.

Right answers are not perfect: probabilities of 0.9, figures off by a thousandth of their standard
deviation, so that a metric that asks for exact equality is found out. Thresholds: a metric is blind
that tells right from wrong by less than `BLIND` of its size; an accuracy that gives wrong answers
`FOR_NOTHING` counts the zeros of one-hot rows as hits (with 10 classes 0.8); figure and count
differ when they do by `APART` and two rows. An accuracy hides the rare classes where the most
frequent one, above `FREQUENT` of all labels, is hit (`ALWAYS`) and the others are neither hit
(`HARDLY`) nor ranked above it. With classes of like size, a threshold of 0.5 misses what the
network knows where every answer lies on one side of it, though a positive row ranks above a
negative one with a chance of `RANKED` (0.5 for a blind network; 0.8 is called excellent in Hosmer
and Lemeshow, Applied Logistic Regression).

Cost: 0.2 s a metric behind the saved model's answers. Cannot see: metrics in code of the user's own
that Keras cannot load, figures worked out outside `fit`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from probes.apparatus.bench import Bench
from probes.apparatus.look import Look, found, look
from probes.apparatus.skill import Yardstick, yardstick
from probes.arrays.labels import LabelFacts
from probes.experiments.metrics import (
    Answers,
    Measured,
    answers_to,
    class_numbers,
    compiled_metrics,
    measure,
)
from probes.finding import Finding
from probes.loading.columns import Array
from probes.reporter import Reporter

BLIND = 0.05
FOR_NOTHING = 0.3
APART = 0.05
FREQUENT = 0.6
ALWAYS = 0.95
HARDLY = 0.1
ONE_SIDE = 0.98
RANKED = 0.8
LEAST_OF_A_CLASS = 5
_ONE_LABEL = ("integers", "binary", "one-hot")


def run(bench: Bench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """Emit the findings; returns ``metrics`` (name, own, right, wrong) and ``counted``, the share
    of labels hit (None for regressions).

    Raises:
        ProbeError: ``model-refuses-rows``, and those of the set-up.
    """
    facts = bench.labels
    seen = look(bench)
    yard = yardstick(seen.setup.network, seen.y)
    counted = _count(seen, yard)
    measured: list[Measured] = []
    answers = answers_to(seen, yard)
    if answers is not None:
        for metric in compiled_metrics(bench):
            report.check()
            measured += measure(metric, seen, answers)
        for finding in _metrics(measured, answers, counted, len(seen.y)):
            report.finding(finding)
    one_label = facts is not None and facts.form in _ONE_LABEL and seen.outputs.ndim == 2
    if facts is not None and one_label and seen.trained:
        for finding in (*_rare_classes(seen, yard, facts), *_threshold(seen, yard, facts)):
            report.finding(finding)
    return {"metrics": [asdict(item) for item in measured], "counted": counted}


def _count(seen: Look, yard: Yardstick) -> float | None:
    """Share of labels hit, counted by hand."""
    numbers = class_numbers(seen, yard)
    if numbers is not None:
        return float(np.mean(seen.outputs.argmax(-1) == numbers))
    binary = "binary" in yard.loss and np.size(seen.y) == seen.outputs.size
    return yard.accuracy_of(seen.outputs) if binary else None


def _metrics(
    measured: Sequence[Measured], answers: Answers, counted: float | None, rows: int
) -> Iterator[Finding]:
    if not measured:
        return
    blind = [m for m in measured if _is_blind(m)]
    shown = blind[0] if blind else measured[0]
    yield found("metric-cannot-see-output", bool(blind), shown.name, right=shown.right)
    accuracies = [m for m in measured if "acc" in m.name and "top" not in m.name]
    if not accuracies:
        return
    if answers.many and answers.right.shape[-1] > 2:
        gifts = [m for m in accuracies if m.wrong >= FOR_NOTHING and m not in blind]
        value = gifts[0].name if gifts else None
        yield found("binary-accuracy-on-onehot", bool(gifts), value)
    if counted is not None:
        worst = max(accuracies, key=lambda m: abs(m.own - counted))
        differ = abs(worst.own - counted) > APART + 2 / rows
        shares = {"reported": worst.own, "counted": counted}
        yield found("metric-differs-from-count", differ, worst.name, **shares)


def _is_blind(metric: Measured) -> bool:
    size = max(abs(metric.right), abs(metric.wrong))
    return abs(metric.right - metric.wrong) <= BLIND * size


def _rare_classes(seen: Look, yard: Yardstick, facts: LabelFacts) -> Iterator[Finding]:
    """Whether the most frequent class is all that is ever hit."""
    truth = _truth(seen, yard)
    if truth is None or (facts.largest_share or 0) < FREQUENT:
        return
    frequent = facts.values[int(np.argmax(facts.counts))]
    guess = seen.outputs.argmax(-1) if seen.outputs.shape[-1] > 1 else _positive(seen, yard)
    often, others = truth == frequent, truth != frequent
    if min(often.sum(), others.sum()) < LEAST_OF_A_CLASS:
        return
    hit = float(np.mean(guess[others] == truth[others]))
    ranked = _ranked(seen, truth) if seen.outputs.shape[-1] == 1 else None
    if ranked is not None and ranked >= RANKED:
        return  # it has learnt the rare class; only the threshold misses it, as yet
    hides = float(np.mean(guess[often] == truth[often])) >= ALWAYS and hit <= HARDLY
    yield found("accuracy-hides-rare-classes", hides, round(hit, 3))


def _threshold(seen: Look, yard: Yardstick, facts: LabelFacts) -> Iterator[Finding]:
    """One unit: whether every answer lies on one side of 0.5 though the order is right.

    With a rare class that is what sound probabilities do, so nothing is said of those.
    """
    truth = _truth(seen, yard)
    if truth is None or seen.outputs.shape[-1] != 1 or (facts.largest_share or 1) >= FREQUENT:
        return
    positive = _positive(seen, yard)
    share = float(np.mean(positive))
    ranked = _ranked(seen, truth)
    if ranked is None:
        return
    missed = max(share, 1 - share) >= ONE_SIDE and ranked >= RANKED
    yield found("threshold-misses-classes", missed, round(ranked, 3))


def _ranked(seen: Look, truth: Array) -> float | None:
    """Share of the pairs of a positive and a negative row that one unit ranks right (the area under
    the ROC curve); None with too few of either."""
    scores = seen.outputs[:, 0]
    yes, no = scores[truth == 1], scores[truth == 0]
    if min(len(yes), len(no)) < LEAST_OF_A_CLASS:
        return None
    return float(np.mean(yes[:, None] > no) + np.mean(yes[:, None] == no) / 2)


def _truth(seen: Look, yard: Yardstick) -> Array | None:
    """The class of each row, as the output numbers them."""
    if seen.outputs.shape[-1] > 1:
        return class_numbers(seen, yard)
    labels = np.asarray(seen.y)
    if "binary" not in yard.loss or labels.size != len(labels) or labels.dtype.kind not in "fiub":
        return None
    flat = labels.reshape(-1)
    return flat.astype(np.int64) if set(np.unique(flat).tolist()) <= {0, 1} else None


def _positive(seen: Look, yard: Yardstick) -> Array:
    return (seen.outputs[:, 0] > (0.0 if yard.are_logits(seen.outputs) else 0.5)).astype(np.int64)
