"""Ties each state to the quantity it is said of: "loss falls but accuracy stays" is two facts.

In each statement a state belongs to the quantities named before it, or, when none was, to those
after it ("constant accuracy"). The result is a set of features: ``LOSS.FLAT``,
``VAL.ACC.CHANCE``, and the bare concepts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.reading.words.comparisons import compare_scopes
from assistant.reading.words.figures import loss_states, share_states
from assistant.reading.words.lexicon import Lexicon, Mark
from assistant.reading.words.statements import Statement, cut_statements

_SHARES = frozenset({"ACC", "METRIC"})
#: Training above validation by more than this is a wide gap; validation ahead by more than
#: `AHEAD` is worth a word.
WIDE_GAP, AHEAD = 0.12, 0.02


@dataclass(frozen=True)
class Features:
    """What one sentence says, and what it expressly denies.

    Args:
        places: per feature where in the sentence it is first said.
        named: wordings of concepts of which two make a feature of their own.
    """

    said: frozenset[str]
    denied: frozenset[str]
    places: Mapping[str, int] = field(default_factory=dict)
    chinese: bool = False
    named: frozenset[tuple[str, str]] = frozenset()


def read_features(
    text: str, marks: Sequence[Mark], lexicon: Lexicon, class_count: int | None = None
) -> Features:
    """The features of one sentence in normal form, given its marks.

    Args:
        class_count: number of classes, so that 0.1 of ten classes is read as chance.
    """
    statements = cut_statements(text, marks, lexicon.denied)
    places: dict[str, int] = {}
    for mark in marks:
        if mark.role in ("thing", "subject", "scope"):
            places.setdefault(mark.concept, mark.start)
    denied: set[str] = set()
    for statement in statements:
        states = [*statement.states, *_figure_states(statement, class_count)]
        for feature in (*states, *_combine(statement, states)):
            places.setdefault(feature, statement.start)
        denied.update((*statement.denied, *_combine(statement, statement.denied)))
    compared = compare_scopes(text, marks)
    if compared is not None:
        places.setdefault(compared, 0)
    named = lexicon.several(text, marks)
    for feature in (*_compare_scopes(statements), *_counted(named)):
        places.setdefault(feature, 0)
    said = frozenset(places)
    chinese = any("\u3400" <= c <= "\u9fff" for c in text)
    return Features(said, frozenset(denied - said), places, chinese, named)


def join(parts: Sequence[Features]) -> frozenset[str]:
    """What several sentences say together."""
    said = frozenset(f for p in parts for f in p.said)
    return said | _counted(frozenset(n for p in parts for n in p.named))


def _counted(named: frozenset[tuple[str, str]]) -> frozenset[str]:
    features = [feature for feature, _ in named]
    return frozenset(f for f in features if features.count(f) > 1)


def _figure_states(statement: Statement, class_count: int | None) -> list[str]:
    subjects = set(statement.subjects)
    states: list[str] = []
    for figure in statement.figures:
        if "LOSS" in subjects:
            states.extend(loss_states(figure))
        if _SHARES & subjects or (figure.percent and "LOSS" not in subjects):
            states.extend(share_states(figure, class_count))
        elif "PRED" in subjects and figure.value == 0:
            states.append("ZERO")
    return states


def _combine(statement: Statement, states: Sequence[str]) -> list[str]:
    """``SUBJECT.STATE``, ``SCOPE.SUBJECT.STATE`` and ``SCOPE.STATE`` for every state; what holds
    on the training data holds of the quantity without a data set too."""
    subjects = statement.strong_subjects
    found: list[str] = []
    for state in states:
        plain = [f"{s}.{state}" for s in subjects]
        if not statement.scopes or statement.bare_too or "TRAIN" in statement.scopes:
            found.extend(plain)
        for scope in statement.scopes:
            found.extend(f"{scope}.{feature}" for feature in plain)
            found.append(f"{scope}.{state}")
    return found


def _compare_scopes(statements: Sequence[Statement]) -> list[str]:
    """Two accuracies side by side: a wide gap, or validation ahead of training."""
    best: dict[str, float] = {}
    for statement in statements:
        if "LOSS" in statement.subjects:
            continue
        shares = [f.value for f in statement.figures if 0 < f.value <= 1]
        if shares and len(statement.scopes) <= 1:
            best.setdefault(statement.scopes[0] if statement.scopes else "", shares[-1])
    training = best.get("TRAIN", best.get(""))
    validation = best.get("VAL")
    if training is None or validation is None:
        return []
    if training - validation > WIDE_GAP:
        return ["FIGUREGAP"]
    return ["FIGUREBETTER"] if validation - training > AHEAD else []
