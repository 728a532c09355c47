"""What a model asks of the data, told before they are opened."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wanted:
    """What the model asks of the data.

    Args:
        inputs: names of the model's inputs.
        shape: shape of its first input without the batch axis; None if not known.
        text: whether its first input takes strings.
        outputs: names of the model's outputs, for models with several.
        output: which of them is looked at, from 0.
        target: the table's column to predict.
        labels: path of a ``.npy`` file with the labels, for an x that lies alone.
        trust: a Python file may be run for its ``load_data``.
    """

    inputs: tuple[str, ...] = ()
    shape: tuple[int | None, ...] | None = None
    text: bool = False
    outputs: tuple[str, ...] = ()
    output: int = 0
    target: str | None = None
    labels: str | None = None
    trust: bool = False
