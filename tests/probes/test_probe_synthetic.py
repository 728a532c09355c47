"""The script for others: it runs alone, builds the very network, and shows the same symptom."""

from __future__ import annotations

from typing import Any

import pytest

from tests.probes.conftest import BuildCase
from tests.probes.lab import run_probe

pytestmark = pytest.mark.slow

SAME = ("linear-head-on-raw-pixels", "numbers-for-one-hot-on-raw-pixels")
LEARNS = ("two-inputs", "tagger", "regression-with-normalization")


def _networks(zoo: BuildCase, name: str) -> tuple[Any, Any, str, str]:
    """The user's network, the script's, the script and its outcome."""
    import keras

    subject = zoo(name)
    result = run_probe("synthetic-script", subject).data
    network, _, _ = str(result["script"]).rpartition("model.fit(")
    names: dict[str, Any] = {}
    exec(compile(network, "script.py", "exec"), names)
    own = keras.models.load_model(str(subject.model), compile=False)
    return own, names["model"], str(result["script"]), str(result["outcome"])


@pytest.mark.parametrize("name", [*SAME, *LEARNS])
def test_script_has_the_network_and_the_symptom(zoo: BuildCase, name: str) -> None:
    own, made, script, outcome = _networks(zoo, name)
    assert [type(x).__name__ for x in made.layers] == [type(x).__name__ for x in own.layers]
    assert [tuple(w.shape) for w in made.trainable_weights] == [
        tuple(w.shape) for w in own.trainable_weights
    ]
    assert outcome.startswith("same") if name in SAME else outcome in ("both-learn", "same")
    assert not [layer.name for layer in own.layers if f"'{layer.name}'" in script]
