"""One turn at a time: what the user says or does in, typed events out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from assistant.case import Case, new_case, open_case
from assistant.dialogue.advising import advice, ranking, verdict
from assistant.dialogue.experiments import Laboratory
from assistant.dialogue.gaps import gap_question
from assistant.dialogue.interview import Interview
from assistant.dialogue.investigator import TRIAL, Investigator
from assistant.dialogue.listening import Listener
from assistant.dialogue.outputs import about, judged
from assistant.dialogue.replaying import replay
from assistant.dialogue.revising import Reviser
from assistant.dialogue.situation import Options, Situation
from assistant.dialogue.trials import Search
from assistant.events import Event, Question, Ranking, Said
from assistant.reasoning.steps import Step, next_steps
from knowledge.texts import say
from probes.finding import Finding

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
        self._take_up(case or new_case(), options or Options())

    def _take_up(self, case: Case, options: Options) -> None:
        self.situation = Situation(case, options)
        self._listener = Listener(self.situation)
        self._reviser = Reviser(self.situation)
        self._interview = Interview(self.situation)
        self._recalled = self._listener.recall()
        self._investigator = Investigator(self.situation, self.laboratory)

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
        return self._investigator.search

    def ranking(self) -> Ranking:
        """The leading suspects as of now."""
        return ranking(self.situation, self.situation.belief())

    def steps(self) -> list[Step]:
        """What could be done next, best first."""
        return next_steps(self.situation.belief(), self._investigator.open_probes())

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
        self._investigator.begin_turn()
        question = yield from self._listener.hear(text)
        yield from self._after_hearing(question)

    def attach(self, path: Path | str) -> Iterator[Event]:
        """A file or folder of this machine."""
        self._investigator.begin_turn()
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
        self._investigator.begin_turn()
        if self._investigator.ready():
            yield from self._investigator.investigate()
        yield from self.conclude()

    def remove(self, name: str) -> Iterator[Event]:
        """Take something back that was brought."""
        yield from self._listener.forget(name)
        yield from self.proceed()

    def answer(self, question: str, value: str) -> Iterator[Event]:
        """The answer to a question, by the value of one of its answers or in the user's words."""
        if self._interview.take(question, value):
            yield from self.proceed()
        else:
            yield Said(say("answer-not-understood", self.language), "warning")

    def change_answer(self) -> Iterator[Event]:
        """Take the last answer back and put its question again."""
        if not self._interview.has_answers():
            yield Said(say("nothing-to-change", self.language))
            return
        question = self._interview.take_back()
        if question is None:
            yield from self.proceed()
        else:
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
        question = self._interview.question
        if question is not None and question.why:
            yield Said(question.why)
        yield self.ranking()

    def proceed(self) -> Iterator[Event]:
        """The next step: experiments where there are model and data, else advice or a question."""
        if self._investigator.ready():
            gap = gap_question(self.situation)
            if gap is not None:
                yield self._interview.put(gap)
                return
            yield from self._investigator.investigate()
            yield from self.conclude()
            return
        question = self._interview.next_question(self.situation.belief())
        if question is None:
            yield from self.conclude()
            return
        yield self.ranking()
        yield question

    def run_probe(self, probe: str) -> Iterator[Event]:
        """Start one experiment by hand."""
        self._investigator.begin_turn()
        ran = yield from self._investigator.run(probe)
        if ran and probe == TRIAL:
            yield from self.conclude()
        elif ran:
            yield self.ranking()

    def conclude(self) -> Iterator[Event]:
        """Where the case stands: ranking, verdict, and advice on each cause named."""
        belief = self.situation.belief()
        yield self.ranking()
        yield verdict(self.situation, belief)
        for one in judged(self.situation):
            for cause in one.named:
                yield advice(one.situation, one.belief, cause, self.search)

    def advise(self, cause: str) -> Iterator[Event]:
        """The advice on any cause of the rule base, named by id or code."""
        rule = self.situation.knowledge.cause_by_code(cause)
        if rule is None:
            yield Said(say("cause-unknown", self.language, cause=cause), "warning")
        else:
            situation = about(self.situation, rule.id)
            yield advice(situation, situation.belief(), rule.id, self.search)

    def apply(self, cause: str, offer: int) -> Iterator[Event]:
        """Write one offered change into the user's script, with a backup beside it."""
        yield from self._reviser.apply(cause, offer)

    def undo(self) -> Iterator[Event]:
        """Take the last applied change back."""
        yield from self._reviser.undo()

    def write_script(self) -> Iterator[Event]:
        """Make and run the report's script with made-up data, where model and data allow it."""
        yield from self._investigator.write_script()

    def report(self, venue: str = "plain", wanted: Wanted | None = None) -> str:
        """The case as a page: so, github, discourse, plain, html; or json."""
        from assistant.report import render

        return render(self.situation, self.search, venue, wanted)

    def masked_words(self, wanted: Wanted | None = None) -> tuple[str, ...]:
        """The user's own words that the report leaves out."""
        from assistant.report import masked_words

        return masked_words(self.situation, self.search, wanted)

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
        self._investigator.cancel()

    def close(self) -> None:
        """End the probe process, and leave no empty case behind."""
        self.situation.case.discard_if_empty()
        if self.laboratory is not None:
            self.laboratory.close()

    # Inside -----------------------------------------------------------------------------------

    def _after_hearing(self, question: Question | None) -> Iterator[Event]:
        if question is not None and not self._investigator.ready():
            yield self._interview.put(question)
        elif self.situation.findings() or self.situation.materials:
            yield from self.proceed()
