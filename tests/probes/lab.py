"""Runs probes in the test's own process."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from probes.apparatus.bench import open_bench
from probes.finding import Finding
from probes.protocol import Subject
from probes.registry import PROBES
from probes.reporter import Reporter


@dataclass(frozen=True)
class Result:
    """What one probe said."""

    findings: dict[str, Finding]
    data: Mapping[str, Any]

    @property
    def true(self) -> set[str]:
        return {id for id, finding in self.findings.items() if finding.present}

    @property
    def false(self) -> set[str]:
        return {id for id, finding in self.findings.items() if finding.present is False}


def run_probe(
    probe: str,
    subject: Subject,
    options: Mapping[str, Any] | None = None,
    *,
    seed: int = 0,
    seconds: float = 120.0,
) -> Result:
    """Run a probe on a subject; a finding id that comes twice keeps the last."""
    findings: dict[str, Finding] = {}

    def send(kind: str, data: Mapping[str, Any]) -> None:
        if kind == "finding":
            finding = Finding.from_dict(data)
            findings[finding.id] = finding

    module, function = PROBES[probe].split(":")
    run = getattr(importlib.import_module(module), function)
    data = run(open_bench(subject, seed), options or {}, Reporter(send, seconds))
    return Result(findings, data)


#: what is true of a case without being a fault
CONTEXTS = frozenset(
    {
        "task",
        "label-form",
        "class-count",
        "sample-count",
        "largest-class-share",
        "input-kind",
        "inputs-scaled",
        "normalisation-inside",
        "validation-given",
    }
)
