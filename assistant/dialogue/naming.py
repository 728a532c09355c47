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
#: A fact that makes its cause eight times as likely stands in the code for that cause.
FACT_BITS = 3.0


def named_causes(situation: Situation, belief: Belief) -> list[str]:
    """The causes to advise on: the confirmed ones in the order to fix, else the leading one.

    Of causes with one cure only the first is named; the cure is the same.
    """
    rules = situation.knowledge.causes
    ranked = belief.ranked(LEAST)
    chosen = [c for c in ranked if c in belief.confirmed]
    if not chosen:
        chosen = [c for c in ranked[:1] if _likely(situation, belief, c)]
    first_of = {rules[c].fix: c for c in reversed(chosen)}
    return [c for c in chosen if first_of[rules[c].fix] == c]


def _likely(situation: Situation, belief: Belief, cause: str) -> bool:
    together = belief.of_fix(situation.knowledge.causes[cause].fix)
    return together >= VERDICT or first_suspect(situation, belief, cause)


def first_suspect(situation: Situation, belief: Belief, cause: str) -> bool:
    """Whether the leading `cause`, though below one half, is the one to try first.

    Something is wrong for sure: a complaint was told or is seen in the log. The cause stands in the
    script or model as a fact, it is likelier than nothing or something unknown being the
    matter, and every cause that comes near is a fact of this code as well: then it is a second
    fault to mend in its turn, no doubt about the first.
    """
    rules = situation.knowledge.causes
    together = belief.of_fix(rules[cause].fix)
    if rules[cause].kind != "fault" or complaint(situation, belief) is None:
        return False
    if together < max(SUSPECT, belief.nothing + belief.other):
        return False
    near = [
        c
        for c in belief.ranked(together / 2)
        if rules[c].fix != rules[cause].fix and rules[c].kind == "fault"
    ]
    return all(stands_in_code(situation, belief, c) for c in (cause, *near))


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
