"""What a script, an option or an answer tells reaches the probes; what nobody tells is asked."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from assistant.case import Case
from assistant.dialogue import Dialogue, Options
from assistant.dialogue.experiments import probe_rules
from assistant.events import Event, ProbeDone, ProbeFailed, Question, Verdict
from assistant.reading.architecture import architecture_of
from assistant.reading.script import read_script
from assistant.reading.script.feeding import class_mode, input_scaling
from probes import protocol
from probes.saved.keras_config import read_network


class FakeLaboratory:
    """Ends every experiment at once, and remembers what it was to look at."""

    def __init__(self) -> None:
        self.subjects: list[protocol.Subject] = []
        self.refusal = ""

    def run(
        self, probe: str, subject: protocol.Subject, options: Mapping[str, Any], seconds: float
    ) -> Iterator[protocol.Event]:
        self.subjects.append(subject)
        end = {"reason": self.refusal, "path": "it"} if self.refusal else {"seconds": 0.0}
        yield protocol.Event("failed" if self.refusal else "done", 1, end)

    def cancel(self) -> None:
        pass

    def close(self) -> None:
        pass


def talk(**options: Any) -> tuple[Dialogue, FakeLaboratory]:
    laboratory = FakeLaboratory()
    return Dialogue(Case("memory"), laboratory, Options(**options)), laboratory  # type: ignore[arg-type]


def asked(events: Iterator[Event]) -> Question | None:
    found = [event for event in events if isinstance(event, Question)]
    return found[-1] if found else None


def keras_file(path: Path, *layers: Mapping[str, Any], **more: Any) -> Path:
    config = {"class_name": "Sequential", "config": {"layers": list(layers)}, **more}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
    return path


DENSE = {"class_name": "Dense", "config": {"name": "out", "units": 3, "activation": "softmax"}}
LAMBDA = {"class_name": "Lambda", "config": {"name": "trick"}}
COMPILED = {"compile_config": {"loss": "sparse_categorical_crossentropy", "optimizer": "adam"}}


def test_the_target_column_is_asked_for_and_passed_on(tmp_path: Path) -> None:
    data = tmp_path / "table.csv"
    data.write_text("a,b,kind\n" + "1,2,0\n2,3,1\n" * 20)
    dialogue, laboratory = talk()
    question = asked(dialogue.attach(data))
    assert question is not None and question.id == "target-column"
    assert {"a", "b", "kind"} <= {answer.value for answer in question.answers}
    assert not laboratory.subjects
    assert asked(dialogue.answer("target-column", "kind")) is None
    assert {s.assume["target_column"] for s in laboratory.subjects} == {"kind"}


@pytest.mark.parametrize("header", ["a,b,label", "x1,target", '"A","y"'])
def test_a_column_whose_name_says_it_is_not_asked_for(tmp_path: Path, header: str) -> None:
    (tmp_path / "table.csv").write_text(header + "\n" + "1,2,0\n" * 20)
    dialogue, laboratory = talk()
    assert asked(dialogue.attach(tmp_path / "table.csv")) is None
    assert laboratory.subjects


def test_the_column_named_on_the_command_line_wins(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("a,b\n" + "1,2\n" * 20)
    dialogue, laboratory = talk(target_column="a")
    assert asked(dialogue.attach(tmp_path / "table.csv")) is None
    assert laboratory.subjects[0].assume["target_column"] == "a"


def test_the_loss_of_an_uncompiled_model_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "d.npz").touch()
    dialogue, laboratory = talk()
    list(dialogue.bring(keras_file(tmp_path / "m.keras", DENSE), "model"))
    question = asked(dialogue.attach(tmp_path / "d.npz"))
    assert question is not None and question.id == "loss-name"
    list(dialogue.answer("loss-name", "mean_squared_error"))
    assert laboratory.subjects[0].assume["loss"] == "mean_squared_error"


def test_the_loss_is_not_asked_for_where_it_is_known(tmp_path: Path) -> None:
    (tmp_path / "d.npz").touch()
    script = tmp_path / "train.py"
    script.write_text("model.compile(optimizer='sgd', loss='mse', metrics=['mae'])\n")
    for more, options in ((COMPILED, {}), ({}, {"loss": "mae"})):
        dialogue, laboratory = talk(**options)
        list(dialogue.bring(keras_file(tmp_path / "m.keras", DENSE, **more), "model"))
        assert asked(dialogue.attach(tmp_path / "d.npz")) is None
        assert laboratory.subjects


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_code_is_run_only_when_the_user_says_so(tmp_path: Path, answer: str) -> None:
    (tmp_path / "d.npz").touch()
    dialogue, laboratory = talk()
    list(dialogue.bring(keras_file(tmp_path / "m.keras", LAMBDA, DENSE, **COMPILED), "model"))
    question = asked(dialogue.attach(tmp_path / "d.npz"))
    assert question is not None and question.id == "trust" and "trick" in question.text
    list(dialogue.answer("trust", answer))
    assert {subject.trust for subject in laboratory.subjects} == {answer == "yes"}


def test_options_reach_the_probes(tmp_path: Path) -> None:
    data = tmp_path / "x.npy"
    data.touch()
    dialogue, laboratory = talk(
        validation=tmp_path / "v.npz", labels=tmp_path / "l.npy", output="age", trust=True
    )
    list(dialogue.attach(data))
    subject = laboratory.subjects[0]
    assert subject.validation == str(tmp_path / "v.npz")
    assert subject.assume == {"labels": str(tmp_path / "l.npy"), "output": "age"}
    assert subject.trust


@pytest.mark.parametrize("reason", ["data-unreadable", "model-needs-classes", "training-refused"])
def test_what_cannot_be_used_is_said_once_and_tried_again_after_a_change(
    tmp_path: Path, reason: str
) -> None:
    (tmp_path / "d.npz").touch()
    dialogue, laboratory = talk()
    laboratory.refusal = reason
    list(dialogue.bring(keras_file(tmp_path / "m.keras", DENSE, **COMPILED), "model"))
    events = list(dialogue.attach(tmp_path / "d.npz"))
    assert [e.kind for e in events if isinstance(e, Verdict)] == ["unsure"]
    failed = [e for e in events if isinstance(e, ProbeFailed)]
    needs_all = [p for p in probe_rules().values() if p.needs == {"data"} and p.run == "always"]
    most = 1 + len(needs_all) if reason.startswith("model") else 1
    assert len(failed) <= most if reason != "training-refused" else len(failed) > 2
    laboratory.refusal = ""
    again = [e for e in dialogue.attach(tmp_path / "d.npz") if isinstance(e, ProbeDone)]
    assert {e.probe for e in failed} <= {e.probe for e in again}


def test_weights_alone_are_completed_by_the_script(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "net.weights.h5", "w") as file:
        file.create_group("layers/dense")
    (tmp_path / "train.py").write_text(NETWORKS)
    (tmp_path / "d.npz").touch()
    dialogue, laboratory = talk()
    for path in ("net.weights.h5", "train.py"):
        list(dialogue.bring(tmp_path / path))
    assert asked(dialogue.attach(tmp_path / "d.npz")) is None
    assume = laboratory.subjects[0].assume
    assert assume["architecture"]["class_name"] == "Sequential"
    assert assume["loss"] == "sparse_categorical_crossentropy"


def test_a_loss_said_on_purpose_counts_over_the_script(tmp_path: Path) -> None:
    (tmp_path / "d.npz").touch()
    (tmp_path / "train.py").write_text(NETWORKS)
    dialogue, laboratory = talk(loss="mae")
    for path in (tmp_path / "train.py", keras_file(tmp_path / "m.keras", DENSE)):
        list(dialogue.bring(path))
    list(dialogue.attach(tmp_path / "d.npz"))
    assert laboratory.subjects[0].assume["loss"] == "mae"


# What a script tells

TRAIN = """
import numpy as np
from tensorflow import keras
from sklearn.preprocessing import StandardScaler
x, y = np.load('x.npy'), np.load('y.npy')
{scale}
model = keras.Sequential([keras.layers.Dense(3)])
model.compile('adam', 'mse')
model.fit(x, y)
"""
FOLDER = """
from tensorflow import keras
flow = keras.preprocessing.image.ImageDataGenerator({how}).flow_from_directory('d'{mode})
model = keras.Sequential([keras.layers.Dense(3)])
model.compile('adam', 'mse')
model.fit(flow)
"""


@pytest.mark.parametrize(
    ("scale", "told"),
    [
        ("x = x / 255.0", "divide-255"),
        ("x = x.astype('float32') / 127.5 - 1", "minus-one-to-one"),
        ("x = StandardScaler().fit_transform(x)", "standardise-features"),
        ("x = (x - x.mean(axis=0)) / x.std(axis=0)", "standardise-features"),
        ("", "none"),
        ("x = mystery(x)", None),
        ("x = x - 3", None),
        ("x = x / 10", None),
    ],
)
def test_scaling_in_a_script(scale: str, told: str | None) -> None:
    assert input_scaling(read_script(TRAIN.format(scale=scale))) == told


@pytest.mark.parametrize(
    ("how", "told"), [("rescale=1./255", "divide-255"), ("", "none"), ("samplewise_center=1", None)]
)
def test_scaling_in_a_generator(how: str, told: str | None) -> None:
    assert input_scaling(read_script(FOLDER.format(how=how, mode=""))) == told


@pytest.mark.parametrize(
    ("mode", "told"), [("", "categorical"), (", class_mode='sparse'", "sparse")]
)
def test_class_mode_in_a_script(mode: str, told: str) -> None:
    assert class_mode(read_script(FOLDER.format(how="", mode=mode))) == told
    assert class_mode(read_script(TRAIN.format(scale=""))) is None


NETWORKS = """
from tensorflow.keras import layers, models, regularizers
a = models.Sequential([
    layers.Conv2D(4, 3, strides=2, activation="relu", input_shape=(12, 12, 1),
                  kernel_regularizer=regularizers.l2(0.01)),
    layers.BatchNormalization(), layers.Flatten(), layers.Dense(3, activation="softmax")])
