"""What holds for any text given to the reader of errors: no exception, one answer, an end."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.reading.tracebacks import (
    TracebackReading,
    describe_traceback,
    looks_like_traceback,
    read_traceback,
)
from assistant.reading.tracebacks.rules import known_rules
from tests.reading.test_real_errors import EXPECTED, real_error
from tests.reading.test_tracebacks import HEAD, KNOWN

TEXTS = [known["text"] for known in KNOWN]
PIECES = st.sampled_from(
    [
        *(needle for rule in known_rules() for needle in rule.needles),
        *("ValueError: ", "Traceback (most recent call last):\n", '  File "a.py", line 3, in f\n'),
        *(
            "(None, 10)",
            "[32,10]",
            "[]",
            "(,)",
            "vs",
            "-1",
            "9" * 30,
            "\n",
            "\t",
            "\x1b[1m",
            "{",
            "}",
        ),
        *("----> 3 x", "Cell In[5], line 2\n", "WARNING:tensorflow:", "UserWarning: ", "İ", "（"),
    ]
)


def read_twice(text: str) -> TracebackReading:
    first, second = read_traceback(text), read_traceback(text)
    assert repr(first) == repr(second)
    assert 0.0 <= looks_like_traceback(text) <= 1.0
    for language in ("en", "zh"):
        chip, _ = describe_traceback(first, language)
        assert bool(chip) == bool(first.errors or first.matches)
    ids = [finding.id for finding in first.findings]
    assert len(ids) == len(set(ids))
    last = text.replace("\r", "\n").count("\n") + 1
    for line in (*(e.line for e in first.errors), *(m.line for m in first.matches)):
        assert 1 <= line <= last
    for finding in first.findings:
        finding.to_dict()
    return first


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    read_twice(text)


@given(st.lists(PIECES, max_size=25).map("".join))
@settings(max_examples=300)
def test_any_heap_of_pieces_is_read(text: str) -> None:
    read_twice(text)


@given(st.binary(max_size=2000))
def test_binary_noise_is_read(noise: bytes) -> None:
    read_twice(noise.decode("utf-8", errors="replace"))
    read_twice(noise.decode("latin-1"))


@given(st.sampled_from(TEXTS), st.text(max_size=60), st.text(max_size=60))
def test_a_message_is_found_among_other_words(text: str, before: str, after: str) -> None:
    alone = read_traceback(text)
    within = read_twice(f"{before}\n\n{text}\n\n{after}")
    assert {m.rule for m in alone.matches} <= {m.rule for m in within.matches}


@pytest.mark.parametrize("text", TEXTS, ids=[known["rule"] for known in KNOWN])
def test_every_message_cut_at_every_place(text: str) -> None:
    for end in range(0, len(text), 3):
        read_traceback(text[:end])
    lines = text.split("\n")
    for end in range(len(lines)):
        read_traceback("\n".join(lines[:end]))
        read_traceback("\n".join(lines[end:]))


def test_all_messages_on_one_page() -> None:
    reading = read_twice(
        "\n\n".join([*(HEAD + text for text in TEXTS), *map(real_error, EXPECTED)])
    )
    met = {match.rule for match in reading.matches}
    assert len(met) == len(known_rules())


HARD = {
    "one word": "a" * 3_000_000,
    "every needle": " ".join(n for rule in known_rules() for n in rule.needles) * 300,
    "frames": '  File "a.py", line 3, in f\n    x\n' * 60_000,
    "errors": "ValueError: x\n" * 100_000,
    "open brackets": "Shapes (" * 300_000 + " are incompatible",
    "labels": "outside the valid range of [0, 4). Label values: " + "1 " * 1_000_000,
    "new lines": "\n" * 1_000_000 + "ValueError: no",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HARD)
def test_texts_made_to_be_slow_are_read_to_the_end(name: str) -> None:
    read_traceback(HARD[name])
    looks_like_traceback(HARD[name])


def test_a_very_long_text_is_read_at_its_ends() -> None:
    filler = "nothing to see here\n" * 200_000
    reading = read_traceback(f"{TEXTS[0]}\n{filler}{HEAD}ValueError: None values not supported.")
    assert reading.truncated
    assert [m.rule for m in reading.matches] == ["keras3-target-rank", "none-values-not-supported"]
    assert reading.matches[1].line == TEXTS[0].count("\n") + 1 + 200_000 + 4
    _, notes = describe_traceback(reading, "en")
    assert any("beginning" in note for note in notes)
