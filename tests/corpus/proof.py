"""Proves the limits of the manifest: ``python -m tests.corpus.proof [--seeds N] [NAME ...]``.

Every faulty script must fail its limit, as it is and with one of two faults cured by hand, and
meet it with all faults cured by hand; every healthy script must meet its own.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.corpus.manifest import Script, faulty_scripts, healthy_scripts
from tests.corpus.runner import Outcome, Runner


@dataclass(frozen=True)
class Variant:
    """One text of a script and whether it has to learn."""

    script: Script
    label: str
    text: str
    learns: bool


def variants(names: Sequence[str]) -> Iterator[Variant]:
    """Every text to be tried; all scripts when no name is given."""
    for script in faulty_scripts():
        if names and script.name not in names:
            continue
        yield Variant(script, "faulty", script.text, False)
        if script.faults > 1:
            for fault in range(script.faults):
                text = script.cured_by_hand(fault)
                yield Variant(script, f"fault {fault + 1} cured", text, False)
        cured = script.cured_by_hand(*range(script.faults))
        yield Variant(script, "cured", cured, True)
    for script in healthy_scripts():
        if not names or script.name in names:
            yield Variant(script, "healthy", script.text, True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each text; 1 when one is not as promised."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args(arguments)
    seeds, wrong = range(options.seeds), 0
    with tempfile.TemporaryDirectory() as folder, Runner() as runner:
        for number, variant in enumerate(variants(options.names)):
            path = Path(folder) / f"{number}.py"
            path.write_text(variant.text, encoding="utf-8")
            outcomes = runner.run([(path, seed) for seed in seeds])
            kept = all(variant.script.learns(o) == variant.learns for o in outcomes)
            wrong += not kept
            print(_line(variant, outcomes, kept), flush=True)
    print(f"{wrong} not as promised")
    return int(wrong > 0)


def _line(variant: Variant, outcomes: Sequence[Outcome], kept: bool) -> str:
    script = variant.script
    figures = "  ".join(
        f"{o.figures[script.figure]:8.3f}" if o.figures else f"  {o.error[:40]}" for o in outcomes
    )
    seconds = max(o.cpu for o in outcomes)
    mark = "ok   " if kept else "WRONG"
    name = f"{script.name}, {variant.label}"
    return f"{mark} {name:<55} {script.figure} {script.limit:<8} {figures}   {seconds:.1f} s"


if __name__ == "__main__":
    raise SystemExit(main())
