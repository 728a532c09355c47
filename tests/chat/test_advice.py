"""Advice in a conversation: one open, no repetition, the rest a key away."""

from __future__ import annotations

from dataclasses import replace

from assistant.chat.widgets.advice import AdviceBlock
from assistant.events import Verdict
from tests.chat.conftest import chat
from tests.chat.fake import ADVICE, FOUND, RANKING, FakeEngine
from tests.chat.hand import say, screen_text, settle

SECOND = replace(
    ADVICE, cause="inputs-not-scaled", code="U002", title="The inputs go in unscaled", trial=None
)
BOTH = (RANKING, FOUND, ADVICE, SECOND)


async def test_the_first_advice_is_open_and_the_next_one_is_a_line() -> None:
    engine = FakeEngine({"tell": BOTH})
    app = chat(engine)
    async with app.run_test(size=(100, 70)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, "go")
        first, second = app.query(AdviceBlock)
        assert not first.folded and second.folded and second.region.height == 1
        assert app.chat.stage.current == ADVICE
        await pilot.press("1")
        await settle(pilot, app)
        assert engine.calls[-1] == ("apply", (ADVICE.cause, 0))
        second.query("FoldHeader").first().focus()
        await pilot.press("enter")
        await settle(pilot, app)
        assert not second.folded and second.region.height > 10
        assert app.chat.stage.current == SECOND
        await pilot.press("1")
        await settle(pilot, app)
        assert engine.calls[-1] == ("apply", (SECOND.cause, 0))


async def test_after_one_cure_the_next_advice_opens() -> None:
    engine = FakeEngine({"tell": BOTH})
    app = chat(engine)
    async with app.run_test(size=(100, 70)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, "go")
        first, second = app.query(AdviceBlock)
        values = [value for value, _ in first.actions.items]
        await pilot.press(str(values.index("worked") + 1))
        await settle(pilot, app)
        assert engine.calls[-1] == ("outcome", (ADVICE.cause, "worked"))
        assert first.folded and not second.folded and app.chat.stage.current == SECOND


async def test_the_same_advice_is_not_given_twice() -> None:
    engine = FakeEngine({"tell": BOTH, "proceed": BOTH})
    app = chat(engine)
    async with app.run_test(size=(100, 70)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, "go")
        entries = len(app.chat.conversation.entries)
        await say(pilot, app, "/next")
        assert len(app.query(AdviceBlock)) == 2 and len(app.chat.conversation.entries) == entries
        assert "Nothing new since then" in screen_text(app)


async def test_advice_that_has_changed_takes_the_place_of_the_old_one() -> None:
    stronger = replace(ADVICE, odds="about 9 of 10")
    other = Verdict("cause", "Most likely")
    engine = FakeEngine({"tell": (RANKING, other, stronger), "proceed": (RANKING, FOUND, ADVICE)})
    app = chat(engine)
    async with app.run_test(size=(100, 70)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, "go")
        await say(pilot, app, "/next")
        old, new = app.query(AdviceBlock)
        assert old.folded and not new.folded and app.chat.stage.current == ADVICE


async def test_advice_asked_for_is_shown_again() -> None:
    engine = FakeEngine({"tell": BOTH, "advise": (ADVICE,)})
    app = chat(engine)
    async with app.run_test(size=(100, 70)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, "go")
        await say(pilot, app, "/advice 1")
        blocks = list(app.query(AdviceBlock))
        assert [b.folded for b in blocks] == [True, True, False]


async def test_enter_at_the_end_repeats_nothing_and_writes_nothing() -> None:
    engine = FakeEngine({"tell": BOTH, "proceed": BOTH})
    app = chat(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, app)
        await say(pilot, app, "go")
        for _ in range(4):
            await pilot.press("enter")
            await settle(pilot, app)
        assert not [call for call in engine.calls if call[0] in ("apply", "outcome", "tried")]
        assert len(app.query(AdviceBlock)) == 2
        first = app.query(AdviceBlock).first()
        assert app.chat.conversation.sees(first.actions)
