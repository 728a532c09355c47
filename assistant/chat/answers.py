"""Understands a short message that answers the open question, or means a command. Pure."""

from __future__ import annotations

from assistant.events import Question
from knowledge.schema import LANGUAGES
from knowledge.texts import say

#: command -> it is meant by one of the phrases ``chat-phrase-<command>``
PHRASES = ("why", "tried", "back", "help", "quit")
_ANSWERS = ("yes", "no", "dont-know")
_LONGEST = 60
_PUNCTUATION = " \t.,;:!?。，；：！？、…\"'“”‘’"


def meant_command(text: str) -> str:
    """The command that a whole message such as "why?" stands for; empty for anything else."""
    said = _plain(text)
    return next((name for name in PHRASES if said and said in _phrases(name)), "")


def meant_answer(question: Question, text: str) -> tuple[str, str] | None:
    """The (value, label) that a short message chooses among the answers of `question`.

    Understood are the number of an answer, its own words, and usual words for yes, no and
    "I don't know". None for everything else: that is news, and no answer.
    """
    said = _plain(text)
    if not said:
        return None
    answers = [(answer.value, answer.label) for answer in question.answers]
    if said.isdecimal() and said.isascii():
        return answers[int(said) - 1] if 1 <= int(said) <= len(answers) else None
    for value, label in answers:
        if said in (_plain(value), _plain(label)):
            return value, label
    meant = next((name for name in _ANSWERS if said in _phrases(name)), "")
    return next(((value, label) for value, label in answers if value == meant), None)


def _plain(text: str) -> str:
    if len(text) > _LONGEST:
        return ""
    return " ".join(text.casefold().replace("’", "'").split()).strip(_PUNCTUATION)


def _phrases(name: str) -> set[str]:
    """The phrases of all languages, since people mix them."""
    return {
        _plain(phrase)
        for language in LANGUAGES
        for phrase in say(f"chat-phrase-{name}", language).split("|")
    }
