"""What is asked of the user, and what becomes of the answers."""

from __future__ import annotations

from assistant.dialogue.gaps import SETTINGS, settle
from assistant.dialogue.questions import SYMPTOM, answered, fact_question
from assistant.dialogue.replaying import question_of
from assistant.dialogue.situation import Situation
from assistant.events import Question
from assistant.reasoning.belief import Belief
from assistant.reasoning.steps import next_steps

#: Advice is given from here on without another question; a cheap reversible change is worth more
#: than certainty.
ADVISE = 0.8
QUESTIONS = 6  # in a row, before the leading suspects are shown anyway


class Interview:
    """One open question at a time.

    Attributes:
        question: the question that waits for its answer.
    """

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.question: Question | None = None
        self._asked = 0

    def put(self, question: Question) -> Question:
        """Open a question; the one before is dropped."""
        self.question = question
        return question

    def take(self, question: str, value: str) -> bool:
        """Write an answer into the case; False when it cannot be understood.

        Args:
            question: id of the question, which need not be the open one.
            value: of one of its answers, or the user's own words.
        """
        settled = question in SETTINGS and settle(self.situation, question, value)
        finding = answered(self.situation, question, value)
        choices = [a.value for a in self.question.answers] if self.question else []
        self.question = None
        if finding is None and question != SYMPTOM and not settled:
            return False
        self.situation.case.add(
            "answer",
            {"question": question, "value": value, "choices": choices},
            origin=f"answer:{question}",
            findings=(finding,) if finding is not None else (),
        )
        return True

    def has_answers(self) -> bool:
        """Whether there is an answer to take back."""
        return any(entry.kind == "answer" for entry in self.situation.case.standing())

    def take_back(self) -> Question | None:
        """Take the last answer back and open its question again, where it can be put again."""
        last = [e for e in self.situation.case.standing() if e.kind == "answer"][-1]
        self.situation.case.add("removed", origin=last.origin)
        self.question = question_of(self.situation, last.data)
        return self.question

    def next_question(self, belief: Belief) -> Question | None:
        """Open the question that tells most; None when advice is due instead."""
        leader = belief.ranked()[:1]
        sure = bool(leader) and belief.probability[leader[0]] >= ADVISE
        if belief.confirmed or sure or self._asked >= QUESTIONS:
            return None
        step = next((s for s in next_steps(belief, {}) if s.kind == "ask"), None)
        question = fact_question(self.situation, step.id) if step is not None else None
        if question is None:
            return None
        self._asked += 1
        return self.put(question)
