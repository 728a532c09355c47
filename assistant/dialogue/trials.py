"""Trials of cures on a copy: which to try together, and what their result proves."""

from __future__ import annotations

import itertools
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.dialogue.cures import Cure, first_cure_to_try
from assistant.dialogue.experiments import Laboratory, Outcome, run_probe
from assistant.dialogue.situation import Situation
from assistant.events import AND, Event
from assistant.reasoning.belief import Belief
from probes.change import Change
from probes.finding import Finding

#: A copy with this skill learns; nothing else stands in its way.
LEARNS = 0.9
LEAST_SUSPICION = 0.05
#: Trainings in one trial, the copy they are compared with left out.
ARMS = 3
#: A suspect this likely is tried together with a contradiction that may hide it.
BEHIND = 0.1
#: Suspects that failed alone, of which the pairs are made.
PAIRED = 3

Causes = tuple[str, ...]


@dataclass(frozen=True)
class TrialRecord:
    """Before and after of one cause's cure. ``before`` is the copy with the cures found earlier."""

    cause: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    helped: bool
    inference: bool = False  # judged in inference mode, where such faults show

    def skill(self, arm: Mapping[str, Any]) -> float | None:
        """What `arm` learned, by the measure this trial was judged by; 0 up to 1."""
        value = arm.get("skill_inference" if self.inference else "skill_end")
        return float(value) if isinstance(value, (int, float)) else None


@dataclass
class Search:
    """What the experiments of one investigation found out so far.

    ``pool`` holds the suspects of the copy with the cures found so far, ``tried`` the cures that
    were tried on it, alone or in pairs, ``failed`` those of them that did not help. ``by_output``
    has the searches of a model with several outputs, which stand alone.
    """

    cured: dict[str, Cure] = field(default_factory=dict)  # in the order to apply
    trials: dict[str, TrialRecord] = field(default_factory=dict)
    pool: dict[str, Cure] = field(default_factory=dict)
    failed: set[Causes] = field(default_factory=set)
    tried: set[Causes] = field(default_factory=set)
    learns: bool = False  # the copy with every cure so far
    seen: tuple[Finding, ...] | None = None  # of that copy; None before it was looked at
    end: float = 0.0
    by_output: dict[str, Search] = field(default_factory=dict)

    def of_output(self, name: str) -> Search:
        """What was tried on one output; of a model with one, all of it."""
        return self.by_output.get(name) or (Search() if self.by_output else self)

    @property
    def changes(self) -> tuple[Change, ...]:
        return tuple(change for cure in self.cured.values() for change in cure.changes)

    @property
    def time_left(self) -> float:
        return self.end - time.monotonic()

    def take_over(self, causes: Sequence[str]) -> None:
        """Go on upon the copy that the cures of these causes repaired."""
        self.cured |= {cause: self.pool[cause] for cause in causes}
        self.failed, self.tried, self.pool, self.seen = set(), set(), {}, None


def suspects(situation: Situation, belief: Belief, search: Search) -> dict[str, Cure]:
    """The causes worth a trial, one for each cure, best first."""
    context, rules = situation.context(), situation.knowledge.causes
    fixes = {rules[c].fix for c in search.cured}
    found: dict[str, Cure] = {}
    for name in belief.ranked(LEAST_SUSPICION):
        cause = rules[name]
        cure = first_cure_to_try(cause, context)
        if cause.kind != "fault" or cure is None or cause.fix in fixes:
            continue
        fixes.add(cause.fix)
        found[name] = cure
    return found


def next_arms(found: Mapping[str, Cure], belief: Belief, search: Search) -> list[Causes]:
    """What to try next: each suspect's cure alone, and once some failed alone, two of them at once.

    Of two faults each can keep the other's cure from showing. So what is proved by contradiction is
    paired from the start with the suspects behind it, which nothing could show alone; and so are
    the first two suspects where both at work is likelier than a third one at all.
    """
    alone = [(c,) for c in found if (c,) not in search.tried]
    failed = [c for c in search.pool if (c,) in search.failed][:PAIRED]
    pairs = [p for p in itertools.combinations(failed, 2) if p not in search.tried]
    pairs.sort(key=lambda pair: -belief.joint(*pair))
    proved = next((c for (c,) in alone if c in belief.confirmed), None)
    if proved is not None:
        behind = [c for (c,) in alone if c != proved and belief.probability[c] >= BEHIND]
        return [(proved,), *((proved, c) for c in behind)][:ARMS]
    if len(alone) >= 2 and not failed:
        both = (alone[0][0], alone[1][0])
        third = max((belief.probability[c] for (c,) in alone[2:]), default=0.0)
        if belief.joint(*both) > third:
            return [*alone[:2], both]
    return [*pairs[: ARMS - 1], *alone][:ARMS]


