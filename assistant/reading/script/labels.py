"""What the script tells of its labels: their form and the number of classes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.reading.script.pairs import Pair
from assistant.reading.script.ranges import Ranges, painted
from assistant.reading.script.trace import Tracer
from assistant.reading.script.trace_types import Root, Trace
from assistant.reading.script.values import Call, Seq, Value, const_of, number_of, text_of

#: bundled data sets -> form of their labels, number of classes
_DATASETS: dict[str, tuple[str, int | None]] = {
    "mnist": ("integers", 10),
    "fashion_mnist": ("integers", 10),
    "cifar10": ("integers", 10),
    "cifar100": ("integers", 100),
    "imdb": ("binary", 2),
    "reuters": ("integers", 46),
    "boston_housing": ("continuous", None),
    "california_housing": ("continuous", None),
    "load_iris": ("integers", 3),
    "load_wine": ("integers", 3),
    "load_digits": ("integers", 10),
    "load_breast_cancer": ("binary", 2),
    "load_diabetes": ("continuous", None),
    "fetch_california_housing": ("continuous", None),
    "make_regression": ("continuous", None),
    "make_moons": ("binary", 2),
    "make_circles": ("binary", 2),
}
_MODES = {"categorical": "one-hot", "sparse": "integers", "binary": "binary", "int": "integers",
          "raw": None, "multi_output": None}  # fmt: skip
_REAL_RANDOM = frozenset(
    {"rand", "randn", "random", "random_sample", "uniform", "normal", "standard_normal",
     "truncated_normal", "exponential", "gamma", "beta"}
)  # fmt: skip
_SHAPING = frozenset(
    {"shuffle", "head", "tail", "split", "rows", "reshape", "move-axes", "cast-whole", "blocks"}
)


@dataclass(frozen=True)
class LabelFacts:
    """What the script tells of the labels; None for what it does not.

    Args:
        form: as in the context ``label-form``.
        classes: their number.
        told_by: the value that told so.
        rank: number of axes.
        minimum: smallest value to be expected.
        maximum: largest value to be expected.
    """

    form: str | None = None
    classes: int | None = None
    told_by: Value | None = None
    rank: int | None = None
    minimum: float | None = None
    maximum: float | None = None


def label_facts(tracer: Tracer, ranges: Ranges, pair: Pair, output_units: int | None) -> LabelFacts:
    """What is known of the targets of a fit.

    A comparison gives zeros and ones: one column of them is a binary label, several may be one-hot
    or multi-hot, which only the arrays would tell.
    """
    if pair.y is None:
        return _from_source(pair)
    if pair.x is pair.y:
        return LabelFacts("continuous", None, pair.y)
    trace = tracer.trace(pair.y)
    found = replace(_from_trace(trace), rank=_rank(trace))
    if found.form == "binary" and output_units != 1 and found.rank != 1:
        return LabelFacts(rank=found.rank)
    reach = ranges.of(pair.y)
    if reach is not None and found.form in ("integers", "binary", "continuous"):
        found = replace(found, minimum=reach[0], maximum=reach[1])
    numbers = painted(pair.y)
    if numbers and found.form is None:
        found = replace(found, minimum=min(numbers), maximum=max(numbers))
    return found


#: steps that leave the number of axes as it is
_SAME_RANK = frozenset(
    {"shuffle", "head", "tail", "split", "rows", "cast-whole", "binary", "arithmetic", "modulo",
     "floor-divide"}
)  # fmt: skip


def _rank(trace: Trace) -> int | None:
    """Number of axes, where the labels are drawn with a written size."""
    if any(step.kind not in (*_SAME_RANK, "one-hot") for step in trace.steps):
        return None
    if len(trace.roots) != 1 or not isinstance(trace.roots[0].value, Call):
        return None
    call = trace.roots[0].value
    position = {"randint": 2, "integers": 2, "choice": 1}.get(call.last)
    size = const_of(call.arg("size", position)) if position else None
    rank = len(size) if isinstance(size, tuple) else 1 if isinstance(size, int) else None
    return None if rank is None else rank + sum(s.kind == "one-hot" for s in trace.steps)


def _from_source(pair: Pair) -> LabelFacts:
    source = pair.source
    if source is None:
        return LabelFacts()
    if source.last in ("flow_from_directory", "flow_from_dataframe"):
        written = source.arg("class_mode")
        mode = text_of(written) if written is not None else "categorical"
        return LabelFacts(_MODES.get(mode or ""), _listed(source.arg("classes")), source)
    if source.last.endswith("dataset_from_directory"):
        written = source.arg("label_mode")
        mode = text_of(written) if written is not None else "int"
        return LabelFacts(_MODES.get(mode or ""), _listed(source.arg("class_names")), source)
    return LabelFacts()


def _listed(value: Value | None) -> int | None:
    return len(value.items) if isinstance(value, Seq) and not value.many and value.items else None


def _from_trace(trace: Trace) -> LabelFacts:
    for position, step in enumerate(trace.steps):
        if step.kind in _SHAPING:
            continue
        behind = Trace(trace.steps[position + 1 :], trace.roots, trace.opaque)
        if step.kind in ("one-hot", "multi-hot"):
            inner = _from_trace(behind)
            classes = step.detail if isinstance(step.detail, int) else inner.classes
            return LabelFacts(step.kind, classes, step.value)
        if step.kind == "integers":
            return LabelFacts("integers", None, step.value)
        if step.kind == "binary":
            return LabelFacts("binary", 2, step.value)
        if step.kind == "modulo":
            classes = int(step.detail) if step.detail and step.detail == int(step.detail) else None
            return LabelFacts("integers" if classes != 2 else "binary", classes, step.value)
        if step.kind == "floor-divide":
            return LabelFacts("integers", None, step.value)
        if step.kind in ("arithmetic", "centre", "scale"):
            continuous = not trace.opaque and _continuous(trace)
            return LabelFacts("continuous", None, step.value) if continuous else LabelFacts()
        return LabelFacts()
    return _from_root(trace)


def _continuous(trace: Trace) -> bool:
    """Whether numbers calculated from these sources are surely no class numbers."""
    if trace.has("binary", "integers", "modulo", "floor-divide", "cast-whole", "round"):
        return False
    return any(root.kind == "random" and root.name in _REAL_RANDOM for root in trace.roots) or all(
        root.kind == "dataset" and _DATASETS.get(root.name, ("", 0))[0] == "continuous"
        for root in trace.roots
    )


def _from_root(trace: Trace) -> LabelFacts:
    if trace.has("blocks"):
        return _from_blocks(trace)
    if len(trace.roots) != 1:
        return LabelFacts()
    root = trace.roots[0]
    if root.kind == "dataset" and root.name in _DATASETS and root.column in (1, None):
        form, classes = _DATASETS[root.name]
        return LabelFacts(form, classes, root.value)
    if root.kind == "dataset" and isinstance(root.value, Call):
        return _made_by_sklearn(root, root.value)
    if root.kind == "random" and isinstance(root.value, Call):
        return _random(root, root.value, trace)
    return LabelFacts()


_FILLED = {"zeros": 0, "ones": 1, "zeros_like": 0, "ones_like": 1}


def _from_blocks(trace: Trace) -> LabelFacts:
    """Class numbers written out: ``[0] * 50 + [1] * 50``, ``np.repeat(np.arange(4), 50)``."""
    numbers: set[object] = set()
    for root in trace.roots:
        if root.name == "arange" and isinstance(root.value, Call) and len(root.value.args) == 1:
            count = const_of(root.value.args[0])
            numbers |= set(range(count)) if isinstance(count, int) and count < 10_000 else {None}
        elif root.name == "full" and isinstance(root.value, Call):
            numbers.add(const_of(root.value.arg("fill_value", 1)))
        else:
            numbers.add(_FILLED.get(root.name, const_of(root.value)))
    if numbers != set(range(len(numbers))):
        return LabelFacts()
    form = "binary" if len(numbers) == 2 else "integers"
    return LabelFacts(form, len(numbers), trace.roots[0].value)


def _made_by_sklearn(root: Root, call: Call) -> LabelFacts:
    name = {"make_classification": "n_classes", "make_blobs": "centers"}.get(root.name)
    if name is None:
        return LabelFacts()
    written = call.arg(name)
    default = 2 if name == "n_classes" else 3
    classes = const_of(written) if written is not None else default
    if not isinstance(classes, int):
        return LabelFacts("integers", None, call)
    return LabelFacts("binary" if classes == 2 else "integers", classes, call)


def _random(root: Root, call: Call, trace: Trace) -> LabelFacts:
    if root.name in ("randint", "integers", "random_integers"):
        low, high = number_of(call.arg("low", 0)), number_of(call.arg("high", 1))
        if "high" not in call.kwargs and len(call.args) < 2:
            low, high = 0, low
        if low is not None and high is not None:
            classes = int(high - low)
            binary = classes == 2 and low == 0
            return LabelFacts("binary" if binary else "integers", classes, call)
        return LabelFacts("integers", None, call)
    if root.name == "choice":
        given = const_of(call.arg("a", 0))
        values = range(given) if isinstance(given, int) else given
        if isinstance(values, (tuple, range)) and set(values) == set(range(len(values))):
            return LabelFacts("binary" if len(values) == 2 else "integers", len(values), call)
        return LabelFacts()
    if root.name in _REAL_RANDOM and not trace.has("cast-whole", "round"):
        return LabelFacts("continuous", None, call)
    return LabelFacts()
