"""Walks back from a piece of data to where it was loaded, noting what was done to it on the way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

from assistant.reading.script.trace_calls import trace_call
from assistant.reading.script.trace_types import Root, Step, Trace
from assistant.reading.script.values import (
    Attr,
    Binary,
    Call,
    Const,
    Either,
    Item,
    Layer,
    Model,
    Seq,
    Tensor,
    Unknown,
    Value,
    const_of,
    number_of,
)

#: how far back the walk goes
_FAR = 60
#: how many different pieces of one list are looked at
_PIECES = 64


@dataclass
class Tracer:
    """Traces values, each once."""

    _known: dict[int, tuple[Value, Trace]] = field(default_factory=dict)

    def trace(self, value: Value | None, depth: int = 0) -> Trace:
        """The way of a value; opaque for what cannot be followed."""
        if value is None or depth > _FAR:
            return Trace(opaque=True)
        known = self._known.get(id(value))
        if known is not None:
            return known[1]
        self._known[id(value)] = (value, Trace(opaque=True))  # a circle is not followed
        found = self._walk(value, depth + 1)
        self._known[id(value)] = (value, found)
        return found

    def _walk(self, value: Value, depth: int) -> Trace:
        if isinstance(value, Call):
            return trace_call(self, value, depth)
        if isinstance(value, Item):
            return self._item(value, depth)
        if isinstance(value, Attr):
            return self._attribute(value, depth)
        if isinstance(value, Binary):
            return self._binary(value, depth)
        if isinstance(value, Seq):
            return self.several(value.items, depth) if value.items else Trace(opaque=True)
        if isinstance(value, Either):
            return replace(self.trace(value.options[0], depth), opaque=True)
        if isinstance(value, Tensor):
            return self._tensor(value, depth)
        if isinstance(value, Const):
            return Trace(roots=(Root("made", "constant", value),))
        name = value.name if isinstance(value, Unknown) else ""
        return Trace(roots=(Root("unknown", name, value),), opaque=True)

    def _attribute(self, value: Attr, depth: int) -> Trace:
        found = self.trace(value.base, depth)
        if value.name == "T":
            return found.behind(Step("move-axes", value))
        column = {"data": 0, "target": 1}.get(value.name)
        if column is not None and len(found.roots) == 1 and found.roots[0].kind == "dataset":
            return replace(found, roots=(replace(found.roots[0], column=column),))
        return found

    def several(self, values: list[Value], depth: int) -> Trace:
        """Data put together of pieces: the longest way stands for all, all tell the sources."""
        unique = list({id(value): value for value in values}.values())[:_PIECES]
        traces = [self.trace(value, depth) for value in unique]
        roots = {(root.kind, root.name, id(root.value)): root for t in traces for root in t.roots}
        steps = max((t.steps for t in traces), key=len, default=())
        whole = Trace(steps, tuple(roots.values()), any(t.opaque for t in traces))
        if len(unique) > 1 and _in_blocks(values, unique, traces):
            return whole.behind(Step("blocks", values[0]))
        return whole

    def _item(self, value: Item, depth: int) -> Trace:
        base, index = value.base, value.index
        plain = const_of(index)
        if isinstance(base, Call):
            if base.last == "train_test_split" and isinstance(plain, int):
                return self._split(base, plain, depth)
            if base.last == "shuffle" and isinstance(plain, int) and plain < len(base.args):
                step = Step("shuffle", base, ("together", id(base)))
                return self.trace(base.args[plain], depth).behind(step)
            if base.last == "eye":
                return self.trace(index, depth).behind(
                    Step("one-hot", base, const_of(base.arg("N", 0)))
                )
        root = self._bundled(value)
        if root is not None:
            return root
        found = self.trace(base, depth)
        return self._indexed(found, value, index, depth)

    def _split(self, call: Call, position: int, depth: int) -> Trace:
        if position // 2 >= len(call.args):
            return Trace(opaque=True)
        found = self.trace(call.args[position // 2], depth)
        part = "train" if position % 2 == 0 else "test"
        shuffled = const_of(call.arg("shuffle")) is not False
        found = found.behind(Step("split", call, (part, id(call))))
        return found.behind(Step("shuffle", call, ("together", id(call)))) if shuffled else found

    def _bundled(self, value: Item) -> Trace | None:
        """``(x, y), (x_test, y_test) = mnist.load_data()`` and ``load_iris(return_X_y=True)``."""
        column = const_of(value.index)
        inner = value.base
        if isinstance(inner, Item) and isinstance(inner.base, Call):
            part = const_of(inner.index)
            if inner.base.last == "load_data" and isinstance(part, int):
                name = inner.base.path.split(".")[-2] if "." in inner.base.path else ""
                return Trace(roots=(Root("dataset", name, inner.base, part, column),))
        if isinstance(inner, Call) and inner.path.startswith("sklearn.datasets."):
            return Trace(roots=(Root("dataset", inner.last, inner, None, column),))
        return None

    def _indexed(self, found: Trace, value: Item, index: Value, depth: int) -> Trace:
        rows = index
        if isinstance(index, Seq) and index.kind == "tuple" and index.items:
            rows = index.items[0]
        if isinstance(rows, Seq) and rows.kind == "slice":
            lower, upper = rows.items[0], rows.items[1]
            starts = isinstance(lower, Const) and lower.value in (None, 0)
            ends = isinstance(upper, Const) and upper.value is None
            if starts and not ends:
                return found.behind(Step("head", value, upper))
            if ends and not starts:
                return found.behind(Step("tail", value, lower))
            return found
        if isinstance(rows, Const):
            return found
        way = self.trace(rows, depth)
        permuted = way.first("shuffle")
        if permuted is not None:
            return found.behind(Step("shuffle", value, ("index", id(permuted.value))))
        return found.behind(Step("rows", value))

    def _binary(self, value: Binary, depth: int) -> Trace:
        if value.op in ("compare", "not", "bool", "invert"):
            return self.trace(value.left, depth).behind(Step("binary", value))
        data, other = value.left, value.right
        if isinstance(data, Const) and not isinstance(other, Const):
            data, other = other, data
        found = self.trace(data, depth)
        if not isinstance(other, Const) and value.op != "/":
            beside = self.trace(other, depth)
            roots = found.roots + tuple(r for r in beside.roots if r not in found.roots)
            found = replace(found, roots=roots)
        return found.behind(_arithmetic(value, other))

    def _tensor(self, value: Tensor, depth: int) -> Trace:
        found = self.trace(value.inputs[0], depth) if value.inputs else Trace(opaque=True)
        maker = value.maker
        if isinstance(maker, Layer):
            if maker.kind in ("Rescaling", "Normalization"):
                return found.behind(Step("scale", value, maker.kind))
            if maker.kind.startswith("Random"):
                return found.behind(Step("augment", value))
            return (
                found if maker.kind in ("Resizing", "CenterCrop") else replace(found, opaque=True)
            )
        if isinstance(maker, Model) and maker.parts:
            for part in maker.parts:
                kind = part.value.kind if isinstance(part.value, Layer) else ""
                if kind in ("Rescaling", "Normalization"):
                    found = found.behind(Step("scale", value, kind))
                elif kind.startswith("Random"):
                    found = found.behind(Step("augment", value))
            return found
        return replace(found, opaque=True)


def _in_blocks(values: list[Value], unique: list[Value], traces: list[Trace]) -> bool:
    """``[0] * 50 + [1] * 50`` or zeros before ones: equal values, one block after the other."""
    marks: dict[int, object] = {}
    for value, trace in zip(unique, traces, strict=True):
        root = trace.roots[0] if len(trace.roots) == 1 else None
        if root is None or root.kind != "made" or trace.opaque:
            return False
        filled = root.value.arg("fill_value", 1) if isinstance(root.value, Call) else root.value
        marks[id(value)] = (root.name, const_of(filled))
    row = [marks.get(id(value)) for value in values]
    changes = sum(a != b for a, b in pairwise(row))
    return len(set(row)) > 1 and changes == len(set(row)) - 1


def _arithmetic(value: Binary, other: Value) -> Step:
    number = number_of(other)
    if value.op == "//":
        return Step("floor-divide", value, number)
    if value.op == "%":
        return Step("modulo", value, number)
    if value.op == "/":
        if number is None:
            return Step("scale", value, "divide")
        wide = 2 <= abs(number) <= 100_000
        return Step("scale", value, number) if wide else Step("arithmetic", value, number)
    if value.op == "*" and number is not None and 0 < abs(number) < 0.02:
        return Step("scale", value, round(1 / number, 6))
    if value.op == "-" and number is None:
        return Step("centre", value)
    return Step("arithmetic", value, (value.op, number))
