"""What calls do to the data that passes through them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Protocol

from assistant.reading.script.trace_types import Root, Step, Trace
from assistant.reading.script.trace_words import (
    AUGMENTATIONS,
    CALCULATED,
    FILE_LOADERS,
    IMAGE_LOADERS,
    KEEP,
    KEEP_METHODS,
    MADE,
    MOVE,
    SCALE_FUNCTIONS,
    SCALERS,
)
from assistant.reading.script.values import (
    Attr,
    Call,
    Const,
    Item,
    Seq,
    Unknown,
    Value,
    const_of,
    number_of,
)

_WHOLE_TYPES = ("int", "uint")
_FILE_LIBRARIES = ("numpy", "pandas", "scipy", "h5py")
_GENERATORS = ("flow", "flow_from_directory", "flow_from_dataframe")


class Walker(Protocol):
    """What these functions need of the tracer."""

    def trace(self, value: Value | None, depth: int = 0) -> Trace: ...

    def several(self, values: list[Value], depth: int) -> Trace: ...


def trace_call(tracer: Walker, call: Call, depth: int) -> Trace:
    """The way of what a call returns."""
    special = _SPECIAL.get(call.path)
    if special is not None:
        return special(tracer, call, depth)
    if call.path.startswith("."):
        return _method(tracer, call, depth)
    return _library(tracer, call, depth)


def _method(tracer: Walker, call: Call, depth: int) -> Trace:
    name = call.last
    if name in ("fit_transform", "transform"):
        return _transformed(tracer, call, depth)
    if name in _GENERATORS:
        return _generator(tracer, call, depth)
    if name.startswith("predict"):
        return Trace(roots=(Root("prediction", name, call),))
    if is_random(call.receiver):
        return _random(tracer, call, depth)
    found = tracer.trace(call.receiver, depth)
    if name == "astype":
        wanted = call.arg("dtype", 0)
        kind = str(const_of(wanted) or getattr(wanted, "last", ""))
        return found.behind(Step("cast-whole", call)) if kind.startswith(_WHOLE_TYPES) else found
    if name in _METHOD_STEPS:
        return found.behind(Step(_METHOD_STEPS[name], call, ("dataset", id(call))))
    if name in ("take", "skip"):
        kind = "head" if name == "take" else "tail"
        return found.behind(Step(kind, call, call.arg("count", 0)))
    if name in MOVE:
        return found.behind(Step("move-axes", call))
    if name in KEEP_METHODS or isinstance(call.receiver, Attr):
        return found
    if name in CALCULATED:
        return found.behind(Step("arithmetic", call, name))
    return replace(found, opaque=True).behind(Step("unknown", call))


_METHOD_STEPS = {
    "argmax": "integers",
    "factorize": "integers",
    "shuffle": "shuffle",
    "sample": "shuffle",
    "reshape": "reshape",
    "view": "reshape",
}


def _transformed(tracer: Walker, call: Call, depth: int) -> Trace:
    found = tracer.trace(call.arg("X", 0) or call.arg("y", 0), depth)
    made = call.receiver.last if isinstance(call.receiver, Call) else ""
    if made in SCALERS:
        fresh = call.last == "fit_transform"
        return found.behind(Step("scale", call, (made, id(call.receiver), fresh)))
    if made in ("LabelEncoder", "OrdinalEncoder"):
        return found.behind(Step("integers", call))
    if made in ("LabelBinarizer", "OneHotEncoder", "MultiLabelBinarizer"):
        kind = "multi-hot" if made == "MultiLabelBinarizer" else "one-hot"
        return found.behind(Step(kind, call))
    return replace(found, opaque=True).behind(Step("unknown", call))


def _generator(tracer: Walker, call: Call, depth: int) -> Trace:
    """What an ImageDataGenerator yields."""
    if call.last == "flow":
        found = tracer.trace(call.arg("x", 0), depth)
    else:
        found = Trace(roots=(Root("directory", call.last, call),))
    maker = call.receiver
    if not isinstance(maker, Call) or maker.last != "ImageDataGenerator":
        return replace(found, opaque=True)
    return generator_steps(found, maker)


def generator_steps(found: Trace, maker: Call) -> Trace:
    """What the settings of an ImageDataGenerator do to its images."""
    rescale = maker.arg("rescale")
    if rescale is not None and const_of(rescale) not in (1, 1.0, False):
        number = number_of(rescale)
        written = not (isinstance(rescale, Const) and rescale.value is None)
        if written:
            detail = round(1 / number, 6) if number else "rescale"
            found = found.behind(Step("scale", maker, detail))
    if maker.arg("preprocessing_function") is not None:
        found = found.behind(Step("scale", maker, "preprocessing_function"))
    for name in ("featurewise_std_normalization", "samplewise_std_normalization"):
        if const_of(maker.arg(name)) is True:
            found = found.behind(Step("scale", maker, name))
    if next(augmentations(maker), None) is not None:
        found = found.behind(Step("augment", maker))
    return found


def augmentations(maker: Call) -> Iterator[str]:
    """Settings of an ImageDataGenerator that change images at random."""
    for name in AUGMENTATIONS:
        value = maker.arg(name)
        off = isinstance(value, Const) and not value.value
        if value is not None and not off:
            yield name


def _library(tracer: Walker, call: Call, depth: int) -> Trace:
    name, path = call.last, call.path
    if path.startswith(("numpy.random.", "tensorflow.random.", "random.")):
        return _random(tracer, call, depth)
    root = _root_of(name, path)
    if root is not None:
        return Trace(roots=(Root(root, name, call),))
    first = call.args[0] if call.args else next(iter(call.kwargs.values()), None)
    if first is None:
        return Trace(roots=(Root("unknown", name, call),), opaque=True)
    if isinstance(first, Seq) and not first.many and name in KEEP:
        found = tracer.several(first.items, depth)
    else:
        found = tracer.trace(first, depth)
    return _by_name(found, call, name)


def _root_of(name: str, path: str) -> str | None:
    if path.startswith("sklearn.datasets."):
        return "dataset"
    if name.endswith("dataset_from_directory"):
        return "directory"
    if name in IMAGE_LOADERS and not path.startswith(("builtins.", "?")):
        return "image"
    if name in FILE_LOADERS and path.split(".")[0] in _FILE_LIBRARIES:
        return "file"
    return "made" if name in MADE else None


def _by_name(found: Trace, call: Call, name: str) -> Trace:
    """What a library function of this name does to the data of its first argument."""
    if name == "to_categorical":
        classes = call.arg("num_classes", 1) or call.arg("nb_classes")
        return found.behind(Step("one-hot", call, const_of(classes)))
    if name in ("one_hot", "get_dummies", "label_binarize"):
        return found.behind(Step("one-hot", call, const_of(call.arg("depth", 1))))
    if name in _FUNCTION_STEPS:
        return found.behind(Step(_FUNCTION_STEPS[name], call))
    if name == "preprocess_input" or name in SCALE_FUNCTIONS:
        return found.behind(Step("scale", call, name))
    if name in MOVE:
        return found.behind(Step("move-axes", call))
    if name in ("permutation", "shuffle"):
        return found.behind(Step("shuffle", call, ("data", id(call))))
    if name == "repeat" and any(root.name in ("arange", "constant") for root in found.roots):
        return found.behind(Step("blocks", call))
    if name in KEEP:
        return found
    if name in CALCULATED:
        return found.behind(Step("arithmetic", call, name))
    return replace(found, opaque=True).behind(Step("unknown", call))


_FUNCTION_STEPS = {
    "argmax": "integers",
    "factorize": "integers",
    "digitize": "integers",
    "unique": "integers",
    "where": "binary",
    "isin": "binary",
    "equal": "binary",
    "greater": "binary",
    "reshape": "reshape",
    "round": "round",
    "rint": "round",
}


def is_random(receiver: Value | None) -> bool:
    """Whether a method belongs to a random generator, by its making or its usual name."""
    if isinstance(receiver, Call):
        return receiver.last in ("default_rng", "RandomState", "Generator", "Random")
    return isinstance(receiver, Unknown) and receiver.name in ("rng", "rs", "random_state")


def _random(tracer: Walker, call: Call, depth: int) -> Trace:
    if call.last not in ("permutation", "shuffle"):
        return Trace(roots=(Root("random", call.last, call),))
    first = call.args[0] if call.args else None
    if first is None or _is_count(first):
        made = Root("made", "permutation", call)
        return Trace((Step("shuffle", call, ("index", id(call))),), (made,))
    return tracer.trace(first, depth).behind(Step("shuffle", call, ("data", id(call))))


def _is_count(value: Value) -> bool:
    """``len(x)``, ``x.shape[0]``, ``np.arange(n)`` or a number: row numbers, not data."""
    if isinstance(value, Item):
        return isinstance(value.base, Attr) and value.base.name == "shape"
    made = isinstance(value, Call) and value.last in ("len", "arange", "range")
    return made or isinstance(value, Const) or (isinstance(value, Unknown) and value.name in _SIZES)


_SIZES = ("n", "N", "num_samples", "n_samples", "size")


def _set_item(tracer: Walker, call: Call, depth: int) -> Trace:
    """``x[i] = image``: the pieces are the data when the array was empty before."""
    before = tracer.trace(call.receiver, depth)
    empty = all(root.kind == "made" for root in before.roots) and not before.opaque
    if empty and len(call.args) > 1:
        return tracer.trace(call.args[1], depth)
    return before.behind(Step("partial", call))


def _shuffled(tracer: Walker, call: Call, depth: int) -> Trace:
    found = tracer.trace(call.args[0], depth)
    return found.behind(Step("shuffle", call, ("in place", id(call))))


def _first(tracer: Walker, call: Call, depth: int) -> Trace:
    return tracer.trace(call.receiver or (call.args[0] if call.args else None), depth)


_SPECIAL: dict[str, Callable[[Walker, Call, int], Trace]] = {
    "setitem": _set_item,
    "delitem": _first,
    "generator": _first,
    "shuffled": _shuffled,
}
