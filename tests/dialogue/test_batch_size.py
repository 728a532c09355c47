"""How many rows go into a batch reaches the probes; where nothing normalises, nobody is suspected
of too small batches."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dialogue.test_gaps import COMPILED, DENSE, keras_file, talk

NORM = {"class_name": "BatchNormalization", "config": {"name": "norm"}}
FIT = "model.compile('adam', 'mse')\nmodel.fit(x, y, batch_size={size}, epochs=3)\n"
LOG = "Epoch 1/2\n90/90 - 1s - 9ms/step - loss: 0.5\nEpoch 2/2\n90/90 - 1s - 9ms/step - loss: 0.4\n"


def model(folder: Path, *layers: object, version: str = "3.15.0") -> Path:
    import json
    import zipfile

    path = keras_file(folder / "m.keras", *layers, **COMPILED)  # type: ignore[arg-type]
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": version}))
    (folder / "d.npz").touch()
    return path


@pytest.mark.parametrize("size", [1, 32])
def test_from_the_script(size: int, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(FIT.format(size=size))
    dialogue, laboratory = talk()
    for item in (tmp_path / "train.py", model(tmp_path, NORM, DENSE)):
        list(dialogue.bring(item))
    list(dialogue.attach(tmp_path / "d.npz"))
    assert {subject.assume["batch_size"] for subject in laboratory.subjects} == {size}


def test_from_the_command_line(tmp_path: Path) -> None:
    dialogue, laboratory = talk(batch_size=1)
    list(dialogue.bring(model(tmp_path, NORM, DENSE)))
    list(dialogue.attach(tmp_path / "d.npz"))
    assert laboratory.subjects[0].assume["batch_size"] == 1


@pytest.mark.parametrize(("version", "steps"), [("3.15.0", 90), ("2.3.1", None)])
def test_steps_from_the_log_of_a_keras_that_counts_batches(
    version: str, steps: int | None, tmp_path: Path
) -> None:
    dialogue, laboratory = talk()
    list(dialogue.bring(model(tmp_path, NORM, DENSE, version=version)))
    list(dialogue.bring(LOG))
    list(dialogue.attach(tmp_path / "d.npz"))
    assert laboratory.subjects[-1].assume.get("steps_per_epoch") == steps


@pytest.mark.parametrize("norms", [(), (NORM,)])
def test_only_batch_normalisation_minds(norms: tuple[object, ...], tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(FIT.format(size=1))
    dialogue, _ = talk()
    list(dialogue.bring(tmp_path / "train.py"))
    list(dialogue.bring(model(tmp_path, *norms, DENSE)))
    list(dialogue.bring("the loss jumps up and down and validation fluctuates"))
    belief = dialogue.situation.belief()
    assert (belief.probability["batchnorm-with-batch-size-one"] > 0.05) is bool(norms)
