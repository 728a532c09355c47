"""One model in one phase of training, and where each piece of it stands in the script."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from assistant.reading.script.frame import Event
from assistant.reading.script.rates import LaterRate
from assistant.reading.script.values import Call, Layer, Model, Part, Tensor
from probes.network import Layer as LayerRecord
from probes.network import Network


@dataclass(frozen=True)
class Placed:
    """One layer: the record of it, and the text it was read from.

    Args:
        record: what `Network.layers` holds of it.
        value: the layer or nested model as it was made; None for an operation on a tensor.
        node: the call that makes it.
        part: how it came into a Sequential model.
        tensor: the call of it in a functional graph.
    """

    record: LayerRecord
    value: Layer | Model | None
    node: ast.AST | None
    part: Part | None = None
    tensor: Tensor | None = None


@dataclass(frozen=True)
class Head:
    """The end of a model; `certain` is False where conditions or unknown parts stand there."""

    units: int | None = None
    activation: str | None = None
    layer: Placed | None = None
    activated_by: Placed | None = None
    certain: bool = True


@dataclass(frozen=True)
class Setup:
    """A model as it stands at one ``compile``.

    Args:
        model: the model as it was made.
        network: the record of it.
        placed: its layers with their places, in order, nested ones included.
        head: the end of it.
        compiled: the compile; None where the script shows none.
        trained: the fits that belong to this compile.
        settings: the call that holds loss, optimizer and metrics; the compile, or what a
            hand-written training loop amounts to.
        later_rate: what takes the place of the optimizer's own learning rate before the first fit.
    """

    model: Model
    network: Network
    placed: tuple[Placed, ...]
    head: Head
    compiled: Event | None = None
    trained: tuple[Event, ...] = ()
    settings: Call | None = None
    later_rate: LaterRate | None = None

    @property
    def own(self) -> list[Placed]:
        return [placed for placed in self.placed if placed.record.depth == 0]

    def place(self, name: str) -> Placed | None:
        return next((placed for placed in self.placed if placed.record.name == name), None)
