"""Complaints understood: top-1 and top-3 by part, language and kind, and what is left alone.

``seen`` was used to write the lexicon and is among the examples; ``heldout`` was written before the
lexicon, ``fresh`` after it and without a look at it. Of these two the figures of the first
measurement, before anyone looked at a miss, stand beside the present ones.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from assistant.reading.words import WordsReading, read_words
from assistant.reading.words.load import load_words_knowledge

FOLDER = Path(__file__).resolve().parent.parent / "data" / "phrases"
#: part -> top-1 and top-3 when it was first measured, before anyone looked at a miss.
FIRST_MEASURED = {
    "seen": None,
    "heldout": (0.970, 0.989),
    "fresh": (0.807, 0.904),
}


@dataclass(frozen=True)
class Phrase:
    """One labelled complaint. ``accepted`` holds the label first, then what is right as well."""

    part: str
    accepted: tuple[str, ...]
    language: str
    kind: str
    text: str
    denied: str | None = None


@dataclass
class Score:
    """Counts of one row of the table."""

    lines: int = 0
    first: int = 0
    three: int = 0
    first_or_as_good: int = 0

    def add(self, phrase: Phrase, reading: WordsReading) -> None:
        offered = [c.symptom for c in reading.candidates] or ["none"]
        self.lines += 1
        self.first += offered[0] == phrase.accepted[0]
        self.three += phrase.accepted[0] in offered
        self.first_or_as_good += offered[0] in phrase.accepted

    def shares(self) -> tuple[float, float, float]:
        n = max(1, self.lines)
        return self.first / n, self.three / n, self.first_or_as_good / n


def phrases(part: str) -> list[Phrase]:
    """The labelled complaints of one part."""
    rows: list[list[Any]] = yaml.safe_load((FOLDER / f"{part}.yaml").read_text("utf-8"))["phrases"]
    return [
        Phrase(part, tuple(row[0].split("|")), row[1], row[2], row[3], *row[4:5]) for row in rows
    ]


def measure(lines: Iterable[Phrase]) -> tuple[dict[str, Score], list[float], tuple[int, int]]:
    """Scores by ``all``, language and kind; milliseconds per line; denials found and wanted."""
    scores: dict[str, Score] = defaultdict(Score)
    times: list[float] = []
    found = wanted = 0
    for phrase in lines:
        start = time.perf_counter()
        reading = read_words(phrase.text)
        times.append(1000 * (time.perf_counter() - start))
        for row in ("all", phrase.language, phrase.kind):
            scores[row].add(phrase, reading)
        if phrase.denied:
            wanted += 1
            found += any(f.id == phrase.denied and f.present is False for f in reading.findings)
    return scores, times, (found, wanted)


def main() -> None:
    """Print the tables."""
    load_words_knowledge()
    print(
        f"{'part':<10}{'':<11}{'lines':>6}{'top-1':>8}{'top-3':>8}{'or as good':>12}   first, blind"
    )
    everything: list[float] = []
    for part, first in FIRST_MEASURED.items():
        scores, times, (found, wanted) = measure(phrases(part))
        everything += times
        for row in sorted(scores, key=lambda r: (r != "all", r)):
            top1, top3, good = scores[row].shares()
            blind = f"   {first[0]:.3f} {first[1]:.3f}" if first and row == "all" else ""
            name = part if row == "all" else ""
            print(
                f"{name:<10}{row:<11}{scores[row].lines:>6}{top1:>8.3f}{top3:>8.3f}{good:>12.3f}{blind}"
            )
        if wanted:
            print(f"{'':<10}denials told: {found} of {wanted}")
    everything.sort()
    middle, late = everything[len(everything) // 2], everything[int(len(everything) * 0.99)]
    print(f"a line takes {middle:.1f} ms in the middle, {late:.1f} ms at the 99th hundredth")
