"""What the dialogue says, as typed events. The chat turns each into a widget, `check` into lines.

Texts are already in the user's language. They may hold anything a user or a log typed (brackets,
control characters), so a front end shows them verbatim and never as markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from probes.finding import Finding

Tone = Literal["plain", "good", "warning", "error"]
Material = Literal[
    "words", "log", "script", "notebook", "traceback", "array", "model", "data", "summary"
]


@dataclass(frozen=True)
class Said:
    """A sentence of the assistant."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True)
class Heard:
    """Something the user brought was recognised and read.

    ``summary`` is the text of the chip ("training log, 5 epochs, val stuck at .0099"), ``notes``
    are repairs and remarks, one sentence each; ``name`` is the key to open or remove it by.
    """

    kind: Material
    name: str
    summary: str
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """One answer the user may give; ``value`` goes back to the dialogue."""

    value: str
    label: str


@dataclass(frozen=True)
class Question:
    """One question; ``kind`` symptom: which of three was meant, fact: about one finding."""

    id: str
    kind: Literal["symptom", "fact"]
    text: str
    why: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class ProbeStarted:
    """An experiment begins. ``run`` numbers it within the case."""

    run: int
    probe: str
    title: str
    purpose: str
    seconds: float


@dataclass(frozen=True)
class ProbeProgress:
    """A sign of life, at most ten a second. ``loss`` may be nan or inf."""

    run: int
    step: int = 0
    steps: int = 0
    loss: float | None = None
    arm: str = ""
    text: str = ""


#: joins the causes in the name of an arm that cures two at once
AND = " + "


@dataclass(frozen=True)
class Curve:
    """Losses by step of one arm of an experiment; values may be nan or inf."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class ProbeDone:
    """An experiment ended with a result. ``result`` is one line; the rest opens on request."""

    run: int
    probe: str
    title: str
    result: str
    seconds: float
    findings: tuple[Finding, ...] = ()
    lines: tuple[str, ...] = ()
    curves: tuple[Curve, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ProbeFailed:
    """An experiment ended without one; ``text`` says why and what can be done."""

    run: int
    probe: str
    title: str
    text: str
    cancelled: bool = False


@dataclass(frozen=True)
class Reason:
    """One finding as a reason, with its weight of evidence in bits (negative: speaks against)."""

    text: str
    bits: float
    finding: str = ""


@dataclass(frozen=True)
class Suspect:
    """One cause in the ranking. ``odds`` says the probability as a frequency, in words."""

    cause: str
    code: str
    title: str
    probability: float
    odds: str
    confirmed: bool = False
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Ranking:
    """The leading suspects, best first, and what would change the order."""

    suspects: tuple[Suspect, ...]
    would_change: str = ""


@dataclass(frozen=True)
class TrialResult:
    """Before and after on a copy. Skill: 0 is the best constant answer, 1 is memorised."""

    before: tuple[float, ...]
    after: tuple[float, ...]
    steps: int
    seconds: float
    helped: bool
    skill_before: float | None = None
    skill_after: float | None = None
    sentence: str = ""


@dataclass(frozen=True)
class Offer:
    """One change offered for a cause.

    ``diff`` is a unified diff when there is a script; ``lines`` are the lines to write when there
    is none. ``question`` is set while one answer is needed first.
    """

    grade: Literal["safe", "answer", "sketch"]
    summary: str
    diff: str = ""
    lines: tuple[str, ...] = ()
    question: Question | None = None
    applicable: bool = False
    changes: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Advice:
    """One cause explained on one screen: I see, means, change, you know it worked when."""

    cause: str
    code: str
    title: str
    odds: str
    probability: float
    confirmed: bool
    see: tuple[str, ...]
    means: str
    offers: tuple[Offer, ...]
    worked_when: str
    not_sure: str
    trial: TrialResult | None = None
    untried: str = ""  # that no trial has shown the change to help, in words


@dataclass(frozen=True)
class Verdict:
    """Where the case stands: a cause, healthy, or unsure, in one sentence."""

    kind: Literal["cause", "healthy", "unsure"]
    text: str


@dataclass(frozen=True)
class Spoken:
    """What the user said or brought, in a conversation shown again; ``labels`` name the files."""

    text: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answered:
    """A question that is settled, with the words of its answer; empty: left open."""

    question: Question
    label: str


Event = (
    Said
    | Heard
    | Question
    | ProbeStarted
    | ProbeProgress
    | ProbeDone
    | ProbeFailed
    | Ranking
    | Advice
    | Verdict
    | Spoken
    | Answered
)
