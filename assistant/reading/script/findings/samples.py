"""How many samples a fit is trained on, and how many updates that makes."""

from __future__ import annotations

import math

from assistant.reading.script.arguments import arguments
from assistant.reading.script.findings.facts import Facts
from assistant.reading.script.pairs import FitData
from assistant.reading.script.trace_types import Root
from assistant.reading.script.values import Call, const_of, number_of

#: training rows of bundled data sets, as their documentation gives them
_ROWS = {"load_iris": 150, "load_wine": 178, "load_breast_cancer": 569, "load_digits": 1797,
         "load_diabetes": 442, "mnist": 60_000, "fashion_mnist": 60_000, "cifar10": 50_000,
         "cifar100": 50_000, "imdb": 25_000, "reuters": 8982, "boston_housing": 404}  # fmt: skip
#: batch size that Keras takes when none is written
USUAL_BATCH = 32


def samples(facts: Facts, fit: FitData) -> int | None:
    """The number of samples, where every source of the inputs agrees on it."""
    if fit.train.x is None or fit.train.form != "arrays":
        return None
    counts = {_rows(root) for root in facts.tracer.trace(fit.train.x).roots}
    return counts.pop() if len(counts) == 1 else None


def _rows(root: Root) -> int | None:
    if root.name in _ROWS:
        return _ROWS[root.name] if root.part != 1 else None
    if root.kind != "random" or not isinstance(root.value, Call):
        return None
    size = root.value.arg("size")
    if size is None and root.name in ("rand", "randn") and root.value.args:
        size = root.value.args[0]
    plain = const_of(size)
    plain = plain[0] if isinstance(plain, tuple) and plain else plain
    return plain if isinstance(plain, int) else None


def updates_in_an_epoch(facts: Facts, fit: FitData) -> int | None:
    """Updates of one epoch, by ``steps_per_epoch`` or by samples and batch size."""
    named = arguments(fit.event)
    steps = number_of(named.get("steps_per_epoch"))
    if steps is not None and steps >= 1:
        return int(steps)
    rows = samples(facts, fit)
    written = named.get("batch_size")
    batch = number_of(written) if written is not None else USUAL_BATCH
    if rows is None or not batch or batch < 1:
        return None
    if fit.train.x is None or facts.tracer.trace(fit.train.x).has("head", "tail", "rows", "split"):
        rows //= 2  # part of them; at least half is what any usual cut leaves for training
    return max(1, math.ceil(rows / batch))
