"""An experiment as it runs, and its result afterwards."""

from __future__ import annotations

import math
from collections.abc import Callable
from time import monotonic

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from assistant.chat.curves import curves_content
from assistant.chat.text import figure, join, plain
from assistant.chat.widgets.fold import Fold
from assistant.events import Curve, ProbeDone, ProbeFailed, ProbeProgress, ProbeStarted
from knowledge.texts import say

_BAR = 20
_WIDEST = 72


class ProbeBlock(Vertical):
    """Live: name, purpose, bar, seconds, curve. Done: one line that opens to the details."""

    def __init__(
        self, started: ProbeStarted, language: str, clock: Callable[[], float] = monotonic
    ) -> None:
        super().__init__(classes="block probe")
        self.started = started
        self.language = language
        self._clock = clock
        self._begun = clock()
        self._losses: dict[str, list[float]] = {}
        self._steps: dict[str, list[int]] = {}
        self._last: ProbeProgress | None = None
        self._timer: Timer | None = None
        self._head = Static(markup=False)
        self._curve = Static(markup=False, classes="probe-curve")

    def compose(self) -> ComposeResult:
        yield self._head
        yield Static(plain(self.started.purpose, "$u-quiet"), markup=False, classes="probe-purpose")
        yield self._curve

    def on_mount(self) -> None:
        self._draw_head()
        self._timer = self.set_interval(1.0, self._draw_head)

    def progress(self, event: ProbeProgress) -> None:
        """Take in one sign of life."""
        self._last = event
        if event.loss is not None:
            losses = self._losses.setdefault(event.arm, [])
            losses.append(event.loss)
            steps = self._steps.setdefault(event.arm, [])
            # Signs of life come at most ten a second, so steps are skipped between them.
            steps.append(max(event.step, steps[-1] + 1 if steps else 1))
        self._draw_head()
        self._draw_curve()

    def on_resize(self) -> None:
        self._draw_curve()

    async def finish(self, event: ProbeDone | ProbeFailed) -> None:
        """Fold into the result."""
        if self._timer is not None:
            self._timer.stop()
        if not self.is_attached:  # the chat is being closed
            return
        await self.remove_children()
        if self.is_attached:
            await self.mount(result_block(event, self.language))

    def _draw_curve(self) -> None:
        if self._curve.is_attached and any(len(values) > 1 for values in self._losses.values()):
            curves = tuple(Curve(name, tuple(values)) for name, values in self._losses.items())
            steps = list(self._steps.values())
            content = curves_content(curves, self.language, self._width(), 5, steps)
            self._curve.update(content)

    def _width(self) -> int:
        return max(30, min(72, self.size.width - 4 if self.size.width else 60))

    def _draw_head(self) -> None:
        language, last = self.language, self._last
        spent = self._clock() - self._begun
        parts: list[tuple[str, str]] = [
            ("◐ ", "bold $u-mark"),
            (say("chat-probe-running", language) + "  ", "$u-mark"),
            (self.started.title, "bold $u-text"),
            ("\n", ""),
        ]
        if last is not None and last.steps > 0:
            share = min(1.0, max(0.0, last.step / last.steps))
            full = round(share * _BAR)
            parts += [
                ("█" * full, "$u-mark"),
                ("░" * (_BAR - full), "$u-quiet"),
                (f" {last.step}/{last.steps}  ", "$u-text"),
            ]
        parts.append((self._time(spent), "$u-quiet"))
        if last is not None and last.loss is not None:
            parts.append((f"  loss {figure(last.loss)}", _loss_role(last.loss)))
        if last is not None and last.text:
            parts.append((f"  {last.text}", "$u-quiet"))
        self._head.update(join(*parts))

    def _time(self, spent: float) -> str:
        """Seconds spent, and what is left by the progress or else by the usual cost."""
        left = time_left(spent, self.started.seconds, self._last)
        if left is None:
            return say("chat-probe-time-open", self.language, spent=f"{spent:.0f}")
        key = "chat-probe-time" if left >= 1 else "chat-probe-time-soon"
        return say(key, self.language, spent=f"{spent:.0f}", left=f"{left:.0f}")


def time_left(spent: float, usual: float, last: ProbeProgress | None) -> float | None:
    """Seconds that an experiment will go on for; 0 for any moment, None when nobody knows.

    An experiment may stop long before its last step, so its usual cost is a bound as well.
    """
    bounds = [usual - spent] if usual > 0 else []
    if last is not None and 0 < last.step <= last.steps and spent >= 1:
        bounds.append(spent * (last.steps - last.step) / last.step)
    return max(0.0, min(bounds)) if bounds else None


def result_block(event: ProbeDone | ProbeFailed, language: str) -> Fold:
    """A finished experiment: one line, details when opened; a failure says its reason at once."""
    if isinstance(event, ProbeFailed):
        glyph, role, key = ("✗", "$u-bad", "chat-probe-failed")
        if event.cancelled:
            glyph, role, key = ("■", "$u-warn", "chat-probe-stopped")
        return Fold(
            join(
                (f"{glyph} {say(key, language)}  ", f"bold {role}"),
                (event.title, "bold $u-text"),
                (f"  {event.text}", "$u-text"),
            ),
            None,
            "probe-result",
        )
    title = join(
        ("✓ ", "bold $u-good"), (event.title, "bold $u-text"), (f"  {event.result}", "$u-text")
    )
    return Fold(title, lambda width: _details(event, language, width), "probe-result -done")


def unfinished_block(started: ProbeStarted, language: str) -> Fold:
    """An experiment of an earlier session that was never heard of again."""
    title = join(
        (f"■ {say('chat-probe-stopped', language)}  ", "bold $u-warn"),
        (started.title, "bold $u-text"),
    )
    return Fold(title, None, "probe-result")


def _details(event: ProbeDone, language: str, width: int) -> Content:
    from textual._context import active_app

    from assistant.chat.details import details_content

    colour = not active_app.get().no_color
    return details_content(event, language, min(width, _WIDEST), colour)


def _loss_role(loss: float) -> str:
    return "$u-text" if math.isfinite(loss) else "$u-bad"
