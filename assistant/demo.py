"""The bundled cases: built once by the probe process, since only it has TensorFlow."""

from __future__ import annotations

import shutil
from pathlib import Path

from assistant import __version__
from knowledge.files import cache_folder
from probes.protocol import Subject

CASES = ("seed-0", "seed-1", "seed-2", "seed-3")
_SECONDS = 180.0


def demo_folder(case: str, *, repaired: bool = False, python: Path | None = None) -> Path | None:
    """The folder with model.keras, data.npz, script.py, log.txt and page.txt of a bundled case.

    Built on first use and kept in the cache. None when the probe process could not build it.
    """
    name = f"{case}-repaired" if repaired else case
    folder = cache_folder() / "demo" / __version__ / name
    if (folder / "complete").is_file():
        return folder
    from assistant.laboratory import Laboratory

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    options = {"case": case, "folder": str(folder), "repaired": repaired}
    with Laboratory(python) as laboratory:
        for event in laboratory.run("build-demo", Subject(), options, _SECONDS):
            if event.kind == "done":
                (folder / "complete").touch()
                return folder
    return None
