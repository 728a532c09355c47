"""The report holds what a reader needs to name the cause, and no word of its owner."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest

from assistant.case import Case
from assistant.dialogue import Dialogue, Options
from assistant.report import Wanted, as_json
from assistant.report.json_report import NotAReport, take_up
from assistant.report.markdown import MAX_CHARACTERS, VENUES
from tests.report.conftest import SECRETS

ALL = (*VENUES, "html", "json")


@pytest.mark.parametrize("venue", ALL)
@pytest.mark.parametrize("code", [False, True])
def test_no_word_of_the_owner_is_in_it(dialogue: Dialogue, venue: str, code: bool) -> None:
    text = dialogue.report(venue, Wanted(code=code))
    assert [secret for secret in (*SECRETS, "/home", "anna") if secret in text] == []


def test_what_was_left_out_is_told_to_the_owner(dialogue: Dialogue) -> None:
    assert "secret_score" in dialogue.masked_words()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_says_what_is_asked_back_for_in_threads(dialogue: Dialogue, language: str) -> None:
    dialogue.language = language
    text = dialogue.report("plain")
    for fact in ("Dense 4", "categorical_crossentropy", "Adam", "U001", "0.2511", "▁"):
        assert fact in text, fact


def test_the_change_is_in_it_only_when_wanted(dialogue: Dialogue) -> None:
    assert "```diff" not in dialogue.report("github")
    assert "```diff" in dialogue.report("github", Wanted(code=True))


def test_stack_overflow_gets_no_folding_and_no_text_fence(dialogue: Dialogue) -> None:
    text = dialogue.report("so")
    assert "<details" not in text and "```text" not in text
    assert "<details>" in dialogue.report("github")


def test_a_long_case_stays_under_the_limit_of_the_forums(dialogue: Dialogue) -> None:
    names = " - ".join(f"metric_{n}: 0.5{n}" for n in range(150))
    log = "\n".join(f"Epoch {n}/60\n8/8 - 1s - loss: 1.{n:02} - {names}" for n in range(1, 61))
    list(dialogue.bring(log, ""))
    for venue in VENUES:
        assert len(dialogue.report(venue)) <= MAX_CHARACTERS


@pytest.mark.parametrize("form", ["report", "check"])
def test_its_json_gives_the_same_verdict(dialogue: Dialogue, form: str) -> None:
    """A reader who has only the report can name the cause."""
    own = as_json(dialogue.situation, dialogue.search)
    text = dialogue.report("json") if form == "report" else json.dumps(own)
    reader = Dialogue(Case("memory"), None, Options())
    take_up(json.loads(text), reader.situation)
    seen = as_json(reader.situation, None)
    assert own["causes"] and seen["verdict"] == own["verdict"]
    told = [(c["id"], c["confirmed"]) for c in seen["causes"]]
    assert told == [(c["id"], c["confirmed"]) for c in own["causes"]]


@pytest.mark.parametrize(
    "given", [None, 3, [], {}, {"findings": []}, {"findings": [1, None, {"x": 2}]}]
)
def test_anything_else_is_no_report(given: object) -> None:
    with pytest.raises(NotAReport):
        take_up(given, Dialogue(Case("memory"), None, Options()).situation)


def test_a_report_of_the_wrong_types_is_read_as_far_as_it_goes(dialogue: Dialogue) -> None:
    report = json.loads(dialogue.report("json"))
    report["network"] |= {"output_units": "many", "layers": [{"kind": 3, "units": []}, 7]}
    report["probes"] = [3, {"probe": 4}]
    reader = Dialogue(Case("memory"), None, Options())
    take_up(report, reader.situation)
    assert list(reader.conclude())


_EMPTY = ("meta", "line", "circle", "polyline")


class _Tags(HTMLParser):
    """Counts tags that stay open, and notes what could reach the outside."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.outside += [tag] if tag in ("script", "img", "link", "iframe") else []
        self.outside += [name for name, _ in attrs if name in ("src", "href") or name[:2] == "on"]
        if tag not in _EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _EMPTY:
            assert self.open.pop() == tag


def test_the_page_for_a_browser_is_whole_and_loads_nothing(dialogue: Dialogue) -> None:
    list(dialogue.bring("<script>alert(1)</script> <img src=x onerror=alert(1)>", ""))
    parser = _Tags()
    parser.feed(dialogue.report("html"))
    assert parser.open == [] and parser.outside == []
