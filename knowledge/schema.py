"""The records of the rule base. A text is given per language: ``{"en": ..., "zh": ...}``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from probes.change import Change

Texts = Mapping[str, str]
LANGUAGES = ("en", "zh")

#: How likely a finding shows when only this cause is at work. Words, since people who judge in
#: words lose almost nothing by it (measured: .64 top-1 with five words, .62 with three).
WORDS: dict[str, float] = {
    "always": 0.97,
    "usually": 0.85,
    "often": 0.60,
    "sometimes": 0.30,
    "rarely": 0.10,
}

Kind = Literal["symptom", "evidence", "context", "special"]
Grade = Literal["safe", "answer", "sketch"]
#: Where a finding can be read before anybody is asked and any probe has run.
WAYS = ("words", "log", "script", "model", "traceback")


@dataclass(frozen=True)
class Choice:
    """One answer to a question about a context, such as "one-hot rows" for ``label-form``."""

    value: str | int | bool
    label: Texts


@dataclass(frozen=True)
class FindingRule:
    """What the rule base knows of one finding.

    Args:
        kind: symptom (what people say), evidence (what is read or measured), context (a gate).
        read: where a machine reads it, of `WAYS`; empty when only a question or a probe tells.
        leak: probability that it shows with none of the known causes at work, 0.001 up to 0.4.
        ask: the question whose answer is this finding; None when nobody can be asked.
        why: why that question is put.
        choices: the answers, for a context; a plain finding is answered yes, no, don't know.
        probe: id of the probe that measures it.
        know: chance that a person can answer.
        seconds: what finding out costs; None takes the default of its way.
        proof: seen in a log, a script, a model or by a probe, it leaves no room for doubt.
    """

    id: str
    kind: Kind
    title: Texts
    say: Texts
    read: tuple[str, ...] = ()
    leak: float = 0.03
    ask: Texts | None = None
    why: Texts | None = None
    choices: tuple[Choice, ...] = ()
    probe: str | None = None
    know: float = 0.8
    seconds: float | None = None
    proof: bool = False


@dataclass(frozen=True)
class Gate:
    """A condition on the context, such as ``class-count > 2``: no evidence, a question of sense."""

    context: str
    relation: Literal["=", "!=", ">", "<", "in", "known"]
    value: str | int | float | bool | tuple[str, ...] | None = None


@dataclass(frozen=True)
class Fix:
    """One way to cure a cause, as data.

    ``by_answer`` holds the changes per answer when ``question`` (a context id) must be settled
    first; the grade is then ``answer``, and becomes safe when the context is known.
    """

    grade: Grade
    summary: Texts
    do: tuple[Change, ...] = ()
    question: str | None = None
    by_answer: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """The long page of a cause (`unstuck explain`): the same headings for every cause."""

    what_happens: Texts
    why: Texts
    how_to_check: Texts
    when_wrong: Texts
    wrong: str = ""
    right: str = ""


@dataclass(frozen=True)
class FindingCase:
    """A labelled case beside its rule: findings in, and where the cause must stand afterwards."""

    name: str
    findings: Mapping[str, Any]
    expect: Literal["first", "top3", "absent", "healthy"]


@dataclass(frozen=True)
class CauseRule:
    """What the rule base knows of one cause.

    Args:
        code: stable short code for forum posts, ``U017``.
        kind: fault, or normal for "nothing is wrong".
        prior: rough frequency, in threads seen (1 and up).
        needs: gates; one that is known to fail multiplies the prior by 0.02.
        fix: causes with the same fix are not told apart any further.
        effort: seconds to apply the cure.
        shows: finding id to its likelihood under this cause alone.
        confirmed_by: sets of findings; one whole set, read by machine, confirms the cause.
        worked_when: the figure the first epoch shows once it is cured.
    """

    id: str
    code: str
    kind: Literal["fault", "normal"]
    title: Texts
    prior: float
    needs: tuple[Gate, ...]
    fix: str
    effort: float
    shows: Mapping[str, float]
    confirmed_by: tuple[tuple[str, ...], ...]
    means: Texts
    change: tuple[Fix, ...]
    worked_when: Texts
    not_sure: Texts
    page: Page
    look_alikes: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    cases: tuple[FindingCase, ...] = ()


@dataclass(frozen=True)
class Problem:
    """A fault in a rule file, worded for the person who wrote it."""

    file: str
    line: int | None
    key: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.key}: {self.message}" if self.key else f"{where}: {self.message}"
