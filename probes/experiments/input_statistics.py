"""Probe ``input-statistics``: can the network make something of the inputs as they are?

Measures the sample (up to 384 rows, 1.5 million values) as it stands behind the network's own
Rescaling: values that are no numbers, range, contrast inside a sample, scale of each feature,
constant inputs, token ids and wild single samples. Nothing is trained.

Thresholds (measured; 17 healthy networks gave no false positive, 10 faulty ones were found):
values beyond `LARGE` in size; standard deviation inside a sample over its mean below `CONTRAST`
(healthy images 0.48 to 0.76, prices as pictures 0.012); features whose standard deviations lie more
than `APART` from each other; images below `TINY` in size (0..1 divided by 255 again); validation
moments off by a factor `SHIFT`; samples `WILD` times as large as the middle one.
Inputs that the network normalises itself, and token ids, are exempt where it makes no difference.

Cost: 20 ms and the reading of the sample. Cannot see: rare rows that the sample missed; inputs that
are well scaled but hold nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from probes.apparatus.bench import Bench
from probes.arrays.inputs import InputFacts, expects_pixels, input_facts
from probes.arrays.thumbnails import COUNT, thumbnails
from probes.errors import ProbeError
from probes.finding import Finding, Scalar
from probes.loading.columns import Array
from probes.loading.naming import is_name_of_y
from probes.network import Network
from probes.reporter import Reporter

LARGE = 20.0
CONTRAST = 0.1
APART = 1e3
TINY = 0.02
FOR_PIXELS = 0.02
UNIT = 2.0
WILD = 20.0
FEW = 0.05
MOST_VALUES = 1_500_000
LEAST_ROWS = 32
_TEXT_LAYERS = ("TextVectorization", "StringLookup", "Hashing")


def run(bench: Bench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """Emit the findings; returns ``inputs``, a table with the figures of each input, and
    ``pictures``, small copies of the first images where the inputs are images."""
    network = bench.network if bench.has_model else None
    try:
        train = bench.setup.train if bench.subject.changes else bench.data.train
    except ProbeError as error:
        name = str(error.fields.get("name"))
        if error.key != "data-object-array" or is_name_of_y(name):
            raise
        report.finding(_found("inputs-object", True, name))
        return {"inputs": []}
    facts = [input_facts(_some(array), network) for array in train.x]
    judged = [finding for item in facts for finding in _judge(item, network)]
    for item, array in zip(facts, train.x, strict=True):
        judged += _twice(_some(array), network) if item.kind == "image" else []
    worst = _worst(judged)
    for finding in (*worst, *_contexts(facts, network, worst)):
        report.finding(finding)
    images = next((a for i, a in zip(facts, train.x, strict=True) if i.kind == "image"), None)
    return {
        "inputs": [_table(item, array) for item, array in zip(facts, train.x, strict=True)],
        "pictures": [] if images is None else thumbnails(images[:COUNT]),
    }


def _some(array: Array) -> Array:
    """As many rows as make `MOST_VALUES`; the sample's order is balanced, so its head will do."""
    row = max(1, int(np.prod(array.shape[1:])))
    return array[: max(LEAST_ROWS, MOST_VALUES // row)]


def _found(id: str, present: bool, value: Scalar = None, **details: Any) -> Finding:
    if isinstance(value, float):
        value = float(f"{value:.6g}")
    return Finding(id, present, value, source="probe", details=details)


def _worst(findings: list[Finding]) -> list[Finding]:
    """One finding an id: of several inputs, the one at fault."""
    by_id: dict[str, Finding] = {}
    for finding in findings:
        if finding.id not in by_id or finding.present:
            by_id[finding.id] = finding
    return list(by_id.values())


def _contexts(
    facts: list[InputFacts], network: Network | None, judged: list[Finding]
) -> Iterator[Finding]:
    first = facts[0]
    apart = any(finding.id == "features-scale-apart" and finding.present for finding in judged)
    yield _found("input-kind", True, first.kind)
    if not first.is_text and first.kind != "tokens":
        size = float(np.nanmax(np.abs(np.where(np.isfinite(first.values), first.values, 0))))
        yield _found("inputs-scaled", True, size <= LARGE and not apart)
    if network is not None and network.layers:
        yield _found("normalisation-inside", True, bool(network.scaling_inside))


def _judge(facts: InputFacts, network: Network | None) -> Iterator[Finding]:
    if facts.is_text:
        reads = network is not None and any(layer.kind in _TEXT_LAYERS for layer in network.layers)
        yield _found("inputs-object", not reads, str(facts.values.dtype))
        return
    yield _found("inputs-object", False)
    values = facts.values
    bad = ~np.isfinite(values)
    yield _found("inputs-nan", bool(bad.any()), float(bad.mean()))
    values = np.where(bad, 0.0, values)
    yield _found("inputs-all-zero", _share_of_zero(values) >= 0.5, _share_of_zero(values))
    same = bool(len(values) > 1 and np.ptp(values, axis=0).max() == 0)
    yield _found("inputs-constant", same, float(values.flat[0]))
    if facts.kind == "tokens":
        yield from _tokens(facts, values)
        return
    if not same:
        yield from _range(facts, values, network)
        yield from _contrast(facts, values)
        yield from _features(facts, values)
    yield _outliers(values)


def _tokens(facts: InputFacts, values: Array) -> Iterator[Finding]:
    top, low = float(values.max()), float(values.min())
    beyond = facts.embedded is not None and (top >= facts.embedded or low < 0)
    yield _found("token-ids-beyond-input-dim", beyond, int(top), input_dim=facts.embedded)


def _range(facts: InputFacts, values: Array, network: Network | None) -> Iterator[Finding]:
    size = float(np.abs(values).max())
    exempt = facts.normalised or expects_pixels(network) or _scaled_by_operation(facts)
    low, high = float(values.min()), float(values.max())
    large = size > LARGE and not exempt
    yield _found("inputs-large-range", large, size, minimum=low, maximum=high)
    if facts.kind == "image":
        tiny = float(np.percentile(np.abs(values), 99)) < TINY and not facts.normalised
        yield _found("inputs-tiny-range", tiny, size, minimum=low, maximum=high)


def _twice(images: Array, network: Network | None) -> list[Finding]:
    """Images of 0..1 or so in front of a Rescaling layer that is made for 0..255."""
    layers = network.layers if network is not None else ()
    scales = [layer.config.get("scale") for layer in layers if layer.kind == "Rescaling"]
    if not scales or images.dtype.kind not in "fiu" or not isinstance(scales[0], (int, float)):
        return []
    size = float(np.percentile(np.abs(np.nan_to_num(images.astype(np.float32))), 99))
    twice = scales[0] <= FOR_PIXELS and 0 < size <= UNIT
    return [_found("rescale-twice", twice, size, scale=scales[0])]


def _scaled_by_operation(facts: InputFacts) -> bool:
    """Scaling written as an operation (``x / 255``): that it scales is known, not how far."""
    return any(name not in ("Rescaling",) for name in facts.scaling)


def _contrast(facts: InputFacts, values: Array) -> Iterator[Finding]:
    if values.ndim < 3 or facts.kind not in ("image", "sequence"):
        return
    flat = values.reshape(len(values), -1)
    middle = np.abs(flat.mean(1))
    ratio = float(np.median(flat.std(1) / np.where(middle > 0, middle, np.inf)))
    if not np.isfinite(ratio) or not middle.any():
        return
    inside = float(np.median(flat.std(1)))
    low = ratio < CONTRAST and inside > 0 and not facts.normalised
    yield _found("inputs-low-contrast", low, ratio, deviation=inside, mean=float(flat.mean()))


def _features(facts: InputFacts, values: Array) -> Iterator[Finding]:
    if facts.kind not in ("tabular", "sequence") or values.shape[-1] < 2:
        return
    spread = values.reshape(-1, values.shape[-1]).std(0)
    spread = spread[spread > 0]
    if len(spread) < 2:
        return
    ratio = float(np.percentile(spread, 99) / np.percentile(spread, 1))
    apart = ratio > APART and not facts.normalised
    yield _found("features-scale-apart", apart, ratio)


def _outliers(values: Array) -> Finding:
    size = np.sqrt(np.square(values.reshape(len(values), -1)).mean(1))
    middle = float(np.median(size))
    wild = float(np.mean(size > WILD * middle)) if middle > 0 else 0.0
    worst = float(size.max() / middle) if middle > 0 else 0.0
    return _found("outlier-samples", 0 < wild <= FEW, wild, times=worst)


def _share_of_zero(values: Array) -> float:
    return float(np.mean(~values.reshape(len(values), -1).any(axis=1)))


def _table(facts: InputFacts, array: Array) -> dict[str, Any]:
    if facts.is_text:
        return {"kind": facts.kind, "shape": list(array.shape), "dtype": str(array.dtype)}
    finite = facts.values[np.isfinite(facts.values)]
    return {
        "kind": facts.kind,
        "shape": list(array.shape),
        "dtype": str(array.dtype),
        "minimum": float(finite.min()) if finite.size else None,
        "maximum": float(finite.max()) if finite.size else None,
        "mean": float(finite.mean()) if finite.size else None,
        "deviation": float(finite.std()) if finite.size else None,
    }
