"""One run seen as curves, and the few judgements about curves that several signatures share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from assistant.reading.logs.figures import shown
from assistant.reading.logs.names import is_accuracy
from assistant.reading.logs.records import Run
from assistant.reading.logs.shares import equal_odds

#: a loss counts as flat when it moves less than this share of itself over the last half of a run
#: (healthy runs of the lab moved 20 % or more there, stuck ones 0.4 % at most)
FLAT_SHARE = 0.004
_REGRESSION = ("mae", "mse", "rmse", "mean_absolute", "mean_squared", "r2", "mape", "msle")


@dataclass(frozen=True)
class Series:
    """The values of one metric over the epochs that printed it.

    Args:
        name: canonical metric name.
        values: its figures, in order; may hold nan and inf.
        unit: the unit in the last place printed, the median over the epochs.
        epochs: index in the run of each value.
        lines: source line of each value.
    """

    name: str
    values: tuple[float, ...]
    unit: float
    epochs: tuple[int, ...]
    lines: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def finite(self) -> tuple[float, ...]:
        """The values without nan and inf."""
        return tuple(v for v in self.values if math.isfinite(v))

    @cached_property
    def tail(self) -> tuple[float, ...]:
        """The last half of the values, three at least."""
        return self.values[-max(3, len(self.values) // 2) :]

    @property
    def last(self) -> float:
        """The last value; there is at least one."""
        return self.values[-1]

    @property
    def settled(self) -> float:
        """Mean of the last three values, or of all when there are fewer."""
        end = self.values[-3:]
        return sum(end) / len(end)

    def same(self, values: tuple[float, ...]) -> bool:
        """True when `values` are one figure to four decimals, or to all that were printed."""
        if not values or not all(math.isfinite(v) for v in values):
            return False
        return max(values) - min(values) <= max(self.unit / 2, 5e-5) + 1e-12

    def quote(self, most: int = 5) -> str:
        """The last figures as they stood: ``loss: 5.0770 4.9421 4.9421``."""
        if not self.values:
            return ""
        dots = "... " if len(self.values) > most else ""
        return f"{self.name}: {dots}" + " ".join(shown(v) for v in self.values[-most:])


def series(run: Run, name: str) -> Series:
    """The series of one metric, empty when no epoch printed it."""
    having = [(i, e) for i, e in enumerate(run.epochs) if name in e.metrics]
    units = sorted(e.units.get(name, 1e-4) for _, e in having)
    return Series(
        name,
        tuple(e.metrics[name] for _, e in having),
        units[len(units) // 2] if units else 1e-4,
        tuple(i for i, _ in having),
        tuple(e.line for _, e in having),
    )


@dataclass(frozen=True)
class Curves:
    """A run with what is known around it, as the signatures read it.

    Args:
        run: the run, without its empty epochs.
        classes: number of classes, or None when unknown.
        samples: the number of training samples, or None when unknown.
        candidates: numbers in the text that may be it.
    """

    run: Run
    classes: int | None = None
    samples: int | None = None
    candidates: tuple[int, ...] = ()

    @cached_property
    def loss(self) -> Series:
        return series(self.run, "loss")

    @cached_property
    def val_loss(self) -> Series:
        return series(self.run, "val_loss")

    @cached_property
    def accuracy(self) -> Series:
        return series(self.run, self._accuracy_name)

    @cached_property
    def val_accuracy(self) -> Series:
        return series(self.run, "val_" + self._accuracy_name)

    @cached_property
    def _accuracy_name(self) -> str:
        """``accuracy``, or the only accuracy of a model that names its outputs."""
        names = {
            n.removeprefix("val_") for e in self.run.epochs for n in e.metrics if is_accuracy(n)
        }
        return "accuracy" if "accuracy" in names or len(names) != 1 else names.pop()

    @cached_property
    def from_start(self) -> bool:
        """True when the first epoch of the training is here, or no number says otherwise."""
        number = self.run.epochs[0].number
        return number is None or number <= 1

    @cached_property
    def reached(self) -> int:
        """The number of epochs trained when the last line was printed."""
        return self.run.epochs_run

    @cached_property
    def regression(self) -> bool:
        """True when only errors of a regression are printed beside the loss."""
        names = {n.removeprefix("val_") for e in self.run.epochs for n in e.metrics}
        return not len(self.accuracy) and any(n.startswith(_REGRESSION) for n in names)

    def pairs(self, first: Series, second: Series) -> list[tuple[float, float]]:
        """The values of two series in the epochs that printed both, where both are finite."""
        other = dict(zip(second.epochs, second.values, strict=True))
        return [
            (value, other[epoch])
            for epoch, value in zip(first.epochs, first.values, strict=True)
            if epoch in other and math.isfinite(value) and math.isfinite(other[epoch])
        ]

    def number_of(self, index: int) -> int | None:
        """The epoch number to name for the epoch at `index`: as printed, else counted from 1.

        None for a single line without a number: it may be any epoch.
        """
        number = self.run.epochs[index].number
        several = len(self.run.epochs) > 1
        if several and len({e.number for e in self.run.epochs}) == 1:
            return index + 1
        return index + 1 if number is None and several else number

    @cached_property
    def loss_level(self) -> float | None:
        """Where a loss that does not move rests; None when it moves or the log is too short.

        Flat over the last half of the run (`FLAT_SHARE`), and not because it has converged: a loss
        that fell by a tenth or more counts only when it rests at the loss of a blind guess, or when
        the accuracy is one and the same figure as well, and not near 1.
        """
        tail = self.loss.tail
        if len(self.loss) < 3 or not all(math.isfinite(v) for v in tail):
            return None
        level = sum(tail) / len(tail)
        slack = max(FLAT_SHARE * abs(level), 1.5 * self.loss.unit)
        if max(tail) - min(tail) > slack or slack > 0.02 * abs(level):
            return None
        accuracy = self.accuracy.tail
        if accuracy and accuracy[-1] >= 0.9 and not self._never_moved:
            return None
        first = self.loss.values[0]
        fell = (first - level) / max(abs(first), abs(level)) if math.isfinite(first) else 0.0
        if not self.from_start and not accuracy:
            return None
        if fell < 0.1:
            return level
        blind = equal_odds(level, self.classes) is not None and max(accuracy, default=1.0) < 0.7
        return level if blind or (len(accuracy) >= 3 and self.accuracy.same(accuracy)) else None

    @cached_property
    def _never_moved(self) -> bool:
        """True when a run seen from its start shows one accuracy from its second epoch on."""
        rest = self.accuracy.values[1:] if len(self.accuracy) > 3 else self.accuracy.values
        return self.from_start and len(rest) >= 3 and self.accuracy.same(rest)
