"""The half of the conversation's screen that faces the engine: parts, jobs, and what comes back."""

from __future__ import annotations

from collections import deque
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from assistant.cases import SavedCase, recent_cases, recent_files
from assistant.chat import jobs, messages
from assistant.chat.attachments import Attachment
from assistant.chat.engine import EngineFactory
from assistant.chat.paths import nearby_pair, walk
from assistant.chat.settings import remember
from assistant.chat.stage import Stage
from assistant.chat.text import join
from assistant.chat.widgets.chips import Chips
from assistant.chat.widgets.conversation import Conversation
from assistant.chat.widgets.popup import Popup
from assistant.chat.widgets.prompt import Prompt
from assistant.chat.widgets.queue import Queue
from assistant.chat.widgets.ranking import RankingPanel
from assistant.chat.widgets.status import StatusLine
from assistant.chat.widgets.welcome import Welcome
from assistant.chat.worker import Backstage, Job
from assistant.events import Tone
from knowledge.texts import say


class ListeningScreen(Screen[None]):
    """Lays the parts out, runs jobs in the background and shows what the engine says.

    Args:
        factory: makes the engine, in the background, after the first paint.
        language: of the chat's own texts until the engine says otherwise.
        fixed: whether that language was chosen; else the chat follows the engine's.
        first_words: what the prompt holds, one turn after the other (the demo).
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-short"), (24, "-tall")]  # noqa: RUF012

    def __init__(
        self, factory: EngineFactory, language: str, fixed: bool, first_words: tuple[str, ...]
    ) -> None:
        super().__init__(id="chat")
        self.language = language
        self.case_name = ""
        self.files: tuple[str, ...] = ()
        self.pair: tuple[Path, ...] = ()
        self.recent: tuple[Path, ...] = ()
        self.cases: tuple[SavedCase, ...] = ()
        self._fixed = fixed
        self._first_words = deque(first_words)
        self.words_offered = False
        self._more_below = False
        self.popup = Popup()
        self.prompt = Prompt(say("chat-placeholder", language), self.popup)
        self.chips = Chips()
        self.queue = Queue(language)
        self.status = StatusLine(language)
        self.conversation = Conversation(language)
        self.panel = RankingPanel(language)
        self.stage = Stage(self.conversation, self.panel, self._hands_free)
        self.backstage = Backstage(factory, self.post_message, language if fixed else None)

    def compose(self) -> ComposeResult:
        yield Static(self._title(), markup=False, id="top")
        with Horizontal(id="middle"):
            yield self.conversation
            yield self.panel
        yield self.queue
        yield self.chips
        yield self.popup
        yield self.prompt
        yield self.status

    async def on_mount(self) -> None:
        await self._welcome()
        # Not before the first paint: making the engine reads the rule base and imports numpy.
        self.call_after_refresh(self._begin)

    def submit(self, job: Job) -> None:
        """Put a job in line for the engine."""
        self.conversation.follow()
        self.stage.begin_turn()
        self.backstage.submit(job)
        self.queue.show(self.backstage.waiting)

    def flash(self, text: str, tone: Tone = "plain") -> None:
        """Say something in passing, in the status line."""
        self.status.flash(text, tone)

    def speak(self, language: str) -> None:
        """Change the language of everything said from now on."""
        self._fixed = True
        remember(language=language)
        self.backstage.speak(language)
        self._use_language(language)

    @property
    def panel_visible(self) -> bool:
        return self.has_class("-wide")

    @property
    def welcome(self) -> Welcome | None:
        """The welcome, while nothing has been said."""
        found = self.query(Welcome)
        return found.first() if found else None

    async def drop_welcome(self) -> None:
        """Take the welcome away, because the conversation begins."""
        await self.query(Welcome).remove()

    # What the engine says ---------------------------------------------------------------------

    def on_engine_ready(self, event: messages.EngineReady) -> None:
        self.case_name = event.case_name
        self._follow_language(event.language)
        self.query_one("#top", Static).update(self._title())

    async def on_engine_failed(self, event: messages.EngineFailed) -> None:
        text = say("chat-engine-failed", self.language, error=event.error)
        await self._give_back(text, event.words, event.attachments)

    async def on_engine_said(self, event: messages.EngineSaid) -> None:
        if not self.conversation.is_attached:
            return  # said while the screen was being taken down
        await self.drop_welcome()
        if self.stage.is_old(event.event):
            self.flash(say("chat-nothing-new", self.language))
        await self.stage.show(event.event)

    async def on_case_opened(self, event: messages.CaseOpened) -> None:
        self.case_name = event.case_name
        self.query_one("#top", Static).update(self._title())
        await self.stage.begin_again()
        if event.events:
            await self.stage.replay(event.events)
        else:
            await self._welcome()

    async def on_replayed(self, event: messages.Replayed) -> None:
        await self.drop_welcome()
        await self.stage.replay(event.events)

    def on_language_found(self, event: messages.LanguageFound) -> None:
        self._follow_language(event.language)

    def on_job_started(self, event: messages.JobStarted) -> None:
        self.status.busy()
        self.queue.show(self.backstage.waiting)

    async def on_job_failed(self, event: messages.JobFailed) -> None:
        await self.stage.stop_probes()
        text = say("chat-job-failed", self.language, error=event.error)
        await self._give_back(text, event.words, event.attachments)
        if event.name == "answer":
            await self.stage.ask_again()

    def on_job_ended(self, event: messages.JobEnded) -> None:
        if event.waiting:
            self.status.busy(event.waiting)
            return
        self.status.ready()
        if event.name in ("open", "tell"):
            self._offer_first_words()

    def on_conversation_more_below(self, event: Conversation.MoreBelow) -> None:
        event.stop()
        self._more_below = event.more
        self._hint()

    def on_descendant_focus(self) -> None:
        self._hint()

    def _hint(self) -> None:
        """Name the keys that matter now: those of the part that has the focus come first."""
        focused = getattr(self.focused, "KEYS_KEY", "")
        below = "chat-keys-more" if self._more_below else "chat-keys-ready"
        self.status.hint(focused or below)

    def on_attachment_read(self, event: messages.AttachmentRead) -> None:
        self.chips.tell(event.attachment, event.label)

    async def on_files_found(self, event: messages.FilesFound) -> None:
        self.files, self.pair = event.files, event.pair
        self.recent, self.cases = event.recent, event.cases
        welcome = self.welcome
        if (event.pair or event.cases) and welcome is not None:
            await welcome.offer(event.pair, event.cases[:1])

    # Inside -----------------------------------------------------------------------------------

    async def attach(self, attachment: Attachment) -> None:
        """Put an attachment above the prompt, and find out what it is."""
        await self.chips.add(attachment, self.language)

        def read() -> None:
            if label := attachment.recognised(self.language):
                self.post_message(messages.AttachmentRead(attachment, label))

        # Until then, and when it cannot be read, the chip says its kind and length.
        self.run_worker(read, thread=True, group="files", exit_on_error=False)

    async def _give_back(self, text: str, words: str, attachments: tuple[Attachment, ...]) -> None:
        """Tell of a fault; what was sent goes back into the prompt."""
        if words or attachments:
            text += " " + say("chat-words-kept", self.language)
            self.prompt.give_back(words)
        for attachment in attachments:
            await self.attach(attachment)
        await self.stage.note(text, "error")

    def _begin(self) -> None:
        self.backstage.submit(jobs.opening())
        self.run_worker(self._look_around, thread=True, group="files", exit_on_error=False)

    async def _welcome(self) -> None:
        await self.drop_welcome()
        await self.conversation.mount(Welcome(self.language, self.pair, self.cases[:1]))
        self.prompt.focus()

    def _look_around(self) -> None:
        root = Path.cwd()
        cases = tuple(recent_cases())
        recent = tuple(recent_files())
        self.post_message(messages.FilesFound(walk(root), nearby_pair(root), recent, cases))

    def _hands_free(self) -> bool:
        """Whether a question may take the focus: nobody is writing, nothing waits to be sent."""
        return not (self.prompt.text or self.chips.attachments or self.words_offered)

    def _offer_first_words(self) -> None:
        if self._first_words and not self.prompt.text and not self.chips.attachments:
            self.words_offered = True
            self.prompt.paste_text(self._first_words.popleft())
            self.prompt.focus()
            self.flash(say("chat-demo-hint", self.language))

    def _follow_language(self, language: str) -> None:
        if not self._fixed and language != self.language:
            self._use_language(language)

    def _use_language(self, language: str) -> None:
        self.language = language
        for part in (self.status, self.queue, self.conversation, self.panel, self.stage):
            part.language = language
        self.status.draw()
        self.panel.redraw()
        self.prompt.placeholder = say("chat-placeholder", language)
        self.query_one("#top", Static).update(self._title())
        if (welcome := self.welcome) is not None:
            self.run_worker(welcome.translate(language), exit_on_error=False)

    def _title(self) -> Content:
        parts = [("unstuck", "bold $u-mark")]
        if self.case_name:
            parts.append((f"  {self.case_name}", "$u-quiet"))
        return join(*parts)
