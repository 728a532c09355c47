"""Runs the engine in one background thread, job after job, and posts what it says.

The engine is made on first use, in the thread, so that nothing heavy is imported before the first
paint. A fault in one job ends that job and never the chat.
"""

from __future__ import annotations

import contextvars
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from textual.message import Message

from assistant.chat.attachments import Attachment
from assistant.chat.engine import Engine, EngineFactory
from assistant.chat.messages import (
    EngineFailed,
    EngineReady,
    EngineSaid,
    JobEnded,
    JobFailed,
    JobStarted,
    LanguageFound,
)
from assistant.events import Event

Work = Callable[[Engine], Iterator[Event | Message]]


@dataclass(frozen=True)
class Job:
    """One thing to do.

    Words and attachments are the user's own, given back when it fails; the title is shown while
    it waits in line.
    """

    name: str
    work: Work
    words: str = ""
    attachments: tuple[Attachment, ...] = ()
    title: str = ""


class Backstage:
    """The queue of jobs and the engine they run on.

    The thread is a daemon: whatever a job hangs on, it must not keep the user from leaving.

    Args:
        factory: makes the engine; may take seconds and may raise.
        post: takes messages from any thread.
        language: the one the engine is to speak; None leaves it to the engine.
    """

    def __init__(
        self,
        factory: EngineFactory,
        post: Callable[[Message], object],
        language: str | None = None,
    ) -> None:
        self._factory = factory
        self._send = post
        self._lock = threading.Lock()
        self._jobs: deque[Job] = deque()
        self._draining = False
        self._closed = False
        self._engine: Engine | None = None
        self._language = language
        self._spoken = ""

    @property
    def busy(self) -> bool:
        return self._draining

    def submit(self, job: Job) -> None:
        """Put a job in line; it runs as soon as those before it have ended."""
        with self._lock:
            if self._closed:
                return
            self._jobs.append(job)
            if self._draining:
                return
            self._draining = True
        # The context tells Textual, in the thread, which app a message is for.
        run = contextvars.copy_context().run
        threading.Thread(target=run, args=(self._drain,), name="engine", daemon=True).start()

    @property
    def waiting(self) -> tuple[str, ...]:
        """The titles of the jobs in line, the next one first."""
        with self._lock:
            return tuple(job.title for job in self._jobs if job.title)

    def cancel(self, everything: bool = False) -> bool:
        """Stop what runs, and forget what waits if `everything`; True when something did run."""
        with self._lock:
            busy, engine = self._draining, self._engine
            if everything:
                self._jobs.clear()
        if busy and engine is not None:
            engine.cancel()
        return busy

    def speak(self, language: str) -> None:
        """Change the language, between two jobs."""
        self._language = language

        def nothing(engine: Engine) -> Iterator[Event | Message]:
            yield from ()

        self.submit(Job("language", nothing))

    def close(self) -> None:
        """End the engine; jobs that wait are dropped. Called once the screen is gone."""
        with self._lock:
            self._closed = True
        self.cancel(everything=True)
        with self._lock:
            engine, self._engine = self._engine, None
        if engine is not None:
            engine.close()

    def _post(self, message: Message) -> None:
        if self._closed:
            return
        try:
            self._send(message)
        except RuntimeError:
            # The event loop ended between the look and the call: nobody is left to tell.
            self._closed = True

    def _drain(self) -> None:
        while True:
            with self._lock:
                if not self._jobs:
                    self._draining = False
                    return
                job = self._jobs.popleft()
            self._run(job)

    def _run(self, job: Job) -> None:
        self._post(JobStarted(job.name))
        try:
            engine = self._make_engine()
        except Exception as error:
            self._post(EngineFailed(_one_line(error), job.words, job.attachments))
            self._end(job)
            return
        try:
            if self._language is not None:
                engine.language, self._language = self._language, None
            for said in job.work(engine):
                self._follow(engine)
                self._post(said if isinstance(said, Message) else EngineSaid(said))
        except Exception as error:  # whatever a job does, the chat goes on
            self._post(JobFailed(job.name, _one_line(error), job.words, job.attachments))
        finally:
            self._end(job)

    def _make_engine(self) -> Engine:
        with self._lock:
            if self._engine is not None:
                return self._engine
        engine = self._factory()
        with self._lock:
            self._engine = engine
            closed = self._closed
        if closed:
            engine.close()
        self._spoken = engine.language
        self._post(EngineReady(engine.case_name, engine.language))
        return engine

    def _end(self, job: Job) -> None:
        with self._lock:
            waiting = len(self._jobs)
        self._post(JobEnded(job.name, waiting))

    def _follow(self, engine: Engine) -> None:
        if engine.language != self._spoken:
            self._spoken = engine.language
            self._post(LanguageFound(engine.language))


def _one_line(error: Exception) -> str:
    text = str(error).strip().splitlines()
    return text[0] if text else type(error).__name__
