"""In what range the values of a piece of data lie, as far as the script tells.

Ranges are followed from the source: random draws, bundled data sets and pixels have known ones,
arithmetic carries them on. A normal distribution counts as two deviations to either side.
"""

from __future__ import annotations

from collections.abc import Callable

from assistant.reading.script.trace_calls import is_random
from assistant.reading.script.trace_words import IMAGE_LOADERS, KEEP, KEEP_METHODS
from assistant.reading.script.values import (
    Attr,
    Binary,
    Call,
    Const,
    Item,
    Layer,
    Seq,
    Tensor,
    Value,
    const_of,
    number_of,
)

Range = tuple[float, float]

_FAR = 60
#: values looked at for what a script writes into an array
_PAINTED = 2000
_PIXELS: Range = (0.0, 255.0)
#: inputs of bundled data sets
_DATASETS: dict[str, Range] = {
    "mnist": _PIXELS,
    "fashion_mnist": _PIXELS,
    "cifar10": _PIXELS,
    "cifar100": _PIXELS,
    "boston_housing": (0.0, 711.0),
    "california_housing": (-124.0, 35_682.0),
    "fetch_california_housing": (-124.0, 35_682.0),
    "load_iris": (0.1, 7.9),
    "load_digits": (0.0, 16.0),
    "load_wine": (0.1, 1680.0),
    "load_breast_cancer": (0.0, 4254.0),
    "load_diabetes": (-0.2, 0.2),
    "make_classification": (-5.0, 5.0),
    "make_moons": (-1.2, 2.2),
    "make_circles": (-1.3, 1.3),
    "make_blobs": (-14.0, 14.0),
    "make_regression": (-4.0, 4.0),
}
_BOUNDED = {"sin": (-1.0, 1.0), "cos": (-1.0, 1.0), "tanh": (-1.0, 1.0), "sign": (-1.0, 1.0)}
_MINMAX = frozenset({"MinMaxScaler", "MaxAbsScaler", "Normalizer", "minmax_scale", "normalize"})
_BLANK = {"zeros": 0.0, "zeros_like": 0.0, "ones": 1.0, "ones_like": 1.0}
_MOVING = frozenset({"reshape", "transpose", "moveaxis", "swapaxes", "view", "shuffle", "sample",
                     "shuffled", "permutation"})  # fmt: skip


def painted(value: Value | None) -> frozenset[float] | None:
    """The numbers that were written into an array of zeros, ones or one number; None for any
    other array. An unrolled loop writes many times, so each array is looked at once."""
    numbers: set[float] = set()
    waiting, seen = [value], set[int]()
    while waiting:
        now = waiting.pop()
        if now is None or len(seen) > _PAINTED:
            return None
        if id(now) in seen:
            continue
        seen.add(id(now))
        number = number_of(now)
        if number is not None:
            numbers.add(number)
        elif isinstance(now, Item):
            waiting.append(now.base)
        elif not isinstance(now, Call):
            return None
        elif now.last == "setitem" and len(now.args) > 1:
            waiting += [now.receiver, now.args[1]]
        elif now.last in _BLANK:
            numbers.add(_BLANK[now.last])
        elif now.last == "full":
            waiting.append(now.arg("fill_value", 1))
        elif now.last in KEEP_METHODS or now.last in _MOVING or now.last in KEEP:
            within = now.receiver if now.path.startswith(".") else None
            waiting.append(within or (now.args[0] if now.args else None))
        else:
            return None
    return frozenset(numbers)


