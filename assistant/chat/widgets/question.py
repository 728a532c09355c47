"""One question of the assistant, its reason on request, and its answers."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from assistant.chat.text import join, plain
from assistant.chat.widgets.block import Block
from assistant.chat.widgets.choices import Choices
from assistant.events import Question
from knowledge.texts import say

DONT_KNOW = "dont-know"
_WHY = "chat:why"


class QuestionBlock(Vertical):
    """A question that waits for its answer, and folds into one line when it has got it."""

    class Answered(Message):
        """An answer was chosen."""

        def __init__(self, block: QuestionBlock, value: str, label: str) -> None:
            super().__init__()
            self.block = block
            self.question = block.question
            self.value = value
            self.label = label

    def __init__(self, question: Question, language: str) -> None:
        super().__init__(classes="block question")
        self.question = question
        self.language = language
        self.open = True
        self.choices = Choices(self._items())
        self._why = Static(join((question.why, "$u-quiet")), markup=False, classes="question-why")

    def compose(self) -> ComposeResult:
        yield Static(
            join(("? ", "bold $u-mark"), (self.question.text, "bold $u-text")), markup=False
        )
        yield self._why
        yield self.choices

    def show_why(self) -> None:
        """Show the reason for asking."""
        self._why.add_class("-shown")

    async def close(self, label: str) -> None:
        """Fold into one line: the question and what was answered."""
        self.open = False
        await self.remove_children()
        await self.mount(answered_block(self.question, label, self.language))

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        event.stop()
        if event.value == _WHY:
            self.show_why()
        elif self.open:
            self.open = False
            self.post_message(self.Answered(self, event.value, event.label))

    def reopen(self) -> None:
        """Take answers again, after the answer could not be used."""
        self.open = True

    def _items(self) -> list[tuple[str, str]]:
        items = [(answer.value, answer.label) for answer in self.question.answers]
        if self.question.kind == "fact" and DONT_KNOW not in dict(items):
            items.append((DONT_KNOW, say("chat-dont-know", self.language)))
        if self.question.why:
            items.append((_WHY, say("chat-why-asked", self.language)))
        return items


def answered_block(question: Question, label: str, language: str) -> Block:
    """A question that is settled; an empty label means it was left open."""
    answer = label or say("chat-left-open", language)
    return Block(
        join(
            ("? ", "bold $u-quiet"),
            (question.text + "  ", "$u-quiet"),
            ("❯ ", "bold $u-mark"),
            plain(answer, "$u-text" if label else "$u-quiet"),
        ),
        "answered",
    )
