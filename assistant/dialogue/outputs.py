"""Models with several outputs: each output is a case of its own, and the verdict is on all."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace

from assistant.dialogue.cures import Cure
from assistant.dialogue.experiments import Laboratory, run_probe, runnable
from assistant.dialogue.investigation import NOT_LEARNT, NOT_LEARNT_BY, investigate
from assistant.dialogue.naming import named_causes
from assistant.dialogue.situation import ALL_OUTPUTS, Situation
from assistant.dialogue.trials import Search
from assistant.events import Event
from assistant.reasoning.belief import Belief
from knowledge.schema import CauseRule
from probes.change import Change
from probes.finding import Finding

#: operations on one output, its loss or its labels; all others concern the layers and settings that
#: outputs share
_OF_ONE_OUTPUT = frozenset(
    {
        "set-output",
        "set-loss",
        "convert-labels",
        "set-metrics",
        "weigh-classes",
        "drop-unlabelled-rows",
        "show-lines",
    }
)
#: share of the time in which all outputs are trained together
_TOGETHER = 0.35


@dataclass(frozen=True)
class Judged:
    """One output (of a model with one, the whole case): what is believed and named of it."""

    situation: Situation
    belief: Belief
    named: tuple[str, ...]


def judged(situation: Situation) -> list[Judged]:
    """Every output that is looked at; those with causes to name first.

    A cause that several outputs share is named once. While the fault of one is proved, of another
    that learns by itself only what concerns it alone is named: trained together, the faulty one
    spoils the layers and the figures of all.
    """
    views = [situation.of_output(name) for name in situation.outputs] or [situation]
    beliefs = [view.belief() for view in views]
    proved = any(belief.confirmed for belief in beliefs)
    rules = situation.knowledge.causes
    found: list[Judged] = []
    seen: set[str] = set()
    for view, belief in zip(views, beliefs, strict=True):
        fails = belief.evidence.has(NOT_LEARNT)
        named = [
            cause
            for cause in named_causes(view, belief)
            if of_one_output(rules[cause])
            or (cause not in seen and (fails or not proved or cause in belief.confirmed))
        ]
        seen |= set(named)
        found.append(Judged(view, belief, tuple(named)))
    return sorted(found, key=_by_proof)


def _by_proof(one: Judged) -> int:
    """0 for an output with a fault that is proved, 1 with one that is not, 2 without."""
    rules = one.situation.knowledge.causes
    faults = [cause for cause in one.named if rules[cause].kind == "fault"]
    return 0 if one.belief.confirmed & set(faults) else 1 if faults else 2


def about(situation: Situation, cause: str) -> Situation:
    """The case of the output that `cause` is named for; the case as it stands for no output."""
    return next((one.situation for one in judged(situation) if cause in one.named), situation)


def of_one_output(cause: CauseRule) -> bool:
    """Whether the cure of a cause is carried out on one output alone."""
    ways = [fix.do for fix in cause.change]
    ways += [way for fix in cause.change for way in fix.by_answer.values()]
    return any(_is_of_one_output(changes) for changes in ways)


def _is_of_one_output(changes: Sequence[Change]) -> bool:
    return any(change.op in _OF_ONE_OUTPUT for change in changes)


def investigate_all(
    situation: Situation, laboratory: Laboratory, stopped: Callable[[], bool]
) -> Generator[Event, None, Search]:
    """The experiments of every output, within the budget; the case then stands at the one at fault.

    All outputs are trained together first. One that learns so needs no more than the cheap looks,
    which come next; what is left of the time is for the others.
    """
    if len(situation.outputs) < 2:
        return (yield from investigate(situation, laboratory, stopped))
    end = time.monotonic() + situation.options.budget
    if ALL_OUTPUTS in runnable(situation) and ALL_OUTPUTS not in situation.probes_done():
        share = situation.options.budget * _TOGETHER
        yield from run_probe(situation, laboratory, ALL_OUTPUTS, seconds=share)
    search = Search(end=end)
    views = [situation.of_output(name) for name in situation.outputs]
    views.sort(key=lambda view: not view.learns_among_others)
    for place, view in enumerate(views):
        share = (end - time.monotonic()) / (len(views) - place)
        view.options = replace(view.options, budget=max(0.0, share))
        if stopped() or (yield from _explained(view, laboratory, search)):
            continue
        search.by_output[view.focus] = yield from investigate(view, laboratory, stopped)
    _learn_only_alone(situation)
    situation.output = judged(situation)[0].situation.focus
    return search


def _explained(
    view: Situation, laboratory: Laboratory, search: Search
) -> Generator[Event, None, bool]:
    """Whether an output learns once the faults are mended that it shares with another one."""
    shared: dict[str, Cure] = {}
    for other in search.by_output.values():
        shared |= {c: w for c, w in other.cured.items() if not _is_of_one_output(w.changes)}
    if not shared or view.learns_among_others:
        return False
    changes = [change for way in shared.values() for change in way.changes]
    outcome = yield from run_probe(
        view,
        laboratory,
        NOT_LEARNT_BY,
        changes=changes,
        seconds=view.options.budget / 2,
        keep=False,
    )
    return any(f.id == NOT_LEARNT and f.present is False for f in outcome.findings)


def _learn_only_alone(situation: Situation) -> None:
    """Write down which outputs learn alone but not among the others, where nothing else is wrong.

    A fault of another output spoils the layers they share, so that is to be mended first.
    """
    found = judged(situation)
    if any(situation.knowledge.causes[c].kind == "fault" for one in found for c in one.named):
        return
    for one in found:
        alone = one.belief.evidence.reports.get(NOT_LEARNT)
        together = one.situation.among_others or {}
        if alone is not None and alone.present is False and together.get("learns") is False:
            finding = Finding(
                "output-learns-only-alone",
                value=round(max(0.0, float(together.get("skill_end") or 0.0)), 3),
                source="probe",
                details={"weight": together.get("weight")},
                output=one.situation.focus,
            )
            origin = f"together:{one.situation.focus}"
            situation.case.add("findings", origin=origin, findings=(finding,))
