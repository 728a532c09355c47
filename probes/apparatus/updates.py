"""Updates all weights of a network at once.

Keras traces some twenty operations for each weight; for 268 weights that takes twice as long as
the network's own forward and backward pass (measured 5.1 s against 2.5 s). A rule that treats each
figure alone gives the same figures when it is shown all of them in one row.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import keras

#: Keras's optimizers whose rule treats each figure alone
_ALONE = frozenset(
    "SGD RMSprop Adam AdamW Adadelta Adagrad Adamax Nadam Ftrl Lion".split()  # noqa: SIM905
)
#: Figures in a weight, in the mean, from which on copying them costs more than tracing.
LARGE = 250_000

Update = Callable[[Sequence[Any]], None]


def updater(optimizer: keras.Optimizer, variables: Sequence[Any]) -> Update:
    """Builds the optimizer for these weights: a function that takes their gradients, in order, and
    updates them. To be called while a function is traced."""
    if not variables:
        return lambda gradients: None
    if not _fits_in_a_row(optimizer, variables):
        optimizer.build(variables)
        return lambda gradients: optimizer.apply(gradients, variables)
    return _row_updater(optimizer, variables)


def _row_updater(optimizer: keras.Optimizer, variables: Sequence[Any]) -> Update:
    import tensorflow as tf

    sizes = [math.prod(variable.shape) for variable in variables]
    row = keras.Variable("zeros", shape=(sum(sizes),), dtype=variables[0].dtype, name="row")
    optimizer.build([row])

    def update(gradients: Sequence[Any]) -> None:
        if all(gradient is None for gradient in gradients):
            optimizer.apply([None], [row])  # Keras's own words for it
        known = [
            tf.zeros(size, row.dtype) if gradient is None else tf.reshape(gradient, [-1])
            for size, gradient in zip(sizes, gradients, strict=True)
        ]
        # Whoever puts the weights back to their start need not know of the row.
        row.assign(tf.concat([tf.reshape(variable.value, [-1]) for variable in variables], 0))
        optimizer.apply([tf.concat(known, 0)], [row])
        for variable, part in zip(variables, tf.split(row.value, sizes), strict=True):
            variable.assign(tf.reshape(part, variable.shape))

    return update


def _fits_in_a_row(optimizer: keras.Optimizer, variables: Sequence[Any]) -> bool:
    kind = type(optimizer)
    alone = kind.__name__ in _ALONE and kind.__module__.startswith("keras.")
    own = any(
        variable.constraint is not None or getattr(variable, "overwrite_with_gradient", False)
        for variable in variables
    )
    alike = len({variable.dtype for variable in variables}) == 1
    figures = sum(math.prod(variable.shape) for variable in variables)
    whole = not getattr(optimizer, "clipnorm", None)  # a limit for each weight
    return alone and whole and alike and not own and figures <= LARGE * len(variables)
