"""A network together with what is known of its labels, as `network.contradictions` looks at it.

Standard library only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from probes.finding import Finding, Scalar, Source
from probes.network import Layer, Network

#: losses under which the labels are classes
_CLASS_LOSSES = ("crossentropy", "hinge", "kl_divergence")


@dataclass(frozen=True)
class Labels:
    """What is known of the labels; None for what is not."""

    classes: int | None = None
    form: str | None = None
    columns: int | None = None
    rank: int | None = None
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class View:
    """A network, its labels, and where each part was read."""

    network: Network
    labels: Labels
    source: Source
    where: Callable[[str], tuple[int | None, str] | None] | None

    def finding(
        self,
        id: str,
        present: bool,
        value: Scalar,
        part: str,
        quote: str = "",
        **details: object,
    ) -> Finding:
        """A finding with the line and words of `part`, or the part as the network states it."""
        place = self.where(part) if self.where else None
        line, words = place or (None, "")
        return Finding(
            id=id,
            present=present,
            value=value,
            source=self.source,
            quote=words or quote or self._stated(part),
            line=line,
            details=details,
        )

    @property
    def several_outputs(self) -> bool:
        return self.network.outputs is not None and self.network.outputs > 1

    @property
    def classifies(self) -> bool:
        """Whether loss or labels say that the targets are classes."""
        loss = self.network.loss or ""
        return any(word in loss for word in _CLASS_LOSSES) or self.labels.form in (
            "integers",
            "one-hot",
            "binary",
            "multi-hot",
        )

    @property
    def paints_its_input(self) -> bool:
        """Whether the output has the form of the input, as in an autoencoder or a mask."""
        net = self.network
        if net.output_rank is not None and net.output_rank > 3:
            return True
        if not net.input_shape or net.output_units is None or net.output_units == 1:
            return False
        if len(net.input_shape) == 1:
            return net.input_shape[0] == net.output_units
        return net.output_rank == len(net.input_shape) + 1

    @property
    def own(self) -> list[Layer]:
        """The user's own layers, without those inside a nested model."""
        return [layer for layer in self.network.layers if layer.depth == 0]

    def written_head(self) -> str:
        """The end of the network in a few words, such as ``Dense(1), sigmoid``."""
        kind = next(
            (layer.kind for layer in self.own if layer.name == self.network.output_layer), "output"
        )
        units = "" if self.network.output_units is None else f"({self.network.output_units})"
        return f"{kind}{units}, {self.network.output_activation}"

    def _stated(self, part: str) -> str:
        net = self.network
        if part == "loss":
            return f"loss={net.loss}"
        if part == "optimizer":
            rate = "" if net.learning_rate is None else f"(learning_rate={net.learning_rate:g})"
            return f"{net.optimizer}{rate}"
        if part == "metrics":
            return f"metrics={list(net.metrics)}"
        if part == "output":
            return self.written_head()
        return part.removeprefix("layer:")
