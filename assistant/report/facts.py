"""The facts a report is built from: figures, the end of the model, the data, the checks."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.dialogue.experiments import probe_rules
from assistant.dialogue.situation import Situation
from assistant.report.masking import Masks
from assistant.report.page import Block, Bullets
from assistant.report.script import PROBE as SCRIPT_PROBE
from knowledge.texts import pick, say
from probes.network import Network

if TYPE_CHECKING:
    from assistant.reading.logs.records import Run

_BARS = "▁▂▃▄▅▆▇█"
_TAIL = 4
_ROWS = 60
#: classes with fewer rows could be told apart by their count
_FEW = 5


@dataclass(frozen=True)
class CheckRow:
    """One experiment of the case with its result in a line."""

    title: str
    result: str
    seconds: float


def sparkline(values: Sequence[float], width: int = 24) -> str:
    """A curve as block characters; what is not finite shows as ``×``.

    Args:
        values: figures by epoch, at least one.
        width: longer curves are thinned out to this many characters.
    """
    step = max(1, math.ceil(len(values) / width))
    shown = list(values)[::step]
    finite = [v for v in shown if math.isfinite(v)]
    if not finite:
        return "×" * len(shown)
    low, high = min(finite), max(finite)
    span = high - low or 1.0
    return "".join(
        _BARS[round((v - low) / span * (len(_BARS) - 1))] if math.isfinite(v) else "×"
        for v in shown
    )


def curves(run: Run, masks: Masks) -> tuple[tuple[str, tuple[float, ...]], ...]:
    """Each figure of a run over its epochs; none of a run with one epoch."""
    names = dict.fromkeys(n for e in run.epochs for n in e.metrics)
    found = (
        (masks.mask(name), tuple(e.metrics[name] for e in run.epochs if name in e.metrics))
        for name in names
    )
    return tuple((name, values) for name, values in found if len(values) > 1)


def epochs_table(run: Run, masks: Masks) -> list[str]:
    """The first two and last three epochs, and a sparkline for each figure."""
    count = len(run.epochs)
    chosen = sorted({*range(min(2, count)), *range(max(0, count - 3), count)})
    lines = [
        f"epoch {k + 1:>3}  "
        + "  ".join(f"{masks.mask(n)} {v:.4g}" for n, v in run.epochs[k].metrics.items())
        for k in chosen
    ]
    if count > 2:
        lines += [f"{n:<14} {sparkline(v)} {v[-1]:.4g}" for n, v in curves(run, masks)]
    return lines[:_ROWS]


def architecture(network: Network | None) -> str:
    """What kind of network it is, in a word: CNN, RNN, transformer, MLP, or its pretrained base."""
    if network is None or not network.layers:
        return ""
    if network.pretrained_base and network.pretrained_base != "unnamed":
        return network.pretrained_base
    kinds = {layer.kind for layer in network.layers}
    for name, marks in _ARCHITECTURES:
        if any(kind.startswith(mark) for kind in kinds for mark in marks):
            return name
    return ""


_ARCHITECTURES = (
    ("transformer", ("MultiHeadAttention",)),
    ("CNN", ("Conv2D", "Conv3D", "SeparableConv2D", "DepthwiseConv2D", "Convolution2D")),
    ("RNN", ("LSTM", "GRU", "SimpleRNN", "Bidirectional", "RNN")),
    ("1D CNN", ("Conv1D", "SeparableConv1D")),
    ("MLP", ("Dense",)),
)


def model_lines(network: Network | None, masks: Masks) -> list[str]:
    """The last layers and the compile settings; what is the user's own is masked."""
    if network is None:
        return []
    lines = []
    for layer in [x for x in network.layers if x.depth == 0][-_TAIL:]:
        kind = layer.kind if layer.kind not in network.custom else masks.mask(layer.kind)
        parts = [kind, "" if layer.units is None else str(layer.units)]
        if layer.activation not in (None, "linear"):
            parts.append(masks.mask(str(layer.activation)))
        lines.append(" ".join(part for part in parts if part))
    rate = f" {network.learning_rate:g}" if network.learning_rate is not None else ""
    loss = masks.mask(network.loss or "?")
    return [*lines, f"loss {loss}, optimizer {masks.mask(network.optimizer or '?')}{rate}"]


def data_table(case: Situation) -> Iterator[Block]:
    """Shapes, types, ranges and class shares as measured, rounded to two digits."""
    results = _results(case)
    rows = [
        _input_row(item, case) for item in results.get("input-statistics", {}).get("inputs", ())
    ]
    labels = results.get("label-shape", {}).get("labels")
    if isinstance(labels, Mapping):
        rows.append(_label_row(labels, case))
    if rows:
        yield Bullets(tuple(rows))


def _results(case: Situation) -> dict[str, Mapping[str, Any]]:
    """The results of the experiments on the user's own model, by probe."""
    return {
        str(e.data["probe"]): e.data.get("result") or {}
        for e in case.case.entries
        if e.kind == "probe" and not e.data.get("changes")
    }


def _input_row(item: Mapping[str, Any], case: Situation) -> str:
    figures = {k: _two(item.get(k)) for k in ("minimum", "maximum", "mean", "deviation")}
    return say(
        "report-input",
        case.language,
        kind=item.get("kind"),
        shape=_shape(item.get("shape")),
        dtype=item.get("dtype"),
        **figures,
    )


def _label_row(item: Mapping[str, Any], case: Situation) -> str:
    counts = [str(c) if c >= _FEW else f"<{_FEW}" for c in item.get("counts") or ()][:20]
    return say(
        "report-labels",
        case.language,
        form=item.get("form"),
        shape=_shape(item.get("shape")),
        dtype=item.get("dtype"),
        minimum=_two(item.get("minimum")),
        maximum=_two(item.get("maximum")),
        counts=", ".join(counts) or "–",
    )


def _shape(shape: object) -> str:
    return f"({', '.join(str(n) for n in shape)})" if isinstance(shape, (list, tuple)) else "–"


def _two(value: object) -> str:
    return f"{float(value):.2g}" if isinstance(value, (int, float)) else "–"


def checks(case: Situation) -> list[CheckRow]:
    """Each experiment that ran, with what it found."""
    rules, language = probe_rules(), case.language
    rows = []
    for entry in case.case.entries:
        if entry.kind != "probe" or entry.data["probe"] in ("trial", SCRIPT_PROBE):
            continue
        rule = rules.get(str(entry.data["probe"]))
        if rule is None:
            continue
        bad = [f for f in entry.findings if f.present and _abnormal(case, f.id)]
        result = "; ".join(case.finding_text(f) for f in bad) or pick(rule.fine, language)
        if not entry.data["ok"]:
            # What went wrong may name a file; that it did not run is enough.
            result = say("report-check-failed", language)
        title = pick(rule.title, language)
        if entry.data.get("changes"):
            title = say("probe-on-repaired", language, title=title)
        rows.append(CheckRow(title, result, float(entry.data.get("seconds") or 0)))
    return rows


def _abnormal(case: Situation, finding: str) -> bool:
    rule = case.knowledge.findings.get(finding)
    return rule is not None and rule.kind in ("symptom", "evidence")


def tried_titles(case: Situation) -> list[str]:
    """What the user tried in vain, by title."""
    rules = case.knowledge.causes
    tried = dict.fromkeys(str(f.value) for f in case.findings() if f.id == "already-tried")
    return [pick(rules[c].title, case.language) for c in tried if c in rules]
