"""Turns each event of the engine into what is seen. The only place that knows both."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from textual.widget import Widget

from assistant.chat.entries import Note, past
from assistant.chat.widgets.actions import ActionLine
from assistant.chat.widgets.choices import Choices
from assistant.chat.widgets.conversation import Conversation
from assistant.chat.widgets.probe import ProbeBlock
from assistant.chat.widgets.question import QuestionBlock
from assistant.chat.widgets.ranking import RankingPanel
from assistant.events import (
    Advice,
    Answered,
    Event,
    Heard,
    ProbeDone,
    ProbeFailed,
    ProbeProgress,
    ProbeStarted,
    Question,
    Ranking,
    Said,
    Spoken,
    Tone,
    Verdict,
)

if TYPE_CHECKING:
    from assistant.chat.widgets.advice import AdviceBlock


class Stage:
    """Keeps what is live in the conversation: the open question, the running experiments.

    Args:
        conversation: where blocks go.
        panel: where the ranking goes.
        free: whether the user's hands are free, so that a question may take the focus.
    """

    def __init__(
        self, conversation: Conversation, panel: RankingPanel, free: Callable[[], bool]
    ) -> None:
        self.conversation = conversation
        self.panel = panel
        self._free = free
        self.language = conversation.language
        self.clock: Callable[[], float] = monotonic
        self.question: QuestionBlock | None = None
        self.current: Advice | None = None
        self.heard: dict[str, str] = {}
        self._numbered: Choices | ActionLine | None = None
        self._probes: dict[int, ProbeBlock] = {}
        self._verdict: Widget | None = None
        self._last_verdict: Widget | None = None
        self._advised = 0
        self._asked: Question | None = None

    def is_old(self, event: Event) -> bool:
        """Whether a verdict repeats the last one, with nothing but its advice in between."""
        if not isinstance(event, Verdict):
            return False
        said = [e for e in self.conversation.entries if not isinstance(e, Advice)]
        return said[-1:] == [event]

    @property
    def said_all(self) -> bool:
        """Whether advice was the last thing given, so that the next step is the user's."""
        return any(isinstance(entry, Advice) for entry in self.conversation.entries[-1:])

    def show_actions(self) -> None:
        """Bring into sight what can be done with the advice."""
        if isinstance(self._numbered, ActionLine) and self._numbered.is_attached:
            self.conversation.scroll_to_widget(self._numbered, animate=False)

    def begin_turn(self) -> None:
        """The user did something: what comes now answers that."""
        self._verdict, self._advised = None, 0

    async def show(self, event: Event) -> None:
        """Show one event."""
        match event:
            case Verdict():
                if not self.is_old(event):
                    self._last_verdict = await self.conversation.add(event)
                self._verdict, self._advised = self._last_verdict, 0
            case Said() | Spoken() | Answered():
                await self.conversation.add(event)
            case Heard():
                self.heard[event.name] = event.summary
                await self.conversation.add(event)
            case Ranking():
                self.panel.show(event)
            case Question():
                await self.ask(event)
            case ProbeStarted():
                block = ProbeBlock(event, self.language, self.clock)
                self._probes[event.run] = block
                await self.conversation.add(event, block)
            case ProbeProgress():
                if event.run in self._probes:
                    self._probes[event.run].progress(event)
            case ProbeDone() | ProbeFailed():
                await self._end_probe(event)
            case Advice():
                await self._advise(event)

    async def replay(self, events: tuple[Event, ...]) -> None:
        """Show what was said in an earlier session."""
        from assistant.chat.widgets.advice import AdviceBlock

        entries, ranking, waiting = past(events)
        self.heard.update({e.name: e.summary for e in events if isinstance(e, Heard)})
        await self.conversation.replay(entries)
        if ranking is not None:
            self.panel.show(ranking)
        if waiting is not None:
            await self.ask(waiting)
        elif shown := self.conversation.query(AdviceBlock):
            await self.put_first(shown.last())

    async def begin_again(self) -> None:
        """Forget everything shown, because another case is opened."""
        self.question, self._asked, self._numbered = None, None, None
        self.current, self.heard = None, {}
        self.begin_turn()
        self._probes.clear()
        self.panel.clear()
        await self.conversation.clear()

    async def ask(self, question: Question) -> None:
        """Put a question; one that is still open is left open."""
        await self.settle("")
        block = QuestionBlock(question, self.language)
        self.question, self._asked = block, question
        self._mean(block.choices)
        await self.conversation.add(question, block)
        self.conversation.show_from(block)
        # Once for the layout and once for a scroll that a block above may have asked for.
        later = self.conversation.call_after_refresh
        later(later, later, self._offer_focus, block)

    async def ask_again(self) -> None:
        """Put the last question once more, because its answer got lost."""
        if self._asked is not None and self.question is None:
            await self.ask(self._asked)

    async def settle(self, label: str) -> None:
        """Fold the open question into one line; an empty label leaves it open."""
        block, self.question = self.question, None
        if block is not None:
            if self._numbered is block.choices:
                self._mean(None)
            self.conversation.settle(block, Answered(block.question, label))
            await block.close(label)

    async def note(self, text: str, tone: Tone = "plain") -> Widget:
        """A remark of the chat itself, kept in the conversation."""
        return await self.conversation.add(Note(text, tone))

    def number(self, number: int) -> bool:
        """A number key: goes to the open question, else to the last actions offered.

        What is out of sight is brought into it instead of being answered blindly.
        """
        target = self._numbered
        if target is None or not target.is_attached:
            return False
        if not self.conversation.sees(target):
            self.conversation.scroll_to_widget(target, animate=False)
            return True
        return target.choose(number)

    async def stop_probes(self) -> None:
        """Close the experiments whose end was never told."""
        for block in list(self._probes.values()):
            started = block.started
            await self._end_probe(
                ProbeFailed(started.run, started.probe, started.title, "", cancelled=True)
            )

    def _mean(self, target: Choices | ActionLine | None) -> None:
        """From now on the number keys mean `target`."""
        if isinstance(self._numbered, ActionLine):
            self._numbered.numbered = False
        self._numbered = target
        if isinstance(target, ActionLine):
            target.numbered = True

    def _offer_focus(self, block: QuestionBlock) -> None:
        """Give the question the focus, unless the user is busy or reads something above it."""
        if block.open and self._free() and self.conversation.sees(block.choices):
            block.choices.focus()

    async def _end_probe(self, event: ProbeDone | ProbeFailed) -> None:
        block = self._probes.pop(event.run, None)
        if block is None:
            await self.conversation.add(event)
        else:
            self.conversation.settle(block, event)
            await block.finish(event)

    async def _advise(self, event: Advice) -> None:
        """Show the first advice after a verdict open, the others folded below it.

        Of each cause only the latest advice stays open; one that says nothing new is not repeated.
        """
        from assistant.chat.widgets.advice import AdviceBlock

        verdict, first = self._verdict, not self._advised
        self._advised += 1
        before = [b for b in self.conversation.query(AdviceBlock) if b.advice.cause == event.cause]
        if verdict is not None and before and before[-1].advice == event:
            return
        for old in before:
            old.folded = True
        block = AdviceBlock(event, self.language, folded=verdict is not None and not first)
        await self.conversation.add(event, block)
        self.conversation.show_from(verdict or block)
        if not block.folded:
            await self.put_first(block)

    async def next_advice(self, cause: str) -> None:
        """The cure of `cause` is done: fold its advice and open the one folded behind it."""
        from assistant.chat.widgets.advice import AdviceBlock

        done = [b for b in self.conversation.query(AdviceBlock) if b.advice.cause == cause]
        behind = [
            block
            for block in self.conversation.query(AdviceBlock)
            if block.folded and done and block.region.y > done[-1].region.y
        ]
        for block in behind[:1]:
            done[-1].folded, block.folded = True, False
            await self.put_first(block)
            self.conversation.show_from(block)

    async def put_first(self, block: AdviceBlock) -> None:
        """From now on commands and number keys mean this advice."""
        self.current = block.advice
        if self.question is None:
            self._mean(block.actions)
        for offer in block.advice.offers:
            if offer.question is not None and self.question is None:
                await self.ask(offer.question)
