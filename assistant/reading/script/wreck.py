"""A text under repair: its lines, and what was done to them so far."""

from __future__ import annotations

from assistant.reading.script.source import Line
from assistant.reading.script.tidy import Repair


class Wreck:
    """Lines that do not parse yet.

    Args:
        lines: the lines; menders change them in place, never their number.
        done: the repairs made, in order.
    """

    def __init__(self, lines: list[Line], done: list[Repair]) -> None:
        self.lines = lines
        self.done = done

    @property
    def code(self) -> str:
        return "\n".join(line.code for line in self.lines)

    def note(self, at: int, kind: str) -> None:
        self.done.append(Repair(at + 1, kind, self.lines[at].given.strip()[:80]))

    def put(self, at: int, code: str) -> None:
        self.lines[at] = self.lines[at].with_code(code)


def indent_of(code: str) -> int:
    return len(code) - len(code.lstrip())
