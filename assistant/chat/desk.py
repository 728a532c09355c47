"""What the slash commands do. One method a command, named ``do_<command>``."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.cases import recent_cases
from assistant.chat import commands, jobs
from assistant.chat.attachments import Attachment
from assistant.chat.commands import Command
from assistant.chat.paths import paths_in_paste
from assistant.chat.recent import case_label, files_for
from assistant.events import Offer, Suspect
from knowledge.schema import LANGUAGES
from knowledge.texts import say

if TYPE_CHECKING:
    from assistant.chat.screens.chat import ChatScreen

VENUES = ("so", "github", "discourse", "plain", "html")
COPIES = ("change", "report", "conversation")


class Desk:
    """Carries out commands on the conversation's screen."""

    def __init__(self, screen: ChatScreen) -> None:
        self.screen = screen
        self.probes: tuple[tuple[str, str], ...] = ()
        self.causes: tuple[tuple[str, str], ...] = ()

    async def run(self, name: str, argument: str) -> None:
        """Run the command of that name, or say which one was probably meant."""
        command = commands.find(name)
        if command is None:
            await self._unknown(name)
            return
        await getattr(self, f"do_{command.name.replace('-', '_')}")(argument)

    def arguments(self, command: Command) -> Sequence[tuple[str, str]]:
        """What may follow a command: (value, what it is)."""
        stage = self.screen.stage
        match command.name:
            case "probe":
                return self.probes
            case "explain" | "advice":
                return self.causes
            case "tried":
                return [(s.code, s.title) for s in self._suspects()]
            case "report":
                return [(v, say(f"chat-venue-{v}", self._language)) for v in VENUES]
            case "copy":
                return [(c, say(f"chat-copy-{c}", self._language)) for c in COPIES]
            case "language":
                return [(name, say(f"chat-language-{name}", self._language)) for name in LANGUAGES]
            case "theme":
                return [(name, "") for name in sorted(self.screen.app.available_themes)]
            case "model" | "data" | "script":
                return files_for(
                    command.name, self.screen.recent, self.screen.files, self._language
                )
            case "resume":
                now = time.time()
                return [(c.name, case_label(c, self._language, now)) for c in self.screen.cases]
            case "remove":
                return list(stage.heard.items())
            case "apply":
                return [(str(i), o.summary) for i, o in self._applicable()]
            case _:
                return ()

    # Pages ------------------------------------------------------------------------------------

    async def do_help(self, argument: str) -> None:
        self.screen.open_help()

    async def do_suspects(self, argument: str) -> None:
        self.screen.open_suspects()

    async def do_explain(self, argument: str) -> None:
        code = argument or self._last_cause()
        if not code:
            self._flash("chat-needs-code")
        else:
            self.screen.submit(jobs.explaining(code))

    # The case ---------------------------------------------------------------------------------

    async def do_next(self, argument: str) -> None:
        await self.screen.stage.settle("")
        self.screen.submit(jobs.plain("next", lambda engine: engine.proceed()))

    async def do_why(self, argument: str) -> None:
        question = self.screen.stage.question
        if question is not None and question.question.why:
            question.show_why()
        else:
            self.screen.submit(jobs.plain("why", lambda engine: engine.why()))
            if not self.screen.panel_visible:
                self.screen.open_suspects()

    async def do_advice(self, argument: str) -> None:
        cause = self._cause(argument or "1") or ("" if argument.isdecimal() else argument)
        if cause:
            self.screen.submit(jobs.plain("advice", lambda engine: engine.advise(cause)))
        else:
            self._flash("chat-no-suspects")

    async def do_probe(self, argument: str) -> None:
        if argument:
            title = dict(self.probes).get(argument, argument)
            self.screen.submit(
                jobs.plain("probe", lambda engine: engine.run_probe(argument), title)
            )
        elif self.probes:
            await self.screen.choose("chat-choose-probe", "probe", self.probes)
        else:
            self._flash("chat-still-starting")

    async def do_tried(self, argument: str) -> None:
        suspects = self._suspects()
        cause = self._cause(argument) if argument else ""
        if cause:
            self.screen.submit(jobs.plain("tried", lambda engine: engine.tried(cause)))
        elif suspects:
            items = [(s.cause, f"{s.code}  {s.title}") for s in suspects]
            await self.screen.choose("chat-choose-tried", "tried", items)
        else:
            self._flash("chat-no-suspects")

    async def do_back(self, argument: str) -> None:
        await self.screen.stage.settle("")
        self.screen.submit(jobs.plain("back", lambda engine: engine.change_answer()))

    async def do_remove(self, argument: str) -> None:
        heard = self.screen.stage.heard
        if argument:
            heard.pop(argument, None)
            self.screen.submit(jobs.plain("remove", lambda engine: engine.remove(argument)))
        elif heard:
            await self.screen.choose("chat-choose-remove", "remove", list(heard.items()))
        else:
            self._flash("chat-nothing-brought")

    # Files ------------------------------------------------------------------------------------

    async def do_model(self, argument: str) -> None:
        await self._open(argument, "model")

    async def do_data(self, argument: str) -> None:
        await self._open(argument, "data")

    async def do_script(self, argument: str) -> None:
        await self._open(argument, "script")

    async def do_apply(self, argument: str) -> None:
        offers = self._applicable()
        if not offers:
            self._flash("chat-nothing-to-apply")
            return
        numbers = dict(offers)
        number = int(argument) if argument.isdecimal() else offers[0][0]
        if number not in numbers:
            self._flash("chat-no-such-number")
            return
        current = self.screen.stage.current
        cause = current.cause if current is not None else ""
        self.screen.submit(jobs.plain("apply", lambda engine: engine.apply(cause, number - 1)))

    async def do_undo(self, argument: str) -> None:
        self.screen.submit(jobs.plain("undo", lambda engine: engine.undo()))

    async def do_copy(self, argument: str) -> None:
        from assistant.chat.widgets.advice import change_text

        advice = self.screen.stage.current
        what = argument or ("change" if advice is not None else "conversation")
        if what == "report":
            self.screen.submit(jobs.reporting("plain"))
        elif what == "change":
            text = change_text(advice) if advice is not None else ""
            if advice is not None and text:
                self.screen.copy(text, f"{advice.code}.diff")
            else:
                self._flash("chat-nothing-to-copy")
        elif what == "conversation":
            self.screen.copy(self.screen.transcript(), "conversation.txt")
        else:
            self._flash("chat-no-such-copy")

    async def do_report(self, argument: str) -> None:
        venue = argument.lower() or "plain"
        if venue not in VENUES:
            self._flash("chat-no-such-venue", venues=", ".join(VENUES))
        else:
            self.screen.submit(jobs.reporting(venue))

    # The chat itself --------------------------------------------------------------------------

    async def do_language(self, argument: str) -> None:
        others = [name for name in LANGUAGES if name != self._language]
        name = argument.lower() or others[0]
        if name not in LANGUAGES:
            self._flash("chat-no-such-language", languages=", ".join(LANGUAGES))
        else:
            self.screen.speak(name)

    async def do_theme(self, argument: str) -> None:
        app = self.screen.app
        if argument in app.available_themes:
            app.theme = argument
        elif argument:
            self._flash("chat-no-such-theme")
        else:
            app.action_change_theme()

    async def do_resume(self, argument: str) -> None:
        if argument:
            self.screen.submit(jobs.changing_case(argument))
            return
        cases = [case for case in recent_cases() if case.name != self.screen.case_name]
        here = say("chat-how-to-resume", self._language, case=self.screen.case_name)
        if not cases:
            await self.screen.stage.note(f"{say('chat-no-cases', self._language)} {here}")
            return
        now = time.time()
        items = [(case.name, case_label(case, self._language, now)) for case in cases]
        await self.screen.choose("chat-choose-case", "resume", items)

    async def do_new(self, argument: str) -> None:
        self.screen.submit(jobs.changing_case(""))

    async def do_cancel(self, argument: str) -> None:
        self.screen.stop(everything=True)

    async def do_quit(self, argument: str) -> None:
        self.screen.app.exit()

    # Inside -----------------------------------------------------------------------------------

    @property
    def _language(self) -> str:
        return self.screen.language

    def _flash(self, key: str, **fields: object) -> None:
        self.screen.flash(say(key, self._language, **fields), "warning")

    def _suspects(self) -> tuple[Suspect, ...]:
        return self.screen.stage.panel.ranking.suspects

    def _last_cause(self) -> str:
        advice, suspects = self.screen.stage.current, self._suspects()
        return advice.code if advice is not None else (suspects[0].code if suspects else "")

    def _cause(self, name: str) -> str:
        """A cause id from a code, an id or the number of a suspect."""
        suspects = self._suspects()
        if name.isdecimal():
            return suspects[int(name) - 1].cause if 0 < int(name) <= len(suspects) else ""
        return next((s.cause for s in suspects if name.lower() in (s.code.lower(), s.cause)), "")

    def _applicable(self) -> list[tuple[int, Offer]]:
        advice = self.screen.stage.current
        offers = advice.offers if advice is not None else ()
        return [(i, offer) for i, offer in enumerate(offers, 1) if offer.applicable]

    async def _open(self, argument: str, kind: str) -> None:
        if not argument:
            self.screen.open_picker(kind)
            return
        paths = paths_in_paste(argument) or paths_in_paste(f"./{argument}")
        if not paths:
            self._flash("chat-no-such-file", path=argument)
            self.screen.prompt.give_back(f"/{kind} {argument}")
            return
        await self.screen.send("", tuple(Attachment.file(path) for path in paths))

    async def _unknown(self, name: str) -> None:
        near = commands.nearest(name)
        if near is None:
            self._flash("chat-unknown-command", name=name)
        else:
            self._flash("chat-did-you-mean", name=name, near=near.name)