a.compile("adam", "sparse_categorical_crossentropy")
"""
GRAPH = """
from tensorflow.keras import Input, Model, layers
left, right = Input((4,), name="left"), Input((3,), name="right")
both = layers.concatenate([layers.Dense(5, activation="tanh")(left), right])
model = Model([left, right], layers.Dense(1, activation="sigmoid", name="out")(both))
model.compile("adam", "binary_crossentropy")
"""


@pytest.mark.parametrize("text", [NETWORKS, GRAPH])
def test_the_layers_of_a_script_as_a_configuration(text: str) -> None:
    network = read_script(text).network
    assert network is not None
    config = architecture_of(network)
    assert config is not None
    read = read_network(json.loads(json.dumps(config)), None)
    assert (read.output_units, read.output_activation) == (
        network.output_units,
        network.output_activation,
    )
    kinds = [layer.kind for layer in read.layers if layer.kind != "InputLayer"]
    assert kinds == [layer.kind for layer in network.layers if layer.kind != "InputLayer"]


@pytest.mark.parametrize(
    "text",
    [
        NETWORKS.replace("layers.Flatten()", "Mine()"),
        NETWORKS.replace("layers.Flatten()", "layers.Lambda(lambda x: x)"),
        NETWORKS.replace(", input_shape=(12, 12, 1)", ""),
        "print('no model')",
    ],
)
def test_layers_that_are_not_known_in_full_are_not_made_up(text: str) -> None:
    network = read_script(text).network
    assert network is None or architecture_of(network) is None


@pytest.mark.slow
@pytest.mark.parametrize("text", [NETWORKS, GRAPH])
def test_keras_builds_what_the_script_shows(text: str) -> None:
    from probes.loading.legacy import build

    network = read_script(text).network
    assert network is not None
    built = build(architecture_of(network) or {}, True)
    shown = [layer.kind for layer in network.layers if layer.kind != "InputLayer"]
    assert sorted(type(layer).__name__ for layer in built.layers if layer.weights) == sorted(
        kind for kind in shown if kind in ("Conv2D", "Dense", "BatchNormalization")
    )
