"""The ways to cure a cause as they are offered."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.case import Case
from assistant.dialogue import Dialogue, Options
from assistant.dialogue.cures import cures
from assistant.dialogue.offers import ways_of
from assistant.events import Advice

ROOT = Path(__file__).parents[1]
SCRIPTS = ["data/scripts/subclass_softmax_one_unit.py", "corpus/faulty/orchard-all-frozen.py.txt"]


@pytest.mark.parametrize("name", SCRIPTS)
def test_one_diff_is_offered_once_and_the_first_is_the_one_applied(
    name: str, tmp_path: Path
) -> None:
    script = tmp_path / "train.py"
    script.write_bytes((ROOT / name).read_bytes())
    dialogue = Dialogue(Case("memory"), None, Options())
    shown = next(e for e in dialogue.attach(script) if isinstance(e, Advice))
    situation = dialogue.situation
    rule = situation.knowledge.causes[shown.cause]
    diffs = [offer.diff for offer in shown.offers if offer.diff]
    assert diffs and len(diffs) == len(set(diffs))
    assert len(ways_of(situation, rule, False)) < len(cures(rule, situation.context()))
    before = script.read_text()
    for number, offer in enumerate(shown.offers):
        if offer.applicable and offer.diff and number < len(ways_of(situation, rule, False)):
            list(dialogue.apply(shown.cause, number))
            added = [line[1:] for line in offer.diff.splitlines() if line[:1] == "+"][1:]
            assert all(line in script.read_text() for line in added)
            list(dialogue.undo())
            assert script.read_text() == before
