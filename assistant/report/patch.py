"""All changes that may be applied, as one unified diff for ``patch -p1``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.dialogue.cures import cures
from assistant.dialogue.naming import named_causes
from assistant.dialogue.situation import Situation
from knowledge.schema import CauseRule

if TYPE_CHECKING:
    from assistant.advice import Edit


def combined_diff(situation: Situation) -> str:
    """The best finished change of every cause named, one after the other on the same script.

    Empty when there is no script, or nothing that may be written without a look first.
    """
    if situation.script is None:
        return ""
    from assistant.advice import combine

    rules = situation.knowledge.causes
    named = named_causes(situation, situation.belief())
    edits = [edit for name in named if (edit := finished_edit(situation, rules[name])) is not None]
    return combine(situation.script, edits).patch if edits else ""


def finished_edit(situation: Situation, cause: CauseRule) -> Edit | None:
    """The first way to cure a cause that the script takes exactly and that leaves nothing open.

    A way that waits for an answer is finished once the case has the answer; a sketch never is.
    """
    from assistant.advice import splice

    context, script = situation.context(), situation.script
    if script is None:
        return None
    for way in cures(cause, context):
        if not way.changes or way.question or way.fix.grade == "sketch":
            continue
        edit = splice(script, way.changes, context=context)
        if edit.applied and edit.grade == "safe":
            return edit
    return None
