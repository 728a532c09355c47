"""Cuts a sentence into statements: which quantity, on which data, does or reads what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from assistant.reading.words.denial import reaches
from assistant.reading.words.figures import Figure, figures
from assistant.reading.words.lexicon import Mark

_COMMA, _STOP = re.compile(r"[,:]"), re.compile(r"[;()]|->")
#: One of these between two data sets adds the second to the first ("on train and validation").
_AND = re.compile(
    r"^\s*(?:,|and|or|nor|&|/|和|与|跟|或|及|、|以及|as well as)?\s*(?:the|my|both)?\s*$"
)
#: A figure behind one of these is the reading of the quantity before it.
_COPULAS = frozenset(
    {"", "is", "of", ":", "=", "at", "around", "about", "was", "to", "are", "为", "是"}
)
_OF = frozenset({"", "的", "上", "上的", "set", "data", "集", "集的"})
#: Quantities that say little beside another one: "the model's accuracy" is about accuracy.
WEAK = frozenset({"MODEL", "RESULT"})


@dataclass
class Statement:
    """Quantities, the data they were taken on, and what is said of them.

    Args:
        start: where it begins in the sentence; ``subject_at``: where its first quantity stands.
        denied: states expressly denied that turn into no other state ("is not nan").
        bare_too: "acc and val_acc": said of the quantity without a data set as well.
    """

    start: int
    subjects: list[str] = field(default_factory=list)
    scopes: list[str] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    subject_at: int | None = None
    inherited: bool = False
    bare_too: bool = False

    @property
    def says_something(self) -> bool:
        return bool(self.states or self.denied or self.figures)

    @property
    def strong_subjects(self) -> list[str]:
        """The quantities without the weak ones, unless there are no others."""
        return [s for s in self.subjects if s not in WEAK] or self.subjects


def cut_statements(text: str, marks: Sequence[Mark], denials: Mapping[str, str]) -> list[Statement]:
    """The statements of a sentence in normal form, each with its quantities where they are known.

    Args:
        marks: the concepts found, by position.
        denials: what "not" turns a state into.
    """
    return _inherit(_Cutter(text, marks, denials).cut(), text)


@dataclass(frozen=True)
class _Event:
    """A mark, a figure, a comma or a stop."""

    start: int
    end: int
    role: str
    mark: Mark | None = None
    figure: Figure | None = None


class _Cutter:
    """Walks over the events of a sentence and opens a new statement where one begins."""

    def __init__(self, text: str, marks: Sequence[Mark], denials: Mapping[str, str]) -> None:
        self.text = text
        self.denials = denials
        events = [_Event(m.start, m.end, m.role, mark=m) for m in marks if m.role != "thing"]
        events += [_Event(f.start, f.end, "figure", figure=f) for f in figures(text)]
        events += [_Event(m.start(), m.end(), "comma") for m in _COMMA.finditer(text)]
        events += [_Event(m.start(), m.end(), "break") for m in _STOP.finditer(text)]
        self.events = sorted(events, key=lambda e: (e.start, e.end))
        self.done: list[Statement] = []
        self.current = Statement(0)
        self.last_end = 0
        self.denial: Mark | None = None
        self.bare: str | None = None

    def cut(self) -> list[Statement]:
        for place, event in enumerate(self.events):
            if event.role in ("comma", "break"):
                self._pause(event)
            elif event.figure is not None:
                self._reading(place, event.figure)
            elif event.mark is not None:
                self._mark(place, event.mark)
        return [*self.done, self.current]

    def _open(self, start: int) -> None:
        self.done.append(self.current)
        self.current = Statement(start)
        self.bare = None

    def _pause(self, event: _Event) -> None:
        """A comma between two quantities joins them; any other ends the statement."""
        self.denial = None
        now = self.current
        joins = event.role == "comma" and not now.says_something and bool(now.subjects)
        if not joins and (now.subjects or now.scopes or now.says_something):
            self._open(event.end)

    def _reading(self, place: int, figure: Figure) -> None:
        before = self.text[self.last_end : figure.start].strip()
        if before not in _COPULAS and self.current.subjects and self._quantity_follows(place):
            self._open(figure.start)
        self.current.figures.append(figure)

    def _mark(self, place: int, mark: Mark) -> None:
        if mark.role == "not":
            self.denial = mark
            return
        if mark.role == "state":
            if self._leads_next(place):
                self._open(mark.start)
            self._add_state(mark)
        else:
            if self._begins_next(place, mark):
                self._open(mark.start)
            self._add_quantity(mark)
        self.last_end = max(self.last_end, mark.end)

    def _add_state(self, mark: Mark) -> None:
        if self.denial is None or not reaches(self.denial, mark, self.text):
            self.current.states.append(mark.concept)
        elif mark.concept in self.denials:
            self.current.states.append(self.denials[mark.concept])
        else:
            self.current.denied.append(mark.concept)

    def _add_quantity(self, mark: Mark) -> None:
        now = self.current
        target = now.subjects if mark.role == "subject" else now.scopes
        if mark.concept not in target:
            target.append(mark.concept)
            if mark.role == "subject" and not now.scopes:
                self.bare = mark.concept
        elif mark.role == "subject" and now.scopes and self.bare == mark.concept:
            now.bare_too = True
        if mark.role == "subject" and now.subject_at is None:
            now.subject_at = mark.start

    def _leads_next(self, place: int) -> bool:
        """The adjective of the next quantity: "high training accuracy, low validation ..."."""
        now = self.current
        weak = bool(now.subjects) and all(s in WEAK for s in now.subjects)
        return bool(now.subjects) and (now.says_something or weak) and self._quantity_follows(place)

    def _quantity_follows(self, place: int) -> bool:
        """A quantity or data set stands next, with nothing but blanks in between."""
        end = self.events[place].end
        for event in self.events[place + 1 :]:
            if event.role in ("comma", "break") or self.text[end : event.start].strip():
                return False
            if event.role in ("subject", "scope"):
                return True
        return False

    def _begins_next(self, place: int, mark: Mark) -> bool:
        now = self.current
        if mark.role == "subject":
            return now.says_something and bool(now.subjects)
        if now.says_something:
            named = bool(now.subjects or now.scopes)
            return named and (bool(now.scopes) or self._subject_of_scope_follows(place))
        both = bool(now.subjects) and bool(now.scopes)
        return both and not _AND.match(self.text[self.last_end : mark.start])

    def _subject_of_scope_follows(self, place: int) -> bool:
        """ "... validation accuracy", "验证集上的准确率": the data set belongs to what follows."""
        end = self.events[place].end
        following = next((e for e in self.events[place + 1 :] if e.start >= end), None)
        if following is None or following.role != "subject":
            return False
        return self.text[end : following.start].strip() in _OF


def _inherit(statements: Sequence[Statement], text: str) -> list[Statement]:
    """A statement without a quantity goes on about the one before, or belongs to the next."""
    kept = [s for s in statements if s.subjects or s.scopes or s.says_something]
    for before, here in pairwise(kept):
        if not here.subjects and before.subjects:
            here.subjects, here.inherited = list(before.subjects), True
            here.scopes = here.scopes or list(before.scopes)
        elif _same_again(before, here, text):
            here.scopes = list(before.scopes)
    for here, after in pairwise(kept):
        alone = not here.subjects and not here.scopes and bool(here.states or here.figures)
        if alone and after.subjects and not after.inherited:
            here.subjects, here.scopes = list(after.subjects), list(after.scopes)
    return kept


def _same_again(before: Statement, here: Statement, text: str) -> bool:
    """ "Validation loss falls at first, then the loss rises": the same loss."""
    if here.scopes or not before.scopes or set(here.subjects) != set(before.subjects):
        return False
    return here.subject_at is not None and text[: here.subject_at].endswith(("the ", "该"))
