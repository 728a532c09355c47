"""A conversation longer than the screen: its tail, its window, reading back."""

from __future__ import annotations

from assistant.chat.widgets.advice import AdviceBlock
from assistant.chat.widgets.conversation import MOST, WINDOW, LoadMore
from assistant.events import Event, Said
from tests.chat.conftest import chat
from tests.chat.fake import ADVICE, FACT, FOUND, HEARD, RANKING, SYMPTOMS, FakeEngine
from tests.chat.hand import say, screen_text, settle


async def test_a_resumed_case_shows_its_tail_and_loads_more() -> None:
    said = [Said(f"message {i}") for i in range(55)]
    past: tuple[Event, ...] = (*said, RANKING, SYMPTOMS)
    app = chat(FakeEngine(past=past))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        text = screen_text(app)
        assert "message 54" in text and "message 34" not in text
        assert "35 earlier" in text and app.chat.stage.question is not None
        app.query_one(LoadMore).focus()
        await pilot.press("enter")
        await settle(pilot, app)
        assert "message 34" in screen_text(app) and "15 earlier" in screen_text(app)
        app.query_one(LoadMore).focus()
        await pilot.press("enter")
        await settle(pilot, app)
        assert not app.query(LoadMore) and "message 0\n" in screen_text(app)


async def test_a_long_conversation_keeps_few_blocks_and_forgets_nothing() -> None:
    app = chat()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        await app.chat.drop_welcome()
        for i in range(MOST + 5):
            await app.chat.stage.show(Said(f"message {i}."))
        await pilot.pause()
        blocks = len(app.chat.conversation.children)
        assert blocks <= MOST + 1 and len(app.chat.conversation.entries) == MOST + 5
        assert f"{WINDOW} earlier" in screen_text(app)


async def test_a_tall_advice_is_read_from_its_beginning_and_more_is_announced() -> None:
    app = chat(FakeEngine({"tell": (RANKING, FOUND, ADVICE)}))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, "go")
        block, view = app.query_one(AdviceBlock), app.chat.conversation
        # The verdict stands on top, then the advice.
        assert view.scroll_y > 0 and 2 <= block.region.y - view.region.y <= 4
        assert "PgDn for more" in screen_text(app)
        await pilot.press("pagedown", "pagedown", "pagedown")
        await settle(pilot, app)
        assert "PgDn for more" not in screen_text(app)


async def test_a_question_out_of_sight_is_not_answered_blindly() -> None:
    engine = FakeEngine({"tell": (ADVICE, FACT)})
    app = chat(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, "go")
        assert app.focused is app.chat.prompt
        assert "· it worked" in screen_text(app).replace("\u00a0", " ")
        await pilot.press("1")
        await settle(pilot, app)
        assert engine.calls[-1][0] == "tell"
        await pilot.press("1")
        await settle(pilot, app)
        assert engine.calls[-1] == ("answer", ("label-form", "integers"))


async def test_reading_back_is_not_disturbed_by_what_comes() -> None:
    app = chat(FakeEngine())
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        await app.chat.drop_welcome()
        for i in range(40):
            await app.chat.stage.show(Said(f"message {i}"))
        await settle(pilot, app)
        view = app.chat.conversation
        assert view.scroll_y == view.max_scroll_y
        await pilot.press("pageup")
        await settle(pilot, app)
        place = view.scroll_y
        await app.chat.stage.show(Said("something new"))
        await settle(pilot, app)
        assert view.scroll_y == place


async def test_the_numbers_of_a_resumed_advice_work() -> None:
    engine = FakeEngine(past=(HEARD, FOUND, ADVICE))
    app = chat(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        await pilot.press("3")
        await settle(pilot, app)
        assert engine.calls[-1] == ("outcome", ("too-few-output-units", "worked"))


async def test_what_is_read_from_its_beginning_stays_there_when_it_grows_later() -> None:
    app = chat(FakeEngine())
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        await app.chat.drop_welcome()
        view = app.chat.conversation
        for i in range(5):
            await app.chat.stage.show(Said(f"message {i}"))
        block = await view.add(Said("short at first"))
        view.show_from(block)
        await settle(pilot, app)
        assert not view.show_vertical_scrollbar
        block.styles.height = 60
        await settle(pilot, app)
        assert view.scroll_y == block.virtual_region.y > 0
        await pilot.press("pagedown")
        block.styles.height = 80
        await settle(pilot, app)
        assert view.scroll_y > block.virtual_region.y
