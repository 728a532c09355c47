"""Probe ``output-check``: what does the saved network answer, and what did it cost before training?

The answers to some rows (`apparatus.look`) and those of a fresh copy, without training: the first
loss against that of a blind guess, output sums and range, spread over the rows, rows on the plateau
where Keras clips probabilities, always the same class.

Thresholds: a fresh loss above `FAR` times that of the best constant answer or of equal
probabilities, ln N (classification only: healthy networks had at most 2.1, faulty ones at least
2.9; behind a frozen base, whose features may be of any size, it is left out); answers that vary
less than `CONSTANT` from row to row (healthy at least 0.019). A clipped row costs -ln 1e-7 = 16.118
(Keras source, `epsilon`); `CLIPPED` of the rows wrong by as much, and making up nearly all of the
loss, is a plateau without gradient. "Always the same class" alone misfires on fresh batch
normalisation and on imbalance, so it counts only with a skill of none.

Cost: 0.1 to 0.3 s. Cannot see: what the answers to other rows are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from probes.apparatus.bench import Bench
from probes.apparatus.look import Look, found, fresh_part, kept, look
from probes.apparatus.setup import Setup
from probes.apparatus.skill import EPSILON, Yardstick, yardstick
from probes.apparatus.training import predict
from probes.finding import Finding
from probes.loading.columns import Array
from probes.reporter import Reporter

FAR = 2.5
CONSTANT = 1e-3
CLIPPED = 0.05
CLIPPED_SHARE_OF_LOSS = 0.9
SAME_CLASS = 0.98
BALANCED = 0.8
NO_SKILL = 0.05
_BINARY = ("binary_crossentropy", "binary_focal_crossentropy")


def run(bench: Bench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """Emit the findings; returns the losses: ``first``, ``saved``, ``constant``, ``uniform``."""
    seen = look(bench)
    yard = yardstick(seen.setup.network, seen.y)
    for finding in form_findings(seen, yard):
        report.finding(finding)
    first = _first_loss(bench, seen, yard)
    if first is not None and seen.setup.classes is not None and not seen.cut:
        for finding in first_loss_findings(first, yard):
            report.finding(finding)
    report.check()
    share = (bench.labels.largest_share if bench.labels else None) or 0.0
    if seen.trained:
        for finding in answer_findings(seen, yard, share):
            report.finding(finding)
    return {
        "first": first,
        "saved": yard.loss_of(seen.outputs) if comparable(yard, seen.outputs) else None,
        "constant": yard.constant,
        "uniform": yard.uniform,
    }


def form_findings(seen: Look, yard: Yardstick) -> Iterator[Finding]:
    """Sums and range of the outputs, for losses that take probabilities."""
    outputs = seen.outputs
    if yard.logits or not np.isfinite(outputs).all():
        return  # what is no number at all has a finding of its own
    loss = seen.setup.network.loss or ""
    if "categorical" in loss and outputs.shape[-1] > 1:
        off = float(np.max(np.abs(outputs.sum(-1) - 1)))
        yield found("output-rows-not-probabilities", off > 0.02, float(f"{off:.3g}"))
    elif loss in _BINARY:
        low, high = float(outputs.min()), float(outputs.max())
        beyond = low < -0.001 or high > 1.001
        worst = low if -low > high - 1 else high
        yield found("outputs-outside-0-1", beyond, float(f"{worst:.3g}"))


def first_loss_findings(first: float, yard: Yardstick) -> Iterator[Finding]:
    """Classification by one of Keras's cross-entropies, for which `FAR` was measured: the first
    loss over that of the best constant answer."""
    if yard.uniform and yard.logits is not None:
        ratio = first / max(yard.constant, yard.uniform)
        far = bool(np.isfinite(ratio) and ratio > FAR)
        yield found("initial-loss-far-from-constant", far, round(ratio, 4))


def answer_findings(seen: Look, yard: Yardstick, largest_share: float) -> Iterator[Finding]:
    """What a trained model answers.

    Args:
        largest_share: of the most frequent class in all labels: with few others, always naming it
            is what a sound model does too.
    """
    setup, outputs = seen.setup, seen.outputs
    flat = outputs.reshape(len(outputs), -1)
    if outputs.ndim == 2 and (setup.classes is not None or _is_multi_label(setup)):
        spread = float(flat.std(0).mean())
        yield found("prediction-constant", spread < CONSTANT, float(f"{spread:.3g}"))
    elif setup.classes is None and outputs.ndim == 2 and outputs.shape[1] == 1:
        spread = float(flat.std() / (np.std(seen.y) + 1e-12))
        yield found("prediction-constant", spread < CONSTANT, float(f"{spread:.3g}"))
    if not comparable(yard, outputs):
        return
    skill = yard.skill_of(outputs)
    if setup.classes is not None and outputs.ndim == 2 and largest_share <= BALANCED:
        yield _one_class(outputs, skill)
    clipped = clipped_share(yard, outputs)
    if clipped is not None:
        loss = round(yard.loss_of(outputs), 4)
        yield found("clip-plateau-wrong-share", clipped >= CLIPPED, loss, share=round(clipped, 4))


def clipped_share(yard: Yardstick, outputs: Array) -> float | None:
    """Share of rows whose true class has no probability at all, where these rows make up nearly
    the whole loss; 0 where they do not, None for other losses."""
    if yard.logits or outputs.ndim != 2 or "categorical" not in yard.loss:
        return None
    labels = np.asarray(yard.labels)
    numbers = labels.argmax(-1) if labels.ndim > 1 and labels.shape[-1] > 1 else labels.reshape(-1)
    numbers = numbers.astype(np.int64)
    if len(numbers) != len(outputs) or numbers.min() < 0 or numbers.max() >= outputs.shape[1]:
        return None
    total = outputs.sum(-1)
    picked = outputs[np.arange(len(outputs)), numbers] / np.where(total != 0, total, 1.0)
    share = float(np.mean(picked <= EPSILON))
    loss = yard.loss_of(outputs)
    explained = share * -np.log(EPSILON)
    return share if explained >= CLIPPED_SHARE_OF_LOSS * loss else 0.0


def comparable(yard: Yardstick, outputs: Array) -> bool:
    """Whether labels and outputs have shapes that a loss can compare."""
    try:
        return yard.usable and np.isfinite(yard.loss_of(outputs))
    except (ValueError, IndexError):
        return False


def _first_loss(bench: Bench, seen: Look, yard: Yardstick) -> float | None:
    """Mean loss of a fresh copy in training mode; None where labels and outputs do not fit."""
    copied = fresh_part(bench)
    with kept(copied):
        outputs = predict(copied, seen.x, training=True)
    return yard.loss_of(outputs) if comparable(yard, outputs) else None


def _one_class(outputs: Array, skill: float) -> Finding:
    units = outputs.shape[1]
    chosen = outputs.argmax(1) if units > 1 else (outputs[:, 0] > 0.5).astype(int)
    share = float(np.bincount(chosen).max() / len(chosen))
    stuck = share >= SAME_CLASS and skill < NO_SKILL
    return found("predicts-one-class", stuck, round(share, 3))


def _is_multi_label(setup: Setup) -> bool:
    return setup.network.loss == "binary_crossentropy" and (setup.network.output_units or 0) > 1
