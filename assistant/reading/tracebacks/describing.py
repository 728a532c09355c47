"""Says in a chip and a few lines what was read off a traceback."""

from __future__ import annotations

from assistant.reading.tracebacks.expressions import Value
from assistant.reading.tracebacks.records import TracebackReading


def describe_traceback(reading: TracebackReading, language: str) -> tuple[str, tuple[str, ...]]:
    """A chip such as "ValueError at train.py, line 17", and the explanations of the known messages.

    The explanation of the last error comes first. A text without any error gives empty texts.
    """
    from knowledge.texts import fill, pick, say

    last, known = reading.last, reading.match
    if last is None and known is None:
        return "", ()
    if last is None:
        chip = say("traceback-chip-message", language)
    elif last.frame is not None:
        file, line = last.frame.file, last.frame.line
        chip = say("traceback-chip-at", language, type=last.type, file=file, line=line)
    else:
        key = "traceback-chip-warning" if last.warning else "traceback-chip"
        chip = say(key, language, type=last.type)
    notes: list[str] = []
    ordered = sorted(reading.matches, key=lambda m: (m is not known, m.warning, -m.line))
    for match in ordered:
        fields = {key: _shown(value) for key, value in match.values.items()}
        said = fill(pick(dict(match.say), language), fields)
        if said not in notes:
            notes.append(said)
    if known is None:
        notes.append(say("traceback-unknown", language))
    if reading.truncated:
        notes.append(say("traceback-truncated", language))
    return chip, tuple(notes[:4])


def _shown(value: Value) -> Value:
    if isinstance(value, tuple):
        inner = ", ".join(str(n) for n in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return value
