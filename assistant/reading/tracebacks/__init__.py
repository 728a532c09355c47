"""Reads pasted errors and warnings of Keras, TensorFlow and their neighbours, of any era.

    reading = read_traceback(text)
    reading.match.cause          # "onehot-labels-with-sparse-loss"
    reading.findings             # Finding("shape-error", ...), Finding("onehot-labels-...", ...)

The messages, what they prove and how they are explained are data: ``knowledge/errors.yaml``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from string import Formatter

from assistant.reading.tracebacks.describing import describe_traceback
from assistant.reading.tracebacks.expressions import Value, evaluate, holds
from assistant.reading.tracebacks.frames import find_errors, traceback_lines
from assistant.reading.tracebacks.records import Frame, Match, RaisedError, TracebackReading
from assistant.reading.tracebacks.rules import Rule, Yield, known_rules, parse_rules, typed
from assistant.reading.tracebacks.text import MOST_CHARACTERS, clean
from probes.finding import Finding, Scalar

__all__ = [
    "Frame",
    "Match",
    "RaisedError",
    "Rule",
    "TracebackReading",
    "describe_traceback",
    "is_known_message",
    "looks_like_traceback",
    "parse_rules",
    "read_traceback",
]

#: characters read before and after the needle of a rule, and needles looked at for each rule
_BEFORE, _AFTER, _MOST = 500, 4000, 20


def read_traceback(text: str, rules: Sequence[Rule] | None = None) -> TracebackReading:
    """Every error and warning in `text`, and what the known ones prove.

    Args:
        text: pasted output. Of very long texts the beginning and the end are read.
        rules: the known messages; those that come with unstuck by default.

    Returns:
        The reading; without errors, matches and findings when there is none in the text.
    """
    text, first_cut, lost = clean(text)
    lines = text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]

    def number(place: int) -> int:
        index = bisect_right(starts, place)
        return index + (lost if index > first_cut else 0)

    matches: list[Match] = []
    findings: dict[str, Finding] = {}
    for place, rule, values, quote in sorted(_known(text, rules), key=lambda item: item[0]):
        case = rule.case_for(values)
        line = number(place)
        matches.append(Match(rule.id, case.say, values, case.cause, line, rule.kind == "warning"))
        for entry in (*rule.always, *case.findings):
            finding = _finding(entry, values, quote, line)
            if finding is not None:
                findings[finding.id] = finding  # of a chain the last error counts
        if case.cause is not None:
            findings["message-names"] = _named(case.cause, quote, line)
    errors = tuple(
        RaisedError(e.type, e.message, number(starts[e.line - 1]), e.frame, e.warning)
        for e in find_errors(lines)
    )
    return TracebackReading(errors, tuple(matches), tuple(findings.values()), lost > 0)


def _known(
    text: str, rules: Sequence[Rule] | None
) -> Iterator[tuple[int, Rule, dict[str, Value], str]]:
    """Where each rule's message stands, with the values of its groups and the words themselves."""
    low = text.lower()
    if len(low) != len(text):  # a few letters grow when lowered, and places would shift
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    low = low.replace("\n", " ").replace("\t", " ")  # a terminal wraps where it likes
    for rule in known_rules() if rules is None else rules:
        seen: set[str] = set()
        for needle in rule.needles:
            place = low.find(needle)
            count = 0
            while place >= 0 and count < _MOST:
                count += 1
                found = rule.pattern.search(
                    text, max(0, place - _BEFORE), min(len(text), place + _AFTER)
                )
                end = found.end() if found else place + 1
                if found and found[0] not in seen:
                    seen.add(found[0])
                    yield found.start(), rule, _values(rule, found.groupdict()), found[0]
                place = low.find(needle, max(end, place + len(needle)))


def _values(rule: Rule, groups: dict[str, str | None]) -> dict[str, Value]:
    values: dict[str, Value] = {name: typed(text) for name, text in groups.items()}
    for name, expression in rule.let.items():
        values[name] = evaluate(expression, values)
    return values


def _finding(entry: Yield, values: dict[str, Value], quote: str, line: int) -> Finding | None:
    if entry.when is not None and not holds(entry.when, values):
        return None
    shown = _shown_value(entry.value, values)
    details = {
        name: _as_text(v) if isinstance(v, tuple) else v
        for name, v in values.items()
        if v is not None and not (isinstance(v, tuple) and len(v) > 12)
    }
    words = " ".join(quote.split())[:240]
    return Finding(entry.id, entry.present, shown, "traceback", words, line, details)


def _named(cause: str, quote: str, line: int) -> Finding:
    words = " ".join(quote.split())[:240]
    return Finding("message-names", True, cause, "traceback", words, line)


def _shown_value(text: str | None, values: dict[str, Value]) -> Scalar:
    """The value of a finding: an expression, or a text with ``{names}`` when it has braces."""
    if text is None:
        return None
    if "{" in text:
        known = {n: _as_text(v) if isinstance(v, tuple) else v for n, v in values.items()}
        wanted = [name for _, name, _, _ in Formatter().parse(text) if name]
        unknown = any(known.get(name) is None for name in wanted)
        return None if unknown else text.format_map(known)
    value = evaluate(text, values)
    return _as_text(value) if isinstance(value, tuple) else value


def _as_text(shape: tuple[int | None, ...]) -> str:
    inner = ", ".join(str(n) for n in shape)
    return f"({inner},)" if len(shape) == 1 else f"({inner})"


def is_known_message(line: str) -> bool:
    """Whether a line holds a message or warning that the rule base knows."""
    return next(_known(clean(line)[0], None), None) is not None


def looks_like_traceback(text: str) -> float:
    """How much of a text is a traceback, an error or a known warning, from 0 to 1.

    A known message is worth 0.6 by itself; lines in the form of a traceback count by their share.
    """
    text, _, _ = clean(text[: min(MOST_CHARACTERS, 60_000)])
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines:
        return 0.0
    of_form = traceback_lines(lines)
    known = next(_known(text, None), None) is not None
    if not of_form:
        return 0.6 if known and len(lines) <= 6 else 0.3 if known else 0.0
    score = of_form / len(lines)
    if "Traceback (most recent call last)" in text:
        score = max(score, 0.5)
    return min(1.0, max(score, 0.6) if known else score)
