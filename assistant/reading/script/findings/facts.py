"""What all modules that draw findings work on, and where they leave what they find."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from assistant.reading.script.frame import Event
from assistant.reading.script.interpreter import Interpreter
from assistant.reading.script.labels import LabelFacts
from assistant.reading.script.pairs import FitData
from assistant.reading.script.ranges import Ranges
from assistant.reading.script.setup import Setup
from assistant.reading.script.source import Source
from assistant.reading.script.trace import Tracer
from assistant.reading.script.values import Value
from probes.finding import Finding, Scalar


@dataclass
class Facts:
    """A script that has been followed.

    Args:
        run: everything that was met.
        source: the text.
        tree: the whole module.
        setups: models with their compiles.
        main: the one the findings are about.
        fits: what each fit of the main model is trained on.
        labels: what is known of the labels of the main model.
    """

    run: Interpreter
    source: Source
    tree: ast.Module
    setups: tuple[Setup, ...]
    main: Setup | None
    tracer: Tracer
    ranges: Ranges
    fits: tuple[FitData, ...] = ()
    labels: LabelFacts = field(default_factory=LabelFacts)
    found: dict[str, Finding] = field(default_factory=dict)
    anchors: dict[str, list[Any]] = field(default_factory=dict)

    def add(
        self,
        id: str,
        present: bool,
        value: Scalar = None,
        at: ast.AST | Value | None = None,
        anchor: Any = None,
        **details: Any,
    ) -> None:
        """Keep a finding; one that is present wins over one that was looked for in vain.

        `anchor` is what an editor needs to find the place again, kept under the finding's id.
        """
        if present and anchor is not None:
            self.anchors.setdefault(id, []).append(anchor)
        known = self.found.get(id)
        if known is not None and (known.present or not present):
            return
        node = at.node if isinstance(at, Value) else at
        self.found[id] = Finding(
            id=id,
            present=present,
            value=value,
            source="script",
            quote=self.source.quote(node),
            line=getattr(node, "lineno", None),
            details=details,
        )

    def put(self, finding: Finding) -> None:
        """Keep a finding made elsewhere, by the same rule."""
        known = self.found.get(finding.id)
        if known is None or (finding.present and not known.present):
            self.found[finding.id] = finding

    def present(self, id: str) -> bool:
        """Whether a finding has been seen so far."""
        found = self.found.get(id)
        return found is not None and found.present is True

    def events(self, *kinds: str) -> list[Event]:
        """Events of the main model."""
        model = self.main.model if self.main else None
        return [
            event
            for event in self.run.events
            if event.kind in kinds and (event.target is model or model is None)
        ]

    @property
    def fit(self) -> FitData | None:
        return self.fits[0] if self.fits else None
