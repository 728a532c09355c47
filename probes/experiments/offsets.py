"""Labels that stand a few rows off: where rows in order foretell the label of another row.

Part of the probe ``signal-check``, looked at only where labels and inputs show nothing in common.
For images and texts alone: in a table of figures over time the label of one row often stands among
the inputs of the next, with nothing out of step.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from probes.arrays.inputs import input_facts
from probes.loading.columns import Array
from probes.loading.data import Data
from probes.network import Network

#: rows that labels may be off by, either way
REACH = 3
MOST_ROWS = 240
LEAST_ROWS = 60
MOST_VALUES = 1_000_000
KINDS = ("image", "tokens")

Maker = Callable[[Array, Array], Callable[[Array], float] | None]


def rows_in_order(data: Data, network: Network | None) -> tuple[Array, Array, str] | None:
    """The first rows of a data set as they stand: inputs, labels, kind of input.

    None where the order is not known or says nothing.
    """
    roles, labels = data.roles, data.labels
    if roles is None or labels is None or len(roles.x) != 1 or len(labels) != data.label_rows:
        return None
    column = roles.x[0]
    values = max(1, int(np.prod(column.shape[1:])))
    rows = min(data.rows, len(labels), MOST_ROWS, max(LEAST_ROWS, MOST_VALUES // values))
    if rows < LEAST_ROWS or column.dtype.kind not in "fiu":
        return None
    inputs = column.take(np.arange(rows))
    kind = input_facts(inputs[:1], network).kind
    return (inputs, labels[:rows], kind) if kind in KINDS else None


def offset_of(features: Array, labels: Array, maker: Maker, seed: int, clear: float) -> int | None:
    """By how many rows labels stand off; None where no offset, or more than one, shows a signal.

    Args:
        features: (n, k) of rows in order.
        labels: (n, ...) in order.
        maker: `experiments.signal_check.scorer`.
        clear: deviations above shuffled labels from which on a signal is one.
    """
    inner = np.arange(REACH, len(features) - REACH)
    score = maker(features[inner], labels)
    if score is None:
        return None
    random = np.random.default_rng(seed)
    shuffled = [score(random.permutation(inner)) for _ in range(19)]
    bar = float(np.mean(shuffled)) + clear * (float(np.std(shuffled)) + 1e-6)
    found = [k for k in range(-REACH, REACH + 1) if score(inner + k) >= bar]
    return found[0] if len(found) == 1 and found[0] != 0 else None
