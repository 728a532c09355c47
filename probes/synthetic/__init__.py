"""Probe ``synthetic-script``: a script of its own that shows the same symptom, for others to run.

Writes the network, its loss and optimizer, and data drawn at random with the same shapes, types,
ranges and label form, as one script that needs no file. Then runs it, and trains the same network
for as many steps on the user's rows. Where one learns and the other does not, the symptom is not in
what the script holds, and that is said: it points at the data.

"Learns" is a skill (`apparatus.skill`) of `LEARNS` after `EPOCHS` epochs over at most `ROWS` rows,
a third of what can be learnt. Of 22 healthy networks 15 reach it on their own rows, and none of the
others comes nearer than .28 (our measurement); the two runs differ where they also lie `APART`.

Returns ``script``, ``outcome`` (same, same-error, differs, both-learn), ``error``, ``skill_own``,
``skill_synthetic``, ``loss_own``, ``loss_synthetic`` (first and last epoch), ``rows``.

Cost: 2 to 8 s. Cannot see: what only a long training or the pretrained weights bring about.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from probes.apparatus.bench import Bench, as_inputs
from probes.apparatus.setup import Setup
from probes.apparatus.skill import WORST, yardstick
from probes.arrays.labels import LabelFacts
from probes.errors import ProbeError
from probes.reporter import Reporter
from probes.synthetic.data_code import data_code
from probes.synthetic.network_code import network_code
from probes.synthetic.running import Trained, run_script

ROWS = 256
LEAST_ROWS = 32
MOST_VALUES = 8_000_000
EPOCHS = 8
LEARNS = 0.33
APART = 0.3
_HEAD = """\
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
"""


def run(bench: Bench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """Write the script, run it, and compare it with the user's own rows."""
    setup = bench.setup
    if setup.train.y is None or bench.data.labels is None or bench.labels is None:
        raise ProbeError("data-no-labels")
    if (setup.network.outputs or 1) > 1:
        raise ProbeError("script-several-outputs")
    rows = _rows(setup)
    sample = setup.train.head(rows)
    parts = _parts(setup, bench.labels, rows)
    own = run_script(parts, (as_inputs(sample.x), sample.y), EPOCHS, report, "own")
    epochs = max(1, len(own.losses))
    synthetic = run_script(parts, None, epochs, report, "synthetic")
    return {
        "script": "\n".join([*parts, _fit(epochs)]),
        "outcome": _outcome(setup, own, synthetic),
        "error": synthetic.error,
        "skill_own": _skill(setup, own),
        "skill_synthetic": _skill(setup, synthetic),
        "loss_own": own.ends,
        "loss_synthetic": synthetic.ends,
        "rows": rows,
    }


def _rows(setup: Setup) -> int:
    values = sum(int(array[:1].size) for array in setup.train.x)
    wanted = min(ROWS, max(LEAST_ROWS, MOST_VALUES // max(1, values)))
    return min(wanted, len(setup.train))


def _parts(setup: Setup, labels: LabelFacts, rows: int) -> list[str]:
    """Head, data and network, each a piece of the script that runs after the one before."""
    sample = setup.train
    assert sample.y is not None
    data = [f"rows = {rows}", *data_code(sample.x, sample.y, labels, setup.network)]
    return [_HEAD, "\n".join(data) + "\n", "\n".join(network_code(setup)) + "\n"]


def _fit(epochs: int) -> str:
    return f"model.fit(x, y, batch_size=32, epochs={epochs}, verbose=2)\n"


def _skill(setup: Setup, trained: Trained) -> float:
    if trained.labels is None:
        return WORST
    measure = yardstick(setup.network, trained.labels)
    return max(round(measure.skill_of(made), 3) for made in trained.predictions)


def _outcome(setup: Setup, own: Trained, synthetic: Trained) -> str:
    if own.error or synthetic.error:
        return "same-error" if own.error == synthetic.error else "differs"
    skills = _skill(setup, own), _skill(setup, synthetic)
    learns = [skill >= LEARNS for skill in skills]
    if learns[0] != learns[1] and abs(skills[0] - skills[1]) >= APART:
        return "differs"
    return "both-learn" if all(learns) else "same"
