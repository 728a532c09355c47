"""Questions to the user, and what an answer means as a finding."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.dialogue.situation import Situation
from assistant.events import Answer, Question
from knowledge.schema import FindingRule
from knowledge.texts import pick, say
from probes.finding import Finding, Scalar

DONT_KNOW = "dont-know"
NONE_OF_THESE = "none-of-these"
SYMPTOM = "symptom"


def fact_question(situation: Situation, finding: str) -> Question | None:
    """The question about one finding or context; None when the rule base has none."""
    rule = situation.knowledge.findings.get(finding)
    if rule is None or not rule.ask:
        return None
    if rule.kind == "context":
        return context_question(situation, finding)
    language = situation.language
    answers = (
        Answer("yes", say("answer-yes", language)),
        Answer("no", say("answer-no", language)),
        Answer(DONT_KNOW, say("answer-dont-know", language)),
    )
    return Question(finding, "fact", pick(rule.ask, language), _why(rule, language), answers)


def context_question(situation: Situation, context: str) -> Question | None:
    """The question about a context such as ``label-form``, with its choices."""
    rule = situation.knowledge.findings.get(context)
    if rule is None or not rule.ask:
        return None
    language = situation.language
    answers = tuple(
        Answer(_value_text(choice.value), pick(choice.label, language)) for choice in rule.choices
    )
    unknown = Answer(DONT_KNOW, say("answer-dont-know", language))
    return Question(
        context, "fact", pick(rule.ask, language), _why(rule, language), (*answers, unknown)
    )


def symptom_question(situation: Situation, candidates: Sequence[str]) -> Question | None:
    """Which of three symptoms was meant, None when no candidate is known."""
    known = [c for c in candidates if c in situation.knowledge.findings][:3]
    if not known:
        return None
    language = situation.language
    titles = situation.knowledge.findings
    answers = [Answer(c, pick(titles[c].title, language)) for c in known]
    answers.append(Answer(NONE_OF_THESE, say("answer-none-of-these", language)))
    return Question(
        SYMPTOM,
        "symptom",
        say("which-symptom", language),
        say("which-symptom-why", language),
        tuple(answers),
    )


def answered(situation: Situation, question: str, value: str) -> Finding | None:
    """The finding that an answer amounts to; None for "none of these" and what is no answer."""
    if question == SYMPTOM:
        if value == NONE_OF_THESE or value not in situation.knowledge.findings:
            return None
        return Finding(value, True, source="answer", quote=value)
    rule = situation.knowledge.findings.get(question)
    if rule is None:
        return None
    if value == DONT_KNOW:
        return Finding(question, None, source="answer")
    if rule.kind == "context":
        return Finding(question, value=_context_value(rule, value), source="answer", quote=value)
    return Finding(question, value == "yes", source="answer", quote=value)


def _context_value(rule: FindingRule, value: str) -> Scalar:
    for choice in rule.choices:
        if _value_text(choice.value) == value:
            return choice.value
    try:
        return int(value)
    except ValueError:
        return value


def _value_text(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _why(rule: FindingRule, language: str) -> str:
    return pick(rule.why, language) if rule.why else ""
