"""The leading suspects as they rise and fall, what speaks for and against each."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from assistant.chat.text import join, plain
from assistant.events import Ranking, Reason, Suspect
from knowledge.texts import say

_SHOWN = 3
_BAR = 10
_MOVED = 0.02
_REASONS = 4


class RankingPanel(VerticalScroll, can_focus=False):
    """The side panel, from 100 columns on."""

    HELP_KEY = "chat-help-suspects"

    def __init__(self, language: str) -> None:
        super().__init__(id="ranking")
        self.language = language
        self.ranking = Ranking(())
        self._before: dict[str, float] = {}
        self._body = Static(markup=False)

    def compose(self) -> ComposeResult:
        yield self._body

    def on_mount(self) -> None:
        self.redraw()

    def show(self, ranking: Ranking) -> None:
        """Show a new order, with arrows against the one before."""
        if ranking != self.ranking:
            self._before = {s.cause: s.probability for s in self.ranking.suspects}
            self.ranking = ranking
            self.redraw()

    def clear(self) -> None:
        """Forget the suspects of another case."""
        self.ranking, self._before = Ranking(()), {}
        self.redraw()

    def redraw(self) -> None:
        """Draw again, after a change of language."""
        self._body.update(self.content())

    def content(self, full: bool = False) -> Content:
        """What the panel shows; `full` gives every suspect and every reason."""
        return ranking_content(self.ranking, self._before, self.language, full)


def ranking_content(
    ranking: Ranking, before: Mapping[str, float], language: str, full: bool = False
) -> Content:
    """The suspects, best first: bar, odds, movement, reasons; then what would change the order."""
    parts = [] if full else [plain(say("chat-suspects-title", language), "bold $u-text")]
    if not ranking.suspects:
        parts.append(plain(say("chat-suspects-none", language), "$u-quiet"))
    for suspect in ranking.suspects[: None if full else _SHOWN]:
        parts.append(_suspect(suspect, before, language, full))
    if ranking.would_change:
        title = say("chat-would-change", language)
        parts.append(join((title + "\n", "bold $u-quiet"), (ranking.would_change, "$u-text")))
    return Content("\n\n").join(parts)


def _suspect(suspect: Suspect, before: Mapping[str, float], language: str, full: bool) -> Content:
    share = min(1.0, max(0.0, suspect.probability))
    cells = round(share * _BAR)
    lines = [
        join((f"{suspect.code} ", "bold $u-mark"), (suspect.title, "bold $u-text")),
        join(
            ("█" * cells, "$u-mark"),
            ("░" * (_BAR - cells), "$u-quiet"),
            _movement(suspect, before, language),
            (" ✓", "bold $u-good") if suspect.confirmed else ("", ""),
            (f" {suspect.odds}", "$u-text"),
        ),
    ]
    reasons = suspect.reasons if full else suspect.reasons[:_REASONS]
    lines += [_reason(reason) for reason in reasons]
    return Content("\n").join(lines)


def _movement(suspect: Suspect, before: Mapping[str, float], language: str) -> tuple[str, str]:
    if not before:
        return ("", "")
    if suspect.cause not in before:
        return (f" + {say('chat-moved-new', language)}", "$u-warn")
    change = suspect.probability - before[suspect.cause]
    if change > _MOVED:
        return (f" ▲ {say('chat-moved-up', language)}", "$u-warn")
    if change < -_MOVED:
        return (f" ▼ {say('chat-moved-down', language)}", "$u-quiet")
    return ("", "")


def _reason(reason: Reason) -> Content:
    sign, role = ("+", "$u-warn") if reason.bits >= 0 else ("−", "$u-good")
    return join((f" {sign} ", role), (reason.text, "$u-quiet"))
