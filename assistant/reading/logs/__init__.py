"""Reads pasted training output of any vintage and says what its figures show.

    reading = read_log(text)
    reading.runs[0].epochs[-1].metrics["val_loss"]
    reading.findings            # Finding("val-acc-stuck", True, 0.0099, "log", ...), ...

Known forms: Keras 0.3 to 3.15 (bars, ``verbose=2``, colours, backspaces and redraws), CSVLogger and
printed data frames, ``history.history`` as Python or JSON, Lightning and tqdm, hand-written loops,
and machine-translated pages. Nothing is evaluated or unpickled.
"""

from __future__ import annotations

from assistant.reading.logs.cleaning import clean
from assistant.reading.logs.describing import describe_log, summarise
from assistant.reading.logs.judging import judge
from assistant.reading.logs.lines import read_lines
from assistant.reading.logs.looks import looks_like_log
from assistant.reading.logs.records import Epoch, LogReading, Remark, Run
from assistant.reading.logs.runs import read_runs
from assistant.reading.logs.stated import stated_classes, stated_samples, training_samples
from assistant.reading.logs.tables import read_tables
from probes.finding import Finding

__all__ = [
    "Epoch",
    "LogReading",
    "Remark",
    "Run",
    "describe_log",
    "looks_like_log",
    "read_log",
]


def read_log(text: str, *, classes: int | None = None, samples: int | None = None) -> LogReading:
    """Everything that the training output in `text` shows.

    Args:
        text: pasted output, or a page that holds some. Very long texts are read at their beginning
            and end (``truncated`` says so); text without a log gives a reading without runs.
        classes: number of classes, where it is known from elsewhere.
        samples: number of training samples, where it is known from elsewhere.

    Returns:
        The runs, and the findings over all of them (see `judging` for whose run counts).
    """
    lines, truncated = clean(text)
    tables, used = read_tables(lines, first_block=1)
    records = read_lines([line for line in lines if line.number not in used]) + tables
    records.sort(key=lambda record: record.line)
    runs = read_runs(records)
    if not runs:
        return LogReading(truncated=truncated, characters=len(text))
    known = classes if classes is not None and classes >= 2 else None
    said = stated_classes(lines)
    known = known or (said[0] if said else None)
    trained_on = training_samples(lines)
    count = samples or (trained_on[0] if trained_on else None)
    candidates = stated_samples(lines)
    findings, focus = judge(runs, known, count, candidates)
    if said:
        text_of = said[1].text.strip()[:120]
        findings += (Finding("class-count", True, said[0], "log", text_of, said[1].number),)
    if trained_on:
        text_of = trained_on[1].text.strip()[:120]
        line = trained_on[1].number
        findings += (Finding("sample-count", True, trained_on[0], "log", text_of, line),)
    reading = LogReading(
        runs,
        findings,
        focus,
        classes=known,
        samples=candidates,
        truncated=truncated,
        characters=len(text),
    )
    return summarise(reading)
