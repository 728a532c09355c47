"""What a pasted error holds: its type and message, where it rose, and what it proves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.reading.tracebacks.expressions import Value
from probes.finding import Finding


@dataclass(frozen=True)
class Frame:
    """A place in the user's own code: base name of the file, 1-based line, and the code there."""

    file: str
    line: int
    code: str = ""


@dataclass(frozen=True)
class RaisedError:
    """One error or warning of a text, known or not.

    Args:
        type: class name such as ``ValueError``, without its module; empty where only a message
            stands.
        message: its first line, at most 300 characters.
        line: 1-based line in the text.
        frame: the last place in the user's own code above it, or None.
        warning: True for a warning.
    """

    type: str
    message: str
    line: int
    frame: Frame | None = None
    warning: bool = False


@dataclass(frozen=True)
class Match:
    """A message that a rule knows.

    Args:
        rule: id of the rule in ``knowledge/errors.yaml``.
        say: the explanation by language, with placeholders.
        values: what the placeholders and the details of the findings stand for.
        cause: id of the likely cause, or None where several are as likely.
        line: 1-based line in the text.
        warning: True for a warning.
    """

    rule: str
    say: Mapping[str, str]
    values: Mapping[str, Value]
    cause: str | None
    line: int
    warning: bool = False


@dataclass(frozen=True)
class TracebackReading:
    """All that was read off pasted errors and warnings.

    Args:
        errors: every error and warning found, in the order of the text.
        matches: those that a rule knows, in the order of the text.
        findings: what they prove, each id once, with ``source="traceback"``.
        truncated: True when only the beginning and the end of a very long text were read.
    """

    errors: tuple[RaisedError, ...] = ()
    matches: tuple[Match, ...] = ()
    findings: tuple[Finding, ...] = ()
    truncated: bool = False

    @property
    def last(self) -> RaisedError | None:
        """The error that ended the program: the last of a chain; the last warning when none did."""
        errors = [e for e in self.errors if not e.warning] or self.errors
        return errors[-1] if errors else None

    @property
    def match(self) -> Match | None:
        """The known message that counts: that of the last error, else the last known one."""
        errors = [m for m in self.matches if not m.warning] or self.matches
        return errors[-1] if errors else None

    @property
    def message(self) -> str:
        """The last error as one line, empty when there is none."""
        last = self.last
        if last is None:
            return ""
        return f"{last.type}: {last.message}" if last.type else last.message

    @property
    def causes(self) -> tuple[str, ...]:
        """Ids of the likely causes, that of the last error first."""
        ordered = sorted(self.matches, key=lambda m: (m.warning, -m.line))
        return tuple(dict.fromkeys(m.cause for m in ordered if m.cause))
