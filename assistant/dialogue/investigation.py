"""The search by experiment: look, suspect, try on a copy, and look again behind what was cured."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence

from assistant.dialogue.cures import Cure, first_cure_to_try
from assistant.dialogue.experiments import Laboratory, basic, run_probe, runnable
from assistant.dialogue.situation import Situation
from assistant.dialogue.trials import Search, TrialRecord, next_arms, run_trial, suspects
from assistant.events import Event
from assistant.reasoning.belief import Belief
from assistant.reasoning.steps import next_steps
from probes.finding import Finding

__all__ = ["Search", "TrialRecord", "investigate", "try_cures"]

NOT_LEARNT = "tiny-batch-not-learnt"
NOT_LEARNT_BY = "tiny-batch-overfit"
SUSPECT_AFTER_ALL = 0.2
#: A suspect this likely is tried at once.
CLEAR = 0.5
CHEAP = 1.0  # seconds; a look at the data alone costs no more
#: Expected bits from which on a look is worth it that only bears on some suspects.
TELLING = 0.1
ROUNDS = 5
#: Seconds without which a further trial is not worth starting.
LEAST_TIME = 2.0


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
    if "trial" in runnable(situation):
        yield from _try_cures(situation, laboratory, search, stopped)
    # Memorising a tiny batch says nothing of the labels; what is left for last can clear them.
    for probe in [p for p in _open_probes(situation) if runnable(situation)[p].run == "last"]:
        if not stopped() and search.time_left > 1.0:
            yield from run_probe(situation, laboratory, probe, seconds=search.time_left)
    return search


def try_cures(
    situation: Situation, laboratory: Laboratory, stopped: Callable[[], bool]
) -> Investigation:
    """The trials, on what is believed by now; otherwise as `investigate`.

    Whether the original learns decides what is worth a trial, so that is looked at first.
    """
    search = Search(end=time.monotonic() + situation.options.budget)
    if (probe := NOT_LEARNT_BY) in _open_probes(situation):
        yield from run_probe(situation, laboratory, probe, seconds=search.time_left / 2)
    yield from _try_cures(situation, laboratory, search, stopped)
    return search


def _look(
    situation: Situation, laboratory: Laboratory, search: Search, stopped: Callable[[], bool]
) -> Generator[Event, None, None]:
    """The looks that need no suspicion, the most telling first, then those that bear on a suspect.

    The first settle 40 % of silent faults without training, and their silence is what the verdict
    "healthy" rests on. Once a fault is proved that a trial can cure, only the cheap looks at the
    data remain: the trial trains the original as well, and the search goes on upon the repaired
    copy.
    """
    while not stopped() and search.time_left > 0.5:
        probe = _next_look(situation)
        if probe is None:
            return
        yield from run_probe(situation, laboratory, probe, seconds=search.time_left)


def _next_look(situation: Situation) -> str | None:
    rules, always = _open_probes(situation), basic(situation)
    proved, belief = _proved(situation), situation.belief()
    due = {p: s for p, s in rules.items() if p in always and (s <= CHEAP or not proved)}
    if due:
        steps = next_steps(belief, due, asking=False)
        return steps[0].id if steps else min(due, key=always.index)
    if proved:
        return None
    suspected = {p: s for p, s in rules.items() if runnable(situation)[p].run == "suspected"}
    steps = next_steps(belief, suspected, asking=False)
    return next((step.id for step in steps if step.bits >= TELLING), None)


def _proved(situation: Situation) -> bool:
    """A fault is confirmed, and a trial can show its cure."""
    if "trial" not in runnable(situation):
        return False
    context, rules = situation.context(), situation.knowledge.causes
    return any(first_cure_to_try(rules[c], context) for c in situation.belief().confirmed)


def _open_probes(situation: Situation) -> dict[str, float]:
    done = situation.probes_done()
    return {p: rule.seconds for p, rule in runnable(situation).items() if p not in done}


def _try_cures(
    situation: Situation, laboratory: Laboratory, search: Search, stopped: Callable[[], bool]
) -> Generator[Event, None, None]:
    """Trials until the copy learns, nothing is left to try, or the budget ends.

    After each cure that is proved the search goes on upon the repaired copy.
    """
    for _ in range(ROUNDS):
        if stopped() or search.time_left < LEAST_TIME:
            return
        belief, learns = yield from _stand(situation, laboratory, search)
        found = suspects(situation, belief, search)
        if learns:
            found = _hidden_from_training(found, belief)
        search.pool |= found
        chosen = next_arms(found, belief, search)
        if not chosen:
            return
        yield from run_trial(situation, laboratory, search, chosen, belief)


def _stand(
    situation: Situation, laboratory: Laboratory, search: Search
) -> Generator[Event, None, tuple[Belief, bool]]:
    """What is believed of the copy with the cures found so far, and whether it learns.

    A copy that the trial saw fail needs no further look while a clear suspect is left to be tried.
    """
    if not search.cured:
        return situation.belief(), _learns(situation)
    if search.seen is None and search.learns:
        search.seen = (Finding(NOT_LEARNT, False, source="probe"),)
    elif search.seen is None:
        failing = _belief_about_repaired(situation, search, ())
        left = suspects(situation, failing, search)
        if not search.tried and any(failing.probability[c] >= CLEAR for c in left):
            return failing, False
        search.seen = yield from _look_at_repaired(situation, laboratory, search)
        search.learns = any(f.id == NOT_LEARNT and f.present is False for f in search.seen)
    return _belief_about_repaired(situation, search, search.seen), search.learns


def _learns(situation: Situation) -> bool:
    """True when nothing is to be cured: the original learns, and no contradiction stands."""
    belief = situation.belief()
    return not belief.confirmed and not _fails_to_learn(situation)


def _hidden_from_training(found: Mapping[str, Cure], belief: Belief) -> dict[str, Cure]:
    """The suspects that learning a tiny batch does not absolve: other rows alone show them."""
    return {
        cause: cure
        for cause, cure in found.items()
        if cure.shows_in_inference and belief.probability[cause] >= SUSPECT_AFTER_ALL
    }


def _fails_to_learn(situation: Situation) -> bool:
    return situation.belief().evidence.has(NOT_LEARNT)


def _look_at_repaired(
    situation: Situation, laboratory: Laboratory, search: Search
) -> Generator[Event, None, tuple[Finding, ...]]:
    """Let the repaired copy learn a tiny batch; what that showed."""
    outcome = yield from run_probe(
        situation,
        laboratory,
        "tiny-batch-overfit",
        changes=search.changes,
        seconds=max(1.0, search.time_left / 2),
        keep=False,
    )
    return outcome.findings


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
    failing = Finding(NOT_LEARNT, True, source="probe")
    return situation.belief([*kept, *seen] if seen else [*kept, failing])
