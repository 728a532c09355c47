"""Reads what people write about their trouble, in English and Chinese."""

from assistant.reading.words.load import WordsKnowledge, build_words_knowledge
from assistant.reading.words.reader import Candidate, WordsReading, read_words
from assistant.reading.words.tried import Tried

__all__ = [
    "Candidate",
    "Tried",
    "WordsKnowledge",
    "WordsReading",
    "build_words_knowledge",
    "read_words",
]
