"""How quick the chat is: ``python -m tests.benchmarks.chat`` prints a table.

First paint is measured in a pseudo terminal, interleaved with a minimal Textual app, since only
the ratio of the two means anything on another machine. Targets: first paint at most 2.0 times the
minimal app; the next message of a 200-message conversation under 100 ms of CPU; a resumed case of
1,000 messages usable within a second.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from tests.benchmarks.terminal import Terminal, python

ROUNDS = 7
PAINT_LIMIT = 2.0
MESSAGE_LIMIT_MS = 100.0
RESUME_LIMIT_S = 1.0

_ROOT = Path(__file__).resolve().parents[2]
_MARK = "Nothing leaves this machine"
_MINIMAL = f"""
from textual.app import App, ComposeResult
from textual.widgets import Static
class Minimal(App):
    def compose(self) -> ComposeResult:
        yield Static("{_MARK}")
Minimal().run()
"""
_CHAT = """
from assistant.chat.app import run_chat
def engine():
    import time
    time.sleep(60)
run_chat(engine, mouse=True, language="en")
"""
_COMMAND = "from assistant.cli import main; main(['--lang', 'en'])"


def first_paint(program: str, cache: str) -> float:
    """Seconds until the first screen's text is painted, in a fresh process."""
    environment = {"UNSTUCK_CACHE": cache, "UNSTUCK_CASES": cache, "LANG": "en_US.UTF-8"}
    with Terminal(python(program), environment=environment, folder=str(_ROOT)) as terminal:
        return terminal.wait_for(_MARK)


def paints(rounds: int = ROUNDS) -> dict[str, float]:
    """Median first paint by program; "first start" has no cache of texts yet."""
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as warm:
        for program in (_MINIMAL, _CHAT):
            first_paint(program, warm)
        for _ in range(rounds):
            with tempfile.TemporaryDirectory() as cold:
                for name, program, cache in (
                    ("minimal app", _MINIMAL, warm),
                    ("chat", _CHAT, warm),
                    ("unstuck", _COMMAND, warm),
                    ("chat, first start", _CHAT, cold),
                ):
                    times.setdefault(name, []).append(first_paint(program, cache))
    return {name: statistics.median(values) for name, values in times.items()}


async def next_message(before: int = 200) -> float:
    """CPU milliseconds to show one more message after `before` of them."""
    from assistant.chat.app import ChatApp
    from assistant.events import Said
    from tests.chat.fake import FakeEngine, made

    app = ChatApp(made(FakeEngine()), language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        for number in range(before):
            await app.chat.stage.show(Said(f"message {number}: the loss is [nan] in epoch 3"))
        await pilot.pause()
        spent = []
        for number in range(9):
            begun = time.process_time()
            await app.chat.stage.show(Said(f"next {number}: a sentence of ordinary length"))
            await pilot.pause()
            spent.append(time.process_time() - begun)
    return statistics.median(spent) * 1000


async def resume(count: int = 1_000) -> float:
    """Seconds to show a resumed case of `count` messages, from the start of the app."""
    from assistant.chat.app import ChatApp
    from assistant.events import Said
    from tests.chat.fake import FakeEngine, made

    past = tuple(Said(f"message {number}") for number in range(count))
    begun = time.perf_counter()
    app = ChatApp(made(FakeEngine(past=past)), language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        while len(app.chat.conversation.entries) < count:
            await pilot.pause(0.01)
        await pilot.pause()
        return time.perf_counter() - begun


def main() -> int:
    """Print the table; the exit status is 1 when a target is missed."""
    measured = paints()
    base = measured["minimal app"]
    print(f"{'first paint':<34}{'seconds':>9}{'ratio':>8}")
    for name, seconds in measured.items():
        print(f"  {name:<32}{seconds:>9.3f}{seconds / base:>8.2f}")
    message = asyncio.run(next_message())
    resumed = asyncio.run(resume())
    print(f"{'next of 200 messages':<34}{message:>6.0f} ms CPU (target {MESSAGE_LIMIT_MS:.0f})")
    print(f"{'resume of 1,000 messages':<34}{resumed:>7.2f} s (target {RESUME_LIMIT_S:.0f})")
    missed = [
        measured["chat"] / base > PAINT_LIMIT,
        message > MESSAGE_LIMIT_MS,
        resumed > RESUME_LIMIT_S,
    ]
    return int(any(missed))


if __name__ == "__main__":
    raise SystemExit(main())
