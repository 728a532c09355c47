"""Runs a script on symbolic values: nothing is imported, nothing of the user's is executed.

Statements are followed in the order in which Python would run them: helpers are entered when they
are called, loops over known lists are unrolled, both branches of an open condition are followed.
What the script never calls itself (a fragment's ``def get_model()``) is followed at the end.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from assistant.reading.script import expressions, statements
from assistant.reading.script.frame import Event, Frame, Loop
from assistant.reading.script.values import (
    Call,
    Class,
    Function,
    Instance,
    Layer,
    Model,
    Tensor,
    Unknown,
    Value,
)

#: statements and calls that are followed at the most; a script of 1,000 lines takes a tenth of it
_MOST_STEPS = 60_000
#: how deep helpers may call helpers
_MOST_DEPTH = 12
#: how deep expressions may stand in one another, helpers included; each level takes up to seven
#: frames of Python's thousand
_MOST_INSIDE = 70
#: how deep blocks may stand in one another; each takes four frames
_MOST_BLOCKS = 80


class Interpreter:
    """The state of one reading.

    Attributes:
        module: the names of the module.
        events: what happens to models, in order.
        calls: library calls that were not looked into, in order.
        models: models made, in order.
        layers: layers made, in order.
        unused: calls of layers whose result the script drops.
        unbound: names that are used and not bound at that moment.
        assumed: names taken for what they usually mean, such as ``np``, without an import.
    """

    def __init__(self) -> None:
        self.module = Frame()
        self.events: list[Event] = []
        self.calls: list[Call] = []
        self.models: list[Model] = []
        self.layers: list[Layer] = []
        self.functions: list[Function] = []
        self.classes: list[Class] = []
        self.unused: list[Tensor] = []
        self.unbound: dict[str, Unknown] = {}
        self.assumed: set[str] = set()
        self.loops: tuple[Loop, ...] = ()
        self.conditions = 0
        self.statement: ast.stmt | None = None
        self.exhausted = False
        self._steps = 0
        self._inside = 0
        self._blocks = 0
        self._order = 0
        self._active: list[ast.AST] = []

    def run(self, tree: ast.Module) -> None:
        """Follow a whole module, then what it defines and never uses."""
        self.execute(tree.body, self.module)
        self._follow_the_rest()

    def execute(self, body: list[ast.stmt], frame: Frame) -> bool:
        """Follow statements; True when they end in return, raise, break or continue."""
        if self._blocks >= _MOST_BLOCKS:  # the hundredth elif
            return False
        self._blocks += 1
        try:
            return any(self._follow(statement, frame) for statement in body)
        finally:
            self._blocks -= 1

    def _follow(self, statement: ast.stmt, frame: Frame) -> bool:
        """Follow one statement; True when it ends its block."""
        if self._spent():
            return True
        outer, self.statement = self.statement, statement
        handler = statements.HANDLERS.get(type(statement))
        ended = bool(handler and handler(self, statement, frame))
        self.statement = outer
        return ended

    def evaluate(self, node: ast.expr | None, frame: Frame) -> Value:
        """What an expression stands for."""
        if node is None:
            return Unknown(None)
        handler = expressions.HANDLERS.get(type(node))
        if handler is None or self._inside >= _MOST_INSIDE or self._spent():
            return Unknown(node)
        self._inside += 1
        try:
            return handler(self, node, frame)
        finally:
            self._inside -= 1

    def next_order(self) -> int:
        self._order += 1
        return self._order

    def unknown_name(self, node: ast.AST, name: str) -> Unknown:
        """The one value of a name that the script never binds."""
        return self.unbound.setdefault(name, Unknown(node, name))

    def note_event(
        self,
        kind: str,
        target: Value,
        node: ast.AST,
        frame: Frame,
        call: Call | None = None,
        value: Value | None = None,
    ) -> Event:
        event = Event(
            kind,
            target,
            call,
            node,
            self.statement,
            self.next_order(),
            value,
            self.loops,
            self.conditions > 0,
            frame.function,
        )
        self.events.append(event)
        return event

    @contextmanager
    def condition(self) -> Iterator[None]:
        """Code that may or may not run."""
        self.conditions += 1
        try:
            yield
        finally:
            self.conditions -= 1

    @contextmanager
    def loop(self, loop: Loop) -> Iterator[None]:
        outer, self.loops = self.loops, (*self.loops, loop)
        try:
            yield
        finally:
            self.loops = outer

    def enter(self, definition: ast.AST, follow: Callable[[], Any]) -> bool:
        """Follow a function's body unless it is already being followed or the chain is too long."""
        if definition in self._active or len(self._active) >= _MOST_DEPTH:
            return False
        self._active.append(definition)
        try:
            follow()
        finally:
            self._active.pop()
        return True

    def _spent(self) -> bool:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            self.exhausted = True
        return self.exhausted

    def _follow_the_rest(self) -> None:
        from assistant.reading.script import functions

        for cls in list(self.classes):
            if not cls.made and not self.exhausted:
                functions.follow_unused_class(self, cls)
        for function in list(self.functions):
            if not function.called and function.owner is None and not self.exhausted:
                functions.call_function(self, function, [], {}, function.node)

    def model_of(self, value: Value) -> Model | None:
        """The model behind a value: itself, or the one a subclass instance is."""
        if isinstance(value, Model):
            return value
        return value.model if isinstance(value, Instance) else None
