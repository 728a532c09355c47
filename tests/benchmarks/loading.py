"""What loading the rule base costs, and understanding one line, beside importing numpy.

Processor time in fresh processes, so that other programs do not disturb it; the cache is warm, as
it is from the second start on. Goal: 60 ms for all of it, 10 ms for a line, where numpy takes 80.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from dataclasses import dataclass

_PROBE = """
import time
clock = time.process_time
begin = clock()
import numpy
ready = clock()
from assistant.reading.tracebacks import rules
from assistant.reading.words import read_words
from assistant.reading.words.load import load_words_knowledge
from knowledge.loader import load_knowledge, load_messages
start = clock()
load_knowledge(), load_messages(), rules.known_rules(), load_words_knowledge()
loaded = clock()
lines = ["my accuracy never changes", "loss 变成 nan", "the val_loss goes up while loss goes dwon"]
for line in lines:
    read_words(line)
warm = clock()
for line in lines * 5:
    read_words(line)
print(ready - begin, loaded - start, (clock() - warm) / (5 * len(lines)))
"""


@dataclass(frozen=True)
class Cost:
    """Seconds of processor time, medians over fresh processes."""

    numpy: float
    loading: float
    line: float


def measure(runs: int = 5) -> Cost:
    """The cost after a run that fills the cache."""
    rows = []
    for _ in range(runs + 1):
        done = subprocess.run(
            [sys.executable, "-c", _PROBE], capture_output=True, text=True, check=True
        )
        rows.append([float(value) for value in done.stdout.split()])
    return Cost(*(statistics.median(column) for column in zip(*rows[1:], strict=True)))


def main() -> None:
    """Print milliseconds and the ratio to numpy's import."""
    cost = measure()
    print(f"importing numpy       {1000 * cost.numpy:6.1f} ms")
    for name, value in (("loading all rules", cost.loading), ("reading one line", cost.line)):
        print(f"{name:<22}{1000 * value:6.1f} ms   {value / cost.numpy:5.2f} x")
