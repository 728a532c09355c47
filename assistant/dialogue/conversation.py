"""One turn at a time: what the user says or does in, typed events out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

from assistant.case import Case, new_case, open_case
from assistant.dialogue.advising import advice, ranking, verdict
from assistant.dialogue.experiments import Laboratory, basic, probe_rules, run_probe, runnable
from assistant.dialogue.gaps import SETTINGS, gap_question, settle
from assistant.dialogue.investigation import investigate, try_cures
from assistant.dialogue.listening import Listener
from assistant.dialogue.naming import named_causes
from assistant.dialogue.questions import answered, fact_question
from assistant.dialogue.replaying import question_of, recall_search, replay
from assistant.dialogue.revising import Reviser
from assistant.dialogue.situation import Options, Situation
from assistant.dialogue.trials import Search
from assistant.events import Event, Question, Ranking, Said
from assistant.reasoning.belief import Belief
from assistant.reasoning.steps import Step, next_steps
from knowledge.texts import say
from probes.finding import Finding

#: Advice is given from here on without another question; a cheap reversible change is worth more
#: than certainty.
ADVISE = 0.8
SCRIPT = "synthetic-script"
QUESTIONS = 6  # in a row, before the leading suspects are shown anyway

TYPE_CHECKING = False
if TYPE_CHECKING:
    from assistant.report import Wanted


class Dialogue:
    """The assistant's side of a conversation.

    Every method that may do something yields events (`assistant.events`) as they happen; an
    experiment makes it wait between them. One thread drives it; only `cancel` may come from
    another.

    Args:
        case: the case to go on with; a new one, kept in a file, when None.
        laboratory: the client of the probe process; None to reason without experiments.
        options: what the user allowed and chose.
    """

    def __init__(
        self,
        case: Case | None = None,
        laboratory: Laboratory | None = None,
        options: Options | None = None,
    ) -> None:
        self.laboratory = laboratory
        self._stop = threading.Event()
        self._take_up(case or new_case(), options or Options())

    def _take_up(self, case: Case, options: Options) -> None:
        self.situation = Situation(case, options)
        self._listener = Listener(self.situation)
        self._reviser = Reviser(self.situation)
        self._asked = 0
        self._question: Question | None = None
        self._recalled = self._listener.recall()
        self._search: Search | None = recall_search(self.situation) if case.entries else None

    # What the front ends read -----------------------------------------------------------------

    @property
    def language(self) -> str:
        return self.situation.language

    @language.setter
    def language(self, name: str) -> None:
        self.situation.options.language = name
        self.situation.options.language_fixed = True

    @property
    def case_name(self) -> str:
        return self.situation.case.name

    @property
    def search(self) -> Search | None:
        """What the last investigation tried."""
        return self._search

    def ranking(self) -> Ranking:
        """The leading suspects as of now."""
        return ranking(self.situation, self.situation.belief())

    def steps(self) -> list[Step]:
        """What could be done next, best first."""
        return next_steps(self.situation.belief(), self._open_probes())

    # What the user does -----------------------------------------------------------------------

    def start(self) -> Iterator[Event]:
        """The first words, or where a resumed case stands."""
        if self.situation.case.entries:
            yield Said(say("welcome-back", self.language, case=self.case_name))
            yield from self.conclude()
        else:
            yield Said(say("welcome", self.language))

    def tell(self, text: str) -> Iterator[Event]:
        """Anything typed or pasted: a sentence, a path, a log, a script, a page."""
        self._stop.clear()
        question = yield from self._listener.hear(text)
        yield from self._after_hearing(question)

    def attach(self, path: Path | str) -> Iterator[Event]:
        """A file or folder of this machine."""
        self._stop.clear()
        question = yield from self._listener.take(Path(path).expanduser())
        yield from self._after_hearing(question)

    def bring(self, given: Path | str, kind: str = "") -> Iterator[Event]:
        """Take in a text (str) or a file (Path) without going on; `examine` does that later.

        `kind` says what it is ("log", "script", "model", "data") where that is known.
        """
        if isinstance(given, Path):
            yield from self._listener.take(given.expanduser(), kind)
        else:
            yield from self._listener.hear(given)

    def examine(self) -> Iterator[Event]:
        """Every experiment the case allows, no questions, then where the case stands."""
        self._stop.clear()
        if self._can_experiment():
            yield from self._experiment()
        yield from self.conclude()

    def remove(self, name: str) -> Iterator[Event]:
        """Take something back that was brought."""
        yield from self._listener.forget(name)
        yield from self.proceed()

    def answer(self, question: str, value: str) -> Iterator[Event]:
        """The answer to a question, by the value of one of its answers or in the user's words."""
        settled = question in SETTINGS and settle(self.situation, question, value)
        finding = answered(self.situation, question, value)
        choices = [a.value for a in self._question.answers] if self._question else []
        self._question = None
        if finding is None and question != "symptom" and not settled:
            yield Said(say("answer-not-understood", self.language), "warning")
            return
        findings = (finding,) if finding is not None else ()
        self.situation.case.add(
            "answer",
            {"question": question, "value": value, "choices": choices},
            origin=f"answer:{question}",
            findings=findings,
        )
        yield from self.proceed()

    def change_answer(self) -> Iterator[Event]:
        """Take the last answer back and put its question again."""
        answers = [e for e in self.situation.case.standing() if e.kind == "answer"]
        if not answers:
            yield Said(say("nothing-to-change", self.language))
            return
        self.situation.case.add("removed", origin=answers[-1].origin)
        question = question_of(self.situation, answers[-1].data)
        if question is None:
            yield from self.proceed()
        else:
            self._question = question
            yield question

    def tried(self, cause: str) -> Iterator[Event]:
        """The user has tried the cure of `cause`, in vain."""
        self.situation.case.add(
            "outcome",
            {"cause": cause, "outcome": "tried"},
            origin=f"tried:{cause}",
            findings=(Finding("already-tried", value=cause, source="answer"),),
        )
        yield from self.proceed()

    def outcome(self, cause: str, result: str) -> Iterator[Event]:
        """What became of an advice: ``worked``, ``no-change`` or ``better``."""
        if result == "no-change":
            yield from self.tried(cause)
            return
        self.situation.case.add("outcome", {"cause": cause, "outcome": result})
        key = "outcome-worked" if result == "worked" else "outcome-better"
        yield Said(say(key, self.language), "good")

    def why(self) -> Iterator[Event]:
        """Why the open question is put, or why the leading suspect leads."""
        if self._question is not None and self._question.why:
            yield Said(self._question.why)
        yield self.ranking()

    def proceed(self) -> Iterator[Event]:
        """The next step: experiments where there are model and data, else advice or a question."""
        if self._can_experiment():
            gap = gap_question(self.situation)
            if gap is not None:
                self._question = gap
                yield gap
                return
            yield from self._experiment()
            yield from self.conclude()
            return
        belief = self.situation.belief()
        step = self._worthwhile_question(belief)
        if step is not None and (question := fact_question(self.situation, step.id)):
            self._asked += 1
            self._question = question
            yield self.ranking()
            yield question
            return
        yield from self.conclude()

    def run_probe(self, probe: str) -> Iterator[Event]:
        """Start one experiment by hand."""
        rules = probe_rules()
        if probe not in rules:
            yield Said(say("probe-unknown", self.language, probe=probe, known=", ".join(rules)))
        elif self.laboratory is None or probe not in runnable(self.situation):
            yield Said(say("probe-needs-files", self.language), "warning")
        elif probe == "trial":
            yield from self._try_by_hand(self.laboratory)
        else:
            self._stop.clear()
            yield from run_probe(self.situation, self.laboratory, probe)
            yield self.ranking()

    def conclude(self) -> Iterator[Event]:
        """Where the case stands: ranking, verdict, and advice on each cause named."""
        belief = self.situation.belief()
        yield self.ranking()
        yield verdict(self.situation, belief)
        for cause in named_causes(self.situation, belief):
            yield advice(self.situation, belief, cause, self._search)

    def advise(self, cause: str) -> Iterator[Event]:
        """The advice on any cause of the rule base, named by id or code."""
        rule = self.situation.knowledge.cause_by_code(cause)
        if rule is None:
            yield Said(say("cause-unknown", self.language, cause=cause), "warning")
        else:
            yield advice(self.situation, self.situation.belief(), rule.id, self._search)

    def apply(self, cause: str, offer: int) -> Iterator[Event]:
        """Write one offered change into the user's script, with a backup beside it."""
        yield from self._reviser.apply(cause, offer)

    def undo(self) -> Iterator[Event]:
        """Take the last applied change back."""
        yield from self._reviser.undo()

    def write_script(self) -> Iterator[Event]:
        """Make and run the report's script with made-up data, where model and data allow it."""
        if self.laboratory is not None and SCRIPT in self._open_probes():
            yield from run_probe(self.situation, self.laboratory, SCRIPT)

    def report(self, venue: str = "plain", wanted: Wanted | None = None) -> str:
        """The case as a page: so, github, discourse, plain, html; or json."""
        from assistant.report import render

        return render(self.situation, self._search, venue, wanted)

    def masked_words(self, wanted: Wanted | None = None) -> tuple[str, ...]:
        """The user's own words that the report leaves out."""
        from assistant.report import masked_words

        return masked_words(self.situation, self._search, wanted)

    def events_so_far(self) -> Iterator[Event]:
        """What a resumed case shows first: what was said and brought, and what was found."""
        yield from replay(self.situation, self._recalled)

    def open_case(self, name: str) -> bool:
        """Go on with another saved case, or a new one when `name` is empty; False: not there."""
        case = open_case(name) if name else new_case()
        if case is None:
            return False
        self.situation.case.discard_if_empty()
        self._take_up(case, self.situation.options)
        return True

    def cancel(self) -> None:
        """Stop the running experiment; may be called from any thread."""
        self._stop.set()
        if self.laboratory is not None:
            self.laboratory.cancel()

    def close(self) -> None:
        """End the probe process, and leave no empty case behind."""
        self.situation.case.discard_if_empty()
        if self.laboratory is not None:
            self.laboratory.close()

    # Inside -----------------------------------------------------------------------------------

    def _try_by_hand(self, laboratory: Laboratory) -> Iterator[Event]:
        """Trials of the cures that the leading suspects have."""
        self._stop.clear()
        search = yield from try_cures(self.situation, laboratory, self._stop.is_set)
        if search.trials:
            self._search = search
            yield from self.conclude()
        else:
            yield Said(say("nothing-to-try", self.language), "warning")

    def _after_hearing(self, question: Question | None) -> Iterator[Event]:
        if question is not None and not self._can_experiment():
            self._question = question
            yield question
        elif self.situation.findings() or self.situation.materials:
            yield from self.proceed()

    def _experiment(self) -> Iterator[Event]:
        if self.laboratory is not None:
            self._search = yield from investigate(
                self.situation, self.laboratory, self._stop.is_set
            )

    def _can_experiment(self) -> bool:
        ready = runnable(self.situation)
        return (
            self.laboratory is not None
            and self.situation.options.probes
            and bool(ready)
            and any(p in self._open_probes() for p in basic(self.situation))
        )

    def _open_probes(self) -> dict[str, float]:
        if self.laboratory is None or not self.situation.options.probes:
            return {}
        done = self.situation.probes_done()
        return {p: r.seconds for p, r in runnable(self.situation).items() if p not in done}

    def _worthwhile_question(self, belief: Belief) -> Step | None:
        if belief.confirmed or self._asked >= QUESTIONS:
            return None
        leader = belief.ranked()[:1]
        if leader and belief.probability[leader[0]] >= ADVISE:
            return None
        return next((s for s in next_steps(belief, {}) if s.kind == "ask"), None)