class Ranges:
    """Works ranges out, each value once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Value, Range | None]] = {}

    def of(self, value: Value | None, depth: int = 0) -> Range | None:
        """Least and largest value to be expected; None where the text does not tell."""
        if value is None or depth > _FAR:
            return None
        known = self._known.get(id(value))
        if known is None:
            self._known[id(value)] = (value, None)
            known = self._known[id(value)] = (value, self._work_out(value, depth + 1))
        return known[1]

    def magnitude(self, value: Value | None) -> float | None:
        """The largest absolute value to be expected."""
        found = self.of(value)
        return None if found is None else max(abs(found[0]), abs(found[1]))

    def _work_out(self, value: Value, depth: int) -> Range | None:
        if isinstance(value, Const):
            number = number_of(value)
            return None if number is None else (number, number)
        if isinstance(value, Binary):
            return self._binary(value, depth)
        if isinstance(value, Seq):
            return _union([self.of(item, depth) for item in value.items[:64]])
        if isinstance(value, Item):
            return self._item(value, depth)
        if isinstance(value, Attr):
            bundled = _bundled(value.base) if value.name == "data" else None
            return bundled or (None if value.name == "target" else self.of(value.base, depth))
        if isinstance(value, Call):
            return self._call(value, depth)
        if isinstance(value, Tensor) and isinstance(value.maker, Layer):
            return self._layer(value, value.maker, depth)
        return None

    def _item(self, value: Item, depth: int) -> Range | None:
        base = value.base
        index = const_of(value.index)
        if isinstance(base, Call) and base.last == "train_test_split" and isinstance(index, int):
            return self.of(base.args[index // 2], depth) if index // 2 < len(base.args) else None
        if isinstance(base, Call) and base.last == "shuffle" and isinstance(index, int):
            return self.of(base.args[index], depth) if index < len(base.args) else None
        whole = base.base if isinstance(base, Item) else base
        bundled = _bundled(whole)
        if bundled is not None:  # column 0 holds the inputs, column 1 the labels
            return bundled if index == 0 else None
        return self.of(base, depth)

    def _layer(self, value: Tensor, layer: Layer, depth: int) -> Range | None:
        inner = self.of(value.inputs[0], depth) if value.inputs else None
        if layer.kind == "Rescaling" and inner is not None:
            scale, offset = layer.const("scale"), layer.const("offset") or 0.0
            if isinstance(scale, (int, float)) and isinstance(offset, (int, float)):
                return inner[0] * scale + offset, inner[1] * scale + offset
        return (-3.0, 3.0) if layer.kind == "Normalization" else None

    def _binary(self, value: Binary, depth: int) -> Range | None:
        if value.op in ("compare", "bool", "not", "invert"):
            return 0.0, 1.0
        left, right = self.of(value.left, depth), self.of(value.right, depth)
        if value.op == "neg" and left is not None:
            return -left[1], -left[0]
        if value.op == "/" and left is not None and right is None and _is_spread(value.right):
            return -3.0, 3.0
        work = _ARITHMETIC.get(value.op)
        return work(left, right) if work and left is not None and right is not None else None

    def _call(self, call: Call, depth: int) -> Range | None:
        name = call.last
        drawn = call.path.startswith(("numpy.random.", "tensorflow.random."))
        if (drawn or is_random(call.receiver)) and name in _DRAWS:
            return _DRAWS[name](call)
        if name in ("fit_transform", "transform") and isinstance(call.receiver, Call):
            made = call.receiver.last
            return (0.0, 1.0) if made in _MINMAX else (-3.0, 3.0) if "Scaler" in made else None
        if name in _MINMAX or name == "to_categorical":
            return 0.0, 1.0
        if name in _BOUNDED:
            return _BOUNDED[name]
        if name in IMAGE_LOADERS or name.startswith("flow_from") or name.endswith("_directory"):
            return _PIXELS
        if name == "setitem" and len(call.args) > 1:
            return _union([self.of(call.receiver, depth), self.of(call.args[1], depth)])
        if name in ("zeros", "zeros_like"):
            return 0.0, 0.0
        if name in ("ones", "ones_like"):
            return 1.0, 1.0
        if name in KEEP_METHODS or name in _MOVING or name in KEEP:
            within = call.receiver if call.path.startswith(".") else None
            return self.of(within or (call.args[0] if call.args else None), depth)
        return None


def _union(found: list[Range | None]) -> Range | None:
    known = [one for one in found if one is not None]
    if not known or len(known) < len(found):
        return None
    return min(low for low, _ in known), max(high for _, high in known)


def _bundled(value: Value) -> Range | None:
    if not isinstance(value, Call):
        return None
    parts = value.path.split(".")
    if value.last == "load_data" and len(parts) > 1:
        return _DATASETS.get(parts[-2])
    return _DATASETS.get(value.last) if value.path.startswith("sklearn.datasets.") else None


def _is_spread(value: Value) -> bool:
    """Whether something is divided by its own standard deviation or range."""
    if isinstance(value, Binary):
        return _is_spread(value.left) or _is_spread(value.right)
    return isinstance(value, Call) and value.last in ("std", "ptp", "norm", "max")


def _add(a: Range, b: Range) -> Range | None:
    return a[0] + b[0], a[1] + b[1]


def _subtract(a: Range, b: Range) -> Range | None:
    return a[0] - b[1], a[1] - b[0]


def _multiply(a: Range, b: Range) -> Range | None:
    corners = [x * y for x in a for y in b]
    return min(corners), max(corners)


def _divide(a: Range, b: Range) -> Range | None:
    if b[0] <= 0 <= b[1]:
        return None
    corners = [x / y for x in a for y in b]
    return min(corners), max(corners)


_ARITHMETIC: dict[str, Callable[[Range, Range], Range | None]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
}


def _given(call: Call, name: str, position: int, default: float) -> float | None:
    """A number that is written, its default where it is not; None where it cannot be read."""
    written = call.arg(name, position)
    return default if written is None else number_of(written)


def _unit(call: Call) -> Range | None:
    return 0.0, 1.0


def _standard(call: Call) -> Range | None:
    return -2.0, 2.0


def _uniform(call: Call) -> Range | None:
    low, high = _given(call, "low", 0, 0.0), _given(call, "high", 1, 1.0)
    return None if low is None or high is None else (low, high)


def _normal(call: Call) -> Range | None:
    if call.path.startswith("tensorflow."):
        return _standard(call)  # its first argument is the shape
    mean, spread = _given(call, "loc", 0, 0.0), _given(call, "scale", 1, 1.0)
    return None if mean is None or spread is None else (mean - 2 * spread, mean + 2 * spread)


def _whole(call: Call) -> Range | None:
    low, high = number_of(call.arg("low", 0)), number_of(call.arg("high", 1))
    if "high" not in call.kwargs and len(call.args) < 2:
        low, high = 0.0, low
    return None if low is None or high is None else (float(low), high - 1.0)


def _chosen(call: Call) -> Range | None:
    given = const_of(call.arg("a", 0))
    if isinstance(given, int):
        return 0.0, given - 1.0
    numbers = [n for n in given if isinstance(n, (int, float))] if isinstance(given, tuple) else []
    return (float(min(numbers)), float(max(numbers))) if numbers else None


_DRAWS: dict[str, Callable[[Call], Range | None]] = {
    **dict.fromkeys(("rand", "random", "random_sample", "ranf", "sample"), _unit),
    **dict.fromkeys(("randn", "standard_normal"), _standard),
    **dict.fromkeys(("randint", "integers"), _whole),
    "uniform": _uniform,
    "normal": _normal,
    "choice": _chosen,
}
