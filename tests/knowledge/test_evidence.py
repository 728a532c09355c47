"""Which words are counted, and whether the counts bear them out; where findings can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.rulebase.evidence import (
    Count,
    counted,
    misfits,
    read_evidence,
    write_evidence,
)
from knowledge.files import HERE
from knowledge.loader import load_knowledge

ROOT = HERE.parent
#: where each way of reading names the findings it yields
READERS = {
    "log": ["assistant/reading/logs", "assistant/dialogue", "probes"],
    "script": ["assistant/reading/script", "probes"],
    "model": ["assistant/reading/model_file.py", "probes"],
    "traceback": ["knowledge/errors.yaml"],
    "words": ["assistant/reading/words", "knowledge/phrases"],
}


def test_a_count_allows_the_words_near_it() -> None:
    assert Count(6, 7).allows(0.85) and not Count(6, 7).allows(0.10)
    assert Count(0, 9).allows(0.10) and not Count(0, 9).allows(0.60)
    assert Count(2, 2).allows(0.97) and Count(0, 2).allows(0.001)
    assert Count(9, 10).word() == "usually"
    assert Count(0, 20).word() == "never"


def test_the_counts_of_the_rules_bear_their_words_out() -> None:
    knowledge, counts = load_knowledge(), read_evidence(HERE)
    assert misfits(knowledge, counts) == []
    known, words = counted(knowledge, counts)
    assert 0.15 * words < known < words
    for cause, found in counts.items():
        assert cause in knowledge.causes
        for name, count in found.items():
            assert name in knowledge.findings
            assert 0 <= count.seen <= count.looked >= 1


def test_a_word_that_the_count_contradicts_is_told(tmp_path: Path) -> None:
    knowledge = load_knowledge()
    cause = knowledge.causes["overfitting"]
    name = next(f for f, p in cause.shows.items() if p >= 0.85)
    assert misfits(knowledge, {"overfitting": {name: Count(0, 12)}})
    assert not misfits(knowledge, {"overfitting": {name: Count(0, 1)}})
    write_evidence(tmp_path, knowledge, {"overfitting": {name: Count(11, 12)}})
    assert read_evidence(tmp_path) == {"overfitting": {name: Count(11, 12)}}
    (tmp_path / "evidence.yaml").write_text("overfitting: [1, 2]", encoding="utf-8")
    with pytest.raises(ValueError, match="looked for"):
        read_evidence(tmp_path)


def named(places: list[str]) -> set[str]:
    """Words in kebab-case that stand in these files."""
    words: set[str] = set()
    for place in places:
        path = ROOT / place
        files = [path] if path.is_file() else [*path.rglob("*.py"), *path.rglob("*.yaml")]
        for file in files:
            words |= set(re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)*", file.read_text(encoding="utf-8")))
    return words


@pytest.mark.parametrize("way", READERS)
def test_a_finding_is_read_where_its_rule_says(way: str) -> None:
    known = named(READERS[way])
    rules = load_knowledge().findings.values()
    assert {rule.id for rule in rules if way in rule.read} <= known
