"""Which change cures a cause, with what is known of the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from knowledge.schema import CauseRule, Fix
from probes.change import SCRIPT_ONLY, Change, resolve
from probes.finding import Scalar

#: Operations that a trial on a copy has no use for: they change how training is reported or how
#: the data are split, which a handful of training steps does not see.
NOT_TRIED = SCRIPT_ONLY | {"set-metrics", "set-fit", "call-base-in-inference"}


#: Context key of the preprocessing that the first frozen layers were measured to fit.
FITTING = "preprocessing-that-fits"
#: Context keys of the rates at which the user's own optimizer, and Adam, were measured to learn.
OWN_RATE, ADAM_RATE = "rate-that-works", "adam-rate-that-works"
#: The rate of a cure that asks for no particular one: Keras's default.
USUAL_RATE = 0.001


#: Operations whose effect shows on rows the copy was not trained on, though a tiny batch is
#: learnt either way.
SEEN_IN_INFERENCE = frozenset({"use-preprocessing", "set-batch-normalization"})


@dataclass(frozen=True)
class Cure:
    """One way to cure a cause, settled as far as the context allows.

    ``question`` is the context id still to be answered, None when nothing is open.
    """

    fix: Fix
    changes: tuple[Change, ...]
    question: str | None = None

    @property
    def can_be_tried(self) -> bool:
        """A trial can execute it: complete, concrete, and of some effect on a few steps."""
        return bool(self.changes) and all(
            c.op not in NOT_TRIED and c.args.get("units") != "classes" for c in self.changes
        )

    @property
    def shows_in_inference(self) -> bool:
        return any(c.op in SEEN_IN_INFERENCE for c in self.changes)


def cures(cause: CauseRule, context: Mapping[str, Scalar], *, proved: bool = False) -> list[Cure]:
    """The ways to cure `cause`, best first; those made for another answer are left out.

    Once a trial has `proved` the cause, the way it tried goes first: what is offered is what was
    shown to help.
    """
    ways = [way for fix in cause.change if (way := _cure(fix, context)) is not None]
    if proved:
        tried = next((way for way in ways if way.can_be_tried), None)
        ways.sort(key=lambda way: way is not tried)
    return ways


def first_cure_to_try(cause: CauseRule, context: Mapping[str, Scalar]) -> Cure | None:
    """The best way that a trial can execute, None when there is none.

    A base whose name is not known is tried with the preprocessing its own statistics ask for.
    """
    way = next((c for c in cures(cause, context) if c.can_be_tried), None)
    fits = context.get(FITTING)
    if way is None or not fits:
        return way
    tried = tuple(
        Change(c.op, {**c.args, "family": str(fits)}) if c.op == "use-preprocessing" else c
        for c in way.changes
    )
    return replace(way, changes=tried)


def _cure(fix: Fix, context: Mapping[str, Scalar]) -> Cure | None:
    changes, question = fix.do, None
    if fix.question is not None:
        known = context.get(fix.question)
        answer = _as_key(known)
        if answer in fix.by_answer:
            changes = fix.by_answer[answer]
        elif not fix.do and known is not None:
            return None
        elif not fix.do:
            question = fix.question
    settled = (_at_measured_rate(resolve(c, context), context) for c in changes)
    return Cure(fix, tuple(settled), question)


def _at_measured_rate(change: Change, context: Mapping[str, Scalar]) -> Change:
    """The rate that was measured to work for these weights and targets, in place of the usual."""
    own, adam = context.get(OWN_RATE), context.get(ADAM_RATE)
    if change.op == "set-learning-rate" and "factor" in change.args and own:
        return Change(change.op, {"learning_rate": own})
    usual = change.args.get("learning_rate") == USUAL_RATE
    if change.op == "set-optimizer" and usual and change.args.get("name") == "adam" and adam:
        return Change(change.op, {**change.args, "learning_rate": adam})
    return change


def _as_key(value: Scalar) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
