"""The splice engine: carries changes out in a script, in its own style."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from assistant.advice.edit import Edit, Grade
from assistant.advice.editing import CannotSplice, Editing
from assistant.advice.editors import (
    arrays,
    compiling,
    fitting,
    generators,
    hidden,
    inputs,
    labels,
    old_api,
    order,
    output,
    parts,
    preprocessing,
    slips,
    training_set,
)
from assistant.advice.imports import place_imports
from assistant.advice.lines import lines_for
from assistant.advice.text import (
    LineChange,
    Overlap,
    Splice,
    changed_lines,
    diff_of_changes,
    line_changes,
    unified_diff,
)
from assistant.reading.script import ScriptReading, read_script
from assistant.reading.script.notebook import write_cells
from probes.change import Change, keep_logits, resolve
from probes.finding import Scalar

_Editor = Callable[[Editing, Change], None]
EDITORS: dict[str, _Editor] = {
    "set-output": output.set_output,
    "set-loss": compiling.set_loss,
    "set-optimizer": compiling.set_optimizer,
    "set-learning-rate": compiling.set_learning_rate,
    "drop-schedule": compiling.drop_schedule,
    "set-metrics": compiling.set_metrics,
    "scale-inputs": inputs.scale_inputs,
    "use-preprocessing": preprocessing.use_preprocessing,
    "convert-labels": labels.convert_labels,
    "set-hidden-activation": hidden.set_hidden_activation,
    "set-initializer": hidden.set_initializer,
    "set-dropout": hidden.set_dropout,
    "set-regularization": hidden.set_regularization,
    "set-trainable": parts.set_trainable,
    "add-batch-normalization": hidden.add_batch_normalization,
    "set-batch-normalization": hidden.set_batch_normalization,
    "fill-missing-inputs": arrays.fill_missing,
    "set-batch-size": fitting.set_batch_size,
    "set-fit": fitting.set_fit,
    "set-generator": generators.set_generator,
    "separate-validation-generator": generators.separate_validation_generator,
    "set-monitor": fitting.set_monitor,
    "shuffle-before-split": fitting.shuffle_before_split,
    "shuffle-together": fitting.shuffle_together,
    "reset-per-fold": fitting.reset_per_fold,
    "recompile-after-trainable": order.recompile_after_trainable,
    "build-before-load": order.build_before_load,
    "remove-layers": hidden.remove_layers,
    "widen-layer": hidden.widen_layer,
    "return-sequences": hidden.return_sequences,
    "set-embedding": parts.set_embedding,
    "call-base-in-inference": parts.call_base_in_inference,
    "use-layer-result": slips.use_layer_result,
    "true-division": arrays.true_division,
    "move-axes": arrays.move_axes,
    "transform-only": slips.transform_only,
    "fit-tokenizer-once": slips.fit_tokenizer_once,
    "decode-predictions": slips.decode_predictions,
    "swap-loss-arguments": slips.swap_loss_arguments,
    "clip-loss": slips.clip_loss,
    "keep-samples-apart": training_set.keep_samples_apart,
    "weigh-classes": training_set.weigh_classes,
    "drop-unlabelled-rows": training_set.drop_unlabelled_rows,
    "drop-augmentation": training_set.drop_augmentation,
    "set-precision": training_set.set_precision,
    "sort-vocabulary": training_set.sort_vocabulary,
    "pair-kernel": old_api.set_kernel_pair,
    "modernise-api": old_api.modernise_api,
}
#: what a change makes of the labels, for the other changes of the same cure
_LABELS_MADE = {"integers": "integers", "one-hot": "one-hot", "from-zero": "integers"}
_MODES_MADE = {"categorical": "one-hot", "sparse": "integers", "int": "integers",
               "binary": "binary"}  # fmt: skip


def splice(
    reading: ScriptReading,
    changes: Sequence[Change],
    *,
    context: Mapping[str, Scalar] | None = None,
    language: str = "en",
) -> Edit:
    """Carry the changes of one cure out in a script.

    Args:
        reading: the script.
        changes: operations, carried out together.
        context: what the case knows beyond the script (``class-count``, ``label-form`` ...).
        language: of the comments in a sketch's lines.

    Returns:
        An edit; with ``applied`` False and a ``reason`` where the change cannot be made exactly,
        and then the lines to write as a sketch.
    """
    known = _after_changes(dict(context or {}), changes)
    changes = [resolve(change, known) for change in changes]
    try:
        editing = Editing(reading, known)
        logits = editing.setup.network.from_logits if editing.facts.main is not None else None
        changes = keep_logits(changes, logits)
        return _one_by_one(reading, changes, known)
    except CannotSplice as refusal:
        return _sketch(reading, changes, known, refusal, language)


def _after_changes(known: dict[str, Scalar], changes: Sequence[Change]) -> dict[str, Scalar]:
    for change in changes:
        form: Any = None
        if change.op == "convert-labels":
            form = _LABELS_MADE.get(str(change.args.get("to")))
        elif change.op == "set-generator" and change.args.get("argument") == "class_mode":
            form = _MODES_MADE.get(str(change.args.get("value")))
        if form is not None:
            known["label-form"] = form
    return known


def _one_by_one(
    reading: ScriptReading, changes: Sequence[Change], known: Mapping[str, Scalar]
) -> Edit:
    """All changes on the script as read; one after the other where they touch the same text."""
    edits = [_carry_out(reading, change, known) for change in changes]
    splices = [found for edit in edits for found in edit.splices]
    grade, question = "safe", None
    for edit in edits:
        edit.worsen(grade)
        grade, question = edit.grade, question or edit.question
    try:
        made = make_edit(reading, splices)
    except Overlap:
        made = _in_turn(reading, changes, known)
    if made.after == made.before:
        raise CannotSplice("advice-nothing-to-change")
    return replace(
        made, changes=tuple(changes), grade=_grade(grade), question=question, context=dict(known)
    )


def _in_turn(
    reading: ScriptReading, changes: Sequence[Change], known: Mapping[str, Scalar]
) -> Edit:
    now = reading
    for change in changes:
        step = make_edit(now, _carry_out(now, change, known).splices)
        now = read_script(step.after, filename=reading.filename)
    return Edit((), file_name(reading), reading.given, now.given, diff=_diff(reading, now.given))


def _carry_out(reading: ScriptReading, change: Change, known: Mapping[str, Scalar]) -> Editing:
    editing = Editing(reading, known)
    editor = EDITORS.get(change.op)
    if editor is None:
        raise CannotSplice("advice-sketch-only")
    editor(editing, change)
    place_imports(editing)
    return editing


def _grade(name: str) -> Grade:
    return "answer" if name == "answer" else "sketch" if name == "sketch" else "safe"


def make_edit(reading: ScriptReading, splices: Sequence[Splice]) -> Edit:
    """The text and the diff that splices make of a script.

    Raises:
        Overlap: two splices change the same characters.
    """
    if reading.facts is None:
        raise CannotSplice("advice-no-script")
    source = reading.facts.source
    changes = line_changes(source, splices)
    if reading.is_notebook:
        after = _write_notebook(reading, changes)
        diff = _cell_diffs(reading, changes)
    else:
        after = "".join(line.given + line.end for line in changed_lines(source, changes))
        diff = script_diff(reading, changes, after)
    return Edit((), file_name(reading), reading.given, after, diff=diff, splices=tuple(splices))


def script_diff(reading: ScriptReading, changes: Sequence[LineChange], after: str) -> str:
    """The diff of a script, by its changed lines; worked out afresh where the last one changes."""
    lines = reading.facts.source.lines if reading.facts else ()
    open_end = any(change.last >= len(lines) for change in changes)
    if open_end or any(line.end == "\r" for line in lines):
        return unified_diff(reading.given, after, file_name(reading))
    return diff_of_changes(reading.given, changes, file_name(reading))


def file_name(reading: ScriptReading) -> str:
    """The name in the diff: of the file without its folders, or of a paste."""
    name = (reading.filename or "your_code.py").replace("\\", "/")
    return name.rpartition("/")[2] or "your_code.py"


def _diff(reading: ScriptReading, after: str) -> str:
    return unified_diff(reading.given, after, file_name(reading))


def _by_cell(
    reading: ScriptReading, changes: Sequence[LineChange]
) -> dict[int, list[tuple[int, int, list[str]]]]:
    """Line changes by notebook cell, in the cell's own line numbers."""
    found: dict[int, list[tuple[int, int, list[str]]]] = {}
    for change in changes:
        for cell in reading.cells:
            if cell.first - 1 <= change.first < cell.last or (
                change.first == change.last == cell.last == change.first
            ):
                first, last = change.first - cell.first + 1, change.last - cell.first + 1
                found.setdefault(cell.index, []).append(
                    (first, last, [line.given for line in change.new])
                )
                break
    return found


