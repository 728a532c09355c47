"""The messages between the assistant and the probe process: JSON, one object a line.

To the process: `Job` ("run") and "cancel". From it: `hello`, `ready`, and for each job any number
of `progress` and `finding`, then exactly one of `done`, `failed`, `cancelled`.
Standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

VERSION = 1

EventKind = Literal[
    "hello", "ready", "progress", "finding", "done", "failed", "cancelled", "died"
]


@dataclass(frozen=True)
class Subject:
    """The model and data that a probe looks at, and what is assumed where they are silent.

    Args:
        model: path of a model file, or None.
        data: path of the data (file or image folder), or None.
        validation: path of validation data, when it lies apart.
        custom: path of a Python file with the user's own layers; run only with consent.
        assume: ``loss``, ``from_logits``, ``optimizer``, ``learning_rate``, ``metrics``,
            ``target_column``, ``batch_size`` as read from a script or answered, used where the
            model file does not say.
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
        subject = dict(data["subject"])
        subject["changes"] = tuple(subject.get("changes") or ())
        known = ("id", "probe", "options", "seconds", "memory_gb", "seed")
        return cls(subject=Subject(**subject), **{k: data[k] for k in known if k in data})


@dataclass(frozen=True)
class Event:
    """One message of the probe process.

    ``data`` by kind: progress: ``step``, ``steps``, ``loss``, ``arm``, ``text``; finding: the
    Finding as a dictionary; done: ``seconds`` and the probe's own results (curves, tables);
    failed: ``reason`` (message-catalogue key), ``error`` (one line); died: ``reason``.
    """

    kind: EventKind
    job: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
