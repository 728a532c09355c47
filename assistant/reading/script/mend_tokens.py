"""Mends commas, brackets, strings and Python 2. Each mender returns whether it changed a line."""

from __future__ import annotations

import re

from assistant.reading.script.prose import is_code
from assistant.reading.script.source import Line
from assistant.reading.script.wreck import Wreck, indent_of

_HEADER = re.compile(r"\s*(def|class|for|while|if|elif|else|try|except|finally|with|async)\b")
_STATEMENT = re.compile(
    r"\s*(?:(?:def|class|import|from|for|if|while|with|return|print|try|else|elif|except)\b"
    r"|[\w.]+\s*\(|[A-Za-z_]\w*(?:\s*,\s*\w+)*\s*=[^=])"
)
_PAIRS = {"(": ")", "[": "]", "{": "}"}


def missing_comma(wreck: Wreck, at: int, error: SyntaxError) -> bool:
    """Two values side by side in a bracket."""
    code = wreck.lines[at].code
    named = re.search(r"(?<=[\w)\]}'\"])[ \t]+(?=[A-Za-z_]\w*\s*=[^=])", code)
    if "forgot a comma" in str(error.msg) and error.offset:
        named = _gap(wreck, at, error) or named
        if named is None and error.end_lineno and error.end_lineno > at + 1:
            return _comma_at_line_end(wreck, at, error.end_lineno - 1)
    elif _open_brackets(code[: named.start()] if named else "") == "":
        named = None
    if named is None:
        return False
    wreck.note(at, "comma")
    wreck.put(at, code[: named.start()] + "," + code[named.start() :])
    return True


def _gap(wreck: Wreck, at: int, error: SyntaxError) -> re.Match[str] | None:
    """The space between two values in the range that CPython marks."""
    code = wreck.lines[at].code
    start = (error.offset or 1) - 1
    end = (error.end_offset or 0) - 1 if error.end_lineno == error.lineno else len(code)
    gaps = re.compile(r"(?<=[\w)\]}'\"])[ \t]+(?=[A-Za-z_'\"(\[\d])")
    found = [m for m in gaps.finditer(code, start) if m.start() < max(end, start + 1)]
    for match in found:
        word = re.search(r"\w+$", code[: match.start()])
        after = re.match(r"\w+", code[match.end() :])
        words = {word.group() if word else "", after.group() if after else ""}
        if not words & {"if", "else", "for", "in", "not", "and", "or", "is", "lambda"}:
            return match
    return None


def _comma_at_line_end(wreck: Wreck, at: int, last: int) -> bool:
    for i in range(at, min(last, len(wreck.lines) - 1)):
        bare = wreck.lines[i].code.split("#")[0].rstrip()
        if bare and bare[-1] not in ",([{":
            wreck.note(i, "comma")
            wreck.put(i, bare + "," + wreck.lines[i].code[len(bare) :])
            return True
    return False


def close(wreck: Wreck, at: int, error: SyntaxError) -> bool:
    """A bracket that is never closed: close it where the statement seems to end."""
    lines = wreck.lines
    last = at
    while last + 1 < len(lines) and not _ends_before(lines[at], lines[last], lines[last + 1]):
        last += 1
    code = "\n".join(line.code for line in lines[at : last + 1])
    missing = "".join(_PAIRS[c] for c in reversed(_open_brackets(code)))
    if not missing:
        return False
    wreck.note(at, "bracket")
    bare = re.sub(r",?\s*\w+\s*=\s*$", "", lines[last].code.split("#")[0].rstrip())
    wreck.put(last, bare + missing)
    return True


def _ends_before(first: Line, line: Line, after: Line) -> bool:
    """Whether the statement that begins in `first` seems to end before `after`."""
    if not after.code.strip():
        return True
    if line.code.split("#")[0].rstrip()[-1:] in tuple(",([{=+-*/\\"):
        return bool(re.match(r"(def|class|import|from)\s", after.code))
    starts_new = (
        indent_of(after.code) <= indent_of(first.code) and after.code.strip()[0] not in ")]}"
    )
    return starts_new and bool(_STATEMENT.match(after.code))


