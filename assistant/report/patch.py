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
    from assistant.advice import combine, splice

    belief, context = situation.belief(), situation.context()
    rules, script = situation.knowledge.causes, situation.script
    edits = []
    for name in named_causes(situation, belief):
        ready = _ready(cures(rules[name], context))
        if ready is not None:
            edits.append(splice(script, ready.changes, context=context))
    finished = [e for e in edits if e.applied and e.grade == "safe"]
    return combine(script, finished).patch if finished else ""


def _ready(ways: list[Cure]) -> Cure | None:
    usable = (c for c in ways if c.changes and not c.question and c.fix.grade != "sketch")
    return next(usable, None)
