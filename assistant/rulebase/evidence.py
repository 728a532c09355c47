"""Which words of the rules are counted and which are judged, and whether the counts bear them out.

``knowledge/evidence.yaml`` keeps, by cause and finding, in how many cases the finding was seen and
in how many it was looked for. A word without a count is judgement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.files import read_yaml
from knowledge.loader import Knowledge
from knowledge.schema import WORDS

#: A word fits when its likelihood lies in this central part of what the count leaves possible.
CONFIDENCE = 0.95
#: A single case says nothing about a word, nor two about a finding that the rule leaves out.
LEAST_CASES, LEAST_WITHOUT_WORD = 2, 3
_GRID = np.linspace(0.0005, 0.9995, 1000)
_HEAD = """\
# How often each finding showed with each cause where one fault was at work: seen, looked for.
# Counted over the networks of tests/zoo and the scripts of tests/corpus by
# `python -m tests.benchmarks likelihoods --write`; not to be written by hand. A word in `shows`
# that has no line here is judgement.
"""


@dataclass(frozen=True)
class Count:
    """Seen in so many cases of those in which it was looked for."""

    seen: int
    looked: int

    def allows(self, likelihood: float) -> bool:
        """Whether a likelihood lies within what the count leaves possible (Jeffreys' interval)."""
        density = _GRID ** (self.seen - 0.5) * (1 - _GRID) ** (self.looked - self.seen - 0.5)
        share = np.cumsum(density) / density.sum()
        low, high = np.interp([0.5 - CONFIDENCE / 2, 0.5 + CONFIDENCE / 2], share, _GRID)
        # "always" and "never" are the ends of the scale: nothing beyond them can be said.
        return bool(low <= max(likelihood, 0.03) and (high >= min(likelihood, 0.97)))

    def word(self) -> str:
        """The nearest of the five words, "never" for hardly any."""
        share = (self.seen + 0.5) / (self.looked + 1)
        scale = {"never": 0.02, **WORDS}
        return min(scale, key=lambda word: abs(scale[word] - share))


Counts = Mapping[str, Mapping[str, Count]]


def read_evidence(folder: Path) -> Counts:
    """The counts kept in a rule base, empty when it keeps none.

    Raises:
        UnreadableFile, ValueError: the file is there and has another form.
    """
    path = folder / "evidence.yaml"
    if not path.exists():
        return {}
    data = read_yaml(path) or {}
    try:
        return {
            cause: {name: Count(int(seen), int(looked)) for name, (seen, looked) in found.items()}
            for cause, found in data.items()
        }
    except (AttributeError, TypeError, ValueError) as error:
        raise ValueError("needs [seen, looked for] by cause and finding") from error


def write_evidence(folder: Path, knowledge: Knowledge, counts: Counts) -> None:
    """Keep the counts of what was seen at all or is in the rules."""
    lines = []
    for cause in sorted(set(counts) & set(knowledge.causes)):
        shows = knowledge.causes[cause].shows
        kept = {n: c for n, c in counts[cause].items() if c.seen or n in shows}
        if kept:
            lines.append(f"{cause}:")
            lines += [f"  {n}: [{c.seen}, {c.looked}]" for n, c in sorted(kept.items())]
    (folder / "evidence.yaml").write_text(_HEAD + "\n".join(lines) + "\n", encoding="utf-8")


def misfits(knowledge: Knowledge, counts: Counts) -> list[str]:
    """Words that their counts contradict, and findings that belong to a cause by their counts."""
    words = {value: word for word, value in WORDS.items()}
    told = []
    for cause, found in counts.items():
        rule = knowledge.causes.get(cause)
        for name, count in found.items() if rule else ():
            if rule is None or name not in knowledge.findings:
                continue
            if count.looked < (LEAST_CASES if name in rule.shows else LEAST_WITHOUT_WORD):
                continue
            likelihood = rule.shows.get(name, knowledge.findings[name].leak)
            if not count.allows(likelihood):
                said = words.get(rule.shows.get(name, -1.0), "not there")
                seen = f"{count.seen} of {count.looked}"
                told.append(f"{cause}: {name} is {said}, seen in {seen} ({count.word()})")
    return told


def counted(knowledge: Knowledge, counts: Counts) -> tuple[int, int]:
    """How many words of the rules are counted, and how many there are."""
    pairs = [(c.id, f) for c in knowledge.causes.values() for f in c.shows]
    return sum(f in counts.get(c, {}) for c, f in pairs), len(pairs)
