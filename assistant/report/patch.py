"""All changes that may be applied, as one unified diff for ``patch -p1``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from assistant.dialogue.cures import Cure, cures
from assistant.dialogue.outputs import judged
from assistant.dialogue.situation import Situation
from knowledge.schema import CauseRule
from probes.finding import Scalar

if TYPE_CHECKING:
    from assistant.advice import Edit
    from assistant.reading.script import ScriptReading

#: what a cure may change of that on which the next one rests
_CHANGING = ("label-form", "loss-name")


def combined_diff(situation: Situation) -> str:
    """The best finished change of every cause named, one after the other on the same script.

    Empty when there is no script, or nothing that may be written without a look first.
    """
    if situation.script is None:
        return ""
    from assistant.advice.engine import file_name
    from assistant.advice.text import unified_diff
    from assistant.reading.script import read_script

    rules, script = situation.knowledge.causes, situation.script
    now = script
    for one in judged(situation):
        context = one.situation.context()
        for name in one.named:
            ways = cures(rules[name], context, proved=name in one.belief.evidence.helped)
            edit = finished_edit(ways, now, context)
            if edit is None:
                continue
            after = read_script(edit.after, filename=script.filename)
            # Cured by the change of a cause before it, one has a second only for what is left.
            if not _is_cured(rules[name], script, now) or _improves(now, after):
                now = after
                context |= {f.id: f.value for f in now.findings if f.id in _CHANGING and f.present}
    return unified_diff(script.given, now.given, file_name(script))


def _is_cured(cause: CauseRule, script: ScriptReading, now: ScriptReading) -> bool:
    """Whether what the script showed of a cause is gone."""
    shown = [proof for proof in cause.confirmed_by if all(map(script.present, proof))]
    return bool(shown) and not any(all(map(now.present, proof)) for proof in shown)


def _improves(now: ScriptReading, after: ScriptReading) -> bool:
    """Whether a fault that the script shows is gone, and no other has come."""
    before = {f.id for f in now.findings if f.present and f.id not in _CHANGING}
    left = {f.id for f in after.findings if f.present and f.id not in _CHANGING}
    return left < before


def finished_edit(
    ways: Sequence[Cure], script: ScriptReading, context: Mapping[str, Scalar]
) -> Edit | None:
    """The first of `ways` to cure a cause that a script takes exactly and that leaves nothing open.

    A way that waits for an answer is finished once the case has the answer; a sketch never is. One
    after which the script shows a fault that it did not show before is taken only if every way
    has that.
    """
    from assistant.advice import splice, verify_splice
    from assistant.reading.script import read_script

    spare: Edit | None = None
    for way in ways:
        if not way.changes or way.question or way.fix.grade == "sketch":
            continue
        edit = splice(script, way.changes, context=context)
        if not edit.applied or edit.grade != "safe":
            continue
        after = read_script(edit.after, filename=script.filename)
        found = verify_splice(script, after, None, changes=way.changes)
        if found.parses and not found.worse:
            return edit
        spare = spare or edit
    return spare
