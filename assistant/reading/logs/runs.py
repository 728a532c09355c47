"""Records -> epochs -> runs: which lines belong to one epoch, and which epochs to one training.

A page often holds several trainings: the asker's, a variation, and the answerer's. A new run starts
where the epoch number falls back, the number of epochs or of batches changes, validation columns
come or go, an answer begins, or words stand between two lines that carry no epoch number. A loop
over ``fit(epochs=1)``, which prints ``Epoch 1/1`` or a counter of its own, stays one run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.reading.logs.lines import EXACT_SHARE, Record
from assistant.reading.logs.names import is_share
from assistant.reading.logs.records import Epoch, Run


def read_runs(records: Sequence[Record]) -> tuple[Run, ...]:
    """The runs of a text, from its records in the order of their lines."""
    printed = _printed_by_the_program(records)
    entries: list[Record] = []
    spent: int | None = None
    for record in records:
        record = replace(record, between=[t for t in record.between if t not in printed])
        if record.heading is not None and record.heading == spent:
            record = _unheaded(record)
        if entries and _same_epoch(entries[-1], record):
            _join(entries[-1], record)
            continue
        if entries and record.heading is not None and record.heading == entries[-1].heading:
            # The heading belongs to the epoch before; this line came without one.
            spent, record = record.heading, _unheaded(record)
        entries.append(record)
    groups: list[list[Record]] = []
    for entry in entries:
        if groups and not _new_run(groups[-1], entry):
            groups[-1].append(entry)
        else:
            groups.append([entry])
    several = any(len(g) > 1 or g[0].number is not None for g in groups)
    return tuple(_run(group, several) for group in groups)


def _printed_by_the_program(records: Sequence[Record]) -> set[str]:
    """Lines between epochs that a program printed: the same one, or a counter, three times."""
    seen: dict[str, list[str]] = {}
    for record in records:
        for text in record.between:
            seen.setdefault(re.sub(r"\d+(?:\.\d+)?", "#", text), []).append(text)
    printed: set[str] = set()
    for texts in seen.values():
        if len(texts) < 3:
            continue
        counts = [re.findall(r"\d+", t)[:1] for t in texts]
        steps = Counter(
            int(b[0]) - int(a[0]) if a and b else 0
            for a, b in pairwise(counts)
            if not (a and len(a[0]) > 9) and not (b and len(b[0]) > 9)
        )
        if len(set(texts)) == 1 or steps.get(1, 0) >= len(texts) // 2:
            printed.update(texts)
    return printed


def _unheaded(record: Record) -> Record:
    return replace(record, number=None, total=None, heading=None)


def _same_epoch(last: Record, new: Record) -> bool:
    """True when `new` redraws or completes the epoch of `last`."""
    if last.block != new.block or last.block or new.between or last.speaker != new.speaker:
        return False
    shared = new.metrics.keys() & last.metrics.keys()
    if last.heading != new.heading:
        return False
    if last.heading is None:
        if not last.complete:
            return new.steps in (last.steps, None) and (new.step or 0) > (last.step or 0)
        return not shared and not last.timed and not new.timed
    if not last.complete or (new.inline and new.number == last.number):
        return True
    if new.step == last.step is not None and last.metrics.keys() < new.metrics.keys():
        return True  # the bar once more, now with its validation figures
    return not shared and (new.timed or not last.timed)


def _join(last: Record, new: Record) -> None:
    if new.step is not None and not last.complete:
        last.metrics, last.units = {}, {}
    last.metrics.update(new.metrics)
    last.units.update(new.units)
    last.step, last.steps = new.step or last.step, new.steps or last.steps
    last.line, last.text, last.waiting = new.line, new.text, new.waiting


def _new_run(run: Sequence[Record], new: Record) -> bool:
    last = run[-1]
    if new.block != last.block or new.speaker != last.speaker:
        return True
    if new.total != last.total and None not in (new.total, last.total):
        return True
    if last.number is not None and new.number is None and not new.timed:
        return True  # "Test loss: 0.52" below a training
    both = new.number is not None and last.number is not None
    if both and _falls_back(run, new):
        return True
    goes_on = both and (new.number or 0) > (last.number or 0)
    if _steps_differ(last, new):
        return True
    if goes_on:
        return False
    if new.complete and last.complete and _validated(new) != _validated(last):
        return True
    return bool(new.between)


def _falls_back(run: Sequence[Record], new: Record) -> bool:
    """True when the number starts over; a loop that repeats one number does not."""
    number, last = new.number or 0, run[-1].number or 0
    if number != last:
        return number < last
    looping = new.total == 1 or bool(new.block) or (len(run) > 1 and run[-2].number == number)
    return not looping


def _steps_differ(last: Record, new: Record) -> bool:
    if None in (last.steps, new.steps) or last.steps == new.steps:
        return False
    return new.complete or last.complete


def _validated(record: Record) -> bool:
    return any(name.startswith("val_") for name in record.metrics)


def _run(entries: Sequence[Record], several: bool) -> Run:
    _shares_from_per_cent(entries)
    epochs = tuple(
        Epoch(
            dict(e.metrics),
            dict(e.units),
            e.number,
            e.total,
            e.step,
            e.steps,
            e.line,
            e.text,
            e.complete,
        )
        for e in entries
    )
    first = entries[0]
    lone = len(entries) == 1 and first.number is None and not first.block
    lone = lone and not {"loss", "val_loss"} <= first.metrics.keys()
    return Run(
        epochs,
        first.line,
        entries[-1].line,
        first.speaker,
        evaluation=lone and several,
        heading="\n".join(first.words[-5:]),
    )


def _shares_from_per_cent(entries: Sequence[Record]) -> None:
    """Divide a column by 100 when its figures can only be per cents (above 1.5, at most 100).

    A column goes with its validation twin: 0.9 beside 12.5 is 0.9 per cent.
    """
    columns: dict[str, list[Record]] = {}
    for entry in entries:
        for name in entry.metrics:
            if is_share(name) and entry.units[name] != EXACT_SHARE:
                columns.setdefault(name, []).append(entry)
    highest = {
        name: max(
            (e.metrics[name] for e in having if e.metrics[name] == e.metrics[name]), default=0
        )
        for name, having in columns.items()
    }
    for name, having in columns.items():
        base = name.removeprefix("val_")
        top = max(highest.get(base, 0.0), highest.get("val_" + base, 0.0))
        if 1.5 < top <= 100:
            for entry in having:
                entry.metrics[name] /= 100
                entry.units[name] /= 100
