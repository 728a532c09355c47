"""Mends indentation that a paste lost or gained. Each mender returns whether it changed a line."""

from __future__ import annotations

import re

from assistant.reading.script.source import Line
from assistant.reading.script.wreck import Wreck, indent_of

_DEFINITION = re.compile(r"(def|class)\b|@")


def indent_body(wreck: Wreck, at: int, error: SyntaxError) -> bool:
    """A body that lost its indentation: move it right, down to where it ends."""
    lines = wreck.lines
    header = at - 1
    while header >= 0 and not lines[header].code.strip():
        header -= 1
    where = re.search(r"on line (\d+)", str(error.msg))
    if where:
        header = min(int(where.group(1)) - 1, at)
    while at < len(lines) and at <= header:
        at += 1
    if header < 0:
        return False
    margin = indent_of(lines[header].code)
    if at >= len(lines) or not lines[at].code.strip():
        wreck.note(header, "empty-body")
        return _add_pass(wreck, header)
    width = 2 if any(indent_of(line.code) == 2 for line in lines) else 4
    end = _body_end(lines, header, at, margin)
    if end == at:
        wreck.note(header, "empty-body")
        return _add_pass(wreck, header)
    wreck.note(at, "indentation")
    for i in range(at, end):
        lines[i] = lines[i].indented(width)
    return True


def _add_pass(wreck: Wreck, header: int) -> bool:
    code = wreck.lines[header].code.split("#")[0].rstrip()
    if not code.endswith(":"):
        return False
    wreck.put(header, code + " pass")
    return True


def _body_end(lines: list[Line], header: int, at: int, margin: int) -> int:
    """First line behind a body whose lines stand no further right than their header."""
    kind = lines[header].code.strip()
    is_class, is_def = kind.startswith("class"), kind.startswith("def")
    i = at
    while i < len(lines):
        code = lines[i].code
        if not code.strip() and is_class and _method_follows(lines, i):
            i += 1
            continue
        if not code.strip() or indent_of(code) < margin:
            return i
        if _DEFINITION.match(code.strip()) and not is_class and i > at:
            return i
        i += 1
        if is_def and indent_of(code) <= margin and code.strip().startswith("return"):
            return i
    return i


def _method_follows(lines: list[Line], at: int) -> bool:
    """Whether the next line with code is a method, so that a class goes on behind an empty line."""
    after = next((line.code for line in lines[at:] if line.code.strip()), "")
    return bool(re.match(r"\s*def\s+\w+\s*\(\s*self\b", after))


def stray_indent(wreck: Wreck, at: int, error: SyntaxError) -> bool:
    """A block that stands further right than the code before it: move it left."""
    lines = wreck.lines
    before = at - 1
    while before >= 0 and not lines[before].code.strip():
        before -= 1
    margin = indent_of(lines[before].code) if before >= 0 else 0
    if "\t" in lines[at].code:
        return tabs(wreck, at, error)
    own = indent_of(lines[at].code)
    if "unindent" in str(error.msg):
        levels = {indent_of(line.code) for line in lines[:at] if line.code.strip()}
        target = max((level for level in levels if level <= own), default=0)
        wreck.note(at, "indentation")
        if target == own:  # the level exists, but not here: join the line before
            target = margin
        lines[at] = lines[at].indented(target - own)
        return target != own
    if own <= margin:
        return False
    wreck.note(at, "indentation")
    while at < len(lines) and (not lines[at].code.strip() or indent_of(lines[at].code) >= own):
        lines[at] = lines[at].indented(margin - own)
        at += 1
    return True


def tabs(wreck: Wreck, at: int, error: SyntaxError) -> bool:
    tabbed = [i for i, line in enumerate(wreck.lines) if "\t" in line.code]
    for i in tabbed:
        wreck.put(i, wreck.lines[i].code.expandtabs(4))
    if tabbed:
        wreck.note(at, "tabs")
    return bool(tabbed)


def empty_try(wreck: Wreck, at: int, error: SyntaxError) -> bool:
    """A ``try`` whose handlers were cut off."""
    i = at
    while i >= 0 and wreck.lines[i].code.strip() != "try:":
        i -= 1
    if i < 0:
        return False
    wreck.note(i, "empty-body")
    wreck.put(i, wreck.lines[i].code.replace("try:", "if True:"))
    return True
