"""Loads the whole rule base into one `Knowledge`."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.fields import Fields
from knowledge.files import HERE, UnreadableFile, read_many
from knowledge.parse_causes import parse_cause
from knowledge.parse_findings import parse_finding
from knowledge.schema import CauseRule, FindingRule, Problem, Texts


@dataclass(frozen=True)
class Knowledge:
    """Causes and findings by id, in the order of their files."""

    causes: dict[str, CauseRule] = field(default_factory=dict)
    findings: dict[str, FindingRule] = field(default_factory=dict)

    def cause_by_code(self, name: str) -> CauseRule | None:
        """A cause by id or by code, in any case of letters."""
        if name.lower() in self.causes:
            return self.causes[name.lower()]
        return next((c for c in self.causes.values() if c.code == name.upper()), None)


class BrokenKnowledge(Exception):
    """The rule base has faults; ``problems`` lists every one."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(p) for p in problems[:3]))
        self.problems = problems


@cache
def load_knowledge(folder: Path = HERE) -> Knowledge:
    """The rule base in `folder`.

    Raises:
        BrokenKnowledge: some file does not follow the form; all faults are in ``problems``.
    """
    knowledge, problems = parse_knowledge(folder)
    if problems:
        raise BrokenKnowledge(problems)
    return knowledge


def parse_knowledge(folder: Path = HERE) -> tuple[Knowledge, list[Problem]]:
    """The rule base as far as it can be read, and every fault found on the way."""
    problems: list[Problem] = []
    finding_files = sorted((folder / "findings").glob("*.yaml"))
    cause_files = sorted((folder / "causes").glob("*.yaml"))
    contents = _contents([*finding_files, *cause_files], folder, problems)
    findings: dict[str, FindingRule] = {}
    for path in finding_files:
        for entry in _entries(path, contents.get(path), problems):
            rule = parse_finding(entry)
            if rule and rule.id in findings:
                entry.fault(f"{rule.id!r} is defined twice", "id")
            elif rule:
                findings[rule.id] = rule
    causes: dict[str, CauseRule] = {}
    for path in cause_files:
        if path in contents and (cause := parse_cause(Fields(path, contents[path], problems))):
            causes[cause.id] = cause
    return Knowledge(causes, findings), problems


def _contents(paths: list[Path], folder: Path, problems: list[Problem]) -> dict[Path, Any]:
    try:
        return read_many(paths, "knowledge" if folder == HERE else "knowledge-other")
    except UnreadableFile:
        pass
    contents = {}
    for path in paths:
        try:
            contents.update(read_many([path], "knowledge-broken"))
        except UnreadableFile as error:
            problems.append(Problem(path.name, None, "", str(error)))
    return contents


def _entries(path: Path, data: Any, problems: list[Problem]) -> list[Fields]:
    if data is None:
        return []
    if not isinstance(data, list):
        problems.append(Problem(path.name, 1, "", "needs a list of findings"))
        return []
    return [Fields(path, data, problems).inner(i) for i in range(len(data))]


@cache
def load_messages(folder: Path = HERE) -> dict[str, Texts]:
    """The message catalogue: every text that is no rule, by key."""
    catalogue: dict[str, Texts] = {}
    files = sorted((folder / "messages").glob("*.yaml"))
    for path, data in read_many(files, "messages").items():
        if not isinstance(data, dict):
            raise UnreadableFile(f"{path.name}: needs keys with a text per language")
        for key, texts in data.items():
            if key in catalogue:
                raise UnreadableFile(f"{path.name}: {key!r} is in the catalogue twice")
            if not isinstance(texts, dict) or not {"en", "zh"} <= texts.keys():
                raise UnreadableFile(f"{path.name}: {key!r} needs a text in en and in zh")
            catalogue[key] = texts
    return catalogue
