"""Takes values out of a parsed rule file, and notes each fault with its key and line."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from knowledge.schema import LANGUAGES, Problem, Texts

Path_ = tuple[str | int, ...]
#: The texts of a new rule's skeleton begin with this.
UNWRITTEN = "…"


class Fields:
    """A cursor into one file. Faults are collected, never raised, so that all are seen at once."""

    def __init__(self, file: Path, data: Any, problems: list[Problem], at: Path_ = ()) -> None:
        self.file, self.data, self.problems, self.at = file, data, problems, at

    def fault(self, message: str, *keys: str | int) -> None:
        """Note a fault at the given key below the cursor."""
        path = (*self.at, *keys)
        key = ".".join(str(part) for part in path)
        self.problems.append(Problem(self.file.name, line_of(self.file, path), key, message))

    def inner(self, key: str | int) -> Fields:
        """The cursor one level down."""
        return Fields(self.file, self.data[key], self.problems, (*self.at, key))

    def mapping(self) -> bool:
        """True when the value here is a mapping; otherwise a fault."""
        if isinstance(self.data, dict):
            return True
        self.fault(f"needs keys and values, found {_kind(self.data)}")
        return False

    def only(self, allowed: Iterable[str]) -> None:
        """Note every key that is not among `allowed`, with the nearest one that is."""
        names = list(allowed)
        for key in self.data:
            if key not in names:
                near = difflib.get_close_matches(str(key), names, n=1)
                hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(names)}"
                self.fault(f"unknown key{hint}", key)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.data.get(key, default)
        if isinstance(value, str) and (value or default is not None):
            if value.startswith(UNWRITTEN):
                self.fault("is still to be written", key)
            return value
        self.fault(f"needs a text, found {_kind(value)}", key)
        return default or ""

    def number(self, key: str, default: float, low: float, high: float) -> float:
        value = self.data.get(key, default)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        self.fault(f"needs a number from {low:g} to {high:g}, found {value!r}", key)
        return default

    def one_of(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        value, names = self.data.get(key, default), list(allowed)
        if value in names:
            return str(value)
        near = difflib.get_close_matches(str(value), names, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        self.fault(f"needs one of {', '.join(names)}, found {value!r}{hint}", key)
        return names[0]

    def texts(self, key: str, *, optional: bool = False) -> Texts:
        """A text per language; a missing language is a fault."""
        value = self.data.get(key)
        if value is None and optional:
            return {}
        if not isinstance(value, Mapping):
            self.fault(f"needs a text per language ({', '.join(LANGUAGES)})", key)
            return dict.fromkeys(LANGUAGES, "")
        for language in LANGUAGES:
            if not isinstance(value.get(language), str) or not value[language].strip():
                self.fault(f"the text in {language!r} is missing", key, language)
            elif value[language].startswith(UNWRITTEN):
                self.fault("is still to be written", key, language)
        for language in value:
            if language not in LANGUAGES:
                self.fault(f"unknown language; known: {', '.join(LANGUAGES)}", key, language)
        return {
            k: " ".join(str(v).split()) if "\n\n" not in str(v) else str(v).strip()
            for k, v in value.items()
        }

    def items(self, key: str) -> list[Fields]:
        """The cursors of a list, empty when the key is absent."""
        value = self.data.get(key, [])
        if isinstance(value, list):
            inner = self.inner(key) if key in self.data else Fields(self.file, [], self.problems)
            return [inner.inner(i) for i in range(len(value))]
        self.fault(f"needs a list, found {_kind(value)}", key)
        return []

    def names(self, key: str) -> tuple[str, ...]:
        """A list of words."""
        value = self.data.get(key, [])
        if isinstance(value, list) and all(isinstance(v, str) for v in value):
            return tuple(value)
        self.fault("needs a list of words", key)
        return ()


def line_of(file: Path, path: Path_) -> int | None:
    """1-based line of the deepest part of `path` that the file has."""
    import yaml

    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=loader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return None
    line = node.start_mark.line + 1 if node else None
    for part in path:
        step = _step(node, part)
        if step is None:
            break
        line, node = step
    return line


def _step(node: Any, part: str | int) -> tuple[int, Any] | None:
    import yaml

    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part].start_mark.line + 1, node.value[part]
    return None


def _kind(value: Any) -> str:
    names = {dict: "keys and values", list: "a list", str: "a text", bool: "true or false"}
    if value is None:
        return "nothing"
    return names.get(
        type(value), "a number" if isinstance(value, (int, float)) else "something else"
    )
