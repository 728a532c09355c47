"""Turns each event of the engine into what is seen. The only place that knows both."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

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
        self.advice: list[Advice] = []
        self.heard: dict[str, str] = {}
        self._numbered: Choices | ActionLine | None = None
        self._probes: dict[int, ProbeBlock] = {}
        self._asked: Question | None = None

    async def show(self, event: Event) -> None:
        """Show one event."""
        match event:
            case Said() | Verdict() | Spoken() | Answered():
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
        self.advice += [e for e in events if isinstance(e, Advice)]
        await self.conversation.replay(entries)
        if ranking is not None:
            self.panel.show(ranking)
        if waiting is not None:
            await self.ask(waiting)
        elif shown := self.conversation.query(AdviceBlock):
            self._mean(shown.last().actions)

    async def begin_again(self) -> None:
        """Forget everything shown, because another case is opened."""
        self.question, self._asked, self._numbered = None, None, None
        self.advice, self.heard = [], {}
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
        self.conversation.show_whole(block)
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

    def stop_probes(self) -> None:
        """Forget experiments whose end was never told."""
        self._probes.clear()

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
        from assistant.chat.widgets.advice import AdviceBlock

        self.advice = [a for a in self.advice if a.cause != event.cause] + [event]
        block = AdviceBlock(event, self.language)
        await self.conversation.add(event, block)
        if self.question is None:
            self._mean(block.actions)
        self.conversation.show_whole(block)
        for offer in event.offers:
            if offer.question is not None and self.question is None:
                await self.ask(offer.question)
