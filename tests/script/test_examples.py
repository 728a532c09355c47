"""Each example script gives the findings that its first line names, and no others."""

from __future__ import annotations

import pytest

from assistant.reading.script import read_script
from tests.script.examples import CONTEXTS, Example, examples

EXAMPLES = examples()


def test_there_are_enough_of_both_kinds() -> None:
    healthy = [example for example in EXAMPLES if not example.finds]
    assert len(EXAMPLES) - len(healthy) >= 30
    assert len(healthy) >= 12


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_findings(example: Example) -> None:
    reading = read_script(example.text, filename=example.name)
    present = {finding.id for finding in reading.findings if finding.present}
    assert present - CONTEXTS == example.finds
    assert not reading.repairs


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_every_finding_present_has_line_and_quote(example: Example) -> None:
    reading = read_script(example.text, filename=example.name)
    lines = example.text.split("\n")
    for finding in reading.findings:
        assert finding.source == "script"
        if finding.present and finding.id not in CONTEXTS:
            assert finding.line is not None and finding.quote
            word = finding.quote.split("(")[0].split()[0]
            assert word in lines[finding.line - 1]


def test_what_was_looked_for_and_not_there_is_said() -> None:
    healthy = next(e for e in EXAMPLES if e.name == "healthy_regression.py")
    reading = read_script(healthy.text)
    absent = {finding.id for finding in reading.findings if finding.present is False}
    assert {"relu-output", "hidden-layers-linear", "learning-rate-suspiciously-high"} <= absent
    assert {"nothing-trainable", "fit-shuffle-off", "no-scaling-in-script"} <= absent


def test_each_finding_is_given_once() -> None:
    for example in EXAMPLES:
        ids = [finding.id for finding in read_script(example.text).findings]
        assert len(ids) == len(set(ids))
