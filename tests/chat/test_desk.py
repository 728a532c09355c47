"""Slash commands, pages, language, theme."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.command import CommandPalette
from textual.widgets import Log

from assistant.chat.screens.page import TextPage, Viewer, viewer_lines
from assistant.chat.screens.picker import FilePicker
from assistant.events import Said
from tests.chat.conftest import chat
from tests.chat.fake import ADVICE, FACT, HEARD, RANKING, FakeEngine
from tests.chat.hand import say, screen_text, settle, top


@pytest.mark.parametrize(
    ("typed", "call"),
    [
        ("/next", ("proceed", None)),
        ("/probe label-shape", ("run_probe", "label-shape")),
        ("/tried U012", ("tried", "inputs-not-scaled")),
        ("/advice 2", ("advise", "inputs-not-scaled")),
        ("/advice U077", ("advise", "U077")),
        ("/back", ("change_answer", None)),
        ("/remove log 1", ("remove", "log 1")),
        ("/apply", ("apply", ("too-few-output-units", 0))),
        ("/undo", ("undo", None)),
        ("/REPORT github", ("report", "github")),
        ("/why", ("why", None)),
    ],
)
async def test_commands_reach_the_engine(typed: str, call: tuple[str, object]) -> None:
    engine = FakeEngine({"tell": (HEARD, RANKING, ADVICE)})
    app = chat(engine)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, "go")
        await say(pilot, app, typed)
        assert engine.calls[-1] == call


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("/repotr", "Did you mean /report?"),
        ("/zzzzzzz", "/help lists the commands"),
        ("/report facebook", "so, github, discourse, plain"),
        ("/language fr", "I speak en, zh"),
        ("/theme nope", "no theme of that name"),
        ("/apply", "no change that could be written"),
        ("/copy", "conversation.txt"),
        ("/copy everything", "change, report, conversation"),
        ("/explain", "Which cause?"),
        ("/tried", "no such suspect"),
        ("/tried whatever", "no such suspect"),
        ("/remove", "Nothing was brought"),
        ("/script gone.py", "no file gone.py"),
        ("/resume", "unstuck resume calm-otter"),
    ],
)
async def test_a_command_that_cannot_be_done_says_why(typed: str, answer: str) -> None:
    app = chat()
    async with app.run_test(size=(140, 30)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, typed)
        assert answer in screen_text(app)


async def test_a_file_that_is_not_there_leaves_the_words_in_the_prompt() -> None:
    app = chat()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, "/model mistyped.keras")
        assert app.chat.prompt.text == "/model mistyped.keras"


async def test_files_by_command_mention_and_picker() -> None:
    Path("train.py").write_text("import keras\n", encoding="utf-8")
    engine = FakeEngine()
    app = chat(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, "/script train.py")
        assert engine.calls[-1] == ("attach", Path("train.py"))
        await say(pilot, app, "what is wrong with @train.py")
        assert [name for name, _ in engine.calls[-2:]] == ["bring", "tell"]
        await pilot.press("ctrl+o")
        await settle(pilot, app)
        assert isinstance(top(app), FilePicker)
        await pilot.press("down", "enter")
        await settle(pilot, app)
        assert [a.path.name for a in app.chat.chips.attachments if a.path] == ["train.py"]


async def test_completion_by_keys() -> None:
    Path("train.py").write_text("x\n", encoding="utf-8")
    engine = FakeEngine()
    app = chat(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        await pilot.press("/", "r", "e", "p", "tab")
        await settle(pilot, app)
        assert app.chat.prompt.text == "/report " and app.chat.popup.has_class("-open")
        await pilot.press("g", "enter")
        await settle(pilot, app)
        assert engine.calls[-1] == ("report", "github") and app.chat.prompt.text == ""
        await pilot.press("escape")
        await pilot.press("@", "t", "r", "a", "tab")
        await pilot.pause()
        assert app.chat.prompt.text == "@train.py " and not app.chat.popup.open
        app.chat.prompt.clear()
        await pilot.press("/", "escape")
        assert not app.chat.popup.open and app.chat.prompt.text == "/"


async def test_the_report_is_seen_before_it_is_used() -> None:
    app = chat(FakeEngine())
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, "/report so")
        assert isinstance(top(app), Viewer)
        lines = list(app.screen.query_one(Log).lines)
        assert "loss [nan] after 3 epochs" in lines and not list(Path().iterdir())
        await pilot.press("s")
        await settle(pilot, app)
        saved = Path("calm-otter-report.md").read_text(encoding="utf-8")
        assert saved.startswith("# Report for so")
        assert "my_layer" in lines[0] and "my_layer" not in saved


async def test_a_page_for_the_browser_is_read_as_text_and_saved_as_it_is() -> None:
    engine = FakeEngine()
    app = chat(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, "/report html")
        assert "# Report for plain" in list(app.screen.query_one(Log).lines)
        await pilot.press("s")
        await settle(pilot, app)
        assert Path("calm-otter-report.html").read_text("utf-8").startswith("# Report for html")
        assert ("write_script", None) in engine.calls


async def test_help_suspects_and_palette() -> None:
    app = chat(FakeEngine({"tell": (RANKING,)}))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, "go")
        await pilot.press("question_mark")
        assert isinstance(top(app), TextPage) and "/report [venue]" in screen_text(app)
        assert "long paste becomes a chip" in screen_text(app)
        await pilot.press("escape", "f2")
        text = screen_text(app)
        assert "U012" in text and "− the validation accuracy moves" in text
        await pilot.press("escape", "ctrl+p")
        await pilot.pause()
        assert isinstance(top(app), CommandPalette)
        titles = [command.title for command in app.get_system_commands(app.chat)]
        assert "/report" in titles and "/undo" in titles


async def test_the_language_changes_everywhere() -> None:
    engine = FakeEngine({"tell": (FACT,)})
    app = chat(engine)
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, "/language zh")
        text = screen_text(app)
        assert "所有内容都留在本机" in text and "就绪" in text and "嫌疑" in text
        assert engine.language == "zh" and "看到了什么" in str(app.chat.prompt.placeholder)
        await say(pilot, app, "go")
        question = app.chat.stage.question
        assert question is not None
        assert "为什么问这个？" in [label for _, label in question.choices.items]


async def test_the_chat_follows_the_language_the_engine_found() -> None:
    engine = FakeEngine({"tell": (Said("你好"),)})
    app = chat(engine)
    app.chat._fixed = False
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        engine.language = "zh"
        await say(pilot, app, "损失不下降")
        assert app.chat.language == "zh" and "就绪" in screen_text(app)


async def test_the_theme_changes() -> None:
    app = chat()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        for name in ("textual-light", "ansi-dark", "nord"):
            await say(pilot, app, f"/theme {name}")
            assert app.theme == name


async def test_probes_are_chosen_from_a_list() -> None:
    engine = FakeEngine()
    app = chat(engine)
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot, app)
        app.chat.desk.probes = (("label-shape", "Labels and output"), ("trial", "A trial"))
        await say(pilot, app, "/probe")
        await pilot.press("2")
        await settle(pilot, app)
        assert engine.calls[-1] == ("run_probe", "trial")


def test_the_viewer_folds_long_lines() -> None:
    lines = list(viewer_lines("x" * 2_500 + "\nshort\x1b[0m"))
    assert [len(line) for line in lines[:3]] == [1_000, 1_000, 500]
    assert lines[3] == "short␛[0m"
