"""The half of the conversation's screen that faces the user: keys, words, answers, pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import TextArea

from assistant.chat import commands, jobs, messages
from assistant.chat.answers import meant_answer, meant_command
from assistant.chat.attachments import Attachment
from assistant.chat.completion import suggest
from assistant.chat.desk import Desk
from assistant.chat.engine import OUTCOMES, EngineFactory
from assistant.chat.paths import mentions
from assistant.chat.screens.listening import ListeningScreen
from assistant.chat.widgets.chips import Chip
from assistant.chat.widgets.choices import Choices
from assistant.chat.widgets.popup import Popup
from assistant.chat.widgets.prompt import Prompt
from assistant.chat.widgets.welcome import Welcome
from assistant.events import Answer, Question, Spoken
from knowledge.texts import say

if TYPE_CHECKING:
    from assistant.chat.widgets.advice import AdviceBlock
    from assistant.chat.widgets.question import QuestionBlock

#: Questions the chat itself puts (which experiment?) carry this before the command's name.
_OWN = "chat:"
_RECENT = 10


class ChatScreen(ListeningScreen):
    """The conversation."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "Help", id="chat.help", show=False),
        Binding("f2", "suspects", "Suspects", id="chat.suspects", show=False),
        Binding("escape", "cancel", "Stop", id="chat.cancel", show=False),
        Binding("ctrl+o", "pick", "Open a file", id="chat.pick", show=False),
        Binding("pageup", "scroll_page(-1)", "Scroll", id="chat.pageup", priority=True, show=False),
        Binding(
            "pagedown", "scroll_page(1)", "Scroll", id="chat.pagedown", priority=True, show=False
        ),
    ]

    def __init__(
        self, factory: EngineFactory, language: str, fixed: bool, first_words: tuple[str, ...]
    ) -> None:
        super().__init__(factory, language, fixed, first_words)
        self.desk = Desk(self)

    async def send(self, text: str, attachments: tuple[Attachment, ...]) -> None:
        """Give words and files to the engine, and show them as said."""
        self.words_offered = False
        await self.drop_welcome()
        # The engine asks again if it still wants to know after this.
        await self.stage.settle("")
        labels = tuple(attachment.label(self.language) for attachment in attachments)
        await self.conversation.add(Spoken(text.strip(), labels))
        self.prompt.focus()
        self.submit(jobs.sending(text, attachments))

    async def choose(self, title: str, command: str, items: Sequence[tuple[str, str]]) -> None:
        """Let the user pick the argument of a command from a list."""
        answers = tuple(Answer(value, label) for value, label in items)
        await self.drop_welcome()
        await self.stage.ask(
            Question(_OWN + command, "symptom", say(title, self.language), "", answers)
        )

    def open_help(self) -> None:
        from assistant.chat.help import help_content
        from assistant.chat.screens.page import TextPage

        content = help_content(self.focused, self.language)
        self.app.push_screen(
            TextPage(say("chat-help-title", self.language), content, self.language)
        )

    def open_suspects(self) -> None:
        from assistant.chat.screens.page import TextPage

        content = self.panel.content(full=True)
        self.app.push_screen(
            TextPage(say("chat-suspects-title", self.language), content, self.language)
        )

    def open_picker(self, kind: str) -> None:
        from assistant.chat.screens.picker import FilePicker

        self.app.push_screen(FilePicker(kind, self.language, Path.cwd()), self._picked)

    def open_text(self, title: str, text: str) -> None:
        """Open a long text; `c` copies it."""
        from assistant.chat.screens.page import Viewer

        def done(action: str | None) -> None:
            if action == "copy":
                self.copy(text, "text.txt")

        self.app.push_screen(Viewer(title, text, self.language), done)

    def copy(self, text: str, name: str) -> None:
        """Copy by every way there is, and tell how."""
        from assistant.chat.copying import copy_in_background

        copy_in_background(self, text, f"{self.case_name or 'unstuck'}-{name}")

    def transcript(self) -> str:
        """The conversation as plain lines."""
        from assistant.chat.copying import transcript

        return transcript(self.conversation.entries, self.language)

    # Words ------------------------------------------------------------------------------------

    async def on_prompt_sent(self, event: Prompt.Sent) -> None:
        event.stop()
        self.conversation.follow()
        command = commands.split(event.text)
        if command is not None:
            await self.desk.run(*command)
            return
        named = [Attachment.file(path) for path in mentions(event.text)]
        attachments = tuple(dict.fromkeys([*self.chips.attachments, *named]))
        if not attachments and await self._understood(event.text):
            return
        await self.chips.clear()
        await self.send(event.text, attachments)

    async def on_prompt_empty_key(self, event: Prompt.EmptyKey) -> None:
        event.stop()
        if event.key == "?":
            self.open_help()
        elif event.key == "enter":
            await self._go_on()
        elif not self._number(int(event.key)):
            self.prompt.insert(event.key)

    async def on_prompt_long_paste(self, event: Prompt.LongPaste) -> None:
        event.stop()
        await self.attach(Attachment.pasted(event.text))

    async def on_prompt_paths_pasted(self, event: Prompt.PathsPasted) -> None:
        event.stop()
        for path in event.paths:
            await self.attach(Attachment.file(path))

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        before = self.prompt.before_cursor
        recent = tuple(str(path) for path in self.recent[:_RECENT])
        files = tuple(dict.fromkeys([*self.files, *recent]))
        self.popup.offer(suggest(before, self.language, files, self.desk.arguments))

    async def on_popup_taken(self, event: Popup.Taken) -> None:
        event.stop()
        taken = event.suggestion
        self.prompt.replace_before(taken.replace, taken.insert)
        self.prompt.focus()
        command = commands.split(self.prompt.text)
        if event.finish and taken.send and command is not None:
            self.prompt.clear()
            await self.desk.run(*command)

    def on_paste(self, event: events.Paste) -> None:
        """A paste belongs to the prompt, wherever the focus is."""
        event.stop()
        self.prompt.focus()
        self.prompt.paste_text(event.text)

    def on_key(self, event: events.Key) -> None:
        """What is typed while something else has the focus is meant for the prompt."""
        if event.is_printable and event.character:
            event.stop()
            self._typed(event.character)

    # Choices ----------------------------------------------------------------------------------

    def on_choices_typed(self, event: Choices.Typed) -> None:
        event.stop()
        self._typed(event.character)

    async def on_question_block_answered(self, event: QuestionBlock.Answered) -> None:
        event.stop()
        await self._answer(event.question.id, event.value, event.label)

    async def on_welcome_picked(self, event: Welcome.Picked) -> None:
        event.stop()
        await self.send(event.text, tuple(Attachment.file(path) for path in event.paths))

    def on_welcome_resumed(self, event: Welcome.Resumed) -> None:
        event.stop()
        self.submit(jobs.changing_case(event.case))

    async def on_advice_block_opened(self, event: AdviceBlock.Opened) -> None:
        event.stop()
        await self.stage.put_first(event.block)

    async def on_advice_block_wanted(self, event: AdviceBlock.Wanted) -> None:
        event.stop()
        cause, value = event.advice.cause, event.value
        if value == "copy":
            from assistant.chat.widgets.advice import change_text

            self.copy(change_text(event.advice), f"{event.advice.code}.diff")
        elif value == "explain":
            self.submit(jobs.explaining(event.advice.code))
        elif value == "tried":
            self.submit(jobs.plain("tried", lambda engine: engine.tried(cause)))
        elif value.startswith("apply:"):
            number = int(value.removeprefix("apply:"))
            self.submit(jobs.plain("apply", lambda engine: engine.apply(cause, number)))
        elif value in OUTCOMES:
            self.submit(jobs.outcome(cause, OUTCOMES[value]))
            if value != "no-change":
                await self.stage.next_advice(cause)
        self.prompt.focus()

    # Pages ------------------------------------------------------------------------------------

    def on_chip_opened(self, event: Chip.Opened) -> None:
        event.stop()
        self.open_text(event.attachment.label(self.language), event.attachment.content())

    def on_names_loaded(self, event: messages.NamesLoaded) -> None:
        self.desk.probes, self.desk.causes = event.probes, event.causes

    def on_page_written(self, event: messages.PageWritten) -> None:
        self.open_text(event.title, event.text)

    def on_report_written(self, event: messages.ReportWritten) -> None:
        from assistant.chat.copying import open_report

        open_report(self, event)

    def on_copy_done(self, event: messages.CopyDone) -> None:
        from assistant.chat.copying import tell_of_copy

        tell_of_copy(self, event)

    def action_help(self) -> None:
        self.open_help()

    def action_suspects(self) -> None:
        self.open_suspects()

    def action_pick(self) -> None:
        self.open_picker("any")

    def action_scroll_page(self, direction: int) -> None:
        if direction < 0:
            self.conversation.scroll_page_up(animate=False)
        else:
            self.conversation.scroll_page_down(animate=False)

    def action_cancel(self) -> None:
        self.stop()

    def stop(self, everything: bool = False) -> None:
        """Stop what runs; what waits in line goes on, unless `everything` is to stop."""
        if self.backstage.cancel(everything):
            self.flash(say("chat-stopping", self.language), "warning")
        self.queue.show(self.backstage.waiting)
        self.prompt.focus()

    # Inside -----------------------------------------------------------------------------------

    async def _answer(self, question: str, value: str, label: str) -> None:
        await self.stage.settle(label)
        self.prompt.focus()
        if question.startswith(_OWN):
            await self.desk.run(question.removeprefix(_OWN), value)
        else:
            self.submit(jobs.plain("answer", lambda engine: engine.answer(question, value)))

    async def _understood(self, text: str) -> bool:
        """Take a short message as the answer to the open question, or as a command."""
        block = self.stage.question
        chosen = meant_answer(block.question, text) if block is not None else None
        if block is not None and chosen is not None:
            await self._answer(block.question.id, *chosen)
            return True
        command = meant_command(text)
        if command:
            await self.desk.run(command, "")
        return bool(command)

    async def _go_on(self) -> None:
        """Enter on the empty prompt: send what is attached, else the next step."""
        attachments = self.chips.attachments
        if attachments:
            await self.chips.clear()
            await self.send("", attachments)
        elif (welcome := self.welcome) is not None:
            welcome.choices.focus()
        elif self.stage.question is not None:
            self.stage.question.choices.focus()
        elif self.backstage.busy:
            self.flash(say("chat-still-working", self.language))
        elif self.stage.said_all:
            self.stage.show_actions()
            self.flash(say("chat-all-said", self.language))
        else:
            await self.desk.do_next("")

    def _typed(self, character: str) -> None:
        self.prompt.focus()
        empty = not self.prompt.text
        if empty and character == "?":
            self.open_help()
        elif not (empty and character in "123456789" and self._number(int(character))):
            self.prompt.insert(character)

    def _number(self, number: int) -> bool:
        welcome = self.welcome
        return welcome.choices.choose(number) if welcome else self.stage.number(number)

    async def _picked(self, path: Path | None) -> None:
        if path is not None:
            await self.attach(Attachment.file(path))
        self.prompt.focus()
