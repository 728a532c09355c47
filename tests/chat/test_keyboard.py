"""The whole guided conversation with keys alone, and keys that can be given other places."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module

from textual.binding import Binding
from textual.dom import DOMNode

import assistant.chat
from assistant.chat.widgets.choices import Choices
from tests.chat.conftest import chat
from tests.chat.fake import WHOLE_CASE, FakeEngine
from tests.chat.hand import screen_text, settle


def our_bindings() -> list[tuple[str, Binding]]:
    found = []
    for info in pkgutil.walk_packages(assistant.chat.__path__, "assistant.chat."):
        module = import_module(info.name)
        for name, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, DOMNode) and kind.__module__ == info.name:
                for binding in kind.__dict__.get("BINDINGS", ()):
                    assert isinstance(binding, Binding), name
                    found.append((f"{info.name}.{name}", binding))
    return found


def test_every_binding_has_an_id_of_its_own() -> None:
    ids = [binding.id for _, binding in our_bindings()]
    assert len(ids) > 15 and None not in ids and len(ids) == len(set(ids))


async def test_a_whole_case_by_keyboard() -> None:
    engine = FakeEngine(WHOLE_CASE)
    app = chat(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        await pilot.press(*"loss is negative", "enter")
        await settle(pilot, app)
        assert isinstance(app.focused, Choices)
        await pilot.press("down", "enter")
        await settle(pilot, app)
        assert engine.calls[-1] == ("answer", ("symptom", "acc-at-chance"))
        await pilot.press("pagedown", "pagedown", "3")
        await settle(pilot, app)
        assert engine.calls[-1] == ("outcome", ("too-few-output-units", "worked"))
        await pilot.press("f1")
        assert "Commands" in screen_text(app)
        await pilot.press("escape", "f2", "escape")
        await pilot.press("slash", *"report", "escape", "enter")
        await settle(pilot, app)
        assert "Report for plain" in screen_text(app)
        await pilot.press("escape", "shift+tab", "shift+tab", "tab", "tab")
        await pilot.press(
            "escape", *"done", "shift+enter", *"and", "ctrl+j", *"out\\", "enter", "x"
        )
        assert app.chat.prompt.text == "done\nand\nout\nx"
        await pilot.press("ctrl+q")
    assert app.return_code == 0


async def test_letters_and_enter_in_one_burst_arrive_in_order() -> None:
    engine = FakeEngine()
    app = chat(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        for key in (*"nan", "enter"):
            app.simulate_key(key)
        await settle(pilot, app)
        assert engine.calls[-1] == ("tell", "nan")


async def test_the_keys_can_be_moved() -> None:
    engine = FakeEngine()
    app = chat(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        app.set_keymap({"prompt.send": "ctrl+s"})
        await pilot.press(*"nan", "enter", "x", "ctrl+s")
        await settle(pilot, app)
        assert engine.calls[-1] == ("tell", "nan\nx")


async def test_what_was_sent_comes_back_with_the_arrow() -> None:
    app = chat()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        for words in ("one", "two"):
            await pilot.press(*words, "enter")
            await settle(pilot, app)
        await pilot.press("n", "up", "up")
        assert app.chat.prompt.text == "one"
        await pilot.press("down", "down")
        assert app.chat.prompt.text == "n"
