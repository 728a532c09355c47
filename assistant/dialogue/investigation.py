"""The search by experiment: look, suspect, try on a copy, and look again behind what was cured."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.dialogue.cures import Cure, first_cure_to_try
from assistant.dialogue.experiments import Laboratory, Outcome, run_probe, runnable
from assistant.dialogue.situation import Situation
from assistant.events import Event
from assistant.reasoning.belief import Belief
from assistant.reasoning.steps import next_steps
from probes.change import Change
from probes.finding import Finding

#: The looks that need no suspicion. Together they settle 40 % of silent faults without training,
#: and their silence is what the verdict "healthy" rests on.
BASIC = ("label-shape", "input-statistics", "tiny-batch-overfit", "activation-audit")
#: A copy with this skill learns; nothing else stands in its way.
LEARNS = 0.9
LEAST_SUSPICION = 0.05
SUSPECT_AFTER_ALL = 0.2
CHEAP = 1.0  # seconds; a look at the data alone costs no more
ARMS = 3
ROUNDS = 3


@dataclass
class Search:
    """What the experiments of one investigation found out so far."""

    cured: dict[str, Cure] = field(default_factory=dict)  # in the order to apply
    trials: dict[str, TrialRecord] = field(default_factory=dict)
    learns: bool = False  # the copy with every cure so far
    end: float = 0.0

    @property
    def changes(self) -> tuple[Change, ...]:
        return tuple(change for cure in self.cured.values() for change in cure.changes)

    @property
    def time_left(self) -> float:
        return self.end - time.monotonic()


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


Investigation = Generator[Event, None, Search]


def investigate(
    situation: Situation, laboratory: Laboratory, stopped: Callable[[], bool]
) -> Investigation:
    """Run the experiments that the case calls for, within the budget of its options.

    Findings go into the case as they come; the trials and the cures found are the return value.
    `stopped` says whether the user has asked to leave off.
    """
    search = Search(end=time.monotonic() + situation.options.budget)
    yield from _look(situation, laboratory, search, stopped)
    for round_ in range(ROUNDS):
        if stopped() or search.time_left < 1.0 or _learns(situation, search):
            break
        if not (yield from _try_suspects(situation, laboratory, search, first=round_ == 0)):
            break
    if not stopped() and search.time_left > 1.0 and "signal-check" in _open_probes(situation):
        # Memorising a tiny batch says nothing of the labels; a signal found clears them.
        yield from run_probe(situation, laboratory, "signal-check", seconds=search.time_left)
    return search


def _look(
    situation: Situation, laboratory: Laboratory, search: Search, stopped: Callable[[], bool]
) -> Generator[Event, None, None]:
    """The basic looks, the most telling first.

    Once a fault is proved that a trial can cure, only the cheap looks at the data remain: the trial
    trains the original as well, and the search goes on upon the repaired copy.
    """
    while not stopped() and search.time_left > 0.5:
        proved = _proved(situation)
        todo = {
            p: s
            for p, s in _open_probes(situation).items()
            if p in BASIC and (s <= CHEAP or not proved)
        }
        if not todo:
            return
        steps = next_steps(situation.belief(), todo, asking=False)
        probe = steps[0].id if steps else min(todo, key=lambda p: BASIC.index(p))
        yield from run_probe(situation, laboratory, probe, seconds=search.time_left)


def _proved(situation: Situation) -> bool:
    """A fault is confirmed, and a trial can show its cure."""
    if "trial" not in runnable(situation):
        return False
    context, rules = situation.context(), situation.knowledge.causes
    return any(first_cure_to_try(rules[c], context) for c in situation.belief().confirmed)


def _open_probes(situation: Situation) -> dict[str, float]:
    done = situation.probes_done()
    return {p: rule.seconds for p, rule in runnable(situation).items() if p not in done}


def _try_suspects(
    situation: Situation, laboratory: Laboratory, search: Search, *, first: bool
) -> Generator[Event, None, bool]:
    """One trial: each suspect's cure alone on top of the cures found. True when one was proved."""
    if "trial" not in runnable(situation):
        return False
    if first:
        belief = situation.belief()
    else:
        belief = yield from _look_at_repaired(situation, laboratory, search)
    suspects = _suspects(situation, belief, search)
    if not suspects:
        return False
    arms = [{"name": "original", "changes": []}]
    arms += [_arm(cause, (*search.changes, *cure.changes)) for cause, cure in suspects.items()]
    if not first:
        arms[0] = _arm("repaired", search.changes)
    outcome: Outcome = yield from run_probe(
        situation, laboratory, "trial", options={"arms": arms}, seconds=search.time_left
    )
    return outcome.ok and _judge(situation, search, suspects, belief, outcome)


def _arm(name: str, changes: Sequence[Change]) -> dict[str, Any]:
    return {"name": name, "changes": [c.to_dict() for c in changes]}


