"""Loads the labelled examples; reading them takes seconds, so what was read is kept.

What is kept stands for one state of the lexicon, the examples and the code that reads them; any
change of these makes it anew.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from assistant.reading.words.binding import read_features
from assistant.reading.words.likeness import Examples, bag_of
from assistant.reading.words.load import FILES, WordsKnowledge, load_words_knowledge
from assistant.reading.words.normalise import normal_form, split_sentences
from knowledge.files import HERE, cache_folder, read_yaml

FILE = "phrases/examples.yaml"


@cache
def load_examples() -> Examples:
    """The examples that ship with unstuck."""
    state = _state()
    kept = _kept(state)
    if kept is None:
        kept = _read(load_words_knowledge())
        _keep(state, kept)
    return Examples([row[0] for row in kept], [row[1] for row in kept])


def lines(contents: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(symptom, sentence) of each example, out of the parsed file."""
    for symptom, text in contents.items():
        for line in text.splitlines():
            if line.strip():
                yield symptom, line.strip()


def _read(known: WordsKnowledge) -> list[list[Any]]:
    contents = read_yaml(HERE / FILE)["examples"]
    return [[symptom, _bag(line, known)] for symptom, line in lines(contents)]


def _bag(text: str, known: WordsKnowledge) -> dict[str, int]:
    sentences = [normal_form(s, known.expand, known.characters) for s in split_sentences(text)]
    lexicon = known.lexicon
    return dict(bag_of([read_features(s, lexicon.find(s), lexicon) for s in sentences], sentences))


def _state() -> str:
    """A name for the present state of everything that the bags depend on."""
    files = [HERE / name for name in (*FILES, FILE)]
    files += sorted(Path(__file__).parent.glob("*.py"))
    stamps = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return hashlib.sha256(repr(stamps).encode()).hexdigest()


def _kept(state: str) -> list[list[Any]] | None:
    try:
        data = json.loads((cache_folder() / "examples.json").read_bytes())
        return data["rows"] if data["state"] == state else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(state: str, rows: list[list[Any]]) -> None:
    try:
        folder = cache_folder()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", dir=folder, suffix=".part", delete=False, encoding="utf-8"
        ) as stream:
            json.dump({"state": state, "rows": rows}, stream, ensure_ascii=False)
        Path(stream.name).replace(folder / "examples.json")
    except OSError:
        return  # a folder that cannot be written costs speed and no more
