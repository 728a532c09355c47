"""Finds the files people mean: dropped or pasted paths, ``@path``, the files of the folder."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from assistant.reading.named_path import looks_like_path, named_path

MODEL_ENDINGS = (".keras", ".h5", ".hdf5")
DATA_ENDINGS = (".npz", ".npy")
TEXT_ENDINGS = (".py", ".ipynb", ".log", ".txt", ".csv", ".json", ".md")
_SKIP = {"node_modules", "__pycache__", "site-packages", "venv", "env", "build", "dist"}
_LONGEST_PASTE = 8_000
_MENTION = re.compile(r"(?:(?<=\s)|^)@(\"[^\"]+\"|'[^']+'|\S+)")


def paths_in_paste(text: str) -> tuple[Path, ...]:
    """The files a pasted or dropped text names, when it names files and nothing else.

    Terminals send a dropped file as its path: quoted, backslash-escaped, or as a ``file:`` address,
    several in one line or one a line.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST_PASTE or text.count("\n") > 20:
        return ()
    if not looks_like_path(text):
        return ()
    if whole := named_path(text):
        return (whole,)
    for parts in (text.splitlines(), _words(text)):
        found = [named_path(part.strip()) for part in parts if part.strip()]
        if found and all(found):
            return tuple(path for path in found if path is not None)
    return ()


def mentions(text: str) -> tuple[Path, ...]:
    """The files named as ``@path`` inside a sentence, as far as they exist."""
    names = (match[1].strip("\"'").rstrip(",;:!?") for match in _MENTION.finditer(text))
    return tuple(path for name in names if (path := named_path(name)) is not None)


def walk(root: Path, limit: int = 2_000, depth: int = 3) -> tuple[str, ...]:
    """Files below `root` that could be part of a case, as paths relative to it."""
    return tuple(sorted(_walk(root, limit, depth), key=lambda name: (name.count(os.sep), name)))


def nearby_pair(root: Path) -> tuple[Path, ...]:
    """The model and the data file of a folder that holds exactly one of each, else nothing."""
    try:
        names = [entry for entry in root.iterdir() if entry.is_file()]
    except OSError:
        return ()
    models = [path for path in names if path.suffix.lower() in MODEL_ENDINGS]
    data = [path for path in names if path.suffix.lower() in DATA_ENDINGS]
    return (models[0], data[0]) if len(models) == 1 and len(data) == 1 else ()


def _walk(root: Path, limit: int, depth: int) -> Iterator[str]:
    endings = MODEL_ENDINGS + DATA_ENDINGS + TEXT_ENDINGS
    count = 0
    for folder, folders, files in os.walk(root):
        level = len(Path(folder).relative_to(root).parts)
        keep = [name for name in folders if not name.startswith(".") and name not in _SKIP]
        folders[:] = sorted(keep) if level < depth else []
        for name in sorted(files):
            if name.lower().endswith(endings) and not name.startswith("."):
                yield str((Path(folder) / name).relative_to(root))
                count += 1
                if count >= limit:
                    return


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text, posix=os.name == "posix")
    except ValueError:
        return []
