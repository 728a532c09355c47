"""What a sentence is most like, of the labelled examples: offered where no rule is sure.

Rules know what a sentence must say; people find ways to say it that no rule foresaw. So the
examples of ``phrases/examples.yaml`` that share most with the sentence vote for their symptom:
nearest neighbours over the rules' own features and the words, weighed by how rare each is (tf-idf,
cosine). On the part `fresh`, which neither rules nor examples had seen, the rules alone put the
right symptom first in .73 and among three in .78 of the lines, with the vote in .83 and .94 (our
measurement, `benchmarks words`).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.reading.words.binding import Features

#: what is no complaint of training at all
NOTHING = "none"
NEIGHBOURS = 12
#: a feature that the rules are made of says more than a bare word
FEATURE_WEIGHT = 2
_WORD = re.compile(r"[a-z']+|#|[\u4e00-\u9fff]")
_NUMBER = re.compile(r"\d+(\.\d+)?(e[-+]?\d+)?%?")

Bag = Mapping[str, int]


@dataclass(frozen=True)
class Vote:
    """What the nearest examples say.

    Args:
        shares: symptom -> share of the vote, best first; sums to 1.
        nearest: likeness of the nearest example, 0 to 1.
    """

    shares: Mapping[str, float]
    nearest: float


def bag_of(features: Sequence[Features], texts: Iterable[str]) -> Counter[str]:
    """The features and words of a text, counted. ``texts``: its sentences in normal form."""
    bag: Counter[str] = Counter()
    for feature in features:
        for name in feature.said:
            bag[f"+{name}"] += FEATURE_WEIGHT
        for name in feature.denied:
            bag[f"-{name}"] += FEATURE_WEIGHT
    for text in texts:
        bag.update(_WORD.findall(_NUMBER.sub("#", text)))
    return bag


class Examples:
    """Labelled bags, ready to be asked.

    Args:
        labels: symptom of each example, or `NOTHING`.
        bags: its features and words.
    """

    def __init__(self, labels: Sequence[str], bags: Sequence[Bag]) -> None:
        self._labels = tuple(labels)
        seen = Counter(name for bag in bags for name in bag)
        self._rarity = {n: math.log((len(bags) + 1) / (c + 1)) + 0.1 for n, c in seen.items()}
        self._holders: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, bag in enumerate(bags):
            for name, weight in self._weigh(bag).items():
                self._holders[name].append((number, weight))

    def vote(self, bag: Bag) -> Vote:
        """The examples nearest to `bag`, each with the square of its likeness."""
        if all(name[0] in "#'+-" for name in bag):
            return Vote({}, 0.0)  # figures alone (a high share is a feature) are like any others
        likeness: dict[int, float] = defaultdict(float)
        for name, weight in self._weigh(bag).items():
            for number, other in self._holders[name]:
                likeness[number] += weight * other
        nearest = sorted(likeness.items(), key=lambda item: (-item[1], item[0]))[:NEIGHBOURS]
        votes: dict[str, float] = defaultdict(float)
        for number, value in nearest:
            votes[self._labels[number]] += value * value
        total = sum(votes.values()) or 1.0
        ranked = sorted(votes.items(), key=lambda item: -item[1])
        return Vote({s: v / total for s, v in ranked}, nearest[0][1] if nearest else 0.0)

    def _weigh(self, bag: Bag) -> dict[str, float]:
        """Weights by rarity, of length 1; what no example holds counts for nothing."""
        known = {
            n: (1 + math.log(c)) * self._rarity[n] for n, c in bag.items() if n in self._rarity
        }
        length = math.sqrt(sum(w * w for w in known.values())) or 1.0
        return {name: weight / length for name, weight in known.items()}
