"""The example scripts, each with what it promises in its first line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "data" / "scripts"

#: findings that only name the set-up
CONTEXTS = frozenset(
    {
        "batch-normalisation",
        "class-count",
        "dropout-in-use",
        "epochs-run",
        "input-kind",
        "inputs-scaled",
        "label-form",
        "learning-rate",
        "loss-name",
        "normalisation-inside",
        "optimizer-name",
        "pretrained-base",
        "task",
    }
)


@dataclass(frozen=True)
class Example:
    """One script; `finds` is empty for a healthy one."""

    name: str
    text: str
    finds: frozenset[str]


def examples() -> list[Example]:
    """Every example script, by name."""
    found = []
    for path in sorted(FOLDER.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        first = text.split("\n", 1)[0]
        names = first.removeprefix("# finds:").split(",") if "finds:" in first else []
        found.append(Example(path.name, text, frozenset(name.strip() for name in names)))
    return found
