"""The experiments of one case: what can be run, running it, and what the last search tried."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator

from assistant.dialogue.experiments import Laboratory, basic, probe_rules, run_probe, runnable
from assistant.dialogue.investigation import try_cures
from assistant.dialogue.outputs import investigate_all
from assistant.dialogue.replaying import recall_search
from assistant.dialogue.situation import Situation
from assistant.dialogue.trials import Search
from assistant.events import Event, Said
from knowledge.texts import say

SCRIPT = "synthetic-script"
TRIAL = "trial"


class Investigator:
    """Runs experiments on a `Situation`; one thread drives it, `cancel` may come from another.

    Args:
        laboratory: the client of the probe process; None to reason without experiments.

    Attributes:
        search: what the last investigation tried.
    """

    def __init__(self, situation: Situation, laboratory: Laboratory | None) -> None:
        self.situation = situation
        self.search: Search | None = recall_search(situation) if situation.case.entries else None
        self._laboratory = laboratory
        self._stop = threading.Event()

    def begin_turn(self) -> None:
        """The user did something: what was cancelled before no longer counts."""
        self._stop.clear()

    def cancel(self) -> None:
        """Stop the running experiment."""
        self._stop.set()
        if self._laboratory is not None:
            self._laboratory.cancel()

    def ready(self) -> bool:
        """Whether experiments are allowed, possible and not yet done."""
        unopened = self.open_probes()
        return any(probe in unopened for probe in basic(self.situation))

    def open_probes(self) -> dict[str, float]:
        """The experiments that could be run and were not, with what they cost in seconds."""
        if self._laboratory is None or not self.situation.options.probes:
            return {}
        done = self.situation.probes_done()
        return {p: r.seconds for p, r in runnable(self.situation).items() if p not in done}

    def investigate(self) -> Iterator[Event]:
        """Every experiment that the case calls for."""
        if self._laboratory is not None:
            stopped = self._stop.is_set
            self.search = yield from investigate_all(self.situation, self._laboratory, stopped)

    def run(self, probe: str) -> Generator[Event, None, bool]:
        """One experiment, or the trials of the leading suspects' cures, started by hand.

        Returns:
            Whether anything was run.
        """
        language = self.situation.language
        if probe not in probe_rules():
            known = ", ".join(probe_rules())
            yield Said(say("probe-unknown", language, probe=probe, known=known))
            return False
        if self._laboratory is None or probe not in runnable(self.situation):
            yield Said(say("probe-needs-files", language), "warning")
            return False
        if probe != TRIAL:
            yield from run_probe(self.situation, self._laboratory, probe)
            return True
        search = yield from try_cures(self.situation, self._laboratory, self._stop.is_set)
        if not search.trials:
            yield Said(say("nothing-to-try", language), "warning")
            return False
        self.search = search
        return True

    def write_script(self) -> Iterator[Event]:
        """Make and run the report's script with made-up data, where model and data allow it."""
        if self._laboratory is not None and SCRIPT in self.open_probes():
            yield from run_probe(self.situation, self._laboratory, SCRIPT)
