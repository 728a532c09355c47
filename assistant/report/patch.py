"""All changes that may be applied, as one unified diff for ``patch -p1``."""

from __future__ import annotations

from assistant.dialogue.advising import named_causes
from assistant.dialogue.cures import Cure, cures
from assistant.dialogue.situation import Situation


def combined_diff(situation: Situation) -> str:
    """The best finished change of every cause named, one after the other on the same script.

    Empty when there is no script, or nothing that may be written without a look first.
    """
    if situation.script is None:
        return ""
    from assistant.advice import combine

    belief, context = situation.belief(), situation.context()
    rules = situation.knowledge.causes
    ready = [
        cure
        for name in named_causes(situation, belief)
        if (cure := _ready(cures(rules[name], context))) is not None
    ]
    if not ready:
        return ""
    edit = combine(situation.script, [c.changes for c in ready], context=context)
    return edit.diff if edit.applied and edit.grade != "sketch" else ""


def _ready(ways: list[Cure]) -> Cure | None:
    usable = (c for c in ways if c.changes and not c.question and c.fix.grade != "sketch")
    return next(usable, None)
