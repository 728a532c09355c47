"""What the probes look at: the files of a case, and what only the script or an answer tells."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.dialogue.situation import Situation
from probes.change import Change
from probes.protocol import Subject

TARGET_COLUMN = "target-column"
_COMPILED = ("loss", "from_logits", "optimizer", "learning_rate")


def subject_of(situation: Situation, changes: Sequence[Change] = ()) -> Subject:
    """The subject of the next experiment."""
    options = situation.options
    return Subject(
        model=_text(situation.model_path),
        data=_text(situation.data_path),
        validation=_text(options.validation),
        custom=_text(options.custom),
        assume={k: v for k, v in _assumed(situation).items() if v is not None},
        changes=tuple(change.to_dict() for change in changes),
        trust=options.trust,
    )


def loss_of(situation: Situation) -> str | None:
    """The loss as far as model file, script, options and answers tell."""
    network = situation.network
    known = network.loss if network is not None else None
    return known or situation.options.loss or _told(situation, "loss-name")


def target_column(situation: Situation) -> str | None:
    """The column to predict, as chosen on the command line or answered."""
    answers = (
        entry.data.get("value")
        for entry in reversed(list(situation.case.standing()))
        if entry.kind == "answer" and entry.data.get("question") == TARGET_COLUMN
    )
    found = next(answers, None)
    return situation.options.target_column or (str(found) if found is not None else None)


def _assumed(situation: Situation) -> dict[str, Any]:
    options, script = situation.options, situation.script
    said: dict[str, Any] = {
        "loss": options.loss or _told(situation, "loss-name"),
        "target_column": target_column(situation),
        "labels": _text(options.labels),
        "batch_size": options.batch_size or _batch_size(situation),
        "steps_per_epoch": _steps_per_epoch(situation),
        "output": situation.focus or options.output,
    }
    network = script.network if script is not None else None
    if script is None or network is None:
        return said
    from assistant.reading.architecture import architecture_of
    from assistant.reading.script.feeding import class_mode, input_scaling

    said |= {n: value for n in _COMPILED if (value := getattr(network, n)) is not None}
    said |= {"class_mode": class_mode(script), "scale_inputs": input_scaling(script)}
    said |= {"metrics": list(network.metrics) or None}
    if options.loss:  # said on purpose, whatever the script at hand compiles
        said["loss"] = options.loss
    if situation.model_path is not None and not _has_layers(situation):
        said["architecture"] = architecture_of(network)
    return said


def _batch_size(situation: Situation) -> int | None:
    """Rows a batch, as the script says."""
    found = situation.script.findings if situation.script is not None else ()
    values = (f.value for f in found if f.id == "batch-size-one")
    return next((int(v) for v in values if isinstance(v, (int, float))), None)


def _steps_per_epoch(situation: Situation) -> int | None:
    """Batches an epoch, as the log shows them; older Keras counted samples there."""
    network = situation.network
    if network is None or not (network.keras_version or "").startswith("3"):
        return None
    runs = [run for material in situation.materials for run in material.runs]
    return runs[-1].steps if runs else None


def _has_layers(situation: Situation) -> bool:
    """Whether the model file itself describes its layers."""
    models = [m for m in situation.materials if m.kind == "model" and m.network is not None]
    return bool(models) and bool(models[-1].network and models[-1].network.layers)


def _told(situation: Situation, context: str) -> str | None:
    found = [f for f in situation.case.findings() if f.id == context and f.present]
    value = found[-1].value if found else None
    return None if value in (None, "other") else str(value)


def _text(path: Path | None) -> str | None:
    return str(path) if path is not None else None
