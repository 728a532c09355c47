"""Writes an offered change into the user's script, and takes it back."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.dialogue.offers import ways_of
from assistant.dialogue.outputs import about
from assistant.dialogue.situation import Situation
from assistant.events import Event, Said
from knowledge.texts import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from assistant.advice.files import Backup


class Reviser:
    """Applies changes to the script on disk; every one can be undone."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self._backups: list[Backup] = []

    def apply(self, cause: str, offer: int) -> Iterator[Event]:
        """Write offer number `offer` (from 0) of `cause` into the script."""
        from assistant.advice import splice
        from assistant.advice.files import CannotWrite, apply_edit

        language, path = self.situation.language, self.situation.script_path
        situation = about(self.situation, cause)
        script, rule = situation.script, situation.knowledge.causes.get(cause)
        if script is None or path is None or rule is None:
            yield Said(say("apply-needs-script", language), "warning")
            return
        proved = cause in situation.belief().evidence.helped
        ways = [cure for cure, _ in ways_of(situation, rule, proved)]
        if not 0 <= offer < len(ways) or ways[offer].question or ways[offer].fix.grade == "sketch":
            yield Said(say("apply-not-ready", language), "warning")
            return
        edit = splice(script, ways[offer].changes, context=situation.context())
        if not edit.applied or edit.grade == "sketch":
            yield Said(say("apply-not-ready", language), "warning")
            return
        try:
            backup = apply_edit(path, edit)
        except CannotWrite as error:
            yield Said(say("apply-failed", language, path=path.name, error=error), "error")
            return
        self._backups.append(backup)
        self.situation.case.add("outcome", {"cause": cause, "outcome": "applied"})
        yield Said(say("applied", language, path=path.name, backup=backup.backup.name), "good")

    def undo(self) -> Iterator[Event]:
        """Put the script back as it was before the last change."""
        from assistant.advice.files import CannotWrite, undo

        language = self.situation.language
        if not self._backups:
            yield Said(say("nothing-to-undo", language))
            return
        backup = self._backups.pop()
        try:
            undo(backup)
        except CannotWrite as error:
            self._backups.append(backup)
            yield Said(say("apply-failed", language, path=backup.path.name, error=error), "error")
            return
        yield Said(say("undone", language, path=backup.path.name), "good")
