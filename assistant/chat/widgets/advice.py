"""One cause explained on one screen, in the layout every cause shares."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from assistant.chat.curves import curves_content
from assistant.chat.diff import code_content, diff_parts
from assistant.chat.text import join, plain
from assistant.chat.widgets.actions import ActionLine
from assistant.chat.widgets.fitted import Fitted
from assistant.chat.widgets.fold import FoldHeader
from assistant.events import Advice, Curve, Offer, TrialResult
from knowledge.texts import say

_LABELS = {
    "see": "part-see",
    "means": "part-means",
    "change": "part-change",
    "trial": "part-trial",
}
_WIDEST = 64
_GRADES = {"safe": "$u-good", "answer": "$u-warn", "sketch": "$u-quiet"}


class AdviceBlock(Vertical):
    """Code, title and odds; I see, Means, Change, You know it worked when, Not sure?

    Folded it is its first line alone, which opens it.
    """

    class Wanted(Message):
        """Something is to be done with this advice; ``value`` as in `actions_of`."""

        def __init__(self, advice: Advice, value: str, label: str) -> None:
            super().__init__()
            self.advice = advice
            self.value = value
            self.label = label

    class Opened(Message):
        """A folded advice was opened by hand."""

        def __init__(self, block: AdviceBlock) -> None:
            super().__init__()
            self.block = block

    folded: reactive[bool] = reactive(False, init=False)

    def __init__(self, advice: Advice, language: str, folded: bool = False) -> None:
        super().__init__(classes="block advice")
        self.advice = advice
        self.language = language
        self.actions = ActionLine(actions_of(advice, language))
        self._head = FoldHeader(markup=False, classes="advice-title")
        self.set_reactive(AdviceBlock.folded, folded)
        self.set_class(folded, "-folded")

    def on_mount(self) -> None:
        self._draw_head()

    def watch_folded(self, folded: bool) -> None:
        self.set_class(folded, "-folded")
        self._draw_head()

    def on_fold_header_toggled(self, event: FoldHeader.Toggled) -> None:
        event.stop()
        self.folded = not self.folded
        if not self.folded:
            self.post_message(self.Opened(self))

    def compose(self) -> ComposeResult:
        advice = self.advice
        with Horizontal(classes="advice-head"):
            yield self._head
            yield Static(self._odds(), markup=False, classes="advice-odds")
        yield from self._row("see", plain("\n".join(advice.see)))
        yield from self._row("means", plain(advice.means))
        for number, offer in enumerate(advice.offers, 1):
            yield from self._offer(offer, number)
        if advice.trial is not None:
            yield from self._trial(advice.trial)
        else:
            yield from self._row("trial", plain(advice.untried))
        for key, text in (
            ("chat-advice-worked", advice.worked_when),
            ("part-not-sure", advice.not_sure),
        ):
            if text:
                label = (say(key, self.language) + " ", "bold $u-quiet")
                yield Static(join(label, (text, "$u-text")), markup=False, classes="advice-foot")
        yield self.actions

    def on_action_line_taken(self, event: ActionLine.Taken) -> None:
        event.stop()
        self.post_message(self.Wanted(self.advice, event.value, event.label))

    def _draw_head(self) -> None:
        mark = "▸ " if self.folded else ""
        title = self.advice.title
        self._head.update(
            join((mark, "$u-quiet"), (f"{self.advice.code}  ", "bold $u-mark"), (title, "bold"))
        )

    def _odds(self) -> Content:
        if self.advice.confirmed:
            return plain(f"✓ {self.advice.odds}", "bold $u-good")
        return plain(self.advice.odds, "$u-text")

    def _row(self, key: str, content: Content) -> ComposeResult:
        if content.plain.strip():
            label = plain(say(_LABELS[key], self.language), "bold $u-quiet")
            with Horizontal(classes="advice-row"):
                yield Static(label, markup=False, classes="advice-label")
                yield Static(content, markup=False, classes="advice-text")

    def _trial(self, trial: TrialResult) -> ComposeResult:
        label = plain(say(_LABELS["trial"], self.language), "bold $u-quiet")
        with Horizontal(classes="advice-row"):
            yield Static(label, markup=False, classes="advice-label")
            yield Fitted(
                lambda width: trial_content(trial, self.language, min(width, _WIDEST)),
                "advice-text",
            )

    def _offer(self, offer: Offer, number: int) -> ComposeResult:
        head = offer_head(offer, number if len(self.advice.offers) > 1 else 0, self.language)
        if number == 1:
            yield from self._row("change", head)
            yield from code_blocks(offer, self.language)
        else:
            yield OtherWay(offer, head, self.language)


class OtherWay(Vertical):
    """Another change that cures the same cause: a line that opens to its code."""

    def __init__(self, offer: Offer, head: Content, language: str) -> None:
        super().__init__(classes="other-way")
        self._offer = offer
        self._title = head
        self._language = language
        self._header = FoldHeader(markup=False)

    def compose(self) -> ComposeResult:
        yield self._header
        yield from code_blocks(self._offer, self._language)

    def on_mount(self) -> None:
        self._draw()

    def on_fold_header_toggled(self, event: FoldHeader.Toggled) -> None:
        event.stop()
        self.toggle_class("-open")
        self._draw()

    def _draw(self) -> None:
        mark = "▾ " if self.has_class("-open") else "▸ "
        self._header.update(join((mark, "$u-quiet"), self._title))


def offer_head(offer: Offer, number: int, language: str) -> Content:
    """Summary and grade of a change, its number unless that is 0, and what it still needs."""
    head = [(f"{number}. ", "bold $u-text")] if number else []
    grade = (f"  ({say(f'grade-{offer.grade}', language)})", _GRADES[offer.grade])
    parts = [join(*head, (offer.summary, "$u-text"), grade)]
    if offer.question is not None:
        parts.append(plain(offer.question.text, "$u-warn"))
    return Content("\n").join(parts)


def code_blocks(offer: Offer, language: str) -> ComposeResult:
    """The change as a diff or as lines to write, over the whole width: wrapped code is hard to
    read."""
    if offer.diff:
        for kind, part in diff_parts(offer.diff, language):
            yield Static(part, markup=False, classes=f"code -{kind}")
    elif offer.lines:
        yield Static(code_content(offer.lines, language), markup=False, classes="code -same")


def actions_of(advice: Advice, language: str) -> list[tuple[str, str]]:
    """What can be done with an advice: (value, label), in the order of their numbers."""
    items = [
        (
            f"apply:{i}",
            say("chat-action-apply-number", language, number=i + 1)
            if sum(o.applicable for o in advice.offers) > 1
            else say("chat-action-apply", language),
        )
        for i, offer in enumerate(advice.offers)
        if offer.applicable
    ]
    if any(offer.diff or offer.lines for offer in advice.offers):
        items.append(("copy", say("chat-action-copy", language)))
    for value in ("worked", "better", "no-change", "tried", "explain"):
        items.append((value, say(f"chat-action-{value}", language)))
    return items[:9]


def trial_content(trial: TrialResult, language: str, width: int = 52) -> Content:
    """Before and after on the copy: a sentence with glyph and word, and both curves in one plot."""
    glyph, role, key = ("!", "$u-warn", "chat-trial-not-helped")
    if trial.helped:
        glyph, role, key = ("✓", "$u-good", "chat-trial-helped")
    head = say(key, language, steps=trial.steps, seconds=f"{trial.seconds:.1f}")
    parts = [join((f"{glyph} {head}", f"bold {role}"))]
    if trial.sentence:
        parts.append(plain(trial.sentence))
    curves = (Curve("before", trial.before), Curve("after", trial.after))
    parts.append(curves_content(curves, language, width, 5))
    return Content("\n").join(parts)


def change_text(advice: Advice) -> str:
    """The change as plain text to copy: the diffs, else the lines to write."""
    diffs = [offer.diff for offer in advice.offers if offer.diff and offer.grade != "sketch"]
    if diffs:
        return "\n".join(diffs)
    lines = ["\n".join(offer.lines) for offer in advice.offers if offer.lines]
    return "\n\n".join(lines) or "\n".join(o.diff for o in advice.offers if o.diff)
