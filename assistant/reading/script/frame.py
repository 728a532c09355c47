"""Names in force while a script is read, and what was met on the way."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.reading.script.values import Call, Value


@dataclass(slots=True, eq=False)
class Loop:
    """A loop around a piece of code; `count` is None where the text does not tell."""

    node: ast.AST
    iterable: Value | None = None
    count: int | None = None


@dataclass(slots=True, eq=False)
class Frame:
    """The names of a module or of one call of a function."""

    names: dict[str, Value] = field(default_factory=dict)
    parent: Frame | None = None
    function: str = ""
    returns: list[Value] = field(default_factory=list)
    yields: list[Value] = field(default_factory=list)
    outer: set[str] = field(default_factory=set)  # names declared global or nonlocal

    def find(self, name: str) -> Value | None:
        frame: Frame | None = self
        while frame is not None:
            value = frame.names.get(name)
            if value is not None:
                return value
            frame = frame.parent
        return None

    def bind(self, name: str, value: Value) -> None:
        frame = self
        while name in frame.outer and frame.parent is not None:
            frame = frame.parent
        frame.names[name] = value


@dataclass(slots=True, eq=False)
class Event:
    """Something that happens to a model: compile, fit, evaluate, predict, trainable, load ...

    Args:
        kind: the method's name, or ``trainable`` for an assignment to that attribute.
        target: the model (or layer) it happens to; `Unknown` where the text does not show it.
        call: the call with its arguments; None for an assignment.
        value: the value assigned.
        node: the call or the assignment.
        statement: the whole statement.
        order: running number; what happens later has a higher one.
        loops: the loops around it, outermost first.
        conditional: under a condition that only a run would tell.
        function: name of the function of the script in which it stands.
    """

    kind: str
    target: Value
    call: Call | None
    node: ast.AST
    statement: ast.stmt | None
    order: int
    value: Value | None = None
    loops: tuple[Loop, ...] = ()
    conditional: bool = False
    function: str = ""
