"""Which Python runs the probes, and what of our own environment it is given."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import probes

#: The file that starts the probe process; run by path, so that no module search is needed.
MAIN = Path(probes.__file__).resolve().parent / "__main__.py"


def interpreter(python: Path | None) -> str:
    """The command of the interpreter.

    Args:
        python: path of an interpreter, folder of a virtual environment, or bare name of a command;
            None for the Python that runs this. What does not exist comes back as it is.
    """
    if python is None:
        return sys.executable or "python3"
    for part in ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe"):
        if (python / part).is_file():
            return str(python / part)
    if python.parent == Path() and not python.exists():
        return shutil.which(str(python)) or str(python)
    return str(python.expanduser())


def environment(
    python: Path | None, onednn: bool = True, more: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The variables that the probe process sees: ours, so that NO_COLOR, proxies and paths hold.

    Another interpreter is spared what only fits this one, so that it never imports from our own
    packages.

    Args:
        python: the interpreter asked for; None for this one.
        onednn: False to run TensorFlow without the library that most native crashes come from.
        more: variables to add.
    """
    variables = dict(os.environ)
    if python is not None:
        for name in ("PYTHONHOME", "__PYVENV_LAUNCHER__"):
            variables.pop(name, None)
        path = [p for p in variables.pop("PYTHONPATH", "").split(os.pathsep) if p and not _ours(p)]
        if path:
            variables["PYTHONPATH"] = os.pathsep.join(path)
    variables.update(more or {})
    if not onednn:
        variables["TF_ENABLE_ONEDNN_OPTS"] = "0"
    return variables


def _ours(entry: str) -> bool:
    """Whether a folder of the search path holds this program or belongs to its interpreter."""
    folder = Path(os.path.abspath(entry))  # noqa: PTH100 - resolve would follow links of a venv
    return folder == MAIN.parent.parent or Path(sys.prefix) in (folder, *folder.parents)
