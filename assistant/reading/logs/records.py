"""What a pasted training log holds: epochs, runs, and the findings read off them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from probes.finding import Finding

_EMPTY: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True)
class Epoch:
    """The figures of one epoch.

    Args:
        metrics: canonical metric name (``loss``, ``accuracy``, ``val_loss`` ...) to its value;
            accuracies are shares from 0 to 1 even where they were printed in per cent.
        units: metric name to the unit in the last place that was printed (0.0001 for ``0.6932``).
        number: epoch number as printed, or None.
        total: number of epochs announced, or None.
        step: batches (Keras 1 and 2: samples) done when the line was printed, or None.
        steps: batches (or samples) of a whole epoch, or None.
        line: 1-based source line.
        text: the source line, cleaned of colours and redraws.
        complete: False when the line was printed in the middle of the epoch.
    """

    metrics: Mapping[str, float]
    units: Mapping[str, float] = field(default_factory=lambda: _EMPTY)
    number: int | None = None
    total: int | None = None
    step: int | None = None
    steps: int | None = None
    line: int = 1
    text: str = ""
    complete: bool = True


@dataclass(frozen=True)
class Run:
    """One training, as far as it was pasted.

    Args:
        epochs: its epochs, in order.
        first_line: 1-based source line of the first epoch.
        last_line: 1-based source line of the last epoch.
        speaker: 0 for the asker of a page, 1 and up after each answer heading.
        evaluation: True for a line without an epoch beside real runs, as `evaluate` prints it.
        heading: the words that stood between the run before and this one.
    """

    epochs: tuple[Epoch, ...]
    first_line: int
    last_line: int
    speaker: int = 0
    evaluation: bool = False
    heading: str = ""

    @property
    def steps(self) -> int | None:
        """Batches (Keras 1 and 2: samples) of an epoch, where a line printed them."""
        return next((e.steps for e in reversed(self.epochs) if e.steps is not None), None)

    @property
    def epochs_run(self) -> int:
        """How many epochs were trained: the last number printed, else the lines counted.

        A loop over ``fit(epochs=1)`` prints ``Epoch 1/1`` every time, so equal numbers are counted.
        """
        numbers = [e.number for e in self.epochs if e.number is not None]
        if not numbers or len(numbers) != len(self.epochs):
            return len(self.epochs)
        if len(set(numbers)) == 1 and len(numbers) > 1:
            return len(numbers)
        return max(numbers[-1] + (1 if numbers[0] == 0 else 0), len(self.epochs))

    def values(self, name: str) -> tuple[float, ...]:
        """The metric `name` of each epoch that printed it."""
        return tuple(e.metrics[name] for e in self.epochs if name in e.metrics)


@dataclass(frozen=True)
class Remark:
    """A line of ``knowledge/messages/logs.yaml``: its key, and what fills its placeholders."""

    key: str
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class LogReading:
    """All that was read off a pasted log.

    Args:
        runs: the trainings found, in the order of the text; empty when there is no log.
        findings: what their figures show, with ``source="log"``.
        focus: index of the run that the findings speak of, or None.
        summary: remarks for a chip, most telling first; empty when there is no log.
        classes: number of classes given, or stated in the log itself; None when unknown.
        samples: numbers of training samples that the text states, in the order met.
        truncated: True when only the beginning and the end of a very long text were read.
        characters: length of the text in characters.
    """

    runs: tuple[Run, ...] = ()
    findings: tuple[Finding, ...] = ()
    focus: int | None = None
    summary: tuple[Remark, ...] = ()
    classes: int | None = None
    samples: tuple[int, ...] = ()
    truncated: bool = False
    characters: int = 0
