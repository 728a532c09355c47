"""All faulty networks, each beside the same network without its fault."""

from __future__ import annotations

from tests.zoo import (
    faulty_data,
    faulty_double,
    faulty_labels,
    faulty_layers,
    faulty_usual,
    several_outputs,
)
from tests.zoo.register import FAULTY

__all__ = ["FAULTY"]

#: Importing a part registers its networks.
PARTS = (faulty_usual, faulty_layers, faulty_labels, faulty_data, faulty_double, several_outputs)
