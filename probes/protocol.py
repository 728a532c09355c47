"""The messages between the assistant and the probe process: JSON, one object a line.

To the process: `Job` ("run"), `cancel` (the probe stops at its next step) and `kill` (the process
that holds the job is ended). From it: `hello`, `ready`, and for each job any number of `progress`
and `finding`, then exactly one of `done`, `failed`, `cancelled`, `died`.
Standard library only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from typing import Any, Literal, get_args

VERSION = 1

#: Longest line, in bytes, that either side takes. A curve of 10,000 points needs 0.2 MB.
LONGEST_LINE = 8_000_000

EventKind = Literal["hello", "ready", "progress", "finding", "done", "failed", "cancelled", "died"]

EVENT_KINDS: frozenset[str] = frozenset(get_args(EventKind))

#: A job ends with one of these; "died" is turned into one of the others by the client.
LAST_EVENTS: frozenset[str] = frozenset({"done", "failed", "cancelled", "died"})


@dataclass(frozen=True)
class Subject:
    """The model and data that a probe looks at, and what is assumed where they are silent.

    Args:
        model: path of a model file, or None.
        data: path of the data (file or image folder), or None.
        validation: path of validation data, when it lies apart.
        custom: path of a Python file with the user's own layers; run only with consent.
        assume: ``loss``, ``from_logits``, ``optimizer``, ``learning_rate``, ``metrics``,
            ``class_mode``, ``scale_inputs``, ``architecture`` (a Keras configuration, for weights
            that lie alone) as read from a script, and ``target_column``, ``labels`` (a path),
            ``output`` (name or place of one of several) as chosen or answered; used where model
            and data do not say.
        changes: changes (as dictionaries) applied before looking: the repaired clone.
        trust: foreign classes and lambda layers may be loaded.
    """

    model: str | None = None
    data: str | None = None
    validation: str | None = None
    custom: str | None = None
    assume: Mapping[str, Any] = field(default_factory=dict)
    changes: tuple[Mapping[str, Any], ...] = ()
    trust: bool = False


@dataclass(frozen=True)
class Job:
    """One probe to run. ``seconds`` is the wall-clock limit after which the process is ended."""

    id: int
    probe: str
    subject: Subject
    options: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 20.0
    memory_gb: float = 0.0  # 0: decide from the free memory
    seed: int = 0

    def to_dict(self) -> dict[str, Any]:
        return {"op": "run", "version": VERSION, **asdict(self)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Job:
        """Read back what `to_dict` wrote; unknown keys are left aside.

        Raises:
            KeyError, TypeError, ValueError: for anything that is not a job.
        """
        subject = _known(Subject, data["subject"])
        subject["changes"] = tuple(subject.get("changes") or ())
        job = {**_known(cls, data), "subject": Subject(**subject)}
        return cls(
            **{**job, "id": int(job["id"]), "probe": str(job["probe"])},
        )


@dataclass(frozen=True)
class Event:
    """One message of the probe process.

    ``data`` by kind: hello: ``pid``, ``mode`` (``fork`` or ``spawn``, ``child`` for a fork),
    ``python``, and with a job once that is taken up; ready:
    ``tensorflow``, ``keras``, ``numpy``, ``python``, ``seconds``; progress: ``step``, ``steps``,
    ``loss``, ``arm``, ``text`` (message-catalogue key), or ``results`` alone: those of ``done`` as
    far as they go, kept for a job that its time limit ends; finding: the Finding as a dictionary;
    done: ``seconds`` and the probe's own results (curves, tables); failed: ``reason``
    (message-catalogue key), ``error`` (one line) and the values of the sentence's placeholders;
    died: ``signal`` (its name, or None) and ``code`` (exit status, or None).
    """

    kind: EventKind
    job: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        return {"event": self.kind, "job": self.job, "data": self.data}


def encode(message: Mapping[str, Any]) -> bytes:
    """The message as one line; NaN and infinities stay figures, arrays become lists.

    Raises:
        ValueError: when the line would be longer than `LONGEST_LINE`.
    """
    line = json.dumps(plain(message), separators=(",", ":")).encode("ascii") + b"\n"
    if len(line) > LONGEST_LINE:
        raise ValueError(f"message of {len(line)} bytes, more than {LONGEST_LINE}")
    return line


def decode(line: bytes) -> dict[str, Any] | None:
    """The message in one line, or None for anything else: stray output must not end a session."""
    if len(line) > LONGEST_LINE:
        return None
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None


def decode_event(line: bytes) -> Event | None:
    """The event in one line, or None when the line is anything else."""
    message = decode(line) or {}
    kind, job, data = message.get("event"), message.get("job"), message.get("data")
    if not isinstance(kind, str) or kind not in EVENT_KINDS or not isinstance(data, dict):
        return None
    if job is not None and type(job) is not int:
        return None
    return Event(kind, job, data)  # type: ignore[arg-type]


def plain(value: Any) -> Any:
    """The same value in the types that JSON has.

    numpy arrays and tensors become lists, numpy scalars Python ones, dataclasses and mappings
    dictionaries with string keys, anything else its text.
    """
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        return float(value) if isinstance(value, float) else int(value)
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(v) for v in value]
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    for method in ("tolist", "numpy"):
        convert = getattr(value, method, None)
        if callable(convert):
            return plain(convert())
    return str(value)


def _known(record: type, data: Mapping[str, Any]) -> dict[str, Any]:
    names = {item.name for item in fields(record)}
    return {k: v for k, v in dict(data).items() if k in names}
