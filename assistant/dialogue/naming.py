"""Which causes are named and advised on: the proved, the likely, and the clear first suspect."""

from __future__ import annotations

from assistant.dialogue.situation import Situation
from assistant.reasoning.belief import Belief
from assistant.reasoning.reasons import weights

#: Below this a cause is not shown at all.
LEAST = 0.05
#: From here on a cause is the verdict.
VERDICT = 0.5
#: A suspect that is a fact of the user's own code is named from here on: the change is cheap to
#: try, and to be told of a line is worth more than to be asked another question.
SUSPECT = 0.25
#: How much likelier a cause that stands nowhere in the code may be than one that does.
LEAD = 1.5
#: A fact that makes its cause eight times as likely stands in the code for that cause.
FACT_BITS = 3.0


def named_causes(situation: Situation, belief: Belief) -> list[str]:
    """The causes to advise on: the confirmed ones in the order to fix, else the leading one, else
    the one to try first.

    Of causes with one cure only the first is named; the cure is the same.
    """
    rules = situation.knowledge.causes
    ranked = belief.ranked(LEAST)
    confirmed = [c for c in ranked if c in belief.confirmed]
    chosen = [c for c in confirmed if not _explained(situation, belief, c, confirmed)]
    if not chosen:
        chosen = [c for c in ranked[:1] if belief.of_fix(rules[c].fix) >= VERDICT]
    if not chosen and (suspect := first_suspect(situation, belief)) is not None:
        chosen = [suspect]
    if not chosen and ranked and _all_in_order(situation, belief, ranked[0]):
        chosen = ranked[:1]
    first_of = {rules[c].fix: c for c in reversed(chosen)}
    return [c for c in chosen if first_of[rules[c].fix] == c]


def _all_in_order(situation: Situation, belief: Belief, leader: str) -> bool:
    """Whether something normal leads, and it is likelier than not that no fault is at work, or no
    single fault is likely enough to be shown."""
    rules = situation.knowledge.causes
    rule = rules[leader]
    fault = any(rules[c].kind == "fault" for c in belief.ranked(LEAST))
    least = VERDICT if fault else SUSPECT
    return rule.kind == "normal" and belief.nothing + belief.of_fix(rule.fix) >= least


def _explained(situation: Situation, belief: Belief, cause: str, confirmed: list[str]) -> bool:
    """Whether the whole proof of `cause` is what another confirmed cause brings about.

    Where each could bring about the other, the likelier one stays. Whole numbers under a loss for
    one-hot rows, say, where the generator's class_mode makes them: one cure takes both away.
    """
    rules = situation.knowledge.causes

    def proof(name: str) -> set[str]:
        groups = (g for g in rules[name].confirmed_by if all(belief.evidence.has(f) for f in g))
        return {finding for group in groups for finding in group}

    own, place = proof(cause), confirmed.index(cause)
    return bool(own) and any(
        own <= set(rules[other].shows)
        and (number < place or not proof(other) <= set(rules[cause].shows))
        for number, other in enumerate(confirmed)
        if other != cause
    )


def first_suspect(situation: Situation, belief: Belief) -> str | None:
    """Of causes below one half the one to try first; None when nothing is worth a change yet.

    Something is wrong for sure: a complaint was told or is seen in the log. The cause stands in the
    script or model as a fact, and it is likelier than nothing or something unknown being the
    matter. A cause that stands nowhere may lead it by half: to look for that one takes an
    experiment, to change a line takes a minute.
    """
    if complaint(situation, belief) is None:
        return None
    rules = situation.knowledge.causes
    least = max(SUSPECT, belief.nothing + belief.other)
    faults = [c for c in belief.ranked(LEAST) if rules[c].kind == "fault"]
    written = [c for c in faults if stands_in_code(situation, belief, c)]
    if not written or belief.of_fix(rules[written[0]].fix) < least:
        return None
    leads = belief.probability[faults[0]] <= LEAD * belief.probability[written[0]]
    return written[0] if leads else None


def stands_in_code(situation: Situation, belief: Belief, cause: str) -> bool:
    """Whether a fact read in script or model speaks strongly for `cause`."""
    shows = situation.knowledge.causes[cause].shows
    facts = {
        name
        for name, report in belief.evidence.reports.items()
        if report.present and report.source in ("script", "model") and name in shows
    }
    return any(w.finding in facts and w.bits >= FACT_BITS for w in weights(belief, cause))


def complaint(situation: Situation, belief: Belief) -> str | None:
    """The id of a symptom that was told, or is seen in the log; None when there is none."""
    findings = situation.knowledge.findings
    for name, report in belief.evidence.reports.items():
        seen = report.present and report.source in ("words", "answer", "log")
        if seen and name in findings and findings[name].kind == "symptom":
            return name
    return None