def run_trial(
    situation: Situation,
    laboratory: Laboratory,
    search: Search,
    chosen: Sequence[Causes],
    belief: Belief,
) -> Generator[Event, None, None]:
    """One trial, on top of the cures found so far, of the cures `chosen`."""
    arms = [_arm("repaired" if search.cured else "original", search.changes)]
    for causes in chosen:
        changes = [change for cause in causes for change in search.pool[cause].changes]
        arms.append(_arm(AND.join(causes), (*search.changes, *changes)))
    outcome: Outcome = yield from run_probe(
        situation, laboratory, "trial", options={"arms": arms}, seconds=search.time_left
    )
    search.tried |= set(chosen)
    if outcome.ok:
        _judge(situation, search, chosen, belief, outcome)


def _arm(name: str, changes: Sequence[Change]) -> dict[str, Any]:
    return {"name": name, "changes": [c.to_dict() for c in changes]}


def _judge(
    situation: Situation,
    search: Search,
    chosen: Sequence[Causes],
    belief: Belief,
    outcome: Outcome,
) -> None:
    """Write down what the trial showed, and take over the best cure where there is one."""
    results = {str(a["name"]): a for a in outcome.data.get("arms", ())}
    before = results.get("original") or results.get("repaired") or {}
    inference = outcome.data.get("judged_by") == "inference"
    # One that did not run, or ran out of time while still getting better, was not judged.
    arms = {causes: results.get(AND.join(causes)) or {} for causes in chosen}
    judged = {causes: arm for causes, arm in arms.items() if arm.get("helped") is not None}
    helped = [causes for causes, arm in judged.items() if arm["helped"]]
    search.failed |= judged.keys() - set(helped)
    best = _best(helped, search, belief)
    for causes, arm in judged.items():
        if len(causes) == 1 or causes == best:
            good = bool(arm["helped"])
            shown = {c: TrialRecord(c, before, arm, good, inference) for c in causes}
            search.trials |= shown
    if best:
        search.take_over(best)
        search.learns = _has_learnt(arms.get(best, {}), outcome)
    # Where a fault was in the way that is mended now, what did not help may be the second one.
    mended = bool(best) and not search.learns
    in_vain = [] if mended else [c for (c, *more) in judged if not more and (c,) not in helped]
    findings = [
        Finding("trial-did-not-help", value=c, source="probe")
        for c in in_vain
        if c not in belief.confirmed and c not in best
    ]
    findings += [Finding("trial-helped", value=cause, source="probe") for cause in best]
    found = tuple(replace(finding, output=situation.focus) for finding in findings)
    situation.case.add("findings", origin=f"trial-{len(situation.case.entries)}", findings=found)


def _best(helped: Sequence[Causes], search: Search, belief: Belief) -> Causes:
    """Of the cures that helped, the one to take; what is proved by contradiction needs no trial.

    A contradiction goes first even when its cure alone brings no gain: a second fault behind it
    keeps the copy from learning. Where mending that one as well makes the copy learn, it is found;
    otherwise it is looked for next.
    """
    proved = next((c for c in search.pool if c in belief.confirmed), None)
    if proved is not None:
        behind = [causes for causes in helped if len(causes) == 2 and causes[0] == proved]
        return behind[0] if behind and (proved,) in search.failed else (proved,)
    alone = [causes for causes in helped if len(causes) == 1]
    if alone:
        return max(alone, key=lambda causes: belief.probability[causes[0]])
    # Each must have failed without the other, or nobody knows that it takes both.
    needed = [pair for pair in helped if all((c,) in search.failed for c in pair)]
    return max(needed, key=lambda pair: belief.joint(*pair), default=())


def _has_learnt(arm: Mapping[str, Any], outcome: Outcome) -> bool:
    """True when nothing stands in this copy's way any more."""
    if outcome.data.get("judged_by") == "inference":
        # Moving averages lag behind so few steps: reaching what counts as a cure must do.
        return bool(arm.get("helped"))
    skill = float(arm.get("skill_end") or 0.0)
    # One that still gets better when the time is up needs time, not another cure.
    return skill >= LEARNS or (bool(arm.get("helped")) and arm.get("status") == "falling")
