"""The list of experiments names probes that exist, gates that can hold, and findings they yield."""

from __future__ import annotations

import pytest

from assistant.dialogue.experiments import probe_rules
from knowledge.files import HERE, read_many
from knowledge.loader import load_knowledge
from knowledge.parse_causes import parse_gate
from knowledge.schema import LANGUAGES
from probes.registry import PROBES

PATH = HERE / "probes.yaml"
ENTRIES = read_many([PATH], "probes")[PATH]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["id"])
def test_an_experiment_can_run_and_be_told(entry: dict[str, object]) -> None:
    assert entry["id"] in PROBES
    findings = load_knowledge().findings
    written = entry.get("when", [])
    assert isinstance(written, list)
    for text in written:
        gate = parse_gate(text)
        assert gate is not None, text
        assert findings[gate.context].kind == "context", text
    for key in ("title", "purpose", "fine"):
        texts = entry[key]
        assert isinstance(texts, dict)
        assert set(texts) == set(LANGUAGES)


def test_findings_name_experiments_that_are_listed() -> None:
    known = set(probe_rules())
    for finding in load_knowledge().findings.values():
        assert finding.probe is None or finding.probe in known, finding.id
