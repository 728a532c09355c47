"""Reads the YAML files of this room: safe, size-limited, and quick the second time.

Parsed files are kept as JSON in the user's cache folder. An entry is used only while size and
times of its file are unchanged, so the cache is never stale; any fault in it means the
file is read again.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
MAX_BYTES = 2_000_000  # a rule file is a few kilobytes; anything near this is not one
_MAX_NODES = 200_000  # an alias bomb is small on disk and explodes when walked


class UnreadableFile(Exception):
    """A YAML file that cannot be used; the message names the file, the line and the fault."""


def read_yaml(path: Path) -> Any:
    """The content of one YAML file.

    Raises:
        UnreadableFile: not there, too large, not YAML, or nested beyond reason.
    """
    import yaml

    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableFile(f"{path.name}: larger than {MAX_BYTES:,} bytes")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"{path.name}: {error}") from error
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        data = yaml.load(text, Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f":{mark.line + 1}" if mark else ""
        fault = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise UnreadableFile(f"{path.name}{where}: {fault}") from error
    if _nodes(data) > _MAX_NODES:
        raise UnreadableFile(f"{path.name}: too many nested values")
    return data


def read_many(paths: Iterable[Path], cache_name: str = "knowledge") -> dict[Path, Any]:
    """All the given files, from the cache where they have not changed since.

    Raises:
        UnreadableFile: as `read_yaml`, for the first file that cannot be read.
    """
    cache_file = cache_folder() / f"{cache_name}.json"
    known = _load_cache(cache_file)
    result: dict[Path, Any] = {}
    fresh: dict[str, Any] = {}
    changed = False
    for path in paths:
        key, stamp = str(path), _stamp(path)
        entry = known.get(key)
        if entry is None or entry[0] != stamp:
            entry, changed = [stamp, read_yaml(path)], True
        fresh[key] = entry
        result[path] = entry[1]
    if changed or len(fresh) != len(known):
        _save_cache(cache_file, fresh)
    return result


def cache_folder() -> Path:
    """Where unstuck keeps what it can make again: ``UNSTUCK_CACHE``, else the system's place."""
    given = os.environ.get("UNSTUCK_CACHE")
    if given:
        return Path(given)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", tempfile.gettempdir()))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "unstuck"


def _stamp(path: Path) -> list[int]:
    try:
        stat = path.stat()
    except OSError as error:
        raise UnreadableFile(f"{path.name}: {error}") from error
    # The time of change cannot be set back, as that of modification is by installers and archives.
    return [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns]


def _load_cache(path: Path) -> dict[str, list[Any]]:
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(data, dict):
        return {}
    return {k: v for k, v in data.items() if isinstance(v, list) and len(v) == 2}


def _save_cache(path: Path, entries: dict[str, Any]) -> None:
    try:
        text = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(temporary).replace(path)
    except (OSError, TypeError, ValueError):
        # A folder that cannot be written, or a value JSON does not hold, costs speed and no more.
        return


def _nodes(data: Any) -> int:
    count, todo = 0, [data]
    while todo and count <= _MAX_NODES:
        item = todo.pop()
        count += 1
        if isinstance(item, dict):
            todo.extend(item.values())
        elif isinstance(item, list):
            todo.extend(item)
    return count
