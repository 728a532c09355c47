"""How large the values of a piece of data are, as far as the script tells."""

from __future__ import annotations

from assistant.reading.script.trace_types import Root, Trace
from assistant.reading.script.values import Call, const_of, number_of

#: largest value of the inputs of bundled data sets, about
_DATASETS = {
    "mnist": 255.0,
    "fashion_mnist": 255.0,
    "cifar10": 255.0,
    "cifar100": 255.0,
    "boston_housing": 711.0,
    "california_housing": 35_682.0,
    "fetch_california_housing": 35_682.0,
    "load_iris": 7.9,
    "load_digits": 16.0,
    "load_wine": 1680.0,
    "load_breast_cancer": 4254.0,
    "load_diabetes": 0.2,
    "make_classification": 5.0,
    "make_moons": 2.2,
    "make_circles": 1.3,
    "make_blobs": 14.0,
    "make_regression": 4.0,
}
_UNIT = frozenset({"rand", "random", "random_sample", "ranf", "sample"})
_STANDARD = frozenset({"randn", "standard_normal"})


def magnitude(trace: Trace) -> float | None:
    """The largest absolute value to be expected, None where the text does not tell.

    Steps are followed from the source: constants added, multiplied, divided by.
    """
    if trace.opaque or not trace.roots:
        return None
    sizes = [_of_root(root) for root in trace.roots]
    if any(size is None for size in sizes):
        return None
    size: float | None = max(size for size in sizes if size is not None)
    for step in reversed(trace.steps):
        if size is None:
            return None
        if step.kind == "scale":
            size = size / step.detail if isinstance(step.detail, (int, float)) else 3.0
        elif step.kind == "arithmetic":
            size = _calculated(size, step.detail)
        elif step.kind in ("partial", "unknown", "one-hot", "integers", "floor-divide", "modulo"):
            return None
    return size


def _calculated(size: float, detail: object) -> float | None:
    if isinstance(detail, tuple):
        op, number = detail
        if op in ("+", "-"):
            return size + abs(number) if isinstance(number, (int, float)) else size
        if op == "*" and isinstance(number, (int, float)):
            return size * abs(number)
        return None
    return size if detail in ("sin", "cos", "tanh", "abs", "add", "subtract") else None


def _of_root(root: Root) -> float | None:
    if root.kind in ("image", "directory"):
        return 255.0
    if root.kind == "dataset":
        return _DATASETS.get(root.name)
    if root.kind == "made" and root.name in ("zeros", "ones", "zeros_like", "ones_like", "empty"):
        return 1.0
    if root.kind == "made" and root.name == "constant":
        number = const_of(root.value)
        return abs(float(number)) if isinstance(number, (int, float)) else None
    if root.kind == "random" and isinstance(root.value, Call):
        return _of_random(root.name, root.value)
    return None


def _of_random(name: str, call: Call) -> float | None:
    if name in _UNIT:
        return 1.0
    if name in _STANDARD:
        return 3.0
    if name in ("randint", "integers"):
        high = call.arg("high", 1) if len(call.args) > 1 or "high" in call.kwargs else None
        return number_of(high if high is not None else call.arg("low", 0))
    if name == "uniform":
        lowest, highest = _given(call, "low", 0, 0.0), _given(call, "high", 1, 1.0)
        return None if lowest is None or highest is None else max(abs(lowest), abs(highest))
    if name == "normal":
        mean, spread = _given(call, "loc", 0, 0.0), _given(call, "scale", 1, 1.0)
        return None if mean is None or spread is None else abs(mean) + 2 * abs(spread)
    return None


def _given(call: Call, name: str, position: int, default: float) -> float | None:
    """A number that is written, its default where it is not; None where it cannot be read."""
    written = call.arg(name, position)
    return default if written is None else number_of(written)