def _suspects(situation: Situation, belief: Belief, search: Search) -> dict[str, Cure]:
    """The causes worth a trial, one for each cure, best first."""
    context = situation.context()
    fixes: set[str] = set()
    found: dict[str, Cure] = {}
    cured = {situation.knowledge.causes[c].fix for c in search.cured}
    for name in belief.ranked(LEAST_SUSPICION):
        cause = situation.knowledge.causes[name]
        cure = first_cure_to_try(cause, context)
        if cause.kind != "fault" or cure is None or cause.fix in fixes | cured:
            continue
        fixes.add(cause.fix)
        found[name] = cure
        if len(found) == ARMS:
            break
    return found


def _judge(
    situation: Situation,
    search: Search,
    suspects: Mapping[str, Cure],
    belief: Belief,
    outcome: Outcome,
) -> bool:
    """Write down what the trial showed, and take over the best cure. True when there is one."""
    results = {str(a["name"]): a for a in outcome.data.get("arms", ())}
    before = results.get("original") or results.get("repaired") or {}
    inference = outcome.data.get("judged_by") == "inference"
    helped = []
    findings = []
    for cause in suspects:
        after = results.get(cause)
        if after is None or after.get("helped") is None:
            continue  # it did not run, or ran out of time while still getting better
        good = bool(after["helped"])
        search.trials[cause] = TrialRecord(cause, before, after, good, inference)
        if good:
            helped.append(cause)
        elif cause not in belief.confirmed:
            findings.append(Finding("trial-did-not-help", value=cause, source="probe"))
    best = _best(helped, suspects, belief)
    if best is not None:
        findings.append(Finding("trial-helped", value=best, source="probe"))
        search.cured[best] = suspects[best]
        search.learns = _has_learnt(results.get(best) or {}, outcome)
    situation.case.add(
        "findings", origin=f"trial-{len(situation.case.entries)}", findings=tuple(findings)
    )
    return best is not None


def _best(helped: Sequence[str], suspects: Mapping[str, Cure], belief: Belief) -> str | None:
    """Of the cures that helped, the one to take; what is proved by contradiction needs no trial.

    A contradiction goes first even when its cure alone brings no gain: a second fault behind it
    keeps the copy from learning, and is looked for next.
    """
    proved = [c for c in suspects if c in belief.confirmed]
    if proved:
        return proved[0]
    return max(helped, key=lambda c: belief.probability[c], default=None)


def _has_learnt(arm: Mapping[str, Any], outcome: Outcome) -> bool:
    """True when nothing stands in this copy's way any more."""
    if outcome.data.get("judged_by") == "inference":
        # Moving averages lag behind so few steps: reaching what counts as a cure must do.
        return bool(arm.get("helped"))
    skill = float(arm.get("skill_end") or 0.0)
    # One that still gets better when the time is up needs time, not another cure.
    return skill >= LEARNS or (bool(arm.get("helped")) and arm.get("status") == "falling")


def _learns(situation: Situation, search: Search) -> bool:
    """True when nothing is left to cure: the repaired copy learns, or the original does and no
    contradiction stands."""
    if search.cured:
        return search.learns
    belief = situation.belief()
    if belief.confirmed or _fails_to_learn(situation):
        return False
    suspects = _suspects(situation, belief, search)
    # Learning a tiny batch does not absolve what only other rows can show.
    return not any(
        cure.shows_in_inference and belief.probability[cause] >= SUSPECT_AFTER_ALL
        for cause, cure in suspects.items()
    )


def _fails_to_learn(situation: Situation) -> bool:
    return situation.belief().evidence.has("tiny-batch-not-learnt")


def _look_at_repaired(
    situation: Situation, laboratory: Laboratory, search: Search
) -> Generator[Event, None, Belief]:
    """Let the repaired copy learn a tiny batch, and believe what that says of what is left."""
    outcome = yield from run_probe(
        situation,
        laboratory,
        "tiny-batch-overfit",
        changes=search.changes,
        seconds=max(1.0, search.time_left / 2),
        keep=False,
    )
    return _belief_about_repaired(situation, search, outcome.findings)


def _belief_about_repaired(situation: Situation, search: Search, seen: Sequence[Finding]) -> Belief:
    """What is still wrong on the repaired copy, of which `seen` was measured.

    What the cured causes explain (complaints, figures of the old run) says nothing of the copy;
    what was measured on data and script still holds, and so does its failure to learn.
    """
    explained = {
        f for c in search.cured for f in situation.knowledge.causes[c].shows if f != "not-learning"
    }
    rules = situation.knowledge.findings
    kept = [
        f
        for f in situation.findings()
        if f.id not in explained
        and f.id not in ("trial-helped", "trial-did-not-help")
        and not (f.id in rules and rules[f.id].kind == "symptom")
    ]
    failing = Finding("tiny-batch-not-learnt", True, source="probe")
    return situation.belief([*kept, *seen] if seen else [*kept, failing])