def _open_brackets(code: str) -> str:
    """The brackets still open at the end of a piece of code, strings and comments left aside."""
    stack: list[str] = []
    plain = re.sub(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|#[^\n]*", "", code)
    for char in plain:
        if char in _PAIRS:
            stack.append(char)
        elif stack and char == _PAIRS[stack[-1]]:
            stack.pop()
    return "".join(stack)


def wrong_bracket(wreck: Wreck, at: int, error: SyntaxError) -> bool:
    code = wreck.lines[at].code
    i = (error.offset or 1) - 1
    if not 0 <= i < len(code) or code[i] not in ")]}":
        return False
    other = re.search(r"opening parenthesis '(.)'", str(error.msg))
    wreck.note(at, "bracket")
    wreck.put(at, code[:i] + (_PAIRS[other.group(1)] if other else "") + code[i + 1 :])
    return True


def close_string(wreck: Wreck, at: int, error: SyntaxError) -> bool:
    code = wreck.lines[at].code
    i = (error.offset or 1) - 1
    quote = code[i : i + 1]
    if quote not in ("'", '"'):
        return False
    inner = code[i + 1 :].rstrip()
    body = re.match(r"[\w.%/-]*", inner)
    end = i + 1 + (body.end() if body else 0)
    wreck.note(at, "string")
    wreck.put(at, code[:end] + quote + code[end:].replace(quote, ""))
    return True


def triple_quote(wreck: Wreck, at: int, error: SyntaxError) -> bool:
    code = wreck.lines[at].code
    without = re.sub(r"[rbfuRBFU]{0,2}(\"{3}|'{3})", "", code)
    if without == code:
        return False
    wreck.note(at, "string")
    wreck.put(at, without if is_code(without) else "")
    return True


def colon(wreck: Wreck, at: int, error: SyntaxError) -> bool:
    code = wreck.lines[at].code
    bare = code.split("#")[0].rstrip()
    if not _HEADER.match(code) or bare.endswith(":"):
        return False
    wreck.note(at, "colon")
    wreck.put(at, bare + ":")
    return True


def old_print(wreck: Wreck, at: int, error: SyntaxError) -> bool:
    code = wreck.lines[at].code
    match = re.match(r"(\s*)(print|exec)\b(.*)$", code)
    if not match:
        return False
    wreck.note(at, "python-2")
    wreck.put(at, match.group(1) + "pass")
    return True


def old_except(wreck: Wreck, at: int, error: SyntaxError) -> bool:
    code = wreck.lines[at].code
    mended = re.sub(r"except\s+([\w.]+)\s*,\s*(\w+)\s*:", r"except \1 as \2:", code)
    if mended == code:
        return False
    wreck.note(at, "python-2")
    wreck.put(at, mended)
    return True


def stray_word(wreck: Wreck, at: int, error: SyntaxError) -> bool:
    """``epochs=5, batch)``: a named argument cut off before its ``=``."""
    for i in (at, at + 1):
        code = wreck.lines[i].code if i < len(wreck.lines) else ""
        mended = re.sub(r"(?:^|,)\s*\w+\s*(?=[)\]]+\s*$)", "", code)
        if mended != code:
            wreck.note(i, "argument")
            wreck.put(i, mended)
            return True
    return False


def no_value(wreck: Wreck, at: int, error: SyntaxError) -> bool:
    """``epochs=)``: an argument whose value was cut off."""
    code = wreck.lines[at].code
    mended = re.sub(r",?\s*\w+\s*=\s*(?=[),])", "", code, count=1)
    if mended == code:
        return False
    wreck.note(at, "argument")
    wreck.put(at, mended)
    return True
