"""Makes a pasted wreck parse, led by CPython's own SyntaxError, and says what was done.

The wordings looked for are those of CPython 3.10 to 3.13. Every step keeps the number of lines. A
line that stays bad is left out; when the steps run out, whatever parses by itself is taken.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections import Counter
from collections.abc import Callable

from assistant.reading.script import mend_indent, mend_tokens
from assistant.reading.script.prose import is_code, without_prose
from assistant.reading.script.source import Line
from assistant.reading.script.tidy import Repair, dedent, tidy
from assistant.reading.script.wreck import Wreck

#: characters of text parsed again and again at the most; a step parses the whole text once
_EFFORT = 4_000_000
_MOST_STEPS = 120
#: times that one error in one line is mended; a line may lack several commas
_SAME_AGAIN = 4
#: repairs that are told once, however many lines needed them
_ONCE = ("characters", "prompt", "magic")

#: ``In [3]: x = 1`` is Python as it stands, an annotation, and never meant so
_NUMBERED = re.compile(r"^[ \t]*In \[\d*\]:", re.M)

_Mender = Callable[[Wreck, int, SyntaxError], bool]
#: wording of CPython 3.10 to 3.13 -> what mends it
_STEPS: tuple[tuple[str, _Mender], ...] = (
    (r"expected an indented block", mend_indent.indent_body),
    (r"unexpected indent|unindent does not match", mend_indent.stray_indent),
    (r"inconsistent use of tabs", mend_indent.tabs),
    (r"Perhaps you forgot a comma", mend_tokens.missing_comma),
    (r"was never closed", mend_tokens.close),
    (r"does not match opening|unmatched '", mend_tokens.wrong_bracket),
    (r"unterminated triple-quoted", mend_tokens.triple_quote),
    (r"unterminated (f-)?string|EOL while", mend_tokens.close_string),
    (r"expected ':'", mend_tokens.colon),
    (r"Missing parentheses in call", mend_tokens.old_print),
    (r"multiple exception types", mend_tokens.old_except),
    (r"expected argument value|invalid syntax", mend_tokens.no_value),
    (r"positional argument follows", mend_tokens.stray_word),
    (r"expected 'except' or 'finally'", mend_indent.empty_try),
    (r"", mend_tokens.missing_comma),
)


def parse(text: str) -> ast.Module:
    """`ast.parse` with every way it fails turned into SyntaxError, and without warnings."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (ValueError, RecursionError, MemoryError) as error:
        raise SyntaxError(str(error) or type(error).__name__) from None


def readable(lines: list[Line]) -> tuple[ast.Module, list[Line], list[Repair]]:
    """Python out of lines that may be anything.

    Returns the tree, the same number of lines as they were parsed, and the repairs in order.
    """
    text = "\n".join(line.code for line in lines)
    try:
        if not _NUMBERED.search(text):
            return parse(text), lines, []
    except SyntaxError:
        pass
    lines, done = tidy(lines)
    wreck = Wreck(dedent(lines), done)
    tree = _mend(wreck)
    return tree, wreck.lines, _worth_telling(wreck)


def _mend(wreck: Wreck) -> ast.Module:
    sifted = False
    seen: Counter[str] = Counter()
    size = sum(len(line.code) + 1 for line in wreck.lines)
    for _ in range(max(3, min(_MOST_STEPS, _EFFORT // max(size, 1)))):
        try:
            return parse(wreck.code)
        except SyntaxError as error:
            at = min(max((error.lineno or 1) - 1, 0), len(wreck.lines) - 1)
            seen[f"{at} {error.msg}"] += 1
            if seen[f"{at} {error.msg}"] > _SAME_AGAIN:
                break  # the steps go round in a circle
            if not sifted and not _reads_as_code(wreck, at, str(error.msg)):
                sifted = _sift(wreck)
            elif not _apply(wreck, at, error):
                if sifted:
                    _skip(wreck, at)
                else:
                    sifted = _sift(wreck)
    return _what_parses(wreck)


def _apply(wreck: Wreck, at: int, error: SyntaxError) -> bool:
    message = str(error.msg)
    return any(
        re.search(wording, message) and mender(wreck, at, error) for wording, mender in _STEPS
    )


def _reads_as_code(wreck: Wreck, at: int, message: str) -> bool:
    """Whether the place of an error looks like code, so that mending it makes sense."""
    near = [wreck.lines[at].code]
    if "indent" in message or "never closed" in message or "unterminated triple" in message:
        near = [line.code for line in wreck.lines[at : at + 2] if line.code.strip()]
    return all(map(is_code, near))


def _sift(wreck: Wreck) -> bool:
    wreck.lines, left = without_prose(wreck.lines)
    wreck.lines = dedent(wreck.lines)
    wreck.done += left
    return True


def _skip(wreck: Wreck, at: int) -> None:
    """Leave a line out; as ``pass``, so that a body it may be the whole of stays one."""
    while at > 0 and not wreck.lines[at].code.strip():
        at -= 1
    code = wreck.lines[at].code
    wreck.note(at, "skipped")
    indent = code[: len(code) - len(code.lstrip())]
    wreck.put(at, "" if code.strip() == "pass" else indent + "pass")


def _what_parses(wreck: Wreck) -> ast.Module:
    """Each top-level chunk by itself; those that do not parse are left out."""
    lines = wreck.lines
    starts = [
        at
        for at, line in enumerate(lines)
        if at and line.code[:1].strip() and line.code[0] not in ")]}#"
    ]
    start = 0
    for end in [*starts, len(lines)]:
        try:
            parse("\n".join(line.code for line in lines[start:end]))
        except SyntaxError:
            wreck.note(start, "skipped")
            lines[start:end] = [line.with_code("") for line in lines[start:end]]
        start = end
    try:
        return parse(wreck.code)
    except SyntaxError:
        wreck.lines = [line.with_code("") for line in lines]
        wreck.done.append(Repair(1, "unreadable"))
        return parse("")


def _worth_telling(wreck: Wreck) -> list[Repair]:
    """Repairs of lines that were read in the end; typographic ones once for the whole text."""
    told: list[Repair] = []
    for repair in dict.fromkeys(wreck.done):
        if repair.kind in _ONCE:
            read = wreck.lines[repair.line - 1].code.strip()
            if not read or any(other.kind == repair.kind for other in told):
                continue
        told.append(repair)
    return told
