"""Several outputs: which part of a model and its settings is whose; what they learn together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from probes.protocol import Subject
from probes.saved.keras_outputs import loss_weight, output_networks, select_output, trained_outputs
from tests.probes.lab import run_probe


def layer(name: str, *before: str, units: int = 4) -> dict[str, Any]:
    """A dense layer in the form of a Keras 2 file, an input layer without `before`."""
    kind = "Dense" if before else "InputLayer"
    inbound = [[[other, 0, 0, {}] for other in before]] if before else []
    config = {"name": name, "units": units, "activation": "linear"}
    return {"class_name": kind, "config": config, "name": name, "inbound_nodes": inbound}


MODEL = {
    "class_name": "Functional",
    "config": {
        "name": "model",
        "layers": [
            layer("x"),
            layer("shared", "x"),
            layer("level", "shared", units=1),
            layer("branch", "shared"),
            layer("kind", "branch", units=3),
            layer("shown", "shared"),
        ],
        "input_layers": [["x", 0, 0]],
        "output_layers": [["level", 0, 0], ["kind", 0, 0], ["shown", 0, 0]],
    },
}
LOSSES = {"level": "mse", "kind": "sparse_categorical_crossentropy"}


def test_an_output_has_the_layers_that_lead_to_it_and_settings_of_its_own() -> None:
    compiled = {"loss": LOSSES, "metrics": {"kind": "accuracy"}, "loss_weights": {"kind": 0.5}}
    level, kind = output_networks(MODEL, compiled, file_format="h5", keras_version="2.9.0")
    assert [entry.name for entry in level.layers] == ["x", "shared", "level"]
    assert [entry.name for entry in kind.layers] == ["x", "shared", "branch", "kind"]
    assert (level.loss, level.metrics, kind.metrics) == ("mean_squared_error", (), ("accuracy",))
    assert kind.losses[2] == ("shown", None, False)
    assert (loss_weight(MODEL, compiled, 0), loss_weight(MODEL, compiled, 1)) == (1.0, 0.5)
    assert trained_outputs(MODEL, compiled) == (0, 1)
    assert trained_outputs(MODEL, None) == (0, 1, 2)


def test_a_flat_list_of_metrics_is_for_each_output_since_keras_3() -> None:
    old = {"loss": "mse", "metrics": ["mae", "mse", "mape"]}
    settings = select_output(MODEL, old, 1)[1]
    assert settings is not None and settings["metrics"] == ["mae", "mse", "mape"]
    settings = select_output(MODEL, {**old, "jit_compile": False}, 1)[1]
    assert settings is not None and settings["metrics"] == "mse"


@pytest.mark.slow
def test_what_the_outputs_learn_together(tmp_path: Path) -> None:
    from tests.zoo.case import save
    from tests.zoo.faulty import FAULTY as faulty

    made = faulty["output-without-weight"].build(0, False)
    subject = save(made, tmp_path)
    seen = run_probe("several-outputs", subject)
    learns = {row["name"]: row["learns"] for row in seen.data["outputs"]}
    assert learns == {"level": True, "kind": False}
    with np.load(tmp_path / "data.npz") as arrays:
        np.savez(tmp_path / "half.npz", x=arrays["x"], y_level=arrays["y_level"])
    half = Subject(subject.model, str(tmp_path / "half.npz"))
    assert run_probe("several-outputs", half).data == {"outputs": [], "unlabelled": ["kind"]}
