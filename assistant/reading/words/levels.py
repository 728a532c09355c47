"""Where a loss rests that prose tells: at ln N, so each of N classes gets the same odds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.reading.words.binding import Features
from assistant.reading.words.contexts import shorten
from assistant.reading.words.normalise import Sentence
from probes.finding import Finding

#: 0.693, 1.386, 2.303 ... (`figures.loss_states`); a loss that falls only passes there.
_RESTS, _PASSES = "LOSS.LOGN", "LOSS.FALLS"


def read_levels(features: Sequence[Features], sentences: Sequence[Sentence]) -> Iterator[Finding]:
    """``loss-at-ln-n``, once, where a sentence says so."""
    for feature, sentence in zip(features, sentences, strict=True):
        if _RESTS in feature.said and _PASSES not in feature.said:
            yield Finding("loss-at-ln-n", True, source="words", quote=shorten(sentence.raw))
            return
