"""One cure as an offer: the diff of the user's script, or the lines to write without one."""

from __future__ import annotations

from assistant.dialogue.cures import Cure, cures
from assistant.dialogue.questions import context_question
from assistant.dialogue.situation import Situation
from assistant.events import Offer
from knowledge.schema import CauseRule, Grade
from knowledge.texts import fill, pick, say
from probes.change import Change


def ways_of(situation: Situation, cause: CauseRule, proved: bool) -> list[tuple[Cure, Offer]]:
    """The ways to cure a cause; of two that come to the same diff only the first.

    Args:
        proved: whether a trial has shown that the cure helps.
    """
    found: list[tuple[Cure, Offer]] = []
    diffs: set[str] = set()
    for cure in cures(cause, situation.context(), proved=proved):
        offer = build_offer(situation, cure)
        if not offer.diff or offer.diff not in diffs:
            diffs.add(offer.diff)
            found.append((cure, offer))
    return found


def renewal(situation: Situation) -> Offer | None:
    """Old names brought up to date, as an offer of its own beside the cure; None without any."""
    script = situation.script
    if script is None or not script.present("old-api"):
        return None
    from assistant.advice import splice
    from assistant.advice.files import printable

    change = Change("modernise-api")
    edit = splice(script, [change], context=situation.context())
    if not edit.applied or edit.grade == "sketch":
        return None
    return Offer(
        "safe" if edit.grade == "safe" else "answer",
        say("offer-renewal", situation.language),
        diff=printable(edit.diff),
        applicable=edit.grade == "safe",
        changes=(change.to_dict(),),
    )


def build_offer(situation: Situation, cure: Cure) -> Offer:
    """The offer for `cure`; spliced into the script where there is one."""
    language = situation.language
    summary = fill(pick(cure.fix.summary, language), situation.figures())
    question = context_question(situation, cure.question) if cure.question else None
    changes = tuple(c.to_dict() for c in cure.changes)
    if question is not None:
        return Offer("answer", summary, question=question)
    if not cure.changes:
        return Offer("sketch", summary)
    if situation.script is not None:
        from assistant.advice import splice
        from assistant.advice.files import printable

        edit = splice(situation.script, cure.changes, context=situation.context())
        if edit.applied:
            grade: Grade = "sketch" if "sketch" in (edit.grade, cure.fix.grade) else "safe"
            if grade == "safe" and "answer" in (edit.grade, cure.fix.grade):
                grade = "safe" if cure.fix.question else "answer"
            return Offer(
                grade,
                summary,
                diff=printable(edit.diff),
                applicable=grade != "sketch",
                changes=changes,
            )
        if edit.question and (asked := context_question(situation, edit.question)):
            return Offer("answer", summary, question=asked)
    from assistant.advice import lines_for

    lines = lines_for(situation.network, cure.changes, situation.context(), language)
    grade = "sketch" if cure.fix.grade == "sketch" else "safe"
    return Offer(grade, summary, lines=tuple(lines), changes=changes)