def _write_notebook(reading: ScriptReading, changes: Sequence[LineChange]) -> str:
    return write_cells(reading.given, _by_cell(reading, changes))


def _cell_diffs(reading: ScriptReading, changes: Sequence[LineChange]) -> str:
    """One diff for each cell that changes, named by its number."""
    if reading.facts is None:
        return ""
    lines = reading.facts.source.lines
    name = file_name(reading)
    shown = []
    touched = _by_cell(reading, changes)
    for cell in reading.cells:
        if cell.index in touched:
            old = [line.given for line in lines[cell.first - 1 : cell.last]]
            new = list(old)
            for first, last, text in sorted(touched[cell.index], reverse=True, key=lambda c: c[0]):
                new[first:last] = text
            before, after = "\n".join(old) + "\n", "\n".join(new) + "\n"
            shown.append(unified_diff(before, after, f"{name}#cell-{cell.index + 1}"))
    return "".join(shown)


def _sketch(
    reading: ScriptReading,
    changes: Sequence[Change],
    known: Mapping[str, Scalar],
    refusal: CannotSplice,
    language: str,
) -> Edit:
    grade: Grade = "answer" if refusal.question else "sketch"
    return Edit(
        changes=tuple(changes),
        filename=file_name(reading),
        before=reading.given,
        after=reading.given,
        grade=grade,
        applied=False,
        question=refusal.question,
        reason=refusal.reason,
        lines=lines_for(reading.network, changes, known, language),
    )


def combine(reading: ScriptReading, edits: Sequence[Edit]) -> Edit:
    """Several cures in one edit.

    Those that touch the same text are carried out one after the other, each on what the one before
    has left.
    """
    written = [edit for edit in edits if edit.applied]
    changes = tuple(change for edit in written for change in edit.changes)
    asked = any(edit.grade == "answer" for edit in written)
    question = next((edit.question for edit in written if edit.question), None)
    try:
        if any(edit.after != edit.before and not edit.splices for edit in written):
            raise Overlap
        made = make_edit(reading, [found for edit in written for found in edit.splices])
    except Overlap:
        made = _sequence(reading, written)
    return replace(made, changes=changes, grade="answer" if asked else "safe", question=question)


def _sequence(reading: ScriptReading, edits: Sequence[Edit]) -> Edit:
    now = reading
    for edit in edits:
        step = splice(now, edit.changes, context=edit.context)
        if step.applied:
            now = read_script(step.after, filename=reading.filename)
    return Edit((), file_name(reading), reading.given, now.given, diff=_diff(reading, now.given))
