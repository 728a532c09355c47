"""The manifest of the scripts, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.corpus.runner import Outcome

FOLDER = Path(__file__).parent
MANIFEST = FOLDER / "manifest.yaml"


@dataclass(frozen=True)
class Script:
    """One script; see the head of manifest.yaml for what the fields mean."""

    name: str
    path: Path
    figure: str
    above: float | None = None
    below: float | None = None
    causes: tuple[str, ...] = ()
    faults: int = 1
    answers: Mapping[str, str] | None = None
    by_hand: tuple[tuple[tuple[str, str], ...], ...] = ()
    expect_miss: str = ""
    seldom: bool = False

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def limit(self) -> str:
        return f"> {self.above}" if self.above is not None else f"< {self.below}"

    def learns(self, outcome: Outcome) -> bool:
        """Whether the figure of a run meets the limit."""
        return outcome.meets(self.figure, self.above, self.below)

    def cured_by_hand(self, *faults: int) -> str:
        """The text with the cures of some faults, numbered from 0.

        Raises:
            ValueError: when a text to replace is not there.
        """
        text = self.text
        for fault in faults:
            for old, new in self.by_hand[fault]:
                if old not in text:
                    raise ValueError(f"{self.name}: no {old!r}")
                text = text.replace(old, new)
        return text


def faulty_scripts() -> list[Script]:
    """All faulty scripts, in the order of the manifest."""
    return _scripts("faulty")


def healthy_scripts() -> list[Script]:
    """All healthy scripts, in the order of the manifest."""
    return _scripts("healthy")


def _scripts(kind: str) -> list[Script]:
    entries: dict[str, dict[str, Any]] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))[kind]
    return [_script(kind, name, entry) for name, entry in entries.items()]


def _script(kind: str, name: str, entry: dict[str, Any]) -> Script:
    cures = tuple(tuple((old, new) for old, new in cure) for cure in entry.pop("by_hand", ()))
    causes = tuple(entry.pop("causes", ()))
    path = FOLDER / kind / f"{name}.py.txt"
    return Script(name=name, path=path, causes=causes, by_hand=cures, **entry)
