"""Builds the bundled cases: small networks with the faults of four real questions, on data that can
be learnt, each with the script, the log of a real training, and the question.

Job ``build-demo``: options ``case`` (seed-0 ... seed-3), ``folder``, ``seed`` (default 0),
``repaired`` (build the mended twin), and for those cases that have it ``side`` (pixels). Writes
``model.keras``, ``data.npz``, ``script.py``, ``log.txt`` and ``page.txt`` and returns their paths.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from probes.apparatus.bench import Bench
from probes.demo.writing import Paths
from probes.errors import ProbeError
from probes.reporter import Reporter

CASES = {f"seed-{number}": f"probes.demo.seed_{number}" for number in range(4)}


def run(bench: Bench, options: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """Build one case."""
    case = str(options.get("case"))
    if case not in CASES:
        raise ProbeError("demo-unknown", case=case, cases=", ".join(CASES))
    folder = Path(str(options.get("folder")))
    folder.mkdir(parents=True, exist_ok=True)
    report.check()
    settings = {"side": int(options["side"])} if options.get("side") else {}
    paths: Paths = importlib.import_module(CASES[case]).build(
        folder,
        seed=int(options.get("seed") or 0),
        repaired=bool(options.get("repaired")),
        **settings,
    )
    return {name: str(path) for name, path in vars(paths).items()}
