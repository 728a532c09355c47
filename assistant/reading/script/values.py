"""What an expression of a script stands for, as far as the text tells.

A script is read by running it on these values instead of on arrays. A value remembers the piece of
text it came from and the values it was made of, so that a question such as "was this x ever divided
by 255?" is answered by walking back. What cannot be known is `Unknown`; nothing is guessed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from assistant.reading.script.frame import Frame, Loop


@dataclass(slots=True, eq=False)
class Value:
    """Base of all values; `node` is where it was written."""

    node: ast.AST | None


@dataclass(slots=True, eq=False)
class Unknown(Value):
    """Something the text does not tell; `name` is the name it goes by, if any."""

    name: str = ""


@dataclass(slots=True, eq=False)
class Const(Value):
    value: Any = None


@dataclass(slots=True, eq=False)
class Seq(Value):
    """A list, tuple, set or slice; `many`: the items stand for any number of such items."""

    items: list[Value] = field(default_factory=list)
    kind: str = "list"
    many: bool = False


@dataclass(slots=True, eq=False)
class Map(Value):
    items: dict[Any, Value] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Ref(Value):
    """A name out of a library, by its canonical dotted path: ``keras.layers.Dense``."""

    path: str = ""

    @property
    def last(self) -> str:
        return self.path.rpartition(".")[2]


@dataclass(slots=True, eq=False)
class Call(Value):
    """A call that was not looked into.

    ``path`` is the library path, ``.name`` for a method of `receiver`, ``?name`` for an unknown
    function, or a word of the reader's own (``setitem``, ``generator``).
    """

    path: str = ""
    receiver: Value | None = None
    args: list[Value] = field(default_factory=list)
    kwargs: dict[str, Value] = field(default_factory=dict)
    order: int = 0
    loops: tuple[Loop, ...] = ()

    @property
    def last(self) -> str:
        return self.path.rpartition(".")[2]

    def arg(self, name: str, position: int | None = None) -> Value | None:
        """An argument by name, else by position; None if it is not written."""
        if name in self.kwargs:
            return self.kwargs[name]
        if position is not None and position < len(self.args):
            return self.args[position]
        return None


@dataclass(slots=True, eq=False)
class Attr(Value):
    base: Value = field(default_factory=lambda: Unknown(None))
    name: str = ""


@dataclass(slots=True, eq=False)
class Item(Value):
    base: Value = field(default_factory=lambda: Unknown(None))
    index: Value = field(default_factory=lambda: Unknown(None))


@dataclass(slots=True, eq=False)
class Binary(Value):
    """An operation on data; `op` is the operator as written, ``compare`` for any comparison."""

    op: str = ""
    left: Value = field(default_factory=lambda: Unknown(None))
    right: Value = field(default_factory=lambda: Unknown(None))
    inplace: bool = False


@dataclass(slots=True, eq=False)
class Either(Value):
    """One of several values, depending on what only a run would tell."""

    options: list[Value] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Function(Value):
    """A function of the script, or a method bound to `owner`."""

    definition: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | None = None
    frame: Frame | None = None
    owner: Value | None = None
    called: bool = False

    @property
    def name(self) -> str:
        return getattr(self.definition, "name", "lambda")


@dataclass(slots=True, eq=False)
class Class(Value):
    """A class of the script; `kind` is ``model`` or ``layer`` where it descends from Keras."""

    name: str = ""
    kind: str = ""
    members: dict[str, Value] = field(default_factory=dict)
    parents: list[Class] = field(default_factory=list)
    made: bool = False

    def member(self, name: str) -> Value | None:
        if name in self.members:
            return self.members[name]
        return next((m for p in self.parents if (m := p.member(name)) is not None), None)


@dataclass(slots=True, eq=False)
class Instance(Value):
    cls: Class = field(default_factory=lambda: Class(None))
    attrs: dict[str, Value] = field(default_factory=dict)
    model: Model | None = None


@dataclass(slots=True, eq=False)
class Layer(Value):
    """One Keras layer as it was made; arguments under their present names.

    Args:
        kind: class name, ``Dense``.
        args: parameter name to value, Keras 1 names translated.
        wrapped: the layer inside TimeDistributed or Bidirectional.
        custom: the class is the script's own.
        conditional: made under a condition that only a run would tell.
    """

    kind: str = ""
    args: dict[str, Value] = field(default_factory=dict)
    wrapped: Layer | None = None
    custom: bool = False
    conditional: bool = False
    name: str = ""
    tensor: Tensor | None = None

    def const(self, name: str) -> Any:
        """The plain value of an argument; None if it is not written or not known."""
        value = self.args.get(name)
        return value.value if isinstance(value, Const) else None


@dataclass(slots=True, eq=False)
class Tensor(Value):
    """A symbolic tensor: what made it, from which inputs, by which call."""

    maker: Layer | Model | str = ""
    inputs: list[Value] = field(default_factory=list)
    training: Value | None = None
    conditional: bool = False


@dataclass(slots=True, eq=False)
class Part:
    """One entry of a Sequential model: what was added, by which statement, for certain or not."""

    value: Value
    node: ast.AST | None
    conditional: bool = False
    order: int = 0


@dataclass(slots=True, eq=False)
class Model(Value):
    """A Keras model: ``Sequential``, ``Functional``, ``Subclass``, ``Base`` or ``Loaded``."""

    kind: str = ""
    parts: list[Part] = field(default_factory=list)
    inputs: list[Value] = field(default_factory=list)
    outputs: list[Value] = field(default_factory=list)
    args: dict[str, Value] = field(default_factory=dict)
    application: str = ""
    cls: Class | None = None
    loops: tuple[Loop, ...] = ()
    function: str = ""
    order: int = 0
    name: str = ""
    input_tensor: Tensor | None = None


@dataclass(slots=True, eq=False)
class Member(Value):
    """A layer of a model, met in ``for layer in model.layers``; `partial` when not all of them."""

    model: Model = field(default_factory=lambda: Model(None))
    partial: bool = False


def options(value: Value) -> Iterator[Value]:
    """The values that a value may stand for."""
    if isinstance(value, Either):
        for option in value.options:
            yield from options(option)
    else:
        yield value


def const_of(value: Value | None) -> Any:
    """The plain value of a constant, with lists and tuples of constants; None if not known."""
    if isinstance(value, Const):
        return value.value
    if isinstance(value, Seq) and not value.many and value.kind in ("list", "tuple"):
        items = [const_of(item) for item in value.items]
        known = all(
            isinstance(item, Const) or got is not None
            for item, got in zip(value.items, items, strict=True)
        )
        return tuple(items) if known else None
    return None


def number_of(value: Value | None) -> float | None:
    """A number that is written or follows from constants; None otherwise (True is no number)."""
    got = const_of(value)
    return got if isinstance(got, (int, float)) and not isinstance(got, bool) else None


def text_of(value: Value | None) -> str | None:
    got = const_of(value)
    return got if isinstance(got, str) else None
